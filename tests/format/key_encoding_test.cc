#include "format/key_encoding.h"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <limits>
#include <random>

#include "format/compare.h"
#include "kalends/limits.h"
#include "tests/hex.h"

namespace kalends {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr std::int64_t kTwoTo53 = std::int64_t{1} << 53;

std::string Encoded(const Value& value) {
  std::string bytes;
  EncodeKey(value, &bytes);
  return bytes;
}

int Sign(std::weak_ordering order) { return order < 0 ? -1 : order > 0 ? 1 : 0; }
int Sign(int order) { return order < 0 ? -1 : order > 0 ? 1 : 0; }

// What RocksDB does with keys.
int CompareBytes(std::string_view a, std::string_view b) {
  const int order = std::memcmp(a.data(), b.data(), std::min(a.size(), b.size()));
  return order != 0 ? Sign(order) : Sign(a.size() <=> b.size());
}

// Random values with many near each other, which is where orders go wrong.
class RandomValues {
 public:
  explicit RandomValues(std::uint64_t seed) : random_(seed) {}

  Value Next(int depth = 0) {
    switch (Below(depth < 4 ? 12 : 10)) {
      case 0:
        return depth == 0 ? Value() : Value::Null();
      case 1:
        return Value::Null();
      case 2:
        return Value::Bool(Below(2) == 1);
      case 3:
        return Value::Int(static_cast<std::int32_t>(Number()));
      case 4:
        return Value::Long(Number());
      case 5:
        return Value::Double(Double());
      case 6:
        return Value::String(Text());
      case 7:
        return Value::Binary(Text(), static_cast<std::uint8_t>(Below(3)));
      case 8:
        return Value::DateMs(Number());
      case 9:
        return Value::ObjectId(arena_.Copy(std::string(11, 'o') + static_cast<char>(Below(256))).data());
      case 10: {
        std::vector<Value> elements(Below(4));
        for (Value& element : elements) element = Next(depth + 1);
        return Value::Array(arena_.Copy(std::span<const Value>(elements)));
      }
      default: {
        std::vector<Field> fields(Below(4));
        for (Field& field : fields) field = {Text(), Next(depth + 1)};
        return Value::Object(arena_.Copy(std::span<const Field>(fields)));
      }
    }
  }

  std::int64_t Number() {
    const std::int64_t sign = Below(2) == 0 ? 1 : -1;
    switch (Below(5)) {
      case 0:
        return sign * static_cast<std::int64_t>(Below(4));
      case 1:
        return sign * (kTwoTo53 + static_cast<std::int64_t>(Below(9)) - 4);
      case 2:
        return static_cast<std::int64_t>((std::uint64_t{1} << 63U) + Below(5000) - 2500);  // At both ends.
      case 3:
        return sign * ((std::int64_t{1} << Below(63)) + static_cast<std::int64_t>(Below(5)) - 2);
      default:
        return static_cast<std::int64_t>(random_());
    }
  }

  double Double() {
    switch (Below(6)) {
      case 0:
        return static_cast<double>(Number());
      case 1:
        return std::nextafter(static_cast<double>(Number()), kInfinity);
      case 2:
        return std::nextafter(static_cast<double>(Number()), -kInfinity);
      case 3: {
        const std::array<double, 8> special = {0.0,          -0.0,           kInfinity, -kInfinity,
                                               std::nan(""), -std::nan("7"), 5e-324,    0x1p63};
        return special[Below(special.size())];
      }
      case 4:
        return static_cast<double>(Below(8)) / 4 - 1;
      default:
        return std::bit_cast<double>(random_());
    }
  }

  std::string_view Text() {
    static constexpr std::array<std::string_view, 7> kPieces = {
        std::string_view("\0", 1), "\x01", "\x02", "a", "b", "é", "\x7f"};
    std::string text;
    for (std::size_t i = Below(4); i > 0; --i) text += kPieces[Below(kPieces.size())];
    return arena_.Copy(text);
  }

  std::size_t Below(std::size_t end) { return random_() % end; }

