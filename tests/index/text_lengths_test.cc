#include "index/text_lengths.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "tests/hex.h"

namespace kalends {
namespace {

std::string Encoded(const std::vector<std::uint64_t>& lengths) { return EncodeTextLengths(lengths); }

void ExpectBack(const std::vector<std::uint64_t>& lengths) {
  const std::string bytes = Encoded(lengths);
  const auto opened = TextLengths::Open(bytes);
  ASSERT_TRUE(opened.has_value()) << opened.error().message();
  ASSERT_EQ(opened->rows(), lengths.size());
  std::uint64_t sum = 0;
  for (std::uint32_t row = 0; row < lengths.size(); ++row) {
    EXPECT_EQ(opened->At(row), lengths[row]) << row;
    sum += lengths[row];
  }
  EXPECT_EQ(opened->sum(), sum);
}

TEST(TextLengths, ComeBack) {
  ExpectBack({});
  ExpectBack({0});
  ExpectBack({5, 0, 1'000'000'000'000, 5});
  std::vector<std::uint64_t> lengths;
  for (std::uint64_t i = 0; i < 65'536; ++i) lengths.push_back(i * i % 1009);
  ExpectBack(lengths);
}

// The layout is kept: {300, 300, 300} need no bits, {70, 100, 130} are packed_integers.cc's example.
TEST(TextLengths, KeepTheirBytes) {
  EXPECT_EQ(Hex(Encoded({})), "010000");
  EXPECT_EQ(Hex(Encoded({300, 300, 300})),
            "0103"
            "8407"
            "2c01000000000000"
            "2c01000000000000"
            "01000000"
            "00000000"
            "00");
  EXPECT_EQ(Hex(Encoded({70, 100, 130})),
            "0103"
            "ac02"
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

void ExpectRefused(const std::string& bytes, ErrorCode code, std::string_view part) {
  const auto opened = TextLengths::Open(bytes);
  ASSERT_FALSE(opened.has_value()) << part;
  EXPECT_EQ(opened.error().code(), code) << opened.error().message();
  EXPECT_NE(opened.error().message().find(part), std::string::npos) << opened.error().message();
}

TEST(TextLengths, AreRefusedWhereTheyAreDamaged) {
  const std::string bytes = Encoded({70, 100, 130});
  ExpectRefused("", ErrorCode::kCorruption, "empty");
  ExpectRefused('\2' + bytes.substr(1), ErrorCode::kUnsupported, "version 2");
  ExpectRefused(bytes + 'x', ErrorCode::kCorruption, "1 bytes too many");
  for (std::size_t size = 1; size < bytes.size(); ++size)
    ExpectRefused(bytes.substr(0, size), ErrorCode::kCorruption, size < 4 ? "head" : "packed integers");
  ExpectRefused(std::string("\1\x81\x80\x04\0", 5), ErrorCode::kCorruption, "head");  // 65,537 rows.
}

// Whatever a byte becomes, it is refused or can be read.
TEST(TextLengths, AreReadableWhateverAByteBecomes) {
  const std::string bytes = Encoded({70, 100, 130});
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (int value = 0; value < 256; ++value) {
      std::string damaged = bytes;
      damaged[at] = static_cast<char>(value);
      const auto opened = TextLengths::Open(damaged);
      if (!opened.has_value()) continue;
      for (std::uint32_t row = 0; row < opened->rows(); ++row) (void)opened->At(row);
    }
  }
}

}  // namespace
}  // namespace kalends
