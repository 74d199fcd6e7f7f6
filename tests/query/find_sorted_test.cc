#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "kalends/document.h"
#include "query/find.h"
#include "tests/query/fake_partition.h"
#include "tests/query/random_store.h"

namespace kalends {
namespace {

using Place = RandomStore::Place;

const FilterContext kContext{.time_fields = {"t"}, .time_unit = TimeUnit::kMilliseconds, .id_field = "id"};

std::shared_ptr<const SortSpec> Sort(const Value& spec) {
  return std::make_shared<const SortSpec>(SortSpec::Parse(spec, kContext).value());
}
std::shared_ptr<const SortSpec> Sort(const std::string& spec) {
  return Sort(OwnedValue::FromJson(spec).value().value());
}
std::shared_ptr<const Filter> Parsed(const std::string& filter) {
  return Filter::Parse(OwnedValue::FromJson(filter).value().value(), kContext).value();
}

Result<std::vector<Place>> Found(std::vector<std::shared_ptr<const PartitionView>> partitions, FindPlan plan) {
  FindExecutor executor(std::move(partitions), std::move(plan));
  std::vector<Place> places;
  FindExecutor::Batch batch;
  for (;;) {
    const Result<bool> more = executor.Next(&batch);
    if (!more.has_value()) return more.error();
    if (!more.value()) return places;
    for (std::size_t i = 0; i < batch.rows.size(); ++i) {
      places.push_back({batch.rows[i].time, batch.partitions[i]->generation(), batch.row_ids[i]});
    }
  }
}
std::vector<std::uint64_t> FoundRows(const std::shared_ptr<FakePartition>& partition, FindPlan plan) {
  std::vector<std::uint64_t> rows;
  const auto places = Found({partition}, std::move(plan)).value();
  for (const Place& place : places) rows.push_back(place.row.value);
  return rows;
}
using Rows = std::vector<std::uint64_t>;

// {n: i * 7919 % count, kind: "k" + i % 3} for each i, in blocks of `run_rows`.
class Numbers {
 public:
  Numbers(std::uint32_t count, std::uint32_t run_rows) {
    std::vector<FakePartition::Row> rows;
    for (std::uint32_t i = 0; i < count; ++i) {
      const std::string kind = "k" + std::to_string(i % 3);
      const std::vector<Field> fields = {
          {"n", Value::Int(static_cast<int>(std::uint64_t{i} * 7919 % count))},
          {"kind", Value::String(arena_.Copy(kind))},
      };
      rows.push_back({.time = {i}, .id = {}, .root = Value::Object(arena_.Copy(std::span<const Field>(fields)))});
    }
    partition_ = std::make_shared<FakePartition>(Generation{1}, TimeRange(), std::move(rows),
                                                 std::vector<std::uint32_t>(count / run_rows, run_rows),
                                                 std::set<std::uint64_t>(), std::vector{FakeIndexing::kBlocks});
  }
  const std::shared_ptr<FakePartition>& partition() const { return partition_; }

