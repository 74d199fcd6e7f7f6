// What is read where lists and columns know which rows match: by time, and counting.
#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "kalends/document.h"
#include "query/find.h"
#include "tests/query/fake_partition.h"

namespace kalends {
namespace {

std::shared_ptr<const Filter> Parsed(const std::string& filter) {
  return Filter::Parse(OwnedValue::FromJson(filter).value().value(), {.time_fields = {"t"}, .id_field = "id"}).value();
}

// {a: "s" + i % 100, n: i, x: i % 2 == 0 ? [i] : i} at the time i, in 10 runs of 2,000 rows. `a` is indexed.
class Sessions {
 public:
  explicit Sessions(FakeIndexing indexing, std::set<std::uint64_t> deleted = {}, bool in_order = true) {
    std::vector<FakePartition::Row> rows;
    for (int i = 0; i < 20000; ++i) {
      const Value value = Value::Int(i);
      const Field fields[] = {{"a", Value::String(arena_.Copy("s" + std::to_string(i % 100)))},
                              {"n", value},
                              {"x", i % 2 == 0 ? Value::Array(arena_.Copy(std::span(&value, 1))) : value}};
      // Pairs change places where times are not in order.
      rows.push_back({.time = {in_order ? i : i ^ 1},
                      .id = {},
                      .root = Value::Object(arena_.Copy(std::span<const Field>(fields)))});
    }
    month_ = std::make_shared<FakePartition>(Generation{1}, TimeRange(), std::move(rows),
                                             std::vector<std::uint32_t>(10, 2000), std::move(deleted),
                                             std::vector{indexing});
  }

  std::vector<std::int64_t> Find(const std::string& filter, FindPlan plan) {
    plan.filter = Parsed(filter);
    FindExecutor executor({month_}, plan);
    std::vector<std::int64_t> times;
    FindExecutor::Batch batch;
    while (executor.Next(&batch).value()) {
      for (const StoredRow& row : batch.rows) times.push_back(row.time.value);
    }
    return times;
  }
  std::uint64_t Count(const std::string& filter, FindPlan plan = {}) {
    plan.filter = Parsed(filter);
    return CountMatches({month_}, plan).value();
  }
  const FakePartition& month() const { return *month_; }

