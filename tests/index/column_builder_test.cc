#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "format/compare.h"
#include "format/key_encoding.h"
#include "index/column.h"
#include "tests/index/column_test_support.h"

namespace kalends {
namespace {

std::string KeyOf(const Value& value) {
  std::string key;
  EncodeKey(value, &key);
  return key;
}

std::uint32_t Bit(ColumnKind kind) { return 1U << static_cast<unsigned>(kind); }

// Whether the strings of a column that has `texts` in this order are kept; else they are kText.
bool KeepsStrings(const std::vector<std::string>& texts, bool keeps_unique_strings) {
  PlainColumn plain;
  for (const std::string& text : texts) plain.push_back(Value::String(text));
  const std::string bytes = EncodeColumn(plain, keeps_unique_strings);
  const Column column = OpenColumn(bytes);
  const ColumnStream* texts_alone = column.Find(ColumnKind::kText);
  const bool keeps = column.Find(ColumnKind::kString) != nullptr;
  // Where they are given up, all of them are.
  EXPECT_TRUE(keeps || (texts_alone != nullptr && texts_alone->count() == texts.size()));
  return keeps;
}

std::vector<std::string> Numbered(std::size_t count, const std::string& prefix, std::size_t different) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < count; ++i) texts.push_back(prefix + std::to_string(1000000 + i % different));
  return texts;
}

TEST(ColumnBuilder, StringsOfMoreThan128BytesAreText) {
  const std::string longest(128, 'x');
  const std::string longer(129, 'x');
  const std::string bytes = EncodeColumn({Value::String(longest), Value::String(longer)});
  const Column column = OpenColumn(bytes);
  EXPECT_EQ(column.StreamOf(0)->kind(), ColumnKind::kString);
  EXPECT_EQ(column.StreamOf(1)->kind(), ColumnKind::kText);
}

TEST(ColumnBuilder, StringsThatComeOnceAreKeptWhereAskedFor) {
  EXPECT_TRUE(KeepsStrings(Numbered(1000, "id-", 1000), true));
  EXPECT_FALSE(KeepsStrings(Numbered(1000, "id-", 1000), false));
  EXPECT_FALSE(KeepsStrings(Numbered(1000, "id-", 501), false));
  EXPECT_TRUE(KeepsStrings(Numbered(1000, "id-", 500), false));
  EXPECT_TRUE(KeepsStrings(Numbered(63, "id-", 63), false));
  EXPECT_FALSE(KeepsStrings(Numbered(64, "id-", 64), false));
}

TEST(ColumnBuilder, FreeTextIsNeverKept) {
  EXPECT_FALSE(KeepsStrings(Numbered(1000, "what somebody wrote ", 1000), true));
  EXPECT_TRUE(KeepsStrings(Numbered(1000, "what somebody wrote ", 500), true));
  EXPECT_TRUE(KeepsStrings(Numbered(1000, "seventeen bytes, ", 1000), true));  // And 7 digits: 24 bytes.
  EXPECT_FALSE(KeepsStrings(Numbered(1000, "eighteen bytes at ", 1000), true));
  // A UUID counts as the 16 bytes that it takes.
  std::vector<std::string> uuids;
  for (int i = 0; i < 1000; ++i) uuids.push_back("0a8fc187-681a-4c42-9538-0000000" + std::to_string(10000 + i));
  EXPECT_TRUE(KeepsStrings(uuids, true));
  EXPECT_FALSE(KeepsStrings(uuids, false));
}

TEST(ColumnBuilder, LongTextsTellThatTheShortOnesAreTextToo) {
  for (const std::size_t long_ones : {100U, 200U}) {
    std::vector<std::string> texts = Numbered(1000, "short ", 1000);
    for (std::size_t i = 0; i < long_ones; ++i) texts.push_back(std::string(200, 'x'));
    PlainColumn plain;
    for (const std::string& text : texts) plain.push_back(Value::String(text));
    const std::string bytes = EncodeColumn(plain);
    EXPECT_EQ(OpenColumn(bytes).Find(ColumnKind::kString) != nullptr, long_ones == 100);
  }
}

