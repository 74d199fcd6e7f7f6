// Collection::Update: what is found, changed, moved and inserted. What operators do to a value is tested in
// tests/query.
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "kalends/limits.h"
#include "tests/engine/engine_test_support.h"

namespace kalends {
namespace {

class UpdateTest : public ::testing::Test {
 protected:
  UpdateTest() : database_(MemoryDatabase()), things_(Must(database_->CreateCollection("things", {}))) {}

  UpdateReport Update(std::string_view filter, std::string_view update, const UpdateOptions& options = {}) {
    return Must(things_.Update(Matching(filter), Doc(update), options));
  }
  UpdateReport UpdateAll(std::string_view filter, std::string_view update) {
    return Update(filter, update, {.many = true});
  }
  UpdateReport Upsert(std::string_view filter, std::string_view update) {
    return Update(filter, update, {.upsert = true});
  }
  std::string Found(std::string_view id) {
    const auto document = Must(things_.Get(Id(id).value()));
    return document ? document->ToJson() : "none";
  }
  void InsertMonths(int months) {
    for (int i = 1; i <= months; ++i) Must(things_.Insert(Timed(i, "2024-0" + std::to_string(i) + "-10")));
  }

  std::unique_ptr<Database> database_;
  Collection things_;
};

TEST_F(UpdateTest, ChangesTheNewestThatMatchesOrAll) {
  InsertMonths(3);
  const UpdateReport one = Update("{}", R"({"$set":{"a":1}})");
  EXPECT_EQ(one.matched, 1U);
  EXPECT_EQ(one.modified, 1U);
  EXPECT_EQ(one.moved, 0U);
  EXPECT_FALSE(one.upserted_id.has_value());
  EXPECT_EQ(Found("3"), R"({"_id":3,"timestamp":"2024-03-10","a":1})");
  EXPECT_EQ(Found("2"), R"({"_id":2,"timestamp":"2024-02-10"})");

  const UpdateReport all = UpdateAll("{}", R"({"$set":{"a":1}})");
  EXPECT_EQ(all.matched, 3U);
  EXPECT_EQ(all.modified, 2U) << "one of them held it already";
  EXPECT_EQ(Must(things_.Count(Matching(R"({"a":1})"))), 3U);
  EXPECT_EQ(Must(things_.Count({})), 3U);
  EXPECT_EQ(FaultsOf(*database_), "");
}

TEST_F(UpdateTest, HeedsTheQuerysTimesAndOrder) {
  InsertMonths(4);
  Query query = Between("2024-02-01", "2024-04-01", Order::kOldestFirst);
  Must(things_.Update(query, Doc(R"({"$set":{"a":1}})")));
  EXPECT_EQ(FoundIds(things_, Matching(R"({"a":1})")), std::vector<std::string>({"2"}));
  query = {};
  query.sort = Doc(R"({"_id":1})");
  query.skip = 3;
  Must(things_.Update(query, Doc(R"({"$set":{"b":1}})")));
  EXPECT_EQ(FoundIds(things_, Matching(R"({"b":1})")), std::vector<std::string>({"4"}));
}

TEST_F(UpdateTest, MovesADocumentToTheMonthOfItsNewTime) {
  InsertMonths(2);
  Must(database_->SealAll());
  const UpdateReport report = Update(R"({"_id":1})", R"({"$set":{"timestamp":"2025-07-01T00:00:00Z"}})");
  EXPECT_EQ(report.modified, 1U);
  EXPECT_EQ(report.moved, 1U);
  EXPECT_EQ(Found("1"), R"({"_id":1,"timestamp":"2025-07-01T00:00:00Z"})");
  EXPECT_EQ(StatsOfPartition(*database_, "things", "things_2025_07").documents, 1U);
  EXPECT_EQ(StatsOfPartition(*database_, "things", "things_2024_01").documents, 0U);
  EXPECT_TRUE(Fails(things_.Insert(Timed(1, "2024-01-10")), ErrorCode::kAlreadyExists));
  // To and fro: the id is one document's all the time.
  EXPECT_EQ(Update(R"({"_id":1})", R"({"$set":{"timestamp":"2024-01-11"}})").moved, 1U);
  EXPECT_EQ(FoundIds(things_), std::vector<std::string>({"2", "1"}));
  EXPECT_EQ(FaultsOf(*database_), "");
}

TEST_F(UpdateTest, WithinAMonthNothingMoves) {
  InsertMonths(1);
  EXPECT_EQ(Update(R"({"_id":1})", R"({"$set":{"timestamp":"2024-01-31"}})").moved, 0U);
}

TEST_F(UpdateTest, RefusesAnIdThatWouldChangeAndLeavesTheDocument) {
  InsertMonths(2);
  for (const char* update : {R"({"$set":{"_id":9}})", R"({"$unset":{"_id":1}})",
                             R"({"_id":9,"timestamp":"2024-01-01"})", R"({"$rename":{"_id":"x"}})"}) {
    EXPECT_TRUE(Fails(things_.Update(Matching(R"({"_id":1})"), Doc(update)), ErrorCode::kInvalidArgument, "id"))
        << update;
  }
  EXPECT_EQ(Update(R"({"_id":1})", R"({"$set":{"_id":1.0,"a":2}})").modified, 1U) << "an equal id is the same id";
  EXPECT_EQ(Must(things_.Count({})), 2U);
}

TEST_F(UpdateTest, AReplacementKeepsTheId) {
  InsertMonths(1);
  EXPECT_EQ(Update(R"({"_id":1})", R"({"timestamp":"2024-01-12","b":2})").modified, 1U);
  EXPECT_EQ(Found("1"), R"({"_id":1,"timestamp":"2024-01-12","b":2})");
  EXPECT_EQ(Update(R"({"_id":1})", R"({"timestamp":"2024-01-12","b":2})").modified, 0U);
  EXPECT_TRUE(
      Fails(things_.Update({}, Doc(R"({"b":2})"), {.many = true}), ErrorCode::kInvalidArgument, "one document"));
}

TEST_F(UpdateTest, AMadeIdStaysAndIsNotPutIntoTheDocument) {
  const OwnedValue id = Must(things_.Insert(Doc(R"({"timestamp":"2024-01-31","a":1})")));
  Update(R"({"a":1})", R"({"$inc":{"a":1}})");
  EXPECT_EQ(Must(things_.Get(id.value()))->ToJson(), R"({"timestamp":"2024-01-31","a":2})");
  Update(R"({"a":2})", R"({"timestamp":"2024-02-01"})");
  EXPECT_EQ(Must(things_.Get(id.value()))->ToJson(), R"({"timestamp":"2024-02-01"})");
}

TEST_F(UpdateTest, UpsertInsertsWhatFilterAndUpdateSay) {
  UpdateReport report = Upsert(R"({"_id":7,"kind":{"$eq":"a"},"n":{"$gt":3}})",
                               R"({"$set":{"timestamp":"2024-01-01"},"$setOnInsert":{"new":true}})");
  EXPECT_EQ(report.matched, 0U);
  EXPECT_EQ(report.modified, 0U);
  ASSERT_TRUE(report.upserted_id.has_value());
  EXPECT_EQ(ToJson(report.upserted_id->value()), "7");
  EXPECT_EQ(Found("7"), R"({"_id":7,"kind":"a","new":true,"timestamp":"2024-01-01"})");

  report = Upsert(R"({"_id":7})", R"({"$set":{"kind":"b"},"$setOnInsert":{"new":false}})");
  EXPECT_EQ(report.modified, 1U);
  EXPECT_FALSE(report.upserted_id.has_value());
  EXPECT_EQ(Found("7"), R"({"_id":7,"kind":"b","new":true,"timestamp":"2024-01-01"})");

  Upsert(R"({"_id":8})", R"({"timestamp":"2024-01-02"})");
  EXPECT_EQ(Found("8"), R"({"_id":8,"timestamp":"2024-01-02"})");
  // The document that has the id does not match the rest of the filter.
  EXPECT_TRUE(Fails(
      things_.Update(Matching(R"({"_id":8,"x":1})"), Doc(R"({"$set":{"timestamp":"2024-01-02"}})"), {.upsert = true}),
      ErrorCode::kAlreadyExists));
}

TEST_F(UpdateTest, AnErrorNamesTheDocumentAndLeavesItAlone) {
  Must(things_.Insert(Doc(R"({"_id":"x","timestamp":"2024-01-31","a":"text"})")));
  const auto failed = things_.Update({}, Doc(R"({"$inc":{"a":1}})"));
  EXPECT_TRUE(Fails(failed, ErrorCode::kInvalidArgument, R"("x")"));
  EXPECT_TRUE(Fails(failed, ErrorCode::kInvalidArgument, "$inc"));
  EXPECT_EQ(Found(R"("x")"), R"({"_id":"x","timestamp":"2024-01-31","a":"text"})");
  EXPECT_TRUE(Fails(things_.Update({}, Doc(R"({"$set":{"timestamp":"no time"}})")), ErrorCode::kInvalidArgument));
  EXPECT_TRUE(Fails(things_.Update({}, Doc(R"({"$foo":{"a":1}})")), ErrorCode::kInvalidArgument, "$foo"));
  EXPECT_TRUE(Fails(things_.Update(Matching(R"({"$foo":1})"), Doc(R"({"$set":{"a":1}})")), ErrorCode::kInvalidArgument,
                    "$foo"));
}

TEST_F(UpdateTest, RefusesADocumentThatWouldBeTooLarge) {
  InsertMonths(1);
  const std::string half(kDocumentBytesMax / 2, 'x');
  DocumentBuilder update;
  update.BeginObject("$set").Add("a", half).Add("b", half).End();
  EXPECT_TRUE(Fails(things_.Update({}, update.Build()), ErrorCode::kLimitExceeded));
  EXPECT_EQ(Found("1"), R"({"_id":1,"timestamp":"2024-01-10"})");
}

TEST_F(UpdateTest, PositionalOperatorsChangeTheElementsThatAreMeant) {
  Must(things_.Insert(Doc(R"({"_id":1,"timestamp":"2024-01-31","a":[1,5,9]})")));
  Update(R"({"a":{"$gt":4}})", R"({"$set":{"a.$":0}})");
  EXPECT_EQ(Found("1"), R"({"_id":1,"timestamp":"2024-01-31","a":[1,0,9]})");
  Update("{}", R"({"$inc":{"a.$[]":1}})");
  UpdateOptions options;
  options.array_filters = {Doc(R"({"big":{"$gte":10}})")};
  Update("{}", R"({"$set":{"a.$[big]":-1}})", options);
  EXPECT_EQ(Found("1"), R"({"_id":1,"timestamp":"2024-01-31","a":[2,1,-1]})");
}

// Little that becomes much is committed in pieces.
TEST_F(UpdateTest, AnUpdateThatMakesLargeDocumentsHoldsFewOfThem) {
  InsertMonths(9);
  for (int i = 10; i < 60; ++i) Must(things_.Insert(Timed(i, "2024-01-10")));
  DocumentBuilder update;
  update.BeginObject("$set").Add("text", std::string(1U << 20U, 'x')).End();
  const UpdateReport report = Must(things_.Update({}, update.Build(), {.many = true}));
  EXPECT_EQ(report.modified, 59U);
  EXPECT_EQ(Must(things_.Count(Matching(R"({"text":{"$exists":true}})"))), 59U);
}

TEST_F(UpdateTest, ReportsWhatWasDoneBeforeAnError) {
  Must(things_.Insert(Doc(R"({"_id":"old","timestamp":"2024-01-01","n":"text"})")));
  std::vector<Document> documents;
  for (int i = 0; i < 12'000; ++i) documents.push_back(Timed(i, "2024-02-10"));
  Must(things_.InsertMany(documents));
  UpdateReport done;
  EXPECT_TRUE(
      Fails(things_.Update({}, Doc(R"({"$inc":{"n":1}})"), {.many = true}, &done), ErrorCode::kInvalidArgument, "old"));
  EXPECT_GE(done.modified, 10'000U);
  EXPECT_EQ(Must(things_.Count(Matching(R"({"n":1})"))), done.modified);
}

TEST_F(UpdateTest, HeedsTheDeadline) {
  InsertMonths(3);
  CancelFlag cancel;
  cancel.Cancel();
  Query query;
  query.call.cancel = &cancel;
  EXPECT_TRUE(Fails(things_.Update(query, Doc(R"({"$set":{"a":1}})"), {.many = true}), ErrorCode::kCancelled));
}

TEST_F(UpdateTest, ManyDocumentsInSegmentsAndTailsOfSeveralMonths) {
  std::vector<Document> documents;
  for (int i = 0; i < 25'000; ++i) documents.push_back(Timed(i, "2024-0" + std::to_string(1 + i % 3) + "-15"));
  Must(things_.InsertMany(std::span(documents).first(20'000)));
  Must(database_->SealAll());
  Must(things_.InsertMany(std::span(documents).subspan(20'000)));
  const UpdateReport report = UpdateAll(R"({"_id":{"$mod":[2,0]}})", R"({"$set":{"even":true}})");
  EXPECT_EQ(report.matched, 12'500U);
  EXPECT_EQ(report.modified, 12'500U);
  EXPECT_EQ(Must(things_.Count(Matching(R"({"even":true})"))), 12'500U);
  EXPECT_EQ(Must(things_.Count({})), 25'000U);
  EXPECT_EQ(FaultsOf(*database_), "");
}

// Each increment is made on the document as it is then, whoever changed it before.
TEST_F(UpdateTest, ConcurrentUpdatesLoseNothing) {
  Must(things_.Insert(Timed(1, "2024-01-31")));
  constexpr int kThreads = 4;
  constexpr int kTimes = 200;
  std::vector<std::thread> threads;
  std::atomic<int> failures{0};
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kTimes; ++i) {
        const std::string month = i % 2 == 0 ? "2024-02-01" : "2024-01-01";
        const std::string update =
            R"({"$inc":{"n":1},"$set":{"timestamp":")" + month + R"(","by":)" + std::to_string(t) + "}}";
        const auto report = things_.Update(Matching(R"({"_id":1})"), Doc(update));
        if (!report.has_value() || report->modified != 1) ++failures;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failures, 0);
  const auto document = Must(things_.Get(Value::Int(1)));
  EXPECT_EQ(document->Get("n").as_integer(), kThreads * kTimes);
  EXPECT_EQ(Must(things_.Count({})), 1U);
  EXPECT_EQ(FaultsOf(*database_), "");
}

TEST_F(UpdateTest, ConcurrentUpsertsInsertOnce) {
  constexpr int kThreads = 4;
  std::vector<std::thread> threads;
  std::atomic<int> inserted{0};
  std::atomic<int> failures{0};
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 100; ++i) {
        const std::string filter = R"({"_id":)" + std::to_string(i) + "}";
        const auto report = things_.Update(
            Matching(filter), Doc(R"({"$inc":{"n":1},"$set":{"timestamp":"2024-01-01"}})"), {.upsert = true});
        if (!report.has_value()) {
          ++failures;
        } else if (report->upserted_id) {
          ++inserted;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failures, 0);
  EXPECT_EQ(inserted, 100);
  EXPECT_EQ(Must(things_.Count(Matching(R"({"n":4})"))), 100U);
}

TEST(UpdatePlain, WorksWithoutATimeField) {
  const auto database = MemoryDatabase();
  CollectionSpec spec;
  spec.plain = true;
  Collection notes = Must(database->CreateCollection("notes", spec));
  Must(notes.Insert(Doc(R"({"_id":1,"a":1})")));
  const std::vector<std::string> before = FoundIds(notes);
  EXPECT_EQ(Must(notes.Update(Matching(R"({"a":1})"), Doc(R"({"$set":{"a":2}})"))).modified, 1U);
  EXPECT_EQ(All(notes)[0].ToJson(), R"({"_id":1,"a":2})");
  EXPECT_EQ(Must(notes.Update(Matching(R"({"_id":2})"), Doc(R"({"$set":{"a":3}})"), {.upsert = true}))
                .upserted_id->value()
                .as_integer(),
            2);
}

}  // namespace
}  // namespace kalends
