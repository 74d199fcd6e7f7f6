#include "format/compare.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <string>

namespace kalends {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
const double kNan = std::nan("");

void ExpectLess(const Value& a, const Value& b) {
  EXPECT_TRUE(Compare(a, b) < 0);
  EXPECT_TRUE(Compare(b, a) > 0);
  EXPECT_FALSE(EqualByMongo(a, b));
}
void ExpectEqual(const Value& a, const Value& b) {
  EXPECT_TRUE(Compare(a, b) == 0);
  EXPECT_TRUE(Compare(b, a) == 0);
}
Value Text(const char* text) { return Value::String(text); }

TEST(Compare, OrdersTheTypes) {
  const std::array<Value, 10> ascending = {Value(),
                                           Value::Null(),
                                           Value::Double(kInfinity),
                                           Text("zzz"),
                                           Value::Object({}),
                                           Value::Array({}),
                                           Value::Binary("", 0),
                                           Value::ObjectId("aaaaaaaaaaaa"),
                                           Value::Bool(false),
                                           Value::DateMs(INT64_MIN)};
  for (std::size_t i = 0; i < ascending.size(); ++i) {
    ExpectEqual(ascending[i], ascending[i]);
    for (std::size_t j = i + 1; j < ascending.size(); ++j) ExpectLess(ascending[i], ascending[j]);
  }
}

TEST(Compare, TakesNumbersByValue) {
  ExpectEqual(Value::Int(1), Value::Long(1));
  ExpectEqual(Value::Int(1), Value::Double(1.0));
  ExpectLess(Value::Int(1), Value::Double(1.5));
  ExpectLess(Value::Double(-1.5), Value::Long(-1));
  ExpectLess(Value::Long(-2), Value::Double(-1.5));
  ExpectEqual(Value::Double(0.0), Value::Double(-0.0));
  ExpectEqual(Value::Int(0), Value::Double(-0.0));
  ExpectLess(Value::Int(0), Value::Double(std::numeric_limits<double>::denorm_min()));
  ExpectLess(Value::Double(-std::numeric_limits<double>::denorm_min()), Value::Int(0));
}

TEST(Compare, DoesNotRoundLongs) {
  constexpr std::int64_t kTwoTo53 = std::int64_t{1} << 53;
  ExpectEqual(Value::Long(kTwoTo53), Value::Double(0x1p53));
  ExpectLess(Value::Double(0x1p53), Value::Long(kTwoTo53 + 1));
  ExpectLess(Value::Long(kTwoTo53 + 1), Value::Double(0x1p53 + 2));
  ExpectLess(Value::Long(-kTwoTo53 - 1), Value::Double(-0x1p53));
  ExpectLess(Value::Long(INT64_MAX), Value::Double(0x1p63));
  ExpectLess(Value::Double(std::nextafter(0x1p63, 0)), Value::Long(INT64_MAX));
  ExpectEqual(Value::Long(INT64_MIN), Value::Double(-0x1p63));
  ExpectLess(Value::Double(std::nextafter(-0x1p63, -kInfinity)), Value::Long(INT64_MIN));
  ExpectLess(Value::Long(INT64_MAX), Value::Double(kInfinity));
  ExpectLess(Value::Double(-kInfinity), Value::Long(INT64_MIN));
}

TEST(Compare, PutsNanBelowAllNumbers) {
  ExpectEqual(Value::Double(kNan), Value::Double(-kNan));
  ExpectLess(Value::Double(kNan), Value::Double(-kInfinity));
  ExpectLess(Value::Double(kNan), Value::Long(INT64_MIN));
  ExpectLess(Value::Null(), Value::Double(kNan));
}

TEST(Compare, TakesStringsByBytes) {
  ExpectLess(Text(""), Text("a"));
  ExpectLess(Text("a"), Text("aa"));
  ExpectLess(Text("Z"), Text("a"));
  ExpectLess(Text("z"), Text("é"));  // Unsigned bytes.
  ExpectLess(Text("a"), Value::String(std::string_view("a\0", 2)));
}

TEST(Compare, TakesArraysElementByElementThenByLength) {
  const std::array<Value, 2> one_two = {Value::Int(1), Value::Int(2)};
  const std::array<Value, 1> two = {Value::Int(2)};
  ExpectLess(Value::Array({}), Value::Array(two));
  ExpectLess(Value::Array(one_two), Value::Array(two));
  ExpectLess(Value::Array(std::span(one_two).first(1)), Value::Array(one_two));
}

TEST(Compare, TakesObjectsFieldByFieldTypeThenNameThenValue) {
  const std::array<Field, 2> a1_b1 = {{{"a", Value::Int(1)}, {"b", Value::Int(1)}}};
  const std::array<Field, 2> b1_a1 = {{{"b", Value::Int(1)}, {"a", Value::Int(1)}}};
  const std::array<Field, 1> a2 = {{{"a", Value::Double(2)}}};
  const std::array<Field, 1> a_text = {{{"a", Text("")}}};
  ExpectLess(Value::Object({}), Value::Object(a2));
  ExpectLess(Value::Object(a1_b1), Value::Object(a2));      // The value,
  ExpectLess(Value::Object(a2), Value::Object(b1_a1));      // before it the name,
  ExpectLess(Value::Object(b1_a1), Value::Object(a_text));  // before it the type.
  ExpectLess(Value::Object(std::span(a1_b1).first(1)), Value::Object(a1_b1));
}

TEST(Compare, TakesBinariesByLengthSubtypeBytes) {
  ExpectLess(Value::Binary("z", 9), Value::Binary("aa", 0));
  ExpectLess(Value::Binary("z", 0), Value::Binary("a", 1));
  ExpectLess(Value::Binary("a", 200), Value::Binary("\xff", 200));
}

TEST(Compare, TakesTheRestByContent) {
  ExpectLess(Value::Bool(false), Value::Bool(true));
  ExpectLess(Value::DateMs(-1), Value::DateMs(0));
  ExpectLess(Value::ObjectId("aaaaaaaaaaaa"), Value::ObjectId("aaaaaaaaaaa\xff"));
}

TEST(TypeBracket, IsOneForAllNumbers) {
  EXPECT_EQ(TypeBracket(Type::kInt), TypeBracket(Type::kDouble));
  EXPECT_EQ(TypeBracket(Type::kInt), TypeBracket(Type::kLong));
  EXPECT_NE(TypeBracket(Type::kInt), TypeBracket(Type::kDate));
  EXPECT_LT(TypeBracket(Type::kMissing), TypeBracket(Type::kNull));
}

TEST(CopyValue, SharesNothingWithItsSource) {
  Arena arena;
  std::string text = "text";
  std::string name = "name";
  std::string twelve = "twelve bytes";
  std::vector<Value> elements = {Value::String(text), Value::Binary(text, 7), Value::ObjectId(twelve.data())};
  std::vector<Field> fields = {{name, Value::Array(elements)}, {"n", Value::Long(5)}};
  const Value copy = CopyValue(Value::Object(fields), arena);
  text = "XXXX";
  name = "XXXX";
  twelve = "XXXXXXXXXXXX";
  elements.assign(3, Value());
  fields.assign(2, Field());
  const Value array = copy.Get("name");
  ASSERT_TRUE(array.is_array());
  EXPECT_EQ(array.elements()[0].as_string(), "text");
  EXPECT_EQ(array.elements()[1].as_binary(), "text");
  EXPECT_EQ(array.elements()[1].binary_subtype(), 7);
  EXPECT_EQ(array.elements()[2].as_object_id(), "twelve bytes");
  EXPECT_EQ(copy.Get("n").as_integer(), 5);
}

}  // namespace
}  // namespace kalends