TEST(ColumnBuilder, ADictionaryOfMoreThan4MiBIsGivenUpAtOnce) {
  ColumnBuilder builder;
  std::string text(128, 'x');
  for (std::uint32_t row = 0; row < 65536; ++row) {
    const std::string number = std::to_string(100000 + row % 20000);
    std::copy(number.begin(), number.end(), text.begin());
    builder.Add(row, Value::String(text));
  }
  EXPECT_EQ(builder.kinds(), Bit(ColumnKind::kString));  // 20,000 different ones: 2.5 MB.
  ColumnBuilder larger;
  for (std::uint32_t row = 0; row < 40000; ++row) {
    const std::string number = std::to_string(100000 + row);
    std::copy(number.begin(), number.end(), text.begin());
    larger.Add(row, Value::String(text));
  }
  EXPECT_EQ(larger.kinds(), Bit(ColumnKind::kText));
  EXPECT_EQ(larger.distinct(), 0U);
  EXPECT_LT(larger.bytes(), 200'000U);
  const std::string bytes = larger.Encode(40000);
  EXPECT_TRUE(OpenColumn(bytes).StreamOf(123)->kind() == ColumnKind::kText);
}

TEST(ColumnBuilder, CountsRowsKindsAndDifferentStrings) {
  ColumnBuilder builder =
      BuilderOf({Value::String("a"), {}, Value::String("b"), Value::String("a"), Value::Int(1), Value::Null()});
  EXPECT_EQ(builder.count(), 5U);
  EXPECT_EQ(builder.kinds(), Bit(ColumnKind::kString) | Bit(ColumnKind::kInt) | Bit(ColumnKind::kNull));
  EXPECT_EQ(builder.distinct(), 2U);
  builder.Encode(6);
  EXPECT_EQ(builder.distinct(), 2U);
}

TEST(ColumnBuilder, TakesFewBytesAValue) {
  ColumnBuilder builder;
  for (std::uint32_t row = 0; row < 65536; ++row) builder.Add(row, Value::Int(static_cast<std::int32_t>(row)));
  EXPECT_LT(builder.bytes(), 65536U * 16);
}

TEST(ColumnBuilder, ARowWithAnArrayIsThatAlone) {
  ColumnBuilder builder;
  builder.AddArray(0);
  builder.Add(0, Value::Int(0));  // After the array,
  builder.Add(1, Value::String("only here"));
  builder.AddArray(1);  // before it,
  builder.Add(2, Value::Int(2));
  builder.AddArray(3);               // alone,
  builder.Add(4, Value::Array({}));  // as a value,
  builder.Add(5, Value::Int(5));
  builder.AddArray(2);  // out of order,
  builder.AddArray(2);  // twice.
  EXPECT_EQ(builder.count(), 6U);
  const std::string bytes = builder.Encode(7);
  EXPECT_EQ(builder.kinds(), Bit(ColumnKind::kArray) | Bit(ColumnKind::kInt));
  EXPECT_EQ(builder.distinct(), 0U);
  const Column column = OpenColumn(bytes);
  for (const std::uint32_t row : {0U, 1U, 2U, 3U, 4U}) EXPECT_EQ(column.StreamOf(row)->kind(), ColumnKind::kArray);
  EXPECT_EQ(column.StreamOf(5)->kind(), ColumnKind::kInt);
  EXPECT_EQ(column.StreamOf(6), nullptr);
}

TEST(ColumnBuilder, ArraysInAnyOrderAsInAPlainColumn) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 100; ++round) {
    ColumnBuilder builder;
    PlainColumn plain(1 + random() % 200);
    std::vector<bool> has_array(plain.size());
    for (std::uint32_t row = 0; row < plain.size(); ++row) {
      if (random() % 3 != 0) {
        plain[row] = random() % 2 == 0 ? Value::Int(static_cast<std::int32_t>(row)) : Value::String("text");
        builder.Add(row, plain[row]);
      }
      if (random() % 4 != 0) continue;
      const auto array = static_cast<std::uint32_t>(random() % plain.size());
      has_array[array] = true;
      builder.AddArray(array);
    }
    std::uint32_t count = 0;
    for (std::size_t row = 0; row < plain.size(); ++row) {
      if (has_array[row] || !plain[row].is_missing()) ++count;
    }
    ASSERT_EQ(builder.count(), count);
    if (count == 0) continue;
    const std::string bytes = builder.Encode(static_cast<std::uint32_t>(plain.size()));
    const Column column = OpenColumn(bytes);
    Arena arena;
    for (std::uint32_t row = 0; row < plain.size(); ++row) {
      const ColumnStream* stream = column.StreamOf(row);
      if (has_array[row]) {
        ASSERT_EQ(stream->kind(), ColumnKind::kArray);
      } else if (plain[row].is_missing()) {
        ASSERT_EQ(stream, nullptr);
      } else {
        ASSERT_TRUE(Identical(stream->ValueAt(*stream->IndexOf(row), arena), plain[row]));
      }
    }
  }
}

