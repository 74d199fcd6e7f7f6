// Inserting, replacing and deleting.
#include <atomic>
#include <cctype>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "kalends/limits.h"
#include "tests/engine/engine_test_support.h"

namespace kalends {
namespace {

using Names = std::vector<std::string>;

class Writing : public ::testing::Test {
 protected:
  Writing() : database_(MemoryDatabase()), things_(Must(database_->CreateCollection("things", {}))) {}
  std::string Found(std::string_view id) {
    const auto document = Must(things_.Get(Id(id).value()));
    return document ? document->ToJson() : "none";
  }
  std::unique_ptr<Database> database_;
  Collection things_;
};

using Insert = Writing;

TEST_F(Insert, ReturnsTheIdOfTheDocument) {
  EXPECT_EQ(ToJson(Must(things_.Insert(Timed(7, "2024-01-31"))).value()), "7");
  EXPECT_EQ(Found("7"), R"({"_id":7,"timestamp":"2024-01-31"})");
  EXPECT_EQ(Found("8"), "none");
}

TEST_F(Insert, MakesAUuidV7ThatIsNotPutIntoTheDocument) {
  for (const char* json : {R"({"timestamp":"2024-01-31","a":1})", R"({"_id":null,"timestamp":"2024-01-31"})"}) {
    const OwnedValue id = Must(things_.Insert(Doc(json)));
    const std::string uuid(id->as_string());
    ASSERT_EQ(uuid.size(), 36U);
    EXPECT_EQ(uuid[14], '7') << uuid;
    EXPECT_NE(std::string("89ab").find(uuid[19]), std::string::npos) << uuid;
    for (std::size_t i = 0; i < uuid.size(); ++i) {
      if (i == 8 || i == 13 || i == 18 || i == 23) {
        EXPECT_EQ(uuid[i], '-');
      } else {
        EXPECT_TRUE(std::isxdigit(static_cast<unsigned char>(uuid[i]))) << uuid;
      }
    }
    EXPECT_EQ(Found("\"" + uuid + "\""), json);
    EXPECT_EQ(All(things_, Matching(R"({"_id":")" + uuid + "\"}")).size(), 1U);
    Must(database_->SealAll());
    EXPECT_EQ(Found("\"" + uuid + "\""), json);
  }
}

TEST_F(Insert, RefusesAnIdThatIsThereInAnyMonth) {
  Must(things_.Insert(Timed(1, "2024-01-31")));
  const auto refused = things_.Insert(Timed(1, "2024-05-31"));
  EXPECT_TRUE(Fails(refused, ErrorCode::kAlreadyExists, "the id 1 "));
  EXPECT_EQ(refused.error().message().find("document 0"), std::string::npos);
  Must(database_->SealAll());
  EXPECT_TRUE(Fails(things_.Insert(Timed(1, "2024-05-31")), ErrorCode::kAlreadyExists));
  EXPECT_EQ(Must(things_.Count({})), 1U);
}

TEST_F(Insert, TakesIdsOfAnyTypeButArrays) {
  const Names ids = {"1",
                     "2.5",
                     "\"1\"",
                     "true",
                     R"({"a":1,"b":2})",
                     R"({"b":2,"a":1})",
                     R"({"$date":"2024-01-31T00:00:00Z"})",
                     R"({"$oid":"65b9a0000000000000000001"})",
                     R"({"$binary":{"base64":"AAE=","subType":"00"}})",
                     "{}",
                     "\"\""};
  for (const bool sealed : {false, true}) {
    for (const std::string& id : ids) {
      const std::string json = R"({"_id":)" + id + R"(,"timestamp":"2024-01-31"})";
      const auto inserted = things_.Insert(Doc(json));
      EXPECT_EQ(inserted.has_value(), !sealed) << id;
      EXPECT_EQ(Found(id), Doc(json).ToJson()) << id;
    }
    Must(database_->SealAll());
  }
  EXPECT_EQ(Must(things_.Count({})), ids.size());
  EXPECT_TRUE(Fails(things_.Insert(Doc(R"({"_id":[1],"timestamp":"2024-01-31"})")), ErrorCode::kInvalidArgument,
                    "is an array"));
}

TEST_F(Insert, ComparesIdsAsMongoDbDoes) {
  Must(things_.Insert(Doc(R"({"_id":1,"timestamp":"2024-01-31"})")));
  for (const char* same : {"1.0", R"({"$numberLong":"1"})", R"({"$numberDouble":"1.0"})"}) {
    const std::string json = std::string(R"({"_id":)") + same + R"(,"timestamp":"2024-01-31"})";
    EXPECT_TRUE(Fails(things_.Insert(Doc(json)), ErrorCode::kAlreadyExists)) << same;
    EXPECT_EQ(Found(same), R"({"_id":1,"timestamp":"2024-01-31"})");
  }
  EXPECT_EQ(Found("\"1\""), "none");
  EXPECT_EQ(Found("true"), "none");
  Must(things_.Insert(Doc(R"({"_id":-0.0,"timestamp":"2024-01-31"})")));
  EXPECT_TRUE(Fails(things_.Insert(Doc(R"({"_id":0,"timestamp":"2024-01-31"})")), ErrorCode::kAlreadyExists));
}

TEST_F(Insert, ReadsTheIdAtAPath) {
  CollectionSpec spec;
  spec.id_field = "meta.id";
  Collection nested = Must(database_->CreateCollection("nested", spec));
  EXPECT_EQ(Must(nested.Insert(Doc(R"({"timestamp":"2024-01-31","meta":{"id":"a"}})")))->as_string(), "a");
  EXPECT_TRUE(Fails(nested.Insert(Doc(R"({"timestamp":"2024-01-31","meta":{"id":"a"}})")), ErrorCode::kAlreadyExists));
}

TEST_F(Insert, RefusesAnIdThatIsTooLong) {
  Must(things_.Insert(Doc(R"({"_id":")" + std::string(1000, 'x') + R"(","timestamp":"2024-01-31"})")));
  const auto refused = things_.Insert(Doc(R"({"_id":")" + std::string(1100, 'x') + R"(","timestamp":"2024-01-31"})"));
  EXPECT_TRUE(Fails(refused, ErrorCode::kLimitExceeded, "1024 bytes"));
}

TEST_F(Insert, RefusesADocumentThatIsTooLarge) {
  // Within the limit as text.
  const std::string text(kDocumentBytesMax - 100, 'x');
  Must(things_.Insert(Doc(R"({"_id":1,"timestamp":"2024-01-31","text":")" + text + "\"}")));
  EXPECT_EQ(Found("1").size(), text.size() + 44);
  DocumentBuilder builder;
  const Document larger = builder.Add("_id", 2).Add("timestamp", "2024-01-31").Add("text", text + text).Build();
  EXPECT_TRUE(Fails(things_.Insert(larger), ErrorCode::kLimitExceeded, "16777216"));
  EXPECT_EQ(Must(things_.Count({})), 1U);
}

