// Segments after many seals, merges, deletions and updates: what is derived equals what the rows say, and takes no more
// room than if it had been built at once.
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "engine/compacting.h"
#include "engine/merging.h"
#include "index/time_column.h"
#include "tests/engine/segment_test_support.h"

namespace kalends {
namespace {

constexpr int kSeals = 120;
constexpr int kRowsPerSeal = 300;

CollectionSpec Spec() {
  CollectionSpec spec;
  spec.indexes = {"user", "tags"};
  return spec;
}

// The same document for the same number, all in one month.
Document Thing(int id) {
  const auto random = static_cast<std::uint64_t>(id) * 0x9E3779B97F4A7C15U >> 20U;
  DocumentBuilder builder;
  builder.Add("_id", id)
      .Add("timestamp",
           FormatTime({At("2024-03-01").value + static_cast<std::int64_t>(random % 2'500'000) * 1'000'000}))
      .Add("user", "user-" + std::to_string(random % 50))
      .Add("cost", static_cast<double>(random % 10000) / 100);
  const std::string tag = "t" + std::to_string(random % 7);
  builder.BeginArray("tags").Add(tag.c_str()).End();
  return builder.Build();
}

std::uint64_t DerivedBytes(Database& database) {
  std::uint64_t bytes = 0;
  for (const PartitionStats& partition : Must(database.Stats("things")).partitions)
    bytes += partition.disk_bytes.index + partition.disk_bytes.columns;
  return bytes;
}

// Memory bounds the blocks of rows with hundreds of fields to a few thousand rows: building such segments anew would
// give the same ones again.
TEST(Merging, EndsWhereRowsAreWide) {
  DatabaseOptions options;
  options.memory_bytes = 16U << 20U;
  const auto database = Must(Database::OpenInMemory(options));
  Collection wide = Must(database->CreateCollection("wide", {}));
  int next = 0;
  for (int batch = 0; batch < 6; ++batch) {
    std::vector<Document> documents;
    for (int i = 0; i < 1000; ++i, ++next) {
      DocumentBuilder builder;
      builder.Add("_id", next).Add("timestamp", "2024-03-01T00:00:00Z");
      for (int field = 0; field < 300; ++field) builder.Add("m" + std::to_string(field), next * 31 + field);
      documents.push_back(builder.Build());
    }
    Must(wide.InsertMany(documents));
    Must(database->SealAll());
  }
  const PartitionStats stats = Must(database->Stats("wide")).partitions.front();
  EXPECT_EQ(stats.documents, 6000U);
  EXPECT_LE(stats.segments, 8U);
  EXPECT_EQ(FaultsOf(*database), "");
}

TEST(Merging, KeepsSegmentsFewExactAndAsSmallAsIfTheyWereBuiltAtOnce) {
  const auto database = MemoryDatabase();
  Collection things = Must(database->CreateCollection("things", Spec()));
  std::mt19937 random(11);
  std::vector<int> alive;
  int next = 0;
  for (int seal = 0; seal < kSeals; ++seal) {
    std::vector<Document> batch;
    for (int i = 0; i < kRowsPerSeal; ++i) {
      alive.push_back(next);
      batch.push_back(Thing(next++));
    }
    Must(things.InsertMany(batch));
    for (int i = 0; i < kRowsPerSeal / 40; ++i) {
      std::swap(alive[random() % alive.size()], alive.back());
      EXPECT_TRUE(Must(things.Delete(Value::Int(alive.back()))));
      alive.pop_back();
      const int changed = alive[random() % alive.size()];
      EXPECT_TRUE(Must(things.Replace(Value::Int(changed), Thing(changed))));
    }
    Must(database->SealAll());
  }
  EXPECT_LE(Must(database->Stats("things")).partitions.front().segments, 16U);
  EXPECT_EQ(FaultsOf(*database), "");

  const auto at_once = MemoryDatabase();
  Collection same = Must(at_once->CreateCollection("things", Spec()));
  std::vector<Document> all;
  for (const int id : alive) all.push_back(Thing(id));
  Must(same.InsertMany(all));
  Must(at_once->SealAll());
  (void)Must(at_once->Compact(std::nullopt));
  (void)Must(database->Compact(std::nullopt));
  EXPECT_EQ(FaultsOf(*database), "");
  // One row in twenty is dead: its number is never given again, so that the mark of its deletion stays, and the entry
  // of its id.
  const auto bytes = static_cast<double>(DerivedBytes(*database));
  const auto bytes_at_once = static_cast<double>(DerivedBytes(*at_once));
  EXPECT_LE(bytes, 1.1 * bytes_at_once);

  for (int user = 0; user < 50; user += 7) {
    const Query query = Matching(R"({"user": "user-)" + std::to_string(user) + R"("})");
    EXPECT_EQ(Must(things.Count(query)), Must(same.Count(query))) << user;
  }
  const Query tagged = Matching(R"({"tags": "t3", "cost": {"$gt": 50}})");
  EXPECT_EQ(Must(things.Count(tagged)), Must(same.Count(tagged)));
}

class MergedMessages : public ::testing::Test {
 protected:
  void Insert(int begin, int end) { InsertMessages(messages_, begin, end, "2024-01"); }
  void Seal(int begin, int end) {
    Insert(begin, end);
    Must(database_.impl().SealAll());
  }
  PartitionRef Month() { return database_.Partition("messages_2024_01"); }

