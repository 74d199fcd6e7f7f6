#include "query/top_rows.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "tests/query/fake_partition.h"

namespace kalends {
namespace {

SortSpec Spec(const std::string& sort) {
  return SortSpec::Parse(OwnedValue::FromJson(sort).value().value(), FilterContext()).value();
}

FakePartition Partition(std::uint32_t generation) { return {Generation{generation}, TimeRange(), {}, {}, {}}; }

struct Offered {
  int a;
  int b;
  std::int64_t time;
  std::uint32_t generation;
  std::uint64_t row;
  bool operator==(const Offered&) const = default;
};

Offered Read(const TopRows::Row& row) {
  return {.a = static_cast<int>(row.key[0].as_integer()),
          .b = static_cast<int>(row.key[1].as_integer()),
          .time = row.position.time.value,
          .generation = row.position.generation.value,
          .row = row.position.row.value};
}

std::vector<Offered> RowsOf(const TopRows& top) {
  std::vector<Offered> rows;
  for (std::size_t i = 0; i < top.size(); ++i) rows.push_back(Read(top.row(i)));
  return rows;
}

class TopRowsTest : public testing::Test {
 protected:
  Status Add(TopRows* top, const Offered& row) {
    // Gone after the call: what is kept must be a copy.
    const std::vector<Value> key = {Value::Int(row.a), Value::Int(row.b)};
    return top->Add(key, TimeUs{row.time}, {&partitions_.at(row.generation), RowId{row.row}});
  }

  std::vector<FakePartition> partitions_ = {Partition(0), Partition(1), Partition(2)};
};

// By the keys, each in its direction; then by place, in the direction of the first key.
bool IsBefore(const Offered& a, const Offered& b, bool a_descends, bool b_descends) {
  if (a.a != b.a) return (a.a < b.a) != a_descends;
  if (a.b != b.b) return (a.b < b.b) != b_descends;
  const auto place = [](const Offered& row) { return std::tuple(row.time, row.generation, row.row); };
  return a_descends ? place(b) < place(a) : place(a) < place(b);
}

TEST_F(TopRowsTest, KeepsTheFirstRowsOfASort) {
  std::mt19937 random(5);
  for (int round = 0; round < 400; ++round) {
    const bool a_descends = random() % 2 == 0;
    const bool b_descends = random() % 2 == 0;
    std::vector<Offered> rows(random() % 200);
    for (std::uint64_t i = 0; i < rows.size(); ++i) {
      rows[i] = {.a = static_cast<int>(random() % 4),
                 .b = static_cast<int>(random() % 3),
                 .time = static_cast<std::int64_t>(random() % 3) - 1,
                 .generation = static_cast<std::uint32_t>(random() % 3),
                 .row = i};
    }
    std::vector<Offered> expected = rows;
    const auto is_before = [&](const Offered& a, const Offered& b) { return IsBefore(a, b, a_descends, b_descends); };
    std::sort(expected.begin(), expected.end(), is_before);

    TopRows::Options options;
    std::vector<Value> after_key;
    if (random() % 2 == 0 && !expected.empty()) {
      const Offered after = expected[random() % expected.size()];
      after_key = {Value::Double(after.a), Value::Int(after.b)};
      options.after = {.key = after_key,
                       .position = {TimeUs{after.time}, Generation{after.generation}, RowId{after.row}},
                       .partition = nullptr};
      std::erase_if(expected, [&](const Offered& row) { return !is_before(after, row); });
    }
    if (random() % 3 != 0) {
      options.rows_max = random() % 40;
      expected.resize(std::min<std::size_t>(expected.size(), *options.rows_max));
    }
    const SortSpec spec =
        Spec(std::string("{\"a\":") + (a_descends ? "-1" : "1") + ",\"b\":" + (b_descends ? "-1}" : "1}"));
    TopRows top(spec, options);
    for (const Offered& row : rows) ASSERT_TRUE(Add(&top, row).ok());
    top.Sort();
    ASSERT_EQ(RowsOf(top), expected) << "round " << round;
  }
}

TEST_F(TopRowsTest, TellsThePartitionOfARow) {
  const SortSpec spec = Spec(R"({"a":1,"b":1})");
  TopRows top(spec, {.rows_max = {}, .after = {}});
  ASSERT_TRUE(Add(&top, {.a = 2, .b = 0, .time = 5, .generation = 1, .row = 7}).ok());
  top.Sort();
  EXPECT_EQ(top.row(0).partition, &partitions_[1]);
}

TEST_F(TopRowsTest, CopiesValuesThatLieElsewhere) {
  const SortSpec spec = Spec(R"({"a":1})");
  TopRows top(spec, {.rows_max = 2, .after = {}});
  for (const char* word : {"pear", "apple", "quince", "fig"}) {
    const OwnedValue value(Value::String(word));
    ASSERT_TRUE(top.Add({&value.value(), 1}, TimeUs{0}, {partitions_.data(), RowId{0}}).ok());
  }
  top.Sort();
  ASSERT_EQ(top.size(), 2U);
  EXPECT_EQ(top.row(0).key[0].as_string(), "apple");
  EXPECT_EQ(top.row(1).key[0].as_string(), "fig");
}

TEST_F(TopRowsTest, BoundsTheMemoryOfWhatItKeeps) {
  const SortSpec spec = Spec(R"({"a":1,"b":1})");
  TopRows top(spec, {.rows_max = {}, .memory_bytes_max = 100'000, .after = {}});
  Status added;
  std::uint64_t rows = 0;
  while (added.ok() && rows < 10'000) added = Add(&top, {.a = 1, .b = 1, .time = 0, .generation = 0, .row = rows++});
  ASSERT_FALSE(added.ok());
  EXPECT_GT(rows, 500U);
  EXPECT_EQ(added.error().code(), ErrorCode::kLimitExceeded);
  EXPECT_EQ(added.error().message(),
            "sort: the rows take more than 100000 bytes of memory; add a limit or a narrower filter");
}

// However many rows are offered, and however large those are that come too late to be kept.
TEST_F(TopRowsTest, PaysForRowsThatItKeepsAlone) {
  const SortSpec spec = Spec(R"({"a":-1,"b":1})");
  TopRows top(spec, {.rows_max = 10, .memory_bytes_max = 10'000, .after = {}});
  for (int i = 0; i < 100'000; ++i) {
    ASSERT_TRUE(Add(&top, {.a = i, .b = 0, .time = 0, .generation = 0, .row = 0}).ok());
  }
  const std::string large(20'000, 'x');
  const std::vector<Value> key = {Value::Int(0), Value::String(large)};
  EXPECT_TRUE(top.Add(key, TimeUs{0}, {partitions_.data(), RowId{0}}).ok());
  top.Sort();
  EXPECT_EQ(top.size(), 10U);
  EXPECT_EQ(Read(top.row(0)).a, 99'999);
}

}  // namespace
}  // namespace kalends