TEST_F(Insert, SyncsWhereAsked) {
  WriteOptions sync;
  sync.durability = Durability::kSync;
  Must(things_.Insert(Timed(1, "2024-01-31"), sync));
  DatabaseOptions options;
  options.durability = Durability::kSync;
  const auto database = Must(Database::OpenInMemory(options));
  Collection things = Must(database->CreateCollection("things", {}));
  Must(things.Insert(Timed(1, "2024-01-31")));
  sync.durability = Durability::kWal;
  Must(things.Insert(Timed(2, "2024-01-31"), sync));
  EXPECT_EQ(FoundIds(things).size(), 2U);
}

using InsertMany = Writing;

TEST_F(InsertMany, StoresAllAndReturnsTheirIdsInOrder) {
  const std::vector<Document> documents = {Timed(3, "2024-01-31"), Doc(R"({"timestamp":"2024-02-01"})"),
                                           Timed(1, "2023-12-31")};
  const auto ids = Must(things_.InsertMany(documents));
  ASSERT_EQ(ids.size(), 3U);
  EXPECT_EQ(ToJson(ids[0].value()), "3");
  EXPECT_TRUE(ids[1]->is_string());
  EXPECT_EQ(ToJson(ids[2].value()), "1");
  EXPECT_EQ(Must(things_.Count({})), 3U);
  EXPECT_TRUE(Must(things_.InsertMany({})).empty());
}