  const ScratchDirectory directory_;
  SegmentedDatabase database_{directory_.path()};
  Collection messages_ = database_.Create("messages", IndexedSpec({"user"}));
};

// A file of lists that is gone would make a merged list that lacks rows.
TEST_F(MergedMessages, AreBuiltAnewWhereTheirListsAreLost) {
  Seal(0, 40'000);
  {
    const PartitionRef month = Month();
    Must(RemovePart(database_.impl(), *month.partition,
                    {month.state->segments->front()->id(), SegmentPart::Kind::kLists}));
  }
  database_.Reopen();
  messages_ = database_.Get("messages");
  const Query query = Matching(R"({"user": "u3"})");
  EXPECT_FALSE(messages_.Count(query).has_value());  // Rather than a wrong number.
  Seal(40'000, 80'000);
  EXPECT_EQ(Must(messages_.Count(query)), 11429U);
  EXPECT_EQ(database_.Faults(), "");
}

// A block at a time, with sealing between; who asks for the same waits for it.
TEST_F(MergedMessages, AreBuiltAnewWhereMuchOfALargeSegmentWasDeleted) {
  Seal(0, 270'000);
  ASSERT_GT(Month().state->segments->front()->entry().rows, kColumnBlockRows);
  EXPECT_EQ(Must(messages_.DeleteMany(Matching(R"({"user": {"$in": ["u1", "u2"]}})"))), 77'144U);
  (void)Must(CompactDatabase(database_.impl(), "messages", {}));
  Seal(270'000, 280'000);
  const PartitionRef month = Month();
  for (const auto& segment : *month.state->segments)
    EXPECT_FALSE(IsThinned(*segment, *month.state->deletions)) << segment->id().value;
  EXPECT_EQ(Must(messages_.Count({})), 270'000U - 77'144U + 10'000U);
  EXPECT_EQ(database_.Faults(), "");
}

TEST_F(MergedMessages, AreMergedBesideASegmentThatCannotBeRead) {
  Seal(0, 300);
  database_.Write(*Month().partition->families().rows, RowKey({5}), "broken");
  int failed = 0;
  for (int batch = 1; batch < 60; ++batch) {
    Insert(300 * batch, 300 * batch + 300);
    failed += database_.impl().SealAll().ok() ? 0 : 1;
  }
  EXPECT_EQ(failed, 1);  // It is told once.
  EXPECT_LE(Month().state->segments->size(), 20U);
  EXPECT_EQ(Must(messages_.Count(Matching(R"({"user": "u3"})"))), 2571U);
}

}  // namespace
}  // namespace kalends
