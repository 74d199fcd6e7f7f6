// What find and count answer, wherever the rows lie: in tails, in one segment, in several. model_test.cc has the random
// cases.
#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "tests/engine/engine_test_support.h"

namespace kalends {
namespace {

using Names = std::vector<std::string>;

// The same documents in each of the places where rows can lie.
class Viewing : public ::testing::TestWithParam<const char*> {
 protected:
  Viewing() : database_(MemoryDatabase()), things_(Must(database_->CreateCollection("things", {}))) {}
  void Insert(int id, std::string_view time) {
    Must(things_.Insert(Timed(id, time)));
    if (GetParam() == std::string("segments")) Must(database_->SealAll());
    if (GetParam() == std::string("both") && id == 4) Must(database_->SealAll());
  }
  void InsertEight() {
    // Not in the order of time, and with equal times: 1, 4 and 6; 3 and 5.
    Insert(0, "2024-01-20");
    Insert(1, "2024-01-10");
    Insert(2, "2024-02-05");
    Insert(3, "2024-01-01");
    Insert(4, "2024-01-10");
    Insert(5, "2024-01-01");
    Insert(6, "2024-01-10");
    Insert(7, "2023-12-31");
    if (GetParam() == std::string("segment")) Must(database_->SealAll());
  }
  const std::unique_ptr<Database> database_;
  Collection things_;
};
INSTANTIATE_TEST_SUITE_P(Places, Viewing, ::testing::Values("tail", "segment", "segments", "both"),
                         [](const auto& place) { return std::string(place.param); });

TEST_P(Viewing, OrdersByTimeAndEqualTimesByTheirCommit) {
  InsertEight();
  EXPECT_EQ(FoundIds(things_, OldestFirst()), (Names{"7", "3", "5", "1", "4", "6", "0", "2"}));
  EXPECT_EQ(FoundIds(things_), (Names{"2", "0", "6", "4", "1", "5", "3", "7"}));
}

TEST_P(Viewing, TakesTheBeginOfARangeAndLeavesItsEnd) {
  InsertEight();
  EXPECT_EQ(FoundIds(things_, Between("2024-01-01", "2024-01-10")), (Names{"5", "3"}));
  EXPECT_EQ(FoundIds(things_, Between("2024-01-10", "2024-01-10T00:00:00.000001Z")), (Names{"6", "4", "1"}));
  EXPECT_TRUE(FoundIds(things_, Between("2024-01-10", "2024-01-10")).empty());
  EXPECT_TRUE(FoundIds(things_, Between("2024-01-10", "2024-01-01")).empty());
  EXPECT_TRUE(FoundIds(things_, Between("2025-01-01", "2026-01-01")).empty());
}

TEST_P(Viewing, SkipsAndLimitsAndCountsAll) {
  InsertEight();
  Query query;
  for (std::uint64_t skip = 0; skip <= 9; ++skip) {
    for (std::uint64_t limit = 0; limit <= 9; ++limit) {
      query.skip = skip;
      query.limit = limit;
      const Page page = Must(things_.FindPage(query));
      const Names all = {"2", "0", "6", "4", "1", "5", "3", "7"};
      Names expected;
      for (std::uint64_t i = skip; i < std::min<std::uint64_t>(all.size(), skip + limit); ++i)
        expected.push_back(all[i]);
      EXPECT_EQ(IdsOf(page.documents), expected) << skip << " " << limit;
      EXPECT_EQ(page.total, 8U);
      EXPECT_EQ(Must(things_.Count(query)), 8U);
    }
  }
}

TEST_P(Viewing, LeavesOutWhatWasDeleted) {
  InsertEight();
  for (const int id : {4, 2, 7}) EXPECT_TRUE(Must(things_.Delete(Value::Int(id))));
  EXPECT_EQ(FoundIds(things_), (Names{"0", "6", "1", "5", "3"}));
  EXPECT_EQ(Must(things_.Count({})), 5U);
  EXPECT_EQ(Must(things_.Count(Between("2024-01-10", "2024-01-11"))), 2U);
  // A replaced document is a new one among those of its time.
  EXPECT_TRUE(Must(things_.Replace(Value::Int(1), Timed(1, "2024-01-10"))));
  EXPECT_EQ(FoundIds(things_), (Names{"0", "1", "6", "5", "3"}));
  Must(database_->SealAll());
  EXPECT_EQ(FoundIds(things_), (Names{"0", "1", "6", "5", "3"}));
}

TEST_P(Viewing, FindsById) {
  InsertEight();
  for (int id = 0; id < 8; ++id) {
    const Query query = Matching(R"({"_id":)" + std::to_string(id) + "}");
    EXPECT_EQ(FoundIds(things_, query), Names{std::to_string(id)});
    EXPECT_EQ(Must(things_.Count(query)), 1U);
  }
  EXPECT_EQ(FoundIds(things_, Matching(R"({"_id":{"$in":[1,7,9]}})")), (Names{"1", "7"}));
  EXPECT_TRUE(FoundIds(things_, Matching(R"({"_id":9})")).empty());
  // The id alone does not decide.
  Query query = Matching(R"({"_id":1,"timestamp":{"$gt":"2024-01-10"}})");
  EXPECT_TRUE(FoundIds(things_, query).empty());
  query = Matching(R"({"_id":1})");
  query.time.begin = At("2024-01-11");
  EXPECT_TRUE(FoundIds(things_, query).empty());
  query = Matching(R"({"_id":1})");
  query.skip = 1;
  EXPECT_TRUE(FoundIds(things_, query).empty());
  EXPECT_EQ(Must(things_.FindPage(query)).total, 1U);
}

TEST_P(Viewing, ShowsACursorWhatWasThereWhenItWasMade) {
  InsertEight();
  Cursor cursor = Must(things_.Find({}));
  Must(things_.Insert(Timed(8, "2024-01-15")));
  EXPECT_TRUE(Must(things_.Delete(Value::Int(6))));
  EXPECT_TRUE(Must(things_.Replace(Value::Int(0), Timed(0, "2025-01-01"))));
  Must(database_->SealAll());
  EXPECT_EQ(IdsOf(Must(cursor.ToVector())), (Names{"2", "0", "6", "4", "1", "5", "3", "7"}));
  Document document;
  EXPECT_FALSE(Must(cursor.Next(&document)));
  EXPECT_EQ(FoundIds(things_), (Names{"0", "2", "8", "4", "1", "5", "3", "7"}));
}

TEST(View, KeepsDocumentsAfterTheirCursorIsGone) {
  const auto database = MemoryDatabase();
  Collection things = Must(database->CreateCollection("things", {}));
  Must(things.Insert(Timed(1, "2024-01-15")));
  std::vector<Document> documents = All(things);
  Must(database->Drop("things", std::nullopt, false));
  EXPECT_EQ(documents.at(0).ToJson(), Timed(1, "2024-01-15").ToJson());
}

TEST(View, RefusesWhatIsNotInTheLanguageNamingIt) {
  const auto database = MemoryDatabase();
  Collection things = Must(database->CreateCollection("things", {}));
  EXPECT_TRUE(Fails(things.Find(Matching(R"({"a":{"$foo":1}})")), ErrorCode::kInvalidArgument, "$foo"));
  EXPECT_TRUE(Fails(things.Count(Matching(R"({"$bar":1})")), ErrorCode::kInvalidArgument, "$bar"));
  EXPECT_TRUE(Fails(things.FindPage(Matching(R"({"timestamp":{"$gt":"soon"}})")), ErrorCode::kInvalidArgument, "soon"));
}

TEST(View, StopsWhereCancelledOrPastItsDeadline) {
  const auto database = MemoryDatabase();
  Collection things = Must(database->CreateCollection("things", {}));
  std::vector<Document> documents;
  for (int id = 0; id < 10'000; ++id) documents.push_back(Timed(id, "2024-01-15"));
  Must(things.InsertMany(documents));
  CancelFlag cancel;
  Query query;
  query.call.cancel = &cancel;
  Cursor cursor = Must(things.Find(query));
  Document document;
  ASSERT_TRUE(Must(cursor.Next(&document)));
  cancel.Cancel();
  const auto left = cursor.ToVector();
  EXPECT_TRUE(Fails(left, ErrorCode::kCancelled));
  EXPECT_TRUE(Fails(cursor.Next(&document), ErrorCode::kCancelled)) << "the error stays";
  EXPECT_TRUE(Fails(things.Count(query), ErrorCode::kCancelled));
  Query late;
  late.call.deadline = std::chrono::steady_clock::now() - std::chrono::seconds(1);
  EXPECT_TRUE(Fails(things.FindPage(late), ErrorCode::kDeadlineExceeded));
}

// More rows than one tail and one block of a segment hold.
TEST(View, SpansManyTailsSegmentsAndBlocks) {
  const auto database = MemoryDatabase();
  CollectionSpec spec;
  spec.codec = Codec::kNone;
  Collection things = Must(database->CreateCollection("things", spec));
  constexpr int kRows = 150'000;
  std::vector<Document> documents;
  for (int id = 0; id < kRows; ++id) {
    // Back and forth in time, each minute of the month.
    const std::int64_t minute = static_cast<std::int64_t>(id) * 7919 % 40'000;
    DocumentBuilder builder;
    documents.push_back(
        builder.Add("_id", id).Add("timestamp", Value::DateMs(1'704'067'200'000 + minute * 60'000)).Build());
    if (documents.size() == 10'000) {
      Must(things.InsertMany(documents));
      documents.clear();
    }
  }
  for (const bool sealed : {false, true}) {
    if (sealed) Must(database->SealAll());
    EXPECT_EQ(Must(things.Count({})), static_cast<std::uint64_t>(kRows));
    Query query = Between("2024-01-10", "2024-01-11");
    const std::uint64_t of_a_day = Must(things.Count(query));
    EXPECT_NEAR(static_cast<double>(of_a_day), kRows * 1440.0 / 40'000, 100);
    const std::vector<Document> found = All(things, query);
    EXPECT_EQ(found.size(), of_a_day);
    for (std::size_t i = 1; i < found.size(); ++i) {
      const std::int64_t before = found[i - 1].Get("timestamp").as_date_ms();
      const std::int64_t time = found[i].Get("timestamp").as_date_ms();
      ASSERT_TRUE(time < before ||
                  (time == before && found[i].Get("_id").as_integer() < found[i - 1].Get("_id").as_integer()))
          << i;
    }
    query.limit = 3;
    query.skip = 1000;
    EXPECT_EQ(IdsOf(All(things, query)), IdsOf(std::vector<Document>(found.begin() + 1000, found.begin() + 1003)));
  }
  EXPECT_TRUE(Fails(things.Insert(Timed(77'777, "2024-05-01")), ErrorCode::kAlreadyExists));
  EXPECT_TRUE(Must(things.Get(Value::Int(149'999))).has_value());
}

}  // namespace
}  // namespace kalends