TEST_F(InsertMany, StoresNothingWhereOneDocumentIsRefusedAndNamesItsPosition) {
  Must(things_.Insert(Timed(5, "2024-01-31")));
  const auto refused = [this](std::string_view bad) {
    const std::vector<Document> documents = {Timed(1, "2024-01-31"), Timed(2, "2024-02-01"), Doc(bad),
                                             Timed(3, "2024-03-01")};
    return things_.InsertMany(documents);
  };
  EXPECT_TRUE(Fails(refused(R"({"_id":5,"timestamp":"2024-02-01"})"), ErrorCode::kAlreadyExists, "document 2: "));
  EXPECT_TRUE(Fails(refused(R"({"_id":1.0,"timestamp":"2024-02-01"})"), ErrorCode::kAlreadyExists,
                    "document 2: it has the same id as document 0"));
  EXPECT_TRUE(Fails(refused(R"({"_id":4})"), ErrorCode::kInvalidArgument, "document 2: no time"));
  EXPECT_TRUE(Fails(refused(R"({"_id":[],"timestamp":"2024-02-01"})"), ErrorCode::kInvalidArgument, "document 2: "));
  EXPECT_TRUE(Fails(refused(R"({"_id":4,"timestamp":"1812-02-01"})"), ErrorCode::kInvalidArgument, "document 2: "));
  EXPECT_EQ(FoundIds(things_), Names{"5"});
  // Nothing is left that would stand in the way.
  Must(things_.InsertMany(
      std::vector<Document>{Timed(1, "2024-01-31"), Timed(2, "2024-02-01"), Timed(3, "2024-03-01")}));
}

using Replace = Writing;

TEST_F(Replace, PutsADocumentInThePlaceOfAnother) {
  Must(things_.Insert(Timed(1, "2024-01-31T10:00:00Z")));
  EXPECT_TRUE(Must(things_.Replace(Value::Int(1), Doc(R"({"_id":1,"timestamp":"2024-01-05","new":true})"))));
  EXPECT_EQ(Found("1"), R"({"_id":1,"timestamp":"2024-01-05","new":true})");
  EXPECT_EQ(Must(things_.Count({})), 1U);
  EXPECT_EQ(PartitionNames(*database_, "things"), Names{"things_2024_01"});
}

TEST_F(Replace, MovesADocumentToTheMonthOfItsNewTime) {
  Must(things_.Insert(Timed(1, "2024-01-31T10:00:00Z")));
  for (const char* time : {"2024-02-05T00:00:00Z", "2023-05-05T00:00:00Z", "2024-01-05T00:00:00Z"}) {
    EXPECT_TRUE(Must(things_.Replace(Value::Int(1), Timed(1, time))));
    EXPECT_EQ(Found("1"), Timed(1, time).ToJson());
    EXPECT_EQ(FoundIds(things_), Names{"1"});
    EXPECT_TRUE(Fails(things_.Insert(Timed(1, "2024-01-31")), ErrorCode::kAlreadyExists));
    Must(database_->SealAll());
    EXPECT_EQ(Found("1"), Timed(1, time).ToJson());
  }
  EXPECT_EQ(StatsOfPartition(*database_, "things", "things_2024_02").documents, 0U);
  EXPECT_EQ(StatsOfPartition(*database_, "things", "things_2024_01").documents, 1U);
  EXPECT_EQ(StatsOfPartition(*database_, "things", "things_2024_01").deleted, 1U);
  EXPECT_EQ(FaultsOf(*database_), "");
}

TEST_F(Replace, RefusesAnotherIdAndFindsNoneThatIsMissing) {
  Must(things_.Insert(Timed(1, "2024-01-31")));
  EXPECT_TRUE(
      Fails(things_.Replace(Value::Int(1), Timed(2, "2024-01-31")), ErrorCode::kInvalidArgument, "has the id 2"));
  EXPECT_FALSE(Must(things_.Replace(Value::Int(2), Timed(2, "2024-01-31"))));
  EXPECT_FALSE(Must(things_.Get(Value::Int(2))).has_value());
  EXPECT_TRUE(Fails(things_.Replace(Value::Int(1), Timed(1, "1812-01-31")), ErrorCode::kInvalidArgument));
  EXPECT_EQ(Found("1"), Timed(1, "2024-01-31").ToJson());
}

TEST_F(Replace, KeepsAnIdThatWasMade) {
  const OwnedValue id = Must(things_.Insert(Doc(R"({"timestamp":"2024-01-31"})")));
  EXPECT_TRUE(Must(things_.Replace(id.value(), Doc(R"({"timestamp":"2024-02-28","a":1})"))));
  EXPECT_EQ(Must(things_.Get(id.value()))->ToJson(), R"({"timestamp":"2024-02-28","a":1})");
  EXPECT_EQ(Must(things_.Count({})), 1U);
}

