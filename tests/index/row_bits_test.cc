#include "index/row_bits.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace kalends {
namespace {

std::vector<bool> Plain(const RowBits& bits) {
  std::vector<bool> plain(bits.rows());
  for (std::uint32_t row = 0; row < bits.rows(); ++row) plain[row] = bits.Test(row);
  return plain;
}

// Bits behind the last row are 0.
void ExpectClean(const RowBits& bits) {
  ASSERT_EQ(bits.words().size(), (bits.rows() + 63) / 64);
  if (bits.rows() % 64 != 0) {
    ASSERT_EQ(bits.words().back() >> (bits.rows() % 64), 0U);
  }
}

constexpr std::uint32_t kSizes[] = {0, 1, 63, 64, 65, 127, 128, 1000, 65536};

TEST(RowBits, BeginEmptyOrFull) {
  for (const std::uint32_t rows : kSizes) {
    EXPECT_EQ(RowBits(rows).Count(), 0U);
    EXPECT_FALSE(RowBits(rows).Any());
    const RowBits full(rows, true);
    EXPECT_EQ(full.Count(), rows);
    EXPECT_EQ(full.Any(), rows != 0);
    ExpectClean(full);
  }
}

TEST(RowBits, ChangeARangeAndNothingElse) {
  std::mt19937_64 random(1);
  for (const std::uint32_t rows : kSizes) {
    RowBits bits(rows);
    std::vector<bool> plain(rows);
    for (int round = 0; round < 200; ++round) {
      const auto begin = static_cast<std::uint32_t>(random() % (rows + 1));
      const auto end = begin + static_cast<std::uint32_t>(random() % (rows - begin + 1));
      const bool value = round % 2 == 0;
      value ? bits.SetRange(begin, end) : bits.ClearRange(begin, end);
      std::fill(plain.begin() + begin, plain.begin() + end, value);
      ASSERT_TRUE(Plain(bits) == plain) << begin << " to " << end << " of " << rows;
    }
    ExpectClean(bits);
  }
}

TEST(RowBits, CombineAndVisitAsAPlainVector) {
  std::mt19937_64 random(2);
  for (const std::uint32_t rows : kSizes) {
    RowBits a(rows);
    RowBits b(rows);
    for (std::uint32_t row = 0; row < rows; ++row) {
      if (random() % 2 == 0) a.Set(row);
      if (random() % 3 == 0) b.Set(row);
    }
    RowBits either = a;
    either |= b;
    RowBits both = a;
    both &= b;
    RowBits difference = a;
    difference -= b;
    RowBits flipped = a;
    flipped.Flip();
    ExpectClean(flipped);
    std::vector<std::uint32_t> visited;
    a.ForEach([&](std::uint32_t row) { visited.push_back(row); });
    std::vector<std::uint32_t> expected;
    for (std::uint32_t row = 0; row < rows; ++row) {
      ASSERT_EQ(either.Test(row), a.Test(row) || b.Test(row));
      ASSERT_EQ(both.Test(row), a.Test(row) && b.Test(row));
      ASSERT_EQ(difference.Test(row), a.Test(row) && !b.Test(row));
      ASSERT_EQ(flipped.Test(row), !a.Test(row));
      if (a.Test(row)) expected.push_back(row);
    }
    EXPECT_EQ(visited, expected);
    EXPECT_EQ(a.Count(), expected.size());
  }
}

TEST(RowBits, ClearTakesOneRow) {
  RowBits bits(70, true);
  bits.Clear(64);
  EXPECT_FALSE(bits.Test(64));
  EXPECT_EQ(bits.Count(), 69U);
}

}  // namespace
}  // namespace kalends
