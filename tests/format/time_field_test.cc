#include "format/time_field.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>

namespace kalends {
namespace {

std::string Shown(const Value& value, TimeUnit unit = TimeUnit::kAuto) {
  const std::optional<TimeUs> time = TimeOfValue(value, unit);
  return time.has_value() ? FormatTime(*time) : "none";
}

TEST(TimeOfValue, TakesDatesAndTexts) {
  EXPECT_EQ(Shown(Value::DateMs(1'706'713'200'123)), "2024-01-31T15:00:00.123Z");
  EXPECT_EQ(Shown(Value::DateMs(-1)), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(Shown(Value::String("2024-01-31T16:00:00.000001+01:00")), "2024-01-31T15:00:00.000001Z");
  EXPECT_EQ(Shown(Value::String("2024-01-31")), "2024-01-31T00:00:00Z");
  EXPECT_EQ(Shown(Value::String("+012345-01-01")), "+012345-01-01T00:00:00Z");
}

TEST(TimeOfValue, TakesNumbersInTheirUnit) {
  EXPECT_EQ(Shown(Value::Int(1'706'713'200), TimeUnit::kSeconds), "2024-01-31T15:00:00Z");
  EXPECT_EQ(Shown(Value::Long(1'706'713'200'123), TimeUnit::kMilliseconds), "2024-01-31T15:00:00.123Z");
  EXPECT_EQ(Shown(Value::Long(1'706'713'200'123'456), TimeUnit::kMicroseconds), "2024-01-31T15:00:00.123456Z");
  // A given unit holds for every size.
  EXPECT_EQ(Shown(Value::Long(1'706'713'200'123), TimeUnit::kMicroseconds), "1970-01-20T18:05:13.200123Z");
  EXPECT_EQ(Shown(Value::Long(200'000'000'000), TimeUnit::kSeconds), "8307-10-01T19:33:20Z");
}

TEST(TimeOfValue, FindsTheUnitOfANumberByItsSize) {
  EXPECT_EQ(Shown(Value::Long(99'999'999'999)), FormatTime({99'999'999'999'000'000}));  // Seconds,
  EXPECT_EQ(Shown(Value::Long(100'000'000'000)), FormatTime({100'000'000'000'000}));    // milliseconds,
  EXPECT_EQ(Shown(Value::Long(99'999'999'999'999)), FormatTime({99'999'999'999'999'000}));
  EXPECT_EQ(Shown(Value::Long(100'000'000'000'000)), FormatTime({100'000'000'000'000}));  // microseconds,
  EXPECT_EQ(Shown(Value::Long(99'999'999'999'999'999)), FormatTime({99'999'999'999'999'999}));
  EXPECT_EQ(Shown(Value::Long(100'000'000'000'000'000)), "none");  // and no time.
  EXPECT_EQ(Shown(Value::Long(-99'999'999'999)), FormatTime({-99'999'999'999'000'000}));
  EXPECT_EQ(Shown(Value::Long(-100'000'000'000)), FormatTime({-100'000'000'000'000}));
  EXPECT_EQ(Shown(Value::Long(INT64_MIN)), "none");
  EXPECT_EQ(Shown(Value::Int(0)), "1970-01-01T00:00:00Z");
}

TEST(TimeOfValue, KeepsFractionsToTheMicrosecond) {
  EXPECT_EQ(Shown(Value::Double(1706713200.123)), "2024-01-31T15:00:00.123Z");
  EXPECT_EQ(Shown(Value::Double(1706713200.123456)), "2024-01-31T15:00:00.123456Z");
  EXPECT_EQ(Shown(Value::Double(1706713200123.5)), "2024-01-31T15:00:00.123500Z");
  EXPECT_EQ(Shown(Value::Double(1.5), TimeUnit::kMicroseconds), "1970-01-01T00:00:00.000002Z");
  EXPECT_EQ(Shown(Value::Double(-0.25), TimeUnit::kSeconds), "1969-12-31T23:59:59.750Z");
}

TEST(TimeOfValue, FindsNoneWhereANumberIsNone) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  for (const double number : {kInfinity, -kInfinity, std::nan(""), 1e17, -1e17, 1e300}) {
    EXPECT_EQ(Shown(Value::Double(number)), "none") << number;
  }
  EXPECT_EQ(Shown(Value::Double(9.3e12), TimeUnit::kSeconds), "none");
  EXPECT_EQ(Shown(Value::Double(0x1p63), TimeUnit::kMicroseconds), "none");
  EXPECT_EQ(Shown(Value::Double(-0x1p63), TimeUnit::kMicroseconds), FormatTime({INT64_MIN}));
  EXPECT_EQ(Shown(Value::Long(INT64_MAX / 1000 + 1), TimeUnit::kMilliseconds), "none");
  EXPECT_EQ(Shown(Value::DateMs(INT64_MAX)), "none");
}

TEST(TimeOfValue, FindsNoneInOtherTypesAndTexts) {
  const std::array<Value, 1> elements = {Value::Int(1)};
  for (const Value& value :
       {Value(), Value::Null(), Value::Bool(true), Value::Binary("2024-01-31", 0), Value::ObjectId("2024-01-31T1"),
        Value::Array(elements), Value::Object({}), Value::String(""), Value::String("hello - world"),
        Value::String("1706713200"), Value::String("2024-02-30"), Value::String("2024-01-31T25:00:00Z")}) {
    EXPECT_EQ(Shown(value), "none");
  }
}

TEST(ValueAtPath, StepsIntoObjects) {
  const std::array<Field, 1> inner = {{{"timestamp", Value::Int(1)}}};
  const std::array<Field, 2> middle = {{{"b", Value::Object(inner)}, {"c", Value::Int(2)}}};
  const std::array<Field, 2> fields = {{{"a", Value::Object(middle)}, {"n", Value::Null()}}};
  const Value root = Value::Object(fields);
  EXPECT_EQ(ValueAtPath(root, "a.b.timestamp").as_integer(), 1);
  EXPECT_EQ(ValueAtPath(root, "a.c").as_integer(), 2);
  EXPECT_TRUE(ValueAtPath(root, "a.b").is_object());
  EXPECT_TRUE(ValueAtPath(root, "n").is_null());
  for (const char* path : {"", ".", "x", "a.x", "a.b.timestamp.x", "n.x", "a.", ".a", "a..b", "b.timestamp"}) {
    EXPECT_TRUE(ValueAtPath(root, path).is_missing()) << path;
  }
}

TEST(ValueAtPath, FindsAKeyThatHoldsDotsFirst) {
  const std::array<Field, 1> b = {{{"b", Value::Int(1)}}};
  const std::array<Field, 1> c = {{{"c", Value::Int(3)}}};
  const std::array<Field, 1> b_c = {{{"b.c", Value::Int(4)}}};
  const std::array<Field, 2> both = {{{"a", Value::Object(b)}, {"a.b", Value::Int(2)}}};
  const std::array<Field, 2> prefix = {{{"a", Value::Object(b)}, {"a.b", Value::Object(c)}}};
  const std::array<Field, 1> suffix = {{{"a", Value::Object(b_c)}}};
  EXPECT_EQ(ValueAtPath(Value::Object(both), "a.b").as_integer(), 2);
  EXPECT_EQ(ValueAtPath(Value::Object(prefix), "a.b.c").as_integer(), 3);
  EXPECT_EQ(ValueAtPath(Value::Object(suffix), "a.b.c").as_integer(), 4);
}

TEST(ValueAtPath, DoesNotStepIntoArrays) {
  const std::array<Field, 1> inner = {{{"b", Value::Int(1)}}};
  const std::array<Value, 1> elements = {Value::Object(inner)};
  const std::array<Field, 1> fields = {{{"a", Value::Array(elements)}}};
  EXPECT_TRUE(ValueAtPath(Value::Object(fields), "a.b").is_missing());
  EXPECT_TRUE(ValueAtPath(Value::Object(fields), "a.0.b").is_missing());
  EXPECT_TRUE(ValueAtPath(Value::Int(1), "a").is_missing());
}

TEST(TimeOfDocument, TakesTheFirstPathThatHoldsATime) {
  const std::array<Field, 1> snapshot = {{{"timestamp", Value::String("2024-02-01")}}};
  const std::array<Field, 3> fields = {{{"timestamp", Value::String("soon")},
                                        {"snapshot", Value::Object(snapshot)},
                                        {"created_at", Value::String("2024-03-01")}}};
  const std::vector<std::string> paths = {"time", "timestamp", "snapshot.timestamp", "created_at"};
  const auto time = TimeOfDocument(Value::Object(fields), paths, TimeUnit::kAuto);
  ASSERT_TRUE(time.has_value());
  EXPECT_EQ(FormatTime(*time), "2024-02-01T00:00:00Z");
  EXPECT_FALSE(TimeOfDocument(Value::Object(fields), std::span(paths).first(2), TimeUnit::kAuto).has_value());
  EXPECT_FALSE(TimeOfDocument(Value::Object(fields), {}, TimeUnit::kAuto).has_value());
}

}  // namespace
}  // namespace kalends