using Delete = Writing;

TEST_F(Delete, RemovesADocumentAndFreesItsId) {
  for (const bool sealed : {false, true}) {
    Must(things_.Insert(Timed(1, "2024-01-31")));
    Must(things_.Insert(Timed(2, "2024-02-28")));
    if (sealed) Must(database_->SealAll());
    EXPECT_TRUE(Must(things_.Delete(Value::Double(1))));
    EXPECT_FALSE(Must(things_.Delete(Value::Int(1))));
    EXPECT_EQ(Found("1"), "none");
    EXPECT_EQ(FoundIds(things_), Names{"2"});
    Must(things_.Insert(Timed(1, "2024-03-31")));
    EXPECT_EQ(Found("1"), Timed(1, "2024-03-31").ToJson());
    EXPECT_TRUE(Must(things_.Delete(Value::Int(1))));
    EXPECT_TRUE(Must(things_.Delete(Value::Int(2))));
  }
  EXPECT_EQ(FaultsOf(*database_), "");
}

class DeleteMany : public Writing {
 protected:
  DeleteMany() {
    std::vector<Document> documents;
    for (int id = 0; id < 20; ++id) {
      DocumentBuilder builder;
      documents.push_back(builder.Add("_id", id)
                              .Add("timestamp", "2024-0" + std::to_string(1 + id / 10) + "-1" + std::to_string(id % 10))
                              .Add("even", id % 2 == 0)
                              .Build());
    }
    Must(things_.InsertMany(documents));
  }
};

TEST_F(DeleteMany, RemovesWhatTheFilterMatches) {
  EXPECT_EQ(Must(things_.DeleteMany(Matching(R"({"even":true})"))), 10U);
  EXPECT_EQ(Must(things_.DeleteMany(Matching(R"({"even":true})"))), 0U);
  EXPECT_EQ(Must(things_.Count({})), 10U);
  EXPECT_EQ(Must(things_.DeleteMany({})), 10U);
  EXPECT_EQ(Must(things_.Count({})), 0U);
}

TEST_F(DeleteMany, HeedsTimeOrderSkipAndLimit) {
  Query query = Between("2024-01-15", "2024-02-15");
  query.skip = 1;
  query.limit = 3;
  EXPECT_EQ(Must(things_.DeleteMany(query)), 3U);
  Query rest = Between("2024-01-15", "2024-02-15");
  EXPECT_EQ(FoundIds(things_, rest), (Names{"14", "10", "9", "8", "7", "6", "5"}));
  EXPECT_EQ(Must(things_.Count({})), 17U);
}

TEST_F(DeleteMany, RefusesAFilterThatIsWrong) {
  EXPECT_TRUE(Fails(things_.DeleteMany(Matching(R"({"even":{"$foo":1}})")), ErrorCode::kInvalidArgument, "$foo"));
  EXPECT_EQ(Must(things_.Count({})), 20U);
}

