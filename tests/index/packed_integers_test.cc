#include "index/packed_integers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "index/packed_kernels.h"
#include "tests/hex.h"

namespace kalends {
namespace {

std::string Packed(const std::vector<std::uint64_t>& values) {
  std::string bytes;
  AppendPackedIntegers(values, &bytes);
  return bytes;
}

PackedIntegers Opened(std::size_t count, std::string_view bytes) {
  auto integers = PackedIntegers::Open(static_cast<std::uint32_t>(count), &bytes);
  EXPECT_TRUE(integers.has_value());
  EXPECT_TRUE(bytes.empty());
  return std::move(integers).value();
}

std::vector<std::uint64_t> Decoded(const PackedIntegers& integers) {
  std::vector<std::uint64_t> values(std::size_t{integers.pieces()} * kPackedPiece);
  std::size_t count = 0;
  for (std::uint32_t piece = 0; piece < integers.pieces(); ++piece) {
    count += integers.Decode(piece, values.data() + std::size_t{piece} * kPackedPiece);
  }
  values.resize(count);
  return values;
}

void ExpectSelects(const PackedIntegers& integers, const std::vector<std::uint64_t>& values, std::uint64_t low,
                   std::uint64_t high) {
  RowBits expected(integers.count());
  for (std::uint32_t i = 0; i < values.size(); ++i) {
    if (values[i] >= low && values[i] <= high) expected.Set(i);
  }
  RowBits selected(integers.count());
  integers.Select(low, high, &selected);
  ASSERT_TRUE(selected == expected) << "from " << low << " to " << high;
}

// Every function gives what a plain vector gives.
void ExpectHolds(const std::vector<std::uint64_t>& values) {
  const std::string bytes = Packed(values);
  const PackedIntegers integers = Opened(values.size(), bytes);
  ASSERT_EQ(integers.count(), values.size());
  ASSERT_TRUE(Decoded(integers) == values);
  for (std::uint32_t i = 0; i < values.size(); ++i) ASSERT_EQ(integers.At(i), values[i]) << "index " << i;
  for (std::uint32_t piece = 0; piece < integers.pieces(); ++piece) {
    const auto begin = values.begin() + piece * kPackedPiece;
    const auto end = std::min(begin + kPackedPiece, values.end());
    ASSERT_EQ(integers.PieceMin(piece), *std::min_element(begin, end));
    ASSERT_EQ(integers.PieceMax(piece), *std::max_element(begin, end));
  }
  ExpectSelects(integers, values, 0, ~std::uint64_t{0});
  ExpectSelects(integers, values, 1, 0);
  for (std::size_t i = 0; i < values.size(); i += 1 + values.size() / 5) {
    const std::uint64_t low = values[i];
    const std::uint64_t high = values[values.size() - 1 - i / 2];
    ExpectSelects(integers, values, low, low);
    ExpectSelects(integers, values, low, high);
    ExpectSelects(integers, values, low + 1, high);
    ExpectSelects(integers, values, low, high - 1);
    ExpectSelects(integers, values, low, ~std::uint64_t{0});
    ExpectSelects(integers, values, 0, high);
  }
}

TEST(PackedIntegers, EncodesTheExampleOfItsFormatComment) {
  EXPECT_EQ(Hex(Packed({70, 100, 130})),
            "4600000000000000"
            "8200000000000000"
            "1e000000"
            "00000000"
            "02"
            "0000000000000000"
            "0100000000000000"
            "0200000000000000" +
                std::string(std::size_t{13} * 16, '0'));
}

TEST(PackedIntegers, OfNoValuesAreNoBytes) {
  EXPECT_EQ(Packed({}), "");
  ExpectHolds({});
}

TEST(PackedIntegers, HoldTheExtremes) {
  ExpectHolds({0});
  ExpectHolds({~std::uint64_t{0}});
  ExpectHolds({0, ~std::uint64_t{0}});
  ExpectHolds({~std::uint64_t{0}, 0, 1, std::uint64_t{1} << 63U, ~std::uint64_t{0} - 1});
}

TEST(PackedIntegers, EqualValuesTakeNoBits) {
  const std::vector<std::uint64_t> values(5000, 77);
  ExpectHolds(values);
  EXPECT_EQ(Packed(values).size(), 5U * 25U);
}

TEST(PackedIntegers, WhatDividesAllDistancesTakesNoBits) {
  std::vector<std::uint64_t> seconds;
  for (std::uint64_t i = 0; i < 2048; ++i) seconds.push_back(1'700'000'000'123 + i % 16 * 60'000);
  ExpectHolds(seconds);
  EXPECT_EQ(Packed(seconds).size(), 2U * 25U + 2U * 512U);                // 4 bits each.
  for (std::uint64_t& value : seconds) value *= std::uint64_t{1} << 20U;  // A step that does not fit 32 bits.
  ExpectHolds(seconds);
}

TEST(PackedIntegers, HoldEveryWidthAndStepAtEveryPieceBoundary) {
  std::mt19937_64 random(1);
  for (unsigned width = 1; width <= 64; ++width) {
    for (const std::size_t count : {1U, 2U, 15U, 16U, 17U, 63U, 65U, 1023U, 1024U, 1025U, 2100U}) {
      SCOPED_TRACE("width " + std::to_string(width) + ", values " + std::to_string(count));
      std::vector<std::uint64_t> values(count);
      for (std::uint64_t& value : values) value = random() >> (64 - width);
      ExpectHolds(values);
      const std::uint64_t step = 1 + random() % 1000;
      for (std::uint64_t& value : values) value = value / step * step + 5;
      ExpectHolds(values);
    }
  }
}

TEST(PackedIntegers, HoldAFullBlockOfRows) {
  std::mt19937_64 random(2);
  std::vector<std::uint64_t> values(65536);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = i * 50 + random() % 100'000;
  ExpectHolds(values);
}

TEST(PackedIntegers, AreReadFromTheFrontOfLongerBytes) {
  const std::string bytes = Packed({5, 6, 7}) + "rest";
  std::string_view left = bytes;
  ASSERT_TRUE(PackedIntegers::Open(3, &left).has_value());
  EXPECT_EQ(left, "rest");
}

TEST(PackedIntegers, RefuseEveryCut) {
  std::vector<std::uint64_t> values(1100);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = i * i;
  const std::string good = Packed(values);
  for (std::size_t size = 0; size < good.size(); ++size) {
    std::string_view cut = std::string_view(good).substr(0, size);
    ASSERT_FALSE(PackedIntegers::Open(1100, &cut).has_value()) << size << " bytes";
  }
}

// They have no checksum: flipped bits are refused, or give other values, all within what the directory says.
TEST(PackedIntegers, StayWithinTheirPiecesWhateverTheBytesAre) {
  std::mt19937_64 random(3);
  std::vector<std::uint64_t> values(1200);
  for (std::uint64_t& value : values) value = random() % 1000 * 3;
  const std::string good = Packed(values);
  int opened = 0;
  for (int round = 0; round < 4000; ++round) {
    std::vector<char> bad(good.begin(), good.end());  // On the heap to the byte.
    for (int i = 0; i < 3; ++i) bad[random() % (round % 2 == 0 ? 50 : bad.size())] = static_cast<char>(random());
    std::string_view bytes(bad.data(), bad.size());
    const auto integers = PackedIntegers::Open(1200, &bytes);
    if (!integers.has_value()) {
      EXPECT_EQ(integers.error().code(), ErrorCode::kCorruption);
      continue;
    }
    ++opened;
    const std::vector<std::uint64_t> decoded = Decoded(*integers);
    for (std::uint32_t i = 0; i < decoded.size(); ++i) {
      ASSERT_EQ(integers->At(i), decoded[i]);
      ASSERT_GE(decoded[i], integers->PieceMin(i / kPackedPiece));
      ASSERT_LE(decoded[i], integers->PieceMax(i / kPackedPiece));
    }
    const std::uint64_t low = random() % 3000;
    ExpectSelects(*integers, decoded, low, low + random() % 1000);
    ExpectSelects(*integers, decoded, low, integers->PieceMax(0));
  }
  EXPECT_GT(opened, 100);
}

TEST(PackedKernels, AllAgree) {
  std::mt19937_64 random(4);
  for (unsigned width = 1; width <= 64; ++width) {
    for (const std::uint32_t places : {1U, 3U, 4U, 63U, 64U}) {
      std::string bytes;
      while (bytes.size() < std::size_t{(places * width + 63) / 64} * 128) bytes.push_back(static_cast<char>(random()));
      const std::vector<char> exact(bytes.begin(), bytes.end());
      const PackedWords words = {exact.data(), places, width};
      const std::uint64_t all = ~std::uint64_t{0} >> (64 - width);
      const PackedScale scale = {random(), random() % 3 == 0 ? 1 : random() >> 32U,
                                 all - random() % 2 * (random() & all)};
      const std::uint64_t low = random() & all;
      const std::uint64_t high = low + (random() & (all - low));
      std::vector<std::uint64_t> differences(places * std::size_t{16});
      AvailablePackedKernels()[0].decode(words, {0, 1, ~std::uint64_t{0}}, differences.data());
      for (const PackedKernels& kernels : AvailablePackedKernels()) {
        SCOPED_TRACE(std::string(kernels.name) + ", width " + std::to_string(width));
        std::vector<std::uint64_t> values(differences.size());
        kernels.decode(words, scale, values.data());
        std::vector<std::uint64_t> selected((differences.size() + 63) / 64, random());
        kernels.select(words, low, high, selected.data());
        for (std::size_t i = 0; i < values.size(); ++i) {
          ASSERT_EQ(values[i], std::min(differences[i], scale.limit) * scale.step + scale.base);
          ASSERT_EQ(selected[i / 64] >> (i % 64) & 1U, differences[i] >= low && differences[i] <= high ? 1U : 0U);
        }
      }
    }
  }
}

}  // namespace
}  // namespace kalends