 private:
  std::mt19937_64 random_;
  Arena arena_;
};

TEST(EncodeKey, EncodesTheExampleOfItsFormatComment) {
  const std::array<Value, 2> elements = {Value::Int(1), Value::String("b")};
  const std::array<Field, 1> fields = {{{"a", Value::Array(elements)}}};
  EXPECT_EQ(Hex(Encoded(Value::Object(fields))),
            "50"
            "606100"
            "30bff0000000000000"
            "406200"
            "00"
            "00");
}

TEST(EncodeKey, HasGoldenBytesForEachType) {
  EXPECT_EQ(Hex(Encoded(Value())), "10");
  EXPECT_EQ(Hex(Encoded(Value::Null())), "20");
  EXPECT_EQ(Hex(Encoded(Value::Int(0))), "308000000000000000");
  EXPECT_EQ(Hex(Encoded(Value::Int(-1))), "30400fffffffffffff");
  EXPECT_EQ(Hex(Encoded(Value::Double(0.5))), "30bfe0000000000000");
  EXPECT_EQ(Hex(Encoded(Value::Double(std::nan("")))), "300000000000000000");
  EXPECT_EQ(Hex(Encoded(Value::Double(-kInfinity))), "30000fffffffffffff");
  EXPECT_EQ(Hex(Encoded(Value::Double(kInfinity))), "30fff0000000000000");
  EXPECT_EQ(Hex(Encoded(Value::Long(kTwoTo53 - 1))), "30c33fffffffffffff");
  EXPECT_EQ(Hex(Encoded(Value::Long(kTwoTo53))), "30c3400000000000000000");
  EXPECT_EQ(Hex(Encoded(Value::Long(kTwoTo53 + 1))), "30c3400000000000000001");
  EXPECT_EQ(Hex(Encoded(Value::Long(-kTwoTo53 - 1))), "303cbffffffffffffe0001");
  EXPECT_EQ(Hex(Encoded(Value::Long(INT64_MAX))), "30c3dfffffffffffff03ff");
  EXPECT_EQ(Hex(Encoded(Value::Long(INT64_MIN))), "303c1fffffffffffff0000");
  EXPECT_EQ(Hex(Encoded(Value::Double(0x1p63))), "30c3e0000000000000");
  EXPECT_EQ(Hex(Encoded(Value::String("ab"))), "40616200");
  EXPECT_EQ(Hex(Encoded(Value::String(std::string_view("a\0\x01\x02", 4)))),
            "4061"
            "0101"
            "0102"
            "02"
            "00");
  EXPECT_EQ(Hex(Encoded(Value::Object({}))), "5000");
  EXPECT_EQ(Hex(Encoded(Value::Array({}))), "6000");
  EXPECT_EQ(Hex(Encoded(Value::Binary("ab", 4))), "7000000002046162");
  EXPECT_EQ(Hex(Encoded(Value::ObjectId("abcdefghijkl"))), "806162636465666768696a6b6c");
  EXPECT_EQ(Hex(Encoded(Value::Bool(true))), "9001");
  EXPECT_EQ(Hex(Encoded(Value::DateMs(1))), "a08000000000000001");
  EXPECT_EQ(Hex(Encoded(Value::DateMs(-1))), "a07fffffffffffffff");
}

TEST(EncodeKey, GivesEqualNumbersTheSameBytes) {
  EXPECT_EQ(Encoded(Value::Int(1)), Encoded(Value::Double(1.0)));
  EXPECT_EQ(Encoded(Value::Int(1)), Encoded(Value::Long(1)));
  EXPECT_EQ(Encoded(Value::Double(0.0)), Encoded(Value::Double(-0.0)));
  EXPECT_EQ(Encoded(Value::Double(std::nan("1"))), Encoded(Value::Double(-std::nan("2"))));
  EXPECT_EQ(Encoded(Value::Long(INT64_MIN)), Encoded(Value::Double(-0x1p63)));
}

TEST(EncodeKey, OrdersAsCompareDoes) {
  RandomValues values(1);
  for (int i = 0; i < 200'000; ++i) {
    const Value a = values.Next();
    const Value b = values.Next();
    ASSERT_EQ(CompareBytes(Encoded(a), Encoded(b)), Sign(Compare(a, b))) << Hex(Encoded(a)) << " " << Hex(Encoded(b));
  }
}

TEST(EncodeKey, OrdersNumbersOfAllTypesExactly) {
  RandomValues values(2);
  for (int i = 0; i < 200'000; ++i) {
    const Value a = Value::Long(values.Number());
    const Value b = values.Below(2) == 0 ? Value::Double(values.Double()) : Value::Long(values.Number());
    ASSERT_EQ(CompareBytes(Encoded(a), Encoded(b)), Sign(Compare(a, b))) << Hex(Encoded(a)) << " " << Hex(Encoded(b));
  }
}

TEST(EncodeKey, OrdersConcatenationsByTheirFirstDifference) {
  RandomValues values(3);
  for (int i = 0; i < 50'000; ++i) {
    const std::array<Value, 4> v = {values.Next(), values.Next(), values.Next(), values.Next()};
    const auto first = Compare(v[0], v[2]);
    const int expected = Sign(first != 0 ? first : Compare(v[1], v[3]));
    ASSERT_EQ(CompareBytes(Encoded(v[0]) + Encoded(v[1]), Encoded(v[2]) + Encoded(v[3])), expected);
  }
}

TEST(DecodeKey, ReadsBackWhatWasEncoded) {
  RandomValues values(4);
  for (int i = 0; i < 50'000; ++i) {
    const Value value = values.Next();
    const std::string bytes = Encoded(value) + "rest";
    std::string_view rest = bytes;
    Arena arena;
    const Result<Value> decoded = DecodeKey(&rest, arena);
    ASSERT_TRUE(decoded.has_value()) << decoded.error().message();
    ASSERT_TRUE(EqualByMongo(*decoded, value)) << Hex(bytes);
    ASSERT_EQ(rest, "rest");
  }
}

TEST(DecodeKey, GivesTheNarrowestNumber) {
  const auto decoded_type = [](const Value& value) {
    const std::string bytes = Encoded(value);
    std::string_view rest = bytes;
    Arena arena;
    return DecodeKey(&rest, arena).value().type();
  };
  EXPECT_EQ(decoded_type(Value::Double(-0.0)), Type::kInt);
  EXPECT_EQ(decoded_type(Value::Long(INT32_MIN)), Type::kInt);
  EXPECT_EQ(decoded_type(Value::Double(2147483648.0)), Type::kLong);
  EXPECT_EQ(decoded_type(Value::Double(0x1p62)), Type::kLong);
  EXPECT_EQ(decoded_type(Value::Double(-0x1p63)), Type::kLong);
  EXPECT_EQ(decoded_type(Value::Double(0x1p63)), Type::kDouble);
  EXPECT_EQ(decoded_type(Value::Double(0.5)), Type::kDouble);
  EXPECT_EQ(decoded_type(Value::Double(kInfinity)), Type::kDouble);
  EXPECT_EQ(decoded_type(Value::Double(std::nan(""))), Type::kDouble);
}

// Bytes that are read are exactly those that their value is written as: one value, one key.
void ExpectRefusedOrCanonical(std::string_view bytes) {
  const std::vector<char> exact(bytes.begin(), bytes.end());  // So that the sanitizers see a read past the end.
  std::string_view rest(exact.data(), exact.size());
  Arena arena;
  const Result<Value> decoded = DecodeKey(&rest, arena);
  if (!decoded.has_value()) {
    ASSERT_EQ(decoded.error().code(), ErrorCode::kCorruption);
    return;
  }
  ASSERT_EQ(Hex(Encoded(*decoded)), Hex(bytes.substr(0, bytes.size() - rest.size())));
}

TEST(DecodeKey, SurvivesEveryFlippedBitAndRefusesEveryCut) {
  RandomValues values(5);
  for (int i = 0; i < 2'000; ++i) {
    const std::string good = Encoded(values.Next());
    for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
      std::string bad = good;
      bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
      ExpectRefusedOrCanonical(bad);
    }
    for (std::size_t size = 0; size < good.size(); ++size) {
      std::string_view cut(good.data(), size);
      Arena arena;
      ASSERT_FALSE(DecodeKey(&cut, arena).has_value()) << Hex(good) << " cut to " << size;
    }
  }
}

