#include "query/find.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "tests/query/fake_partition.h"
#include "tests/query/random_store.h"

namespace kalends {
namespace {

std::shared_ptr<const Filter> ParsedFilter(const Value& value) {
  return Filter::Parse(value, {.time_fields = {"t"}, .time_unit = TimeUnit::kMilliseconds, .id_field = "id"}).value();
}
std::shared_ptr<const Filter> Everything() { return ParsedFilter(Value::Object({})); }
// Matches no row of the partitions below, but only a look at the documents tells.
std::shared_ptr<const Filter> NoneAfterReading() {
  const Field field[] = {{"a", Value::Int(1)}};
  return ParsedFilter(Value::Object(field));
}

// A partition of empty documents at these times, in runs of `run_rows`.
std::shared_ptr<FakePartition> Partition(std::uint32_t generation, const std::vector<std::int64_t>& times,
                                         const std::vector<std::uint32_t>& run_rows = {},
                                         std::set<std::uint64_t> deleted = {}, TimeRange range = {}) {
  std::vector<FakePartition::Row> rows;
  for (const std::int64_t time : times) rows.push_back({.time = {time}, .id = {}, .root = Value::Object({})});
  return std::make_shared<FakePartition>(Generation{generation}, range, std::move(rows), run_rows, std::move(deleted));
}
std::vector<std::int64_t> Counting(std::int64_t begin, std::int64_t end) {
  std::vector<std::int64_t> times(static_cast<std::size_t>(end - begin));
  std::iota(times.begin(), times.end(), begin);
  return times;
}

std::vector<RandomStore::Place> FoundPlaces(std::vector<std::shared_ptr<const PartitionView>> partitions,
                                            FindPlan plan) {
  FindExecutor executor(std::move(partitions), std::move(plan));
  std::vector<RandomStore::Place> places;
  FindExecutor::Batch batch;
  for (;;) {
    const Result<bool> more = executor.Next(&batch);
    EXPECT_TRUE(more.has_value()) << more.error().message();
    if (!more.has_value() || !more.value()) return places;
    EXPECT_FALSE(batch.rows.empty());
    EXPECT_EQ(batch.rows.size(), batch.row_ids.size());
    EXPECT_EQ(batch.rows.size(), batch.partitions.size());
    for (std::size_t i = 0; i < batch.rows.size(); ++i) {
      const auto* fake = static_cast<const FakePartition*>(batch.partitions[i]);
      EXPECT_TRUE(Identical(batch.rows[i].root, fake->rows()[batch.row_ids[i].value].root));
      places.push_back({batch.rows[i].time, fake->generation(), batch.row_ids[i]});
    }
  }
}
std::vector<std::int64_t> FoundTimes(std::vector<std::shared_ptr<const PartitionView>> partitions, FindPlan plan) {
  std::vector<std::int64_t> times;
  for (const auto& place : FoundPlaces(std::move(partitions), std::move(plan))) times.push_back(place.time.value);
  return times;
}
using Times = std::vector<std::int64_t>;

TEST(Find, MergesRunsInTheOrderOfTime) {
  const auto month = Partition(1, {5, 1, 3, 4, 2, 6}, {3, 3});
  EXPECT_EQ(FoundTimes({month}, {.filter = Everything(), .order = Order::kOldestFirst}), (Times{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(FoundTimes({month}, {.filter = Everything()}), (Times{6, 5, 4, 3, 2, 1}));
}

TEST(Find, EqualTimesFollowInTheOrderOfGenerationThenRow) {
  const auto older = Partition(1, {7, 7, 7}, {1, 1, 1});
  const auto newer = Partition(2, {7, 7});
  using Place = RandomStore::Place;
  std::vector<Place> expected = {{{7}, {1}, {0}}, {{7}, {1}, {1}}, {{7}, {1}, {2}}, {{7}, {2}, {0}}, {{7}, {2}, {1}}};
  EXPECT_EQ(FoundPlaces({newer, older}, {.filter = Everything(), .order = Order::kOldestFirst}), expected);
  std::reverse(expected.begin(), expected.end());
  EXPECT_EQ(FoundPlaces({newer, older}, {.filter = Everything()}), expected);
}

TEST(Find, GoesFromMonthToMonth) {
  const auto january = Partition(2, {3, 1}, {}, {}, {{0}, {10}});
  const auto february = Partition(1, {12, 11}, {}, {}, {{10}, {20}});
  EXPECT_EQ(FoundTimes({february, january}, {.filter = Everything()}), (Times{12, 11, 3, 1}));
  EXPECT_EQ(FoundTimes({february, january}, {.filter = Everything(), .time = {{3}, {12}}}), (Times{11, 3}));
}

TEST(Find, TheTimeRangeIsHalfOpenAndCutToThatOfTheFilter) {
  const auto month = Partition(1, {1000, 2000, 3000, 4000});
  EXPECT_EQ(FoundTimes({month}, {.filter = Everything(), .time = {{2000}, {4000}}}), (Times{3000, 2000}));
  const Field above[] = {{"$gt", Value::Int(2)}};
  const Field field[] = {{"t", Value::Object(above)}};
  const auto filter = ParsedFilter(Value::Object(field));
  EXPECT_EQ(FoundTimes({month}, {.filter = filter, .time = {{2000}, {4000}}}), (Times{3000}));
  EXPECT_EQ(month->rows_read, 3U);
  EXPECT_EQ(FoundTimes({month}, {.filter = filter, .time = {{0}, {2000}}}), Times());
}

TEST(Find, AnEarlyEndLoadsOnlyTheRunsItReaches) {
  const auto month = Partition(1, Counting(0, 10000), std::vector<std::uint32_t>(10, 1000));
  EXPECT_EQ(FoundTimes({month}, {.filter = Everything(), .limit = 100}).size(), 100U);
  EXPECT_EQ(month->runs_loaded, 1U);
  EXPECT_EQ(month->rows_read, 100U);
}

TEST(Find, SkipPassesOverRowsWithoutReadingThem) {
  const auto month = Partition(1, Counting(0, 10000), std::vector<std::uint32_t>(10, 1000), {9999, 5});
  EXPECT_EQ(FoundTimes({month}, {.filter = Everything(), .skip = 8500, .limit = 2}), (Times{1498, 1497}));
  EXPECT_EQ(month->rows_read, 2U);
  EXPECT_EQ(month->runs_loaded, 1U);  // Whole runs are passed over by their number of rows.
  EXPECT_EQ(FoundTimes({month}, {.filter = Everything(), .skip = 9998}), Times());
}

TEST(Find, NoLimitIsAllAndALimitOfZeroIsNone) {
  const auto month = Partition(1, Counting(0, 3000));
  EXPECT_EQ(FoundTimes({month}, {.filter = Everything()}).size(), 3000U);
  EXPECT_EQ(FoundTimes({month}, {.filter = Everything(), .limit = 0}), Times());
  EXPECT_EQ(FoundTimes({}, {.filter = Everything()}), Times());
}

TEST(Find, ADocumentOutlivesTheNextBatch) {
  const auto month = Partition(1, Counting(0, 1000));
  FindExecutor executor({month}, {.filter = Everything()});
  FindExecutor::Batch first;
  ASSERT_TRUE(executor.Next(&first).value());
  const std::shared_ptr<Arena> memory = first.arena;
  FindExecutor::Batch second;
  ASSERT_TRUE(executor.Next(&second).value());
  EXPECT_NE(memory, second.arena);
}

TEST(Find, AnErrorOfAReadIsPassedOnAndStays) {
  const auto month = Partition(1, Counting(0, 10));
  month->fail_reads = true;
  FindExecutor executor({month}, {.filter = Everything()});
  FindExecutor::Batch batch;
  for (int i = 0; i < 2; ++i) {
    const Result<bool> more = executor.Next(&batch);
    ASSERT_FALSE(more.has_value());
    EXPECT_EQ(more.error().code(), ErrorCode::kCorruption);
  }
}

TEST(Find, TheDeadlineAndTheCancelFlagEndTheCall) {
  const auto month = Partition(1, Counting(0, 10000));
  FindExecutor late({month}, {.filter = NoneAfterReading(), .call = {.deadline = std::chrono::steady_clock::now()}});
  FindExecutor::Batch batch;
  const Result<bool> passed = late.Next(&batch);
  ASSERT_FALSE(passed.has_value());
  EXPECT_EQ(passed.error().code(), ErrorCode::kDeadlineExceeded);
  EXPECT_EQ(passed.error().message(), "the deadline of the call passed after 0 rows");

  CancelFlag cancel;
  FindExecutor stopped({month}, {.filter = Everything(), .call = {.deadline = {}, .cancel = &cancel}});
  ASSERT_TRUE(stopped.Next(&batch).value());
  cancel.Cancel();
  const Result<bool> more = stopped.Next(&batch);
  ASSERT_FALSE(more.has_value());
  EXPECT_EQ(more.error().code(), ErrorCode::kCancelled);
  EXPECT_EQ(more.error().message(), "the call was cancelled after 128 rows");
}

TEST(Find, AgreesWithTheModelOnRandomQuestions) {
  std::size_t rows = 0;
  for (std::uint32_t seed = 0; seed < 1500; ++seed) {
    RandomStore store(seed);
    for (int i = 0; i < 5; ++i) {
      const RandomQuestion question(&store);
      ASSERT_NE(question.plan.filter, nullptr) << seed;
      const naive::Model model(question.context);
      auto expected = store.Matching(model, question.value, question.plan.time);
      if (question.plan.order == Order::kNewestFirst) std::reverse(expected.begin(), expected.end());
      expected.erase(expected.begin(),
                     expected.begin() + static_cast<std::ptrdiff_t>(std::min(question.plan.skip, expected.size())));
      expected.resize(std::min(expected.size(), question.plan.limit.value_or(UINT64_MAX)));
      ASSERT_EQ(FoundPlaces(store.partitions(), question.plan), expected)
          << "seed " << seed << ": " << ToJson(question.value);
      rows += expected.size();
    }
    for (const auto& partition : store.fakes()) ASSERT_EQ(partition->reads_before_load, 0U);
  }
  EXPECT_GT(rows, 100000U);
}

}  // namespace
}  // namespace kalends
