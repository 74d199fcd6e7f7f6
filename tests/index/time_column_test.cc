#include "index/time_column.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "format/checksum.h"
#include "format/varint.h"
#include "tests/hex.h"

namespace kalends {
namespace {

std::vector<TimeUs> Times(const std::vector<std::int64_t>& values) {
  std::vector<TimeUs> times;
  for (const std::int64_t value : values) times.push_back({value});
  return times;
}

std::string WithRightChecksum(std::string bytes) {
  bytes.resize(bytes.size() - 4);
  AppendLittleEndian(Checksum32(bytes), &bytes);
  return bytes;
}

// The rows in the order of (time, row), as simply as it can be said.
std::vector<std::uint32_t> OrderOf(const std::vector<TimeUs>& times) {
  std::vector<std::uint32_t> order(times.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return times[a] < times[b]; });
  return order;
}

// Every function gives what a plain vector gives.
void ExpectHolds(const std::vector<TimeUs>& times) {
  const std::string bytes = EncodeTimeColumn(times);
  const auto column = TimeColumn::Open(bytes);
  ASSERT_TRUE(column.has_value()) << column.error().message();
  ASSERT_EQ(column->rows(), times.size());
  EXPECT_EQ(column->min(), *std::min_element(times.begin(), times.end()));
  EXPECT_EQ(column->max(), *std::max_element(times.begin(), times.end()));
  EXPECT_EQ(column->is_sorted(), std::is_sorted(times.begin(), times.end()));

  std::vector<TimeUs> decoded = {TimeUs{-1}};
  column->Decode(&decoded);
  ASSERT_TRUE(decoded == times);
  const std::vector<std::uint32_t> order = OrderOf(times);
  std::vector<TimeUs> by_time;
  for (std::uint32_t i = 0; i < times.size(); ++i) {
    ASSERT_EQ(column->At(i), times[i]) << "row " << i;
    ASSERT_EQ(column->RowAtPosition(i), order[i]) << "position " << i;
    by_time.push_back(times[order[i]]);
  }
  const auto expect_bound = [&](TimeUs time) {
    const auto bound = std::lower_bound(by_time.begin(), by_time.end(), time) - by_time.begin();
    ASSERT_EQ(column->LowerBound(time), bound) << "time " << time.value;
  };
  const std::size_t step = std::max<std::size_t>(1, times.size() / 3000);
  for (std::size_t i = 0; i < times.size(); i += step) {
    expect_bound(times[i]);
    if (times[i].value != INT64_MIN) expect_bound({times[i].value - 1});
    if (times[i].value != INT64_MAX) expect_bound({times[i].value + 1});
  }
  expect_bound({INT64_MIN});
  expect_bound({INT64_MAX});
}

TEST(TimeColumn, EncodesTheExampleOfItsFormatComment) {
  EXPECT_EQ(Hex(EncodeTimeColumn(Times({130, 100, 110}))),
            "01"
            "01"
            "03000000"
            "6400000000000000"
            "8200000000000000"
            "6400000000000000"
            "05"
            "0000"
            "1e28"
            "0000000000000000"
            "010002000000"
            "9b194055");
}

TEST(TimeColumn, HoldsOneTime) {
  ExpectHolds(Times({1704067200000000}));
  ExpectHolds(Times({INT64_MIN}));
  ExpectHolds(Times({INT64_MAX}));
}

TEST(TimeColumn, HoldsTheWholeRangeOfTimes) {
  ExpectHolds(Times({INT64_MIN, INT64_MAX}));
  ExpectHolds(Times({INT64_MAX, 0, -1, INT64_MIN, INT64_MAX, INT64_MIN, 7}));
}

TEST(TimeColumn, EqualTimesTakeNoBitsAndKeepTheOrderOfRows) {
  const std::vector<TimeUs> times(3000, TimeUs{-5});
  ExpectHolds(times);
  EXPECT_LT(EncodeTimeColumn(times).size(), 80U);
}

TEST(TimeColumn, OrdersEqualTimesByRow) { ExpectHolds(Times({5, 3, 5, 3, 5, 3, 1, 1, 9, 9, 1})); }

TEST(TimeColumn, HoldsEveryWidthAtEveryBlockBoundary) {
  std::mt19937_64 random(1);
  for (unsigned width = 0; width <= 64; ++width) {
    for (const std::size_t rows : {1U, 2U, 7U, 1023U, 1024U, 1025U, 2049U}) {
      std::vector<TimeUs> times(rows);
      for (TimeUs& time : times) time.value = width == 0 ? 42 : static_cast<std::int64_t>(random() >> (64 - width));
      SCOPED_TRACE("width " + std::to_string(width) + ", rows " + std::to_string(rows));
      ExpectHolds(times);
      std::sort(times.begin(), times.end());
      ExpectHolds(times);
    }
  }
}

TEST(TimeColumn, HoldsAFullBlockOfRowsSortedOrNot) {
  std::mt19937_64 random(2);
  std::vector<TimeUs> times;
  std::int64_t now = 1704067200000000;
  // Runs of equal times longer than a block of 1,024, and jumps between.
  while (times.size() < kColumnBlockRows) {
    now += static_cast<std::int64_t>(random() % 100000);
    const std::size_t run = random() % 50 == 0 ? 2500 : 1 + random() % 3;
    for (std::size_t i = 0; i < run && times.size() < kColumnBlockRows; ++i) times.push_back({now});
  }
  ExpectHolds(times);
  for (int swaps = 0; swaps < 500; ++swaps) std::swap(times[random() % times.size()], times[random() % times.size()]);
  ExpectHolds(times);
}

TEST(TimeColumn, RefusesEveryFlippedBit) {
  for (const std::string& good : {EncodeTimeColumn(Times({100, 110, 130})), EncodeTimeColumn(Times({130, 100, 110}))}) {
    for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
      std::string bad = good;
      bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
      const auto column = TimeColumn::Open(bad);
      ASSERT_FALSE(column.has_value()) << "bit " << bit;
      EXPECT_EQ(column.error().code(), ErrorCode::kCorruption) << "bit " << bit;
    }
  }
}

