#include "engine/tail.h"

#include <algorithm>
#include <atomic>
#include <numeric>
#include <optional>
#include <random>
#include <thread>
#include <vector>

#include "tests/engine/engine_test_support.h"

namespace kalends {
namespace {

IdHash HashOf(std::uint64_t number) { return {number * 0x9E3779B97F4A7C15U, number * 0xC2B2AE3D27D4EB4FU + 1}; }

IndexPaths NoIndexes() { return std::make_shared<const std::vector<std::string>>(); }

TEST(Tail, KeepsWhatIsAppended) {
  Tail tail({100}, NoIndexes(), nullptr);
  EXPECT_EQ(tail.first_row(), RowId{100});
  EXPECT_EQ(tail.rows(), 0U);
  EXPECT_FALSE(tail.Find(HashOf(1), 0).has_value());
  tail.Append({{5}, HashOf(1), 10, {}, {}});
  tail.Append({{-3}, HashOf(2), 20, {}, {}});
  EXPECT_EQ(tail.rows(), 2U);
  EXPECT_EQ(tail.TimeAt(1), TimeUs{-3});
  EXPECT_EQ(tail.IdAt(1), HashOf(2));
  EXPECT_EQ(tail.JsonBytesAt(1), 20U);
}

TEST(Tail, FindsTheNewestRowOfAnIdBelowTheEndOfTheView) {
  Tail tail({0}, NoIndexes(), nullptr);
  tail.Append({{1}, HashOf(1), 0, {}, {}});
  tail.Append({{2}, HashOf(2), 0, {}, {}});
  tail.Append({{3}, HashOf(1), 0, {}, {}});
  EXPECT_EQ(tail.Find(HashOf(1), 3), std::optional<std::uint32_t>(2));
  EXPECT_EQ(tail.Find(HashOf(1), 2), std::optional<std::uint32_t>(0));
  EXPECT_FALSE(tail.Find(HashOf(2), 1).has_value());
  EXPECT_FALSE(tail.Find(HashOf(3), 3).has_value());
}

TEST(Tail, TellsApartHashesThatShareTheirPlaceInTheTable) {
  Tail tail({0}, NoIndexes(), nullptr);
  for (std::uint64_t high = 0; high < 100; ++high) tail.Append({{0}, {high, 77}, 0, {}, {}});
  for (std::uint64_t high = 0; high < 100; ++high)
    EXPECT_EQ(tail.Find({high, 77}, 100), std::optional<std::uint32_t>(high));
}

TEST(Tail, HoldsAsManyRowsAsASegment) {
  Tail tail({0}, NoIndexes(), nullptr);
  for (std::uint32_t row = 0; row < Tail::kRowsMax; ++row) tail.Append({{row % 1000}, HashOf(row), row, {}, {}});
  EXPECT_EQ(tail.rows(), Tail::kRowsMax);
  for (std::uint32_t row = 0; row < Tail::kRowsMax; row += 17) {
    ASSERT_EQ(tail.Find(HashOf(row), Tail::kRowsMax), std::optional<std::uint32_t>(row));
    ASSERT_EQ(tail.JsonBytesAt(row), row);
  }
}

// Asked for more and for fewer rows, as newer and older views do.
TEST(Tail, OrdersByTimeAndThenByRow) {
  std::mt19937 random(1);
  Tail tail({0}, NoIndexes(), nullptr);
  for (int i = 0; i < 5000; ++i)
    tail.Append({{static_cast<std::int64_t>(random() % 300) - 100}, HashOf(random()), 0, {}, {}});
  for (const std::uint32_t rows : {0U, 1U, 100U, 50U, 2000U, 2000U, 1999U, 5000U, 3U, 5000U}) {
    std::vector<std::uint32_t> expected(rows);
    std::iota(expected.begin(), expected.end(), 0U);
    std::stable_sort(expected.begin(), expected.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return tail.TimeAt(a) < tail.TimeAt(b); });
    ASSERT_EQ(*tail.Order(rows), expected) << rows;
  }
}

TEST(ConcurrentTail, IsReadWhileItGrows) {
  Tail tail({0}, NoIndexes(), nullptr);
  std::atomic<bool> failed{false};
  std::vector<std::thread> readers;
  for (int reader = 0; reader < 3; ++reader) {
    readers.emplace_back([&tail, &failed] {
      std::uint32_t rows = 0;
      while (rows < 20'000 && !failed) {
        rows = tail.rows();
        if (rows == 0) continue;
        const bool found = tail.Find(HashOf(rows - 1), rows) == rows - 1 && tail.TimeAt(rows - 1).value == rows - 1;
        const auto order = tail.Order(std::min(rows, 100U));
        if (!found || order->size() != std::min(rows, 100U)) failed = true;
      }
    });
  }
  for (std::uint32_t row = 0; row < 20'000; ++row) tail.Append({{row}, HashOf(row), 0, {}, {}});
  for (std::thread& reader : readers) reader.join();
  EXPECT_FALSE(failed);
}

TEST(Tail, FindsRowsByTheHashesOfAnIndex) {
  Tail tail({0}, std::make_shared<const std::vector<std::string>>(std::vector<std::string>{"a", "b"}), nullptr);
  std::mt19937 random(3);
  std::vector<std::uint32_t> of_b;
  for (std::uint32_t row = 0; row < 3000; ++row) {
    of_b.push_back(row % 700 == 5 ? kAnyValueHash : 1 + random() % 4);
    const std::vector<std::uint32_t> hashes = {9, of_b.back()};
    tail.Append({{row}, HashOf(row), 0, hashes, {}});
  }
  for (const std::uint32_t rows : {0U, 1U, 63U, 64U, 1024U, 1025U, 3000U}) {
    RowBits expected(rows);
    for (std::uint32_t row = 0; row < rows; ++row) {
      if (of_b[row] == 2 || of_b[row] == kAnyValueHash) expected.Set(row);
    }
    RowBits found(rows);
    tail.FindIndexed(1, 2, &found);
    EXPECT_EQ(found, expected) << rows;
  }
}

}  // namespace
}  // namespace kalends