TEST(ColumnBuilder, ExtremesAreThoseOfAllValues) {
  const double infinity = std::numeric_limits<double>::infinity();
  const std::vector<Value> values = {Value::Null(),
                                     Value::Double(std::nan("")),
                                     Value::Double(-infinity),
                                     Value::Long(-5),
                                     Value::Double(-0.0),
                                     Value::Int(7),
                                     Value::Long((std::int64_t{1} << 53U) + 1),
                                     Value::String(""),
                                     Value::String("zz"),
                                     Value::ObjectId("twelve bytes"),
                                     Value::Bool(false),
                                     Value::Bool(true),
                                     Value::DateMs(INT64_MIN),
                                     Value::DateMs(5)};
  std::mt19937_64 random(2);
  for (int round = 0; round < 300; ++round) {
    PlainColumn plain;
    for (std::uint64_t left = 1 + random() % 5; left > 0; --left) plain.push_back(values[random() % values.size()]);
    ColumnBuilder builder = BuilderOf(plain);
    builder.Encode(static_cast<std::uint32_t>(plain.size()));
    const auto [min, max] = std::minmax_element(plain.begin(), plain.end(),
                                                [](const Value& a, const Value& b) { return Compare(a, b) < 0; });
    ASSERT_EQ(builder.min_key(), KeyOf(*min));
    ASSERT_EQ(builder.max_key(), KeyOf(*max));
  }
}

TEST(ColumnBuilder, ExtremesAreUnknownWhereValuesAre) {
  const std::string long_text(200, 'x');
  for (const Value& unknown : {Value::String(long_text), Value::Object({}), Value::Binary("x", 0), Value::Array({})}) {
    ColumnBuilder builder = BuilderOf({Value::Int(1), unknown});
    builder.Encode(2);
    EXPECT_EQ(builder.min_key(), std::nullopt);
    EXPECT_EQ(builder.max_key(), std::nullopt);
  }
  // A key of 64 bytes is a tag, 62 bytes of text and its end.
  const std::string fits(62, 'x');
  const std::string does_not(63, 'x');
  ColumnBuilder builder = BuilderOf({Value::String(fits), Value::String(does_not)});
  builder.Encode(2);
  EXPECT_EQ(builder.min_key(), KeyOf(Value::String(fits)));
  EXPECT_EQ(builder.max_key(), std::nullopt);
}

TEST(ColumnBuilder, ValuesTakenAwayByArraysAreNoExtremes) {
  ColumnBuilder builder = BuilderOf({Value::Int(1), Value::Int(2)});
  builder.AddArray(0);
  const std::string bytes = builder.Encode(2);
  EXPECT_EQ(OpenColumn(bytes).Find(ColumnKind::kInt)->count(), 1U);
  EXPECT_EQ(builder.min_key(), std::nullopt);
}

}  // namespace
}  // namespace kalends
