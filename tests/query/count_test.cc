#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <vector>

#include "query/find.h"
#include "tests/query/fake_partition.h"
#include "tests/query/random_store.h"

namespace kalends {
namespace {

std::shared_ptr<const Filter> ParsedFilter(const Value& value) {
  return Filter::Parse(value, {.time_fields = {"t"}, .time_unit = TimeUnit::kMilliseconds, .id_field = "id"}).value();
}
std::shared_ptr<const Filter> Everything() { return ParsedFilter(Value::Object({})); }

// A thousand empty documents at the times 0 to 999, in ten runs; 10 rows are deleted.
std::shared_ptr<FakePartition> Thousand() {
  std::vector<FakePartition::Row> rows;
  for (std::int64_t time = 0; time < 1000; ++time)
    rows.push_back({.time = {time}, .id = {}, .root = Value::Object({})});
  return std::make_shared<FakePartition>(Generation{1}, TimeRange(), std::move(rows),
                                         std::vector<std::uint32_t>(10, 100),
                                         std::set<std::uint64_t>{0, 1, 2, 149, 150, 151, 250, 500, 600, 999});
}

TEST(Count, EverythingIsCountedWithoutReadingRowsOrTimes) {
  const auto month = Thousand();
  EXPECT_EQ(CountMatches({month}, {.filter = Everything()}).value(), 990U);
  EXPECT_EQ(month->rows_read, 0U);
  EXPECT_EQ(month->runs_loaded, 0U);
}

TEST(Count, ATimeRangeLoadsTheRunsAtItsEndsAlone) {
  const auto month = Thousand();
  EXPECT_EQ(CountMatches({month}, {.filter = Everything(), .time = {{150}, {550}}}).value(), 396U);
  EXPECT_EQ(month->rows_read, 0U);
  EXPECT_EQ(month->runs_loaded, 2U);
}

TEST(Count, SkipLimitAndOrderAreNotHeeded) {
  EXPECT_EQ(
      CountMatches({Thousand()}, {.filter = Everything(), .order = Order::kOldestFirst, .skip = 5, .limit = 7}).value(),
      990U);
}

TEST(Count, ReadsTheLivingRowsOfTheRangeWhereDocumentsDecide) {
  const auto month = Thousand();
  const Field field[] = {{"a", Value::Null()}};
  EXPECT_EQ(CountMatches({month}, {.filter = ParsedFilter(Value::Object(field)), .time = {{150}, {550}}}).value(),
            396U);
  EXPECT_EQ(month->rows_read, 396U);
}

TEST(Count, ErrorsAndDeadlinesArePassedOn) {
  const auto month = Thousand();
  month->fail_reads = true;
  const Field field[] = {{"a", Value::Null()}};
  const auto failed = CountMatches({month}, {.filter = ParsedFilter(Value::Object(field))});
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().code(), ErrorCode::kCorruption);
  const auto late =
      CountMatches({month}, {.filter = Everything(), .call = {.deadline = std::chrono::steady_clock::now()}});
  ASSERT_FALSE(late.has_value());
  EXPECT_EQ(late.error().code(), ErrorCode::kDeadlineExceeded);
}

TEST(Count, AgreesWithTheModelOnRandomQuestions) {
  for (std::uint32_t seed = 0; seed < 1500; ++seed) {
    RandomStore store(seed);
    for (int i = 0; i < 5; ++i) {
      const RandomQuestion question(&store);
      const auto expected = store.Matching(naive::Model(question.context), question.value, question.plan.time);
      const auto count = CountMatches(store.partitions(), question.plan);
      ASSERT_TRUE(count.has_value()) << count.error().message();
      ASSERT_EQ(count.value(), expected.size()) << "seed " << seed << ": " << ToJson(question.value);
    }
    for (const auto& partition : store.fakes()) ASSERT_EQ(partition->reads_before_load, 0U);
  }
}

}  // namespace
}  // namespace kalends