 private:
  Arena arena_;
  std::shared_ptr<FakePartition> month_;
};
using Times = std::vector<std::int64_t>;

TEST(FindSelected, TheNewestOfASessionAreOneListARunAndOneReadOfTheAnswer) {
  Sessions sessions(FakeIndexing::kBlocks);
  FindStats stats;
  const Times found = sessions.Find(R"({"a":"s7"})", {.limit = 30, .stats = &stats});
  ASSERT_EQ(found.size(), 30U);
  EXPECT_EQ(found.front(), 19907);
  EXPECT_EQ(found.back(), 17007);
  EXPECT_EQ(sessions.month().rows_read, 30U);
  EXPECT_EQ(sessions.month().reads, 1U);
  EXPECT_EQ(sessions.month().asked.lists, 2U) << "20 rows a run";
  EXPECT_EQ(sessions.month().asked.columns, 0U);
  EXPECT_EQ(sessions.month().runs_loaded, 2U);
  EXPECT_EQ(stats.partitions.front().runs, 10U);
  EXPECT_EQ(stats.partitions.front().runs_by_lists, 2U);
  EXPECT_EQ(stats.partitions.front().runs_by_rows, 0U);
  EXPECT_EQ(stats.partitions.front().rows_certain, 40U);
  EXPECT_EQ(stats.rows_read, 30U);
}

TEST(FindSelected, SkipPassesOverCertainRowsWithoutReadingThem) {
  Sessions sessions(FakeIndexing::kBlocks, {19907, 19807});
  EXPECT_EQ(sessions.Find(R"({"a":"s7"})", {.skip = 100, .limit = 2}), (Times{9707, 9607}));
  EXPECT_EQ(sessions.month().rows_read, 2U);
}

TEST(FindSelected, AColumnAndATimeRangeAreMet) {
  Sessions sessions(FakeIndexing::kBlocks);
  EXPECT_EQ(sessions.Find(R"({"n":{"$gte":5000,"$lt":6000}})", {.time = {{5998}, {30000}}}), (Times{5999, 5998}));
  EXPECT_EQ(sessions.month().rows_read, 2U);
  EXPECT_EQ(sessions.month().asked.lists, 0U);
}

TEST(FindSelected, ExtremesTellWhichColumnsNeedNotBeRead) {
  Sessions sessions(FakeIndexing::kBlocks);
  EXPECT_EQ(sessions.Count(R"({"n":{"$gte":17990}})"), 2010U);
  EXPECT_EQ(sessions.month().asked.columns, 2U);
  EXPECT_EQ(sessions.Count(R"({"n":{"$in":[5,5.5,2001,"x"]}})"), 2U);
  EXPECT_EQ(sessions.month().asked.columns, 4U);
  EXPECT_EQ(sessions.Count(R"({"n":{"$lt":0}})"), 0U);
  EXPECT_EQ(sessions.Count(R"({"n":"x"})"), 0U);
  EXPECT_EQ(sessions.month().asked.columns, 4U);
  EXPECT_EQ(sessions.Count(R"({"n":{"$ne":5}})"), 19999U);
  EXPECT_EQ(sessions.month().asked.columns, 5U);
  EXPECT_EQ(sessions.month().rows_read, 0U);
}

TEST(FindSelected, OnlyWhatNothingElseKnowsIsAsked) {
  Sessions sessions(FakeIndexing::kBlocks);
  EXPECT_EQ(sessions.Find(R"({"x":{"$in":[16,17]}})", {}), (Times{17, 16}));
  EXPECT_EQ(sessions.month().rows_read, 10001U) << "arrays are, and the one that is known to match";
}

TEST(FindSelected, ATailNarrowsWhatIsAsked) {
  Sessions sessions(FakeIndexing::kTails);
  EXPECT_EQ(sessions.Find(R"({"a":"s7"})", {.limit = 3}), (Times{19907, 19807, 19707}));
  EXPECT_EQ(sessions.month().asked.lists, 1U);
  EXPECT_LE(sessions.month().rows_read, 50U);
}

TEST(FindSelected, RowsOutOfTimeOrderComeInTimeOrder) {
  Sessions sessions(FakeIndexing::kBlocks, {}, false);
  EXPECT_EQ(sessions.Find(R"({"a":{"$in":["s6","s7"]}})", {.limit = 4}), (Times{19907, 19906, 19807, 19806}));
  EXPECT_EQ(sessions.Find(R"({"n":{"$gte":100}})", {.order = Order::kOldestFirst, .limit = 3}), (Times{100, 101, 102}));
}

TEST(FindSelected, TimesInsideOrAreTimesOfTheRun) {
  Sessions sessions(FakeIndexing::kBlocks);
  const std::string filter = R"({"$or":[{"t":{"$lt":{"$date":"1970-01-01T00:00:00.001Z"}},"n":{"$lt":2}},{"n":5000}]})";
  EXPECT_EQ(sessions.Find(filter, {}), (Times{5000, 1, 0}));
  EXPECT_EQ(sessions.month().rows_read, 3U);
}

TEST(CountSelected, ReadsNoRowThatIsKnown) {
  Sessions sessions(FakeIndexing::kBlocks, {7, 107, 200});
  EXPECT_EQ(sessions.Count(R"({"a":"s7"})"), 198U);
  EXPECT_EQ(sessions.Count(R"({"n":{"$gte":15000}})", {.time = {{15500}, {15600}}}), 100U);
  EXPECT_EQ(sessions.Count(R"({"a":{"$ne":"s7"}})"), 19799U);
  EXPECT_EQ(sessions.Count(R"({"$or":[{"a":"s7"},{"n":8}]})"), 199U);
  EXPECT_EQ(sessions.month().rows_read, 0U);
  EXPECT_EQ(sessions.Count(R"({"x":{"$gte":19990}})"), 10U);
  EXPECT_EQ(sessions.month().rows_read, 9999U) << "the arrays that live";
}

TEST(CountSelected, MonthsAreCountedOnThreadsAtOnce) {
  std::vector<std::shared_ptr<const PartitionView>> months;
  Arena arena;
  for (std::uint32_t month = 0; month < 16; ++month) {
    std::vector<FakePartition::Row> rows;
    for (int i = 0; i < 65000; ++i) {
      const Field field{"n", Value::Int(i % 10)};
      rows.push_back({.time = {i}, .id = {}, .root = Value::Object(arena.Copy(std::span(&field, 1)))});
    }
    months.push_back(std::make_shared<FakePartition>(Generation{month + 1}, TimeRange(), std::move(rows),
                                                     std::vector<std::uint32_t>(), std::set<std::uint64_t>(),
                                                     std::vector{FakeIndexing::kBlocks}));
  }
  FindStats stats;
  const FindPlan plan{.filter = Parsed(R"({"n":{"$lt":3}})"), .threads = 3, .stats = &stats};
  EXPECT_EQ(CountMatches(months, plan).value(), 312000U);
  ASSERT_EQ(stats.partitions.size(), 16U);
  for (const auto& partition : stats.partitions) EXPECT_EQ(partition.rows_certain, 19500U);

  CancelFlag cancel;
  cancel.Cancel();
  const FindPlan cancelled{.filter = plan.filter, .call = {.deadline = {}, .cancel = &cancel}, .threads = 3};
  EXPECT_EQ(CountMatches(months, cancelled).error().code(), ErrorCode::kCancelled);
}

}  // namespace
}  // namespace kalends
