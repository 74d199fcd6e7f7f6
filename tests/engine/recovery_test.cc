// What is there after a process died: everything that was acknowledged.
#include <string>
#include <vector>

#include "tests/engine/child_process.h"
#include "tests/engine/engine_test_support.h"
#include "tests/engine/line_sources.h"
#include "tests/engine/scratch_directory.h"

namespace kalends {
namespace {

using Names = std::vector<std::string>;

class Recovery : public ::testing::Test {
 protected:
  // Lets a child do something to the database and die, then opens what it left.
  void OpenAfter(const std::string& child) {
    database_ = nullptr;
    ASSERT_EQ(RunChild(child, scratch_ / "db"), kChildDone);
    database_ = OpenDatabase(scratch_ / "db", false);
  }
  Collection Things() { return Must(database_->GetCollection("things")); }

  const ScratchDirectory scratch_;
  std::unique_ptr<Database> database_;
};

TEST_F(Recovery, KeepsEveryAcknowledgedWrite) {
  OpenAfter("WritesAndDies");
  Collection things = Things();
  EXPECT_EQ(Must(things.Count({})), 1001U - 2U);
  EXPECT_EQ(PartitionNames(*database_, "things"), (Names{"things_2024_01", "things_2024_02", "things_2024_03"}));
  EXPECT_FALSE(Must(things.Get(Value::Int(5))).has_value());
  EXPECT_FALSE(Must(things.Get(Value::Int(6))).has_value());
  EXPECT_EQ(Must(things.Get(Value::Int(7)))->ToJson(), Timed(7, "2024-03-09").ToJson());
  EXPECT_EQ(FoundIds(things, Between("2024-03-01", "2024-04-01")), (Names{"7", "1000"}));
  EXPECT_EQ(FaultsOf(*database_), "");
  // Ids are known, row ids go on.
  EXPECT_TRUE(Fails(things.Insert(Timed(8, "2024-05-01")), ErrorCode::kAlreadyExists));
  Must(things.Insert(Timed(5, "2024-01-31T23:00:00Z")));
  EXPECT_EQ(FoundIds(things, Between("2024-01-31", "2024-02-01"))[0], "5");
  Must(database_->SealAll());
  EXPECT_TRUE(Fails(things.Insert(Timed(8, "2024-05-01")), ErrorCode::kAlreadyExists));
  EXPECT_FALSE(Must(things.Get(Value::Int(6))).has_value());
  EXPECT_EQ(FaultsOf(*database_), "");
}
TEST(Child, DISABLED_WritesAndDies) {
  const auto database = OpenDatabase(ChildArgument());
  Collection things = Must(database->CreateCollection("things", {}));
  std::vector<Document> documents;
  for (int id = 0; id < 1000; ++id) documents.push_back(Timed(id, id % 2 == 0 ? "2024-01-15" : "2024-02-15"));
  Must(things.InsertMany(documents));
  Must(things.Insert(Timed(1000, "2024-03-08")));
  EXPECT_TRUE(Must(things.Delete(Value::Int(5))));
  EXPECT_EQ(Must(things.DeleteMany(Matching(R"({"_id":6})"))), 1U);
  EXPECT_TRUE(Must(things.Replace(Value::Int(7), Timed(7, "2024-03-09"))));
  DieAsKilled();
}

TEST_F(Recovery, ReadsSegmentsTheTailBehindThemAndDeletionsInBoth) {
  OpenAfter("SealsWritesAndDies");
  const PartitionStats stats = StatsOfPartition(*database_, "things", "things_2024_01");
  EXPECT_EQ(stats.segments, 1U);
  EXPECT_EQ(stats.tail, 100U);
  EXPECT_EQ(stats.documents, 5098U);
  EXPECT_EQ(stats.deleted, 2U);
  Collection things = Things();
  EXPECT_FALSE(Must(things.Get(Value::Int(50))).has_value());
  EXPECT_FALSE(Must(things.Get(Value::Int(5050))).has_value());
  EXPECT_TRUE(Must(things.Get(Value::Int(51))).has_value());
  EXPECT_TRUE(Must(things.Get(Value::Int(5099))).has_value());
  EXPECT_EQ(All(things).size(), 5098U);
  EXPECT_EQ(FaultsOf(*database_), "");
}
TEST(Child, DISABLED_SealsWritesAndDies) {
  const auto database = OpenDatabase(ChildArgument());
  Collection things = Must(database->CreateCollection("things", {}));
  std::vector<Document> documents;
  for (int id = 0; id < 5000; ++id) documents.push_back(Timed(id, "2024-01-15"));
  Must(things.InsertMany(documents));
  Must(database->SealAll());
  documents.clear();
  for (int id = 5000; id < 5100; ++id) documents.push_back(Timed(id, "2024-01-16"));
  Must(things.InsertMany(documents));
  EXPECT_TRUE(Must(things.Delete(Value::Int(50))));
  EXPECT_TRUE(Must(things.Delete(Value::Int(5050))));
  DieAsKilled();
}

std::string LongLine(int id) {
  return R"({"_id":)" + std::to_string(id) + R"(,"timestamp":"2024-01-15","session":"s)" + std::to_string(id % 30) +
         R"(","message":"the quick brown fox number )" + std::to_string(id * 7919 % 1000) +
         R"( jumps over the lazy dog"})";
}