TEST(DecodeKey, SurvivesRandomBytes) {
  std::mt19937_64 random(6);
  for (int i = 0; i < 100'000; ++i) {
    std::string bytes(random() % 40, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random() % 3 == 0 ? random() : (random() % 11) * 16);
    ExpectRefusedOrCanonical(bytes);
  }
}

std::string Refusal(std::string_view bytes) {
  Arena arena;
  const Result<Value> decoded = DecodeKey(&bytes, arena);
  return decoded.has_value() ? "accepted" : decoded.error().message();
}

TEST(DecodeKey, SaysWhereAndWhat) {
  EXPECT_EQ(Refusal(""), "key at byte 0: 1 bytes expected, 0 left");
  EXPECT_EQ(Refusal("\x07"), "key at byte 1: unknown tag 7");
  EXPECT_EQ(Refusal("\x40"
                    "abc"),
            "key at byte 1: a text without end");
  EXPECT_EQ(Refusal(std::string_view("\x40\x01\x03\x00", 4)), "key at byte 1: a text with a wrong escape");
  EXPECT_EQ(Refusal(std::string_view("\x40\xff\x00", 3)), "key at byte 1: a text that is no UTF-8");
  EXPECT_EQ(Refusal("\x90\x02"), "key at byte 2: a bool of 2");
  EXPECT_EQ(Refusal(std::string_view("\x60\x10\x00", 3)), "key at byte 2: no value inside an object or array");
  EXPECT_EQ(Refusal(std::string_view("\x30\xc3\x40\0\0\0\0\0\0\0\x02", 11)),
            "key at byte 11: a number's remainder of 2 is too large");
  EXPECT_EQ(Refusal("\x30\x7f\xff\xff\xff\xff\xff\xff\xff"), "key at byte 9: a number in an unknown form");  // -0.0
}

TEST(DecodeKey, RefusesWhatIsNestedTooDeep) {
  const auto nested = [](int depth) {
    return std::string(static_cast<std::size_t>(depth), '\x60') + std::string(static_cast<std::size_t>(depth), '\0');
  };
  EXPECT_EQ(Refusal(nested(kNestingDepthMax)), "accepted");
  EXPECT_NE(Refusal(nested(kNestingDepthMax + 1)).find("deep"), std::string::npos);
  EXPECT_NE(Refusal(std::string(1'000'000, '\x60')).find("deep"), std::string::npos);
}

}  // namespace
}  // namespace kalends