TEST_F(DeleteMany, RemovesMoreThanOneCommitHolds) {
  std::vector<Document> documents;
  for (int id = 100; id < 25'100; ++id) documents.push_back(Timed(id, "2024-05-01"));
  Must(things_.InsertMany(documents));
  EXPECT_EQ(Must(things_.DeleteMany(Between("2024-05-01", "2024-06-01"))), 25'000U);
  EXPECT_EQ(Must(things_.Count({})), 20U);
}

class BatchWriting : public Writing {
 protected:
  static BatchWriterOptions Lazy() {
    BatchWriterOptions options;
    options.documents_max = 1'000'000;
    options.bytes_max = 1U << 30U;
    options.delay = std::chrono::hours(1);
    return options;
  }
  std::uint64_t Count() { return Must(things_.Count({})); }
  void WaitForCount(std::uint64_t count) {
    for (int i = 0; i < 2000 && Count() < count; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    EXPECT_EQ(Count(), count);
  }
};

TEST_F(BatchWriting, StoresNothingBeforeABoundIsReached) {
  BatchWriter writer(things_, Lazy());
  for (int id = 0; id < 10; ++id) Must(writer.Add(Timed(id, "2024-01-31")));
  EXPECT_EQ(Count(), 0U);
  Must(writer.Flush());
  EXPECT_EQ(Count(), 10U);
  Must(writer.Flush());  // There is nothing to do.
}

TEST_F(BatchWriting, StoresWhenTheNumberOfDocumentsIsReached) {
  BatchWriterOptions options = Lazy();
  options.documents_max = 10;
  BatchWriter writer(things_, options);
  for (int id = 0; id < 19; ++id) Must(writer.Add(Timed(id, "2024-01-31")));
  WaitForCount(10);
}

TEST_F(BatchWriting, StoresWhenTheBytesAreReachedAlsoOfDocumentsThatWereBuilt) {
  BatchWriterOptions options = Lazy();
  options.bytes_max = 10'000;
  BatchWriter writer(things_, options);
  Must(writer.Add(Doc(R"({"_id":1,"timestamp":"2024-01-31","text":")" + std::string(20'000, 'x') + "\"}")));
  WaitForCount(1);
  DocumentBuilder builder;
  Must(writer.Add(builder.Add("_id", 2).Add("timestamp", "2024-01-31").Add("text", std::string(20'000, 'x')).Build()));
  WaitForCount(2);
}

TEST_F(BatchWriting, StoresAfterTheDelay) {
  BatchWriterOptions options = Lazy();
  options.delay = std::chrono::milliseconds(20);
  BatchWriter writer(things_, options);
  for (int id = 1; id <= 3; ++id) {
    Must(writer.Add(Timed(id, "2024-01-31")));
    WaitForCount(static_cast<std::uint64_t>(id));
  }
}

TEST_F(BatchWriting, StoresTheRestWhenDestroyed) {
  {
    BatchWriter writer(things_, Lazy());
    for (int id = 0; id < 10; ++id) Must(writer.Add(Timed(id, "2024-01-31")));
  }
  EXPECT_EQ(Count(), 10U);
}

TEST_F(BatchWriting, TellsTheErrorOfABatchOnceAndGoesOn) {
  Must(things_.Insert(Timed(1, "2024-01-31")));
  BatchWriter writer(things_, Lazy());
  Must(writer.Add(Timed(0, "2024-01-31")));
  Must(writer.Add(Timed(1, "2024-01-31")));
  EXPECT_TRUE(Fails(writer.Flush(), ErrorCode::kAlreadyExists, "a batch of 2 documents was not stored: document 1"));
  EXPECT_EQ(Count(), 1U);
  Must(writer.Add(Timed(2, "2024-01-31")));
  Must(writer.Flush());
  EXPECT_EQ(Count(), 2U);
}

TEST_F(BatchWriting, TellsTheLastErrorToTheDatabaseWhenDestroyed) {
  std::vector<std::string> events;
  DatabaseOptions options;
  options.on_event = [&events](const std::string& event) { events.push_back(event); };
  const auto database = Must(Database::OpenInMemory(options));
  {
    BatchWriter writer(Must(database->CreateCollection("things", {})), Lazy());
    Must(writer.Add(Doc(R"({"a":1})")));
  }
  ASSERT_EQ(events.size(), 1U);
  EXPECT_NE(events[0].find("no time"), std::string::npos) << events[0];
}

// A flush waits for what was added before it, not for those who go on adding.
TEST_F(BatchWriting, FlushesBesideThreadsThatGoOnAdding) {
  BatchWriterOptions options = Lazy();
  options.documents_max = 64;
  BatchWriter writer(things_, options);
  std::atomic<bool> stop{false};
  std::vector<std::thread> threads;
  std::atomic<int> next_id{0};
  for (int thread = 0; thread < 2; ++thread) {
    threads.emplace_back([&] {
      while (!stop) Must(writer.Add(Timed(next_id++, "2024-01-31")));
    });
  }
  for (int i = 0; i < 20; ++i) {
    const int id = 1'000'000 + i;
    Must(writer.Add(Timed(id, "2024-01-31")));
    Must(writer.Flush());
    EXPECT_TRUE(Must(things_.Get(Value::Int(id))).has_value());
  }
  stop = true;
  for (std::thread& thread : threads) thread.join();
  Must(writer.Flush());
  EXPECT_EQ(Count(), static_cast<std::uint64_t>(next_id) + 20);
}

}  // namespace
}  // namespace kalends