TEST_F(Recovery, KeepsTheDictionariesThatRowsNeed) {
  OpenAfter("ImportsWithADictionaryAndDies");
  Collection things = Things();
  EXPECT_EQ(Must(things.Count({})), 6000U);
  for (int id = 0; id < 6000; id += 31) EXPECT_EQ(Must(things.Get(Value::Int(id)))->ToJson(), LongLine(id));
  EXPECT_EQ(FaultsOf(*database_), "");
  Must(things.Insert(Doc(LongLine(6000))));
  EXPECT_EQ(Must(things.Get(Value::Int(6000)))->ToJson(), LongLine(6000));
}
TEST(Child, DISABLED_ImportsWithADictionaryAndDies) {
  const auto database = OpenDatabase(ChildArgument());
  Collection things = Must(database->CreateCollection("things", {}));
  std::vector<std::string> lines;
  for (int id = 0; id < 6000; ++id) lines.push_back(LongLine(id));
  VectorLines source(lines);
  EXPECT_EQ(Must(things.Import(source, {})).inserted, 6000U);
  DieAsKilled();
}

TEST_F(Recovery, KeepsTheKeysOfDocumentsOfManyShapes) {
  OpenAfter("WritesManyKeysAndDies");
  Collection things = Things();
  const auto found = All(things, OldestFirst());
  ASSERT_EQ(found.size(), 2000U);
  for (int id = 0; id < 2000; ++id) {
    ASSERT_EQ(found[static_cast<std::size_t>(id)].Get("key" + std::to_string(id)).as_integer(), id);
  }
}
TEST(Child, DISABLED_WritesManyKeysAndDies) {
  const auto database = OpenDatabase(ChildArgument());
  Collection things = Must(database->CreateCollection("things", {}));
  for (int id = 0; id < 2000; ++id) {
    DocumentBuilder builder;
    Must(things.Insert(
        builder.Add("_id", id).Add("timestamp", "2024-01-15").Add("key" + std::to_string(id), id).Build()));
  }
  DieAsKilled();
}

TEST_F(Recovery, KeepsDropsAndSpecs) {
  OpenAfter("DropsAndDies");
  EXPECT_EQ(database_->CollectionNames(), Names{"things"});
  EXPECT_EQ(PartitionNames(*database_, "things"), (Names{"things_2024_01", "things_2024_02"}));
  Collection things = Things();
  EXPECT_EQ(FoundIds(things), (Names{"2", "3"}));
  EXPECT_EQ(Must(things.spec()).series_field, "monitor");
  EXPECT_EQ(FaultsOf(*database_), "");
}
TEST(Child, DISABLED_DropsAndDies) {
  const auto database = OpenDatabase(ChildArgument());
  Collection others = Must(database->CreateCollection("others", {}));
  Must(others.Insert(Timed(1, "2024-01-15")));
  Collection things = Must(database->CreateCollection("things", {}));
  Must(things.Insert(Timed(1, "2024-01-15")));
  Must(things.Insert(Timed(2, "2024-02-15")));
  Must(database->Drop("things", "2024-01", false));
  Must(database->Drop("others", std::nullopt, false));
  // A month that is made again has another generation.
  Must(things.Insert(Timed(3, "2024-01-16")));
  CollectionSpec spec;
  spec.series_field = "monitor";
  Must(database->SetSpec("things", spec));
  DieAsKilled();
}

// Killed again and again with a little written each time: tails are read back, and sealed when they would be read too
// often.
TEST_F(Recovery, GoesOnAfterManyDeaths) {
  for (int round = 0; round < 5; ++round) {
    ASSERT_EQ(RunChild("WritesALittleAndDies", scratch_ / "db"), kChildDone) << round;
  }
  database_ = OpenDatabase(scratch_ / "db", false);
  EXPECT_EQ(FoundIds(Things(), OldestFirst()), (Names{"0", "1", "2", "3", "4"}));
  EXPECT_EQ(FaultsOf(*database_), "");
}
TEST(Child, DISABLED_WritesALittleAndDies) {
  const auto database = OpenDatabase(ChildArgument());
  Collection things = database->CollectionNames().empty() ? Must(database->CreateCollection("things", {}))
                                                          : Must(database->GetCollection("things"));
  Must(things.Insert(Timed(static_cast<int>(Must(things.Count({}))), "2024-01-15")));
  DieAsKilled();
}

}  // namespace
}  // namespace kalends
