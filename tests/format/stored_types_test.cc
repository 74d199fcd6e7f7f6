#include "format/stored_types.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <random>
#include <string>

#include "kalends/time.h"

namespace kalends {
namespace {

std::string AsDecimal(double value) {
  const auto decimal = DoubleToDecimal(value);
  return decimal ? std::to_string(decimal->digits) + "/" + std::to_string(decimal->places) : "none";
}

TEST(StoredDecimal, TakesTheFewestPlaces) {
  EXPECT_EQ(AsDecimal(0.25), "25/2");
  EXPECT_EQ(AsDecimal(1.0), "10/1");
  EXPECT_EQ(AsDecimal(0.0), "0/1");
  EXPECT_EQ(AsDecimal(-0.000001), "-1/6");
  EXPECT_EQ(AsDecimal(0.1), "1/1");
  EXPECT_EQ(AsDecimal(2147.483647), "2147483647/6");
  EXPECT_EQ(AsDecimal(-214748364.8), "-2147483648/1");
}

TEST(StoredDecimal, HasNoneForOtherDoubles) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  for (const double value : {-0.0, std::nan(""), kInfinity, -kInfinity, 1.0 / 3, 0.1 + 0.2, 1e-7, 214748364.8, 1e300,
                             2147.483648, 5e-324, std::nextafter(0.25, 1)}) {
    EXPECT_EQ(AsDecimal(value), "none") << value;
  }
}

TEST(StoredDecimal, GivesBackTheSameBits) {
  std::mt19937_64 random(1);
  int decimals = 0;
  for (int i = 0; i < 200'000; ++i) {
    const auto digits = static_cast<std::int32_t>(random()) >> (random() % 31);
    // As text, so that the double is the one that a JSON reader makes.
    const int places = 1 + static_cast<int>(random() % 8);
    double value = std::strtod((std::to_string(digits) + "e-" + std::to_string(places)).c_str(), nullptr);
    if (i % 4 == 0) value = std::nextafter(value, 1e9);
    const auto decimal = DoubleToDecimal(value);
    if (!decimal) {
      ASSERT_TRUE(i % 4 == 0 || places > 6) << value;
      continue;
    }
    ++decimals;
    const double back = DecimalToDouble(decimal->digits, decimal->places);
    ASSERT_EQ(std::memcmp(&back, &value, sizeof(value)), 0) << value;
  }
  EXPECT_GT(decimals, 100'000);
}

bool IsUuid(std::string_view text) {
  std::array<char, kUuidBytes> bytes;
  return PackUuid(text, bytes.data());
}

TEST(StoredUuid, GivesBackTheSameText) {
  const std::string text = "0a8fc187-681a-4c42-9538-ba0f628ee289";
  std::array<char, kUuidBytes> bytes;
  ASSERT_TRUE(PackUuid(text, bytes.data()));
  EXPECT_EQ(static_cast<unsigned char>(bytes[0]), 0x0a);
  EXPECT_EQ(static_cast<unsigned char>(bytes[15]), 0x89);
  std::string back(kUuidTextBytes, '\0');
  UnpackUuid(bytes.data(), back.data());
  EXPECT_EQ(back, text);
}

TEST(StoredUuid, IsLowerCaseWithHyphensOnly) {
  EXPECT_TRUE(IsUuid("ffffffff-ffff-ffff-ffff-ffffffffffff"));
  EXPECT_FALSE(IsUuid("0A8fc187-681a-4c42-9538-ba0f628ee289"));
  EXPECT_FALSE(IsUuid("0a8fc187-681a-4c42-9538-ba0f628ee28g"));
  EXPECT_FALSE(IsUuid("0a8fc187-681a-4c42-9538-ba0f628ee28\xe9"));
  EXPECT_FALSE(IsUuid("0a8fc187-681a-4c42-9538-ba0f628ee28"));
  EXPECT_FALSE(IsUuid("0a8fc187x681a-4c42-9538-ba0f628ee289"));
  EXPECT_FALSE(IsUuid("{a8fc187-681a-4c42-9538-ba0f628ee28}"));
  EXPECT_FALSE(IsUuid(""));
}

TEST(StoredTimeText, GivesBackTheSameText) {
  for (const std::string text : {"2024-01-31T15:00:00.000Z", "1970-01-01T00:00:00.000Z", "1969-12-31T23:59:59.999Z",
                                 "0000-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z", "2024-02-29T23:00:01.020Z",
                                 "2000-02-29T00:00:00.001Z", "1900-02-28T12:34:56.789Z"}) {
    const auto time = PackTimeText(text);
    ASSERT_TRUE(time) << text;
    EXPECT_EQ(*time, ParseTime(text).value().value);
    std::string back(kTimeTextBytes, '\0');
    ASSERT_TRUE(UnpackTimeText(*time, back.data()));
    EXPECT_EQ(back, text);
  }
}

TEST(StoredTimeText, IsOneSpellingOnly) {
  for (const char* text :
       {"2024-02-30T15:00:00.000Z", "2023-02-29T15:00:00.000Z", "1900-02-29T00:00:00.000Z", "2024-13-01T15:00:00.000Z",
        "2024-00-01T15:00:00.000Z", "2024-01-00T15:00:00.000Z", "2024-01-31T24:00:00.000Z", "2024-01-31T23:60:00.000Z",
        "2024-01-31T23:59:60.000Z", "2024-01-31t15:00:00.000Z", "2024-01-31T15:00:00.000z", "2024-01-31 15:00:00.000Z",
        "2024-01-31T15:00:00,000Z", "2024-01-31T15:00:00.00Z", "2024-01-31T15:00:00.0000Z", "-024-01-31T15:00:00.000Z",
        "2024-01-31T15:00:00.0x0Z", "2024-01-31T15:00:00+00:0"}) {
    EXPECT_FALSE(PackTimeText(text)) << text;
  }
}

TEST(StoredTimeText, RefusesTimesThatItNeverMakes) {
  std::string text(kTimeTextBytes, '\0');
  EXPECT_FALSE(UnpackTimeText(1, text.data()));
  EXPECT_FALSE(UnpackTimeText(253'402'300'800'000'000, text.data()));  // Year 10000.
  EXPECT_FALSE(UnpackTimeText(-62'167'219'200'001'000, text.data()));  // Year -1.
  EXPECT_FALSE(UnpackTimeText(INT64_MAX, text.data()));
  EXPECT_FALSE(UnpackTimeText(INT64_MIN, text.data()));
}

}  // namespace
}  // namespace kalends
