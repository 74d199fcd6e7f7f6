#include <gtest/gtest.h>

#include <bit>
#include <limits>
#include <random>
#include <string>

#include "kalends/document.h"
#include "kalends/value.h"

namespace kalends {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

std::string Canonical(const Value& value) { return ToJson(value, JsonStyle::kCanonical); }

void ExpectReadsBack(const Value& value, JsonStyle style) {
  const std::string json = ToJson(value, style);
  const Result<OwnedValue> again = OwnedValue::FromJson(json);
  ASSERT_TRUE(again.has_value()) << json << ": " << again.error().message();
  EXPECT_TRUE(Identical(again->value(), value)) << json;
}

TEST(JsonWriter, WritesRelaxedValuesPlainly) {
  EXPECT_EQ(ToJson(Value::Null()), "null");
  EXPECT_EQ(ToJson(Value::Bool(true)), "true");
  EXPECT_EQ(ToJson(Value::Int(-5)), "-5");
  EXPECT_EQ(ToJson(Value::Long(std::numeric_limits<std::int64_t>::min())), "-9223372036854775808");
  EXPECT_EQ(ToJson(Value::String("text")), "\"text\"");
  EXPECT_EQ(ToJson(Value::Array({})), "[]");
  EXPECT_EQ(ToJson(Value::Object({})), "{}");
}

TEST(JsonWriter, WritesDoublesShortAndNeverAsIntegers) {
  EXPECT_EQ(ToJson(Value::Double(1.0)), "1.0");
  EXPECT_EQ(ToJson(Value::Double(-0.0)), "-0.0");
  EXPECT_EQ(ToJson(Value::Double(0.1)), "0.1");
  EXPECT_EQ(ToJson(Value::Double(1e300)), "1e+300");
  EXPECT_EQ(ToJson(Value::Double(kNan)), R"({"$numberDouble":"NaN"})");
  EXPECT_EQ(ToJson(Value::Double(kInfinity)), R"({"$numberDouble":"Infinity"})");
  EXPECT_EQ(ToJson(Value::Double(-kInfinity)), R"({"$numberDouble":"-Infinity"})");
}

TEST(JsonWriter, WritesCanonicalTypes) {
  EXPECT_EQ(Canonical(Value::Int(5)), R"({"$numberInt":"5"})");
  EXPECT_EQ(Canonical(Value::Long(5)), R"({"$numberLong":"5"})");
  EXPECT_EQ(Canonical(Value::Double(5)), R"({"$numberDouble":"5.0"})");
  EXPECT_EQ(Canonical(Value::Double(kNan)), R"({"$numberDouble":"NaN"})");
  EXPECT_EQ(Canonical(Value::DateMs(5)), R"({"$date":{"$numberLong":"5"}})");
  EXPECT_EQ(Canonical(Value::Bool(false)), "false");
}

TEST(JsonWriter, WritesDatesAsTextWhereFourDigitsHoldTheYear) {
  EXPECT_EQ(ToJson(Value::DateMs(1706713200123)), R"({"$date":"2024-01-31T15:00:00.123Z"})");
  EXPECT_EQ(ToJson(Value::DateMs(0)), R"({"$date":"1970-01-01T00:00:00Z"})");
  EXPECT_EQ(ToJson(Value::DateMs(-1)), R"({"$date":{"$numberLong":"-1"}})");
  EXPECT_EQ(ToJson(Value::DateMs(253402300799999)), R"({"$date":"9999-12-31T23:59:59.999Z"})");
  EXPECT_EQ(ToJson(Value::DateMs(253402300800000)), R"({"$date":{"$numberLong":"253402300800000"}})");
}

TEST(JsonWriter, WritesBinariesAndObjectIds) {
  EXPECT_EQ(ToJson(Value::Binary("", 0)), R"({"$binary":{"base64":"","subType":"00"}})");
  EXPECT_EQ(ToJson(Value::Binary("a", 0x80)), R"({"$binary":{"base64":"YQ==","subType":"80"}})");
  EXPECT_EQ(ToJson(Value::Binary("ab", 4)), R"({"$binary":{"base64":"YWI=","subType":"04"}})");
  EXPECT_EQ(ToJson(Value::Binary("\xfb\xff\xfe", 0)), R"({"$binary":{"base64":"+//+","subType":"00"}})");
  EXPECT_EQ(ToJson(Value::ObjectId("\x50\x7f\x1f\x77\xbc\xf8\x6c\xd7\x99\x43\x90\x11")),
            R"({"$oid":"507f1f77bcf86cd799439011"})");
}

TEST(JsonWriter, EscapesWhatJsonRequiresAndNothingElse) {
  EXPECT_EQ(ToJson(Value::String("\"\\\b\f\n\r\t/")), R"("\"\\\b\f\n\r\t/")");
  EXPECT_EQ(ToJson(Value::String(std::string_view("\0\x01\x1f\x7f", 4))), "\"\\u0000\\u0001\\u001f\x7f\"");
  EXPECT_EQ(ToJson(Value::String("\xC3\xA9\xE2\x80\xA8\xF0\x9F\x98\x80")), "\"\xC3\xA9\xE2\x80\xA8\xF0\x9F\x98\x80\"");
}

TEST(JsonWriter, EscapesAtEveryPlaceOfAWord) {
  for (int c = 0; c < 0x80; ++c) {
    for (std::size_t place = 0; place < 20; ++place) {
      std::string text(20, 'x');
      text[place] = static_cast<char>(c);
      ExpectReadsBack(Value::String(text), JsonStyle::kRelaxed);
    }
  }
}

TEST(JsonWriter, WritesTextsLongerThanItsBuffer) {
  for (const std::size_t size : {511U, 512U, 513U, 4096U, 5000U, 100000U}) {
    ExpectReadsBack(Value::String(std::string(size, 'x')), JsonStyle::kRelaxed);
    ExpectReadsBack(Value::String(std::string(size, '\x01')), JsonStyle::kRelaxed);
    ExpectReadsBack(Value::Binary(std::string(size, '\xFF'), 0), JsonStyle::kRelaxed);
  }
}

TEST(JsonWriter, AppendsToWhatIsThere) {
  std::string out = "before ";
  AppendJson(Value::Int(1), JsonStyle::kRelaxed, &out);
  EXPECT_EQ(out, "before 1");
}

TEST(JsonWriter, BothStylesReadBackIdentical) {
  DocumentBuilder builder;
  builder.Add("zero", 0)
      .Add("long", std::int64_t{1} << 40U)
      .Add("double", 2.0)
      .Add("negative zero", -0.0)
      .Add("nan", kNan);
  builder.Add("infinity", -kInfinity)
      .Add("date", Value::DateMs(123))
      .Add("early", Value::DateMs(std::numeric_limits<std::int64_t>::min()));
  builder.Add("binary", Value::Binary("bytes", 5)).Add("id", Value::ObjectId("twelve bytes")).Add("$0", 1);
  builder.BeginObject("$foo").Add("$bar", 1).End().BeginArray("array").Add("a").BeginObject().Add("", "").End().End();
  const Document document = builder.Build();
  ExpectReadsBack(document.value(), JsonStyle::kRelaxed);
  ExpectReadsBack(document.value(), JsonStyle::kCanonical);
}

TEST(JsonWriter, ALongThatFitsAnIntStaysALongInCanonicalOnly) {
  ExpectReadsBack(Value::Long(5), JsonStyle::kCanonical);
  EXPECT_EQ(ToJson(Value::Long(5)), "5");
}

TEST(JsonWriter, AnyDoubleReadsBack) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 20000; ++i) {
    const Value value = Value::Double(std::bit_cast<double>(random()));
    ExpectReadsBack(value, JsonStyle::kRelaxed);
    ExpectReadsBack(value, JsonStyle::kCanonical);
  }
}

}  // namespace
}  // namespace kalends