TEST(TimeColumn, RefusesEveryCut) {
  const std::string good = EncodeTimeColumn(Times({130, 100, 110}));
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(TimeColumn::Open(std::string_view(good).substr(0, size)).has_value()) << size << " bytes";
  }
  EXPECT_FALSE(TimeColumn::Open(good + '\0').has_value());
}

TEST(TimeColumn, RefusesANewerVersionByName) {
  std::string newer = EncodeTimeColumn(Times({1, 2}));
  newer[0] = 2;
  const auto column = TimeColumn::Open(WithRightChecksum(newer));
  ASSERT_FALSE(column.has_value());
  EXPECT_EQ(column.error().code(), ErrorCode::kUnsupported);
}

// Bytes made to mislead, checksum and all: refused, or read without leaving the column (the sanitizer watches).
TEST(TimeColumn, StaysInsideBytesWithARightChecksum) {
  std::mt19937_64 random(3);
  std::vector<TimeUs> times(2100);
  for (TimeUs& time : times) time.value = static_cast<std::int64_t>(random() % 5000);
  const std::string good = EncodeTimeColumn(times);
  int opened = 0;
  for (int round = 0; round < 3000; ++round) {
    std::string bad = good;
    const std::size_t in = round % 2 == 0 ? 60 : bad.size();  // Every other time in header and directory.
    for (int i = 0; i < 2; ++i) bad[random() % in] = static_cast<char>(random());
    if (round % 5 == 0) bad.resize(30 + random() % (bad.size() - 30));
    // On the heap to the byte, so that reading behind the end is seen.
    const std::string sealed = WithRightChecksum(bad);
    const std::vector<char> exact(sealed.begin(), sealed.end());
    const auto column = TimeColumn::Open({exact.data(), exact.size()});
    if (!column.has_value()) continue;
    ++opened;
    std::vector<TimeUs> decoded;
    column->Decode(&decoded);
    ASSERT_EQ(decoded.size(), column->rows());
    for (std::uint32_t i = 0; i < column->rows(); i += 13) {
      ASSERT_EQ(column->At(i), decoded[i]);
      ASSERT_LT(column->RowAtPosition(i), column->rows());
      ASSERT_LE(column->LowerBound(decoded[i]), column->rows());
    }
  }
  EXPECT_GT(opened, 100);
}

TEST(TimeColumn, GivesTheRowsOfATimeRange) {
  std::mt19937_64 random(8);
  for (const std::size_t count : {1U, 63U, 1024U, 1025U, 5000U}) {
    for (const std::int64_t spread : {std::int64_t{0}, std::int64_t{3}, std::int64_t{100000}, INT64_MAX / 8}) {
      std::vector<TimeUs> times;
      for (std::size_t i = 0; i < count; ++i)
        times.push_back({(spread == 0 ? 0 : static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(spread))) +
                         static_cast<std::int64_t>(i) * (spread / 2000) - spread / 2});
      const std::string bytes = EncodeTimeColumn(times);
      const auto column = TimeColumn::Open(bytes);
      ASSERT_TRUE(column.has_value());
      const auto any = [&] { return times[random() % count].value + static_cast<std::int64_t>(random() % 3) - 1; };
      std::vector<TimeRange> ranges = {{}, {{5}, {5}}, {{INT64_MIN}, {any()}}, {{any()}, {INT64_MAX}}};
      for (int i = 0; i < 20; ++i) ranges.push_back({{any()}, {any()}});
      for (const TimeRange& range : ranges) {
        RowBits expected(static_cast<std::uint32_t>(count));
        for (std::uint32_t row = 0; row < count; ++row) {
          if (range.Contains(times[row])) expected.Set(row);
        }
        RowBits found(static_cast<std::uint32_t>(count));
        column.value().AddRowsIn(range, &found);
        ASSERT_EQ(found, expected) << count << " rows, " << range.begin.value << " to " << range.end.value;
      }
    }
  }
}

}  // namespace
}  // namespace kalends