 private:
  Arena arena_;
  std::shared_ptr<FakePartition> partition_;
};

TEST(FindSorted, TakesKeysFromColumnsAndReadsTheAnswerAlone) {
  const Numbers numbers(20011, 5000);
  FindStats stats;
  const FindPlan plan{.filter = Parsed("{}"), .sort = Sort(R"({"n":-1})"), .limit = 3, .stats = &stats};
  EXPECT_EQ(FoundRows(numbers.partition(), plan), FoundRows(numbers.partition()->WithoutIndexes(), plan));
  EXPECT_EQ(numbers.partition()->rows_read, 3U);
}

TEST(FindSorted, LooksAtFewRowsOfABlockAndLeavesOutBlocksByTheirExtremes) {
  std::vector<FakePartition::Row> rows;
  Arena arena;
  for (int i = 0; i < 40000; ++i) {
    const Field field{"n", Value::Int(i)};
    rows.push_back({.time = {i}, .id = {}, .root = Value::Object(arena.Copy(std::span(&field, 1)))});
  }
  const auto month =
      std::make_shared<FakePartition>(Generation{1}, TimeRange(), std::move(rows), std::vector<std::uint32_t>(4, 10000),
                                      std::set<std::uint64_t>{39999}, std::vector{FakeIndexing::kBlocks});
  FindStats stats;
  const FindPlan plan{.filter = Parsed("{}"), .sort = Sort(R"({"n":-1})"), .limit = 2, .stats = &stats};
  EXPECT_EQ(FoundRows(month, plan), (Rows{39998, 39997}));
  EXPECT_EQ(month->rows_read, 2U);
  EXPECT_EQ(stats.partitions.front().runs, 4U);
  EXPECT_EQ(stats.partitions.front().runs_pruned, 3U);
  EXPECT_LE(stats.rows_matched, 1024U);
}

TEST(FindSorted, EqualKeysAreDecidedByTimeInTheDirectionOfTheFirst) {
  const Numbers numbers(9000, 3000);
  const FindPlan newest{.filter = Parsed("{}"), .sort = Sort(R"({"kind":-1})"), .limit = 2};
  EXPECT_EQ(FoundRows(numbers.partition(), newest), (Rows{8999, 8996}));
  const FindPlan oldest{.filter = Parsed("{}"), .sort = Sort(R"({"kind":1})"), .skip = 1, .limit = 2};
  EXPECT_EQ(FoundRows(numbers.partition(), oldest), (Rows{3, 6}));
  EXPECT_EQ(numbers.partition()->rows_read, 4U);
}

TEST(FindSorted, TheTimeMayBeASecondField) {
  const Numbers numbers(6000, 3000);
  const FindPlan plan{.filter = Parsed("{}"), .sort = Sort(R"({"kind":1,"t":-1})"), .limit = 2};
  EXPECT_EQ(FoundRows(numbers.partition(), plan), (Rows{5997, 5994}));
  EXPECT_EQ(numbers.partition()->rows_read, 2U);
}

TEST(FindSorted, TheDeadlineAndTheCancelFlagEndTheCall) {
  const Numbers numbers(9000, 3000);
  const FindPlan late{
      .filter = Parsed("{}"), .sort = Sort(R"({"n":1})"), .call = {.deadline = std::chrono::steady_clock::now()}};
  const auto found = Found({numbers.partition()}, late);
  ASSERT_FALSE(found.has_value());
  EXPECT_EQ(found.error().code(), ErrorCode::kDeadlineExceeded);
}

// Blocks so large that their first column is looked through a piece after the other: numbers with NaN, other types,
// arrays, null and missing.
TEST(FindSorted, AgreesWhereBlocksAreLarge) {
  for (std::uint32_t seed = 0; seed < 12; ++seed) {
    Arena arena;
    RandomValues random(seed, &arena);
    std::vector<FakePartition::Row> rows;
    std::set<std::uint64_t> deleted;
    for (int i = 0; i < 12000; ++i) {
      std::vector<Field> fields = {{"b", Value::Int(i % 7)}};
      if (!random.OneIn(10)) {
        const Value number = Value::Double(static_cast<double>(random.Below(1U << 30U)) / 1024);
        fields.push_back({"n", random.OneIn(100) ? random.Any(1) : random.OneIn(50) ? random.Scalar() : number});
      }
      if (random.OneIn(20)) deleted.insert(static_cast<std::uint64_t>(i));
      rows.push_back({.time = {i ^ 3}, .id = {}, .root = random.Object(fields)});
    }
    const auto month =
        std::make_shared<FakePartition>(Generation{1}, TimeRange(), std::move(rows), std::vector<std::uint32_t>{5000},
                                        deleted, std::vector{FakeIndexing::kBlocks});
    const auto plain = month->WithoutIndexes();
    for (const char* sort : {R"({"n":1})", R"({"n":-1})", R"({"b":-1,"n":1})", R"({"n":-1,"b":1})", R"({"none":1})"}) {
      for (const std::uint64_t limit : {1U, 10U, 700U, 4000U}) {
        const FindPlan plan{
            .filter = Parsed(seed % 2 == 0 ? "{}" : R"({"b":{"$lt":6}})"), .sort = Sort(sort), .limit = limit};
        ASSERT_EQ(FoundRows(month, plan), FoundRows(plain, plan)) << "seed " << seed << ": " << sort << " " << limit;
      }
    }
    EXPECT_LT(month->rows_read, plain->rows_read / 3);
  }
}

// What is sorted by indexes against what is sorted by reading all rows.
TEST(FindSorted, AgreesWithPartitionsThatHaveNoIndexes) {
  std::uint64_t rows_read = 0;
  std::uint64_t rows_read_without = 0;
  for (std::uint32_t seed = 0; seed < 1000; ++seed) {
    RandomStore store(seed);
    for (int i = 0; i < 5; ++i) {
      RandomQuestion question(&store);
      std::vector<Field> fields;
      for (const char* name : {"a", "b", "a.b", "t", "id", "missing"}) {
        if (store.random().OneIn(3)) fields.push_back({name, Value::Int(store.random().OneIn(2) ? 1 : -1)});
      }
      if (fields.empty() || fields.front().name == "t") continue;
      question.plan.sort = Sort(Value::Object(fields));
      const auto expected = Found(store.PartitionsWithoutIndexes(), question.plan);
      const auto found = Found(store.partitions(), question.plan);
      // Rows that cannot be among the first are left out, and their errors with them.
      if (!expected.has_value()) continue;
      ASSERT_TRUE(found.has_value()) << found.error().message();
      ASSERT_EQ(found.value(), expected.value())
          << "seed " << seed << ": " << ToJson(question.value) << " sorted by " << ToJson(Value::Object(fields));
    }
    for (const auto& partition : store.fakes()) {
      rows_read += partition->rows_read;
      ASSERT_EQ(partition->reads_before_load, 0U);
    }
    for (const auto& partition : store.fakes_without_indexes()) rows_read_without += partition->rows_read;
  }
  EXPECT_LT(rows_read, rows_read_without * 9 / 10);
}

}  // namespace
}  // namespace kalends
