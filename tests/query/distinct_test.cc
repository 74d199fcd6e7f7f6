#include "query/distinct.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

#include "kalends/document.h"
#include "kalends/limits.h"

namespace kalends {
namespace {

// The values as a JSON array, or the message of the error.
std::string Distinct(const std::string& path, std::initializer_list<const char*> documents,
                     const FilterContext& context = {}, const Value& id = Value()) {
  DistinctValues distinct(path, context);
  for (const char* document : documents) {
    const auto root = OwnedValue::FromJson(document).value();
    const Status added = distinct.Add({.time = TimeUs{-1}, .id = id, .root = root.value()});
    if (!added.ok()) return added.error().message();
  }
  const std::vector<Value> values = distinct.Values();
  EXPECT_EQ(distinct.size(), values.size());
  return ToJson(Value::Array(values));
}

TEST(DistinctValues, HoldsEachValueOnceInTheOrderOfAllValues) {
  EXPECT_EQ(Distinct("a", {R"({"a":"x"})", R"({"a":2})", R"({"a":null})", R"({"a":true})", R"({"a":"x"})",
                           R"({"a":{"b":1}})", R"({"b":1})"}),
            R"([null,2,"x",{"b":1},true])");
}

TEST(DistinctValues, CallsNumbersOfAllTypesOneValueAndKeepsTheNarrowest) {
  EXPECT_EQ(Distinct("a", {R"({"a":1.0})", R"({"a":1})", R"({"a":{"$numberLong":"1"}})", R"({"a":-0.0})",
                           R"({"a":0.0})", R"({"a":9007199254740993})", R"({"a":9007199254740992.0})"}),
            "[0.0,1,9007199254740992.0,9007199254740993]");
}

TEST(DistinctValues, WhichSpellingStaysDoesNotDependOnTheOrder) {
  const char* const a = R"({"a":{"b":[1.0,2]}})";
  const char* const b = R"({"a":{"b":[1,2.0]}})";
  EXPECT_EQ(Distinct("a", {a, b}), R"([{"b":[1,2.0]}])");
  EXPECT_EQ(Distinct("a", {b, a}), R"([{"b":[1,2.0]}])");
}

TEST(DistinctValues, TakesTheElementsOfAnArrayButOneLevelOnly) {
  EXPECT_EQ(Distinct("a", {R"({"a":[1,[1,2],null,1]})", R"({"a":[]})", R"({"a":3})"}), "[null,1,3,[1,2]]");
}

TEST(DistinctValues, StepsIntoTheObjectsOfArrays) {
  EXPECT_EQ(Distinct("a.b", {R"({"a":[{"b":1},{"b":[2,3]},5,[{"b":9}],{"c":9}]})", R"({"a":{"b":4}})", R"({"a":9})"}),
            "[1,2,3,4]");
}

TEST(DistinctValues, TakesTheElementThatANumberNames) {
  const char* const document = R"({"a":[{"b":1,"1":7},[2,3],{"b":4}],"o":{"1":5}})";
  EXPECT_EQ(Distinct("a.0.b", {document}), "[1]");
  EXPECT_EQ(Distinct("a.1", {document}), "[2,3]");
  EXPECT_EQ(Distinct("a.1.1", {document}), "[3]");
  EXPECT_EQ(Distinct("o.1", {document}), "[5]");
  EXPECT_EQ(Distinct("a.7", {document}), "[]");
  EXPECT_EQ(Distinct("a.00", {document}), "[]");
  EXPECT_EQ(Distinct("a.99999999999999999999", {document}), "[]");
}

TEST(DistinctValues, FindsANameThatHoldsTheDotsFirst) {
  EXPECT_EQ(Distinct("a.b", {R"({"a.b":1,"a":{"b":2}})", R"({"a":{"b":3}})"}), "[1,3]");
  EXPECT_EQ(Distinct("a.b.c", {R"({"a":{"b.c":1,"b":{"c":2}}})"}), "[1]");
}

TEST(DistinctValues, SeesTimesAsDatesAndTheIdThatWasMade) {
  const FilterContext context{.time_fields = {"at", "old.at"}, .time_unit = TimeUnit::kAuto, .id_field = "key"};
  EXPECT_EQ(Distinct("at",
                     {R"({"at":"2024-05-01T00:00:00.0009Z"})", R"({"at":1714521600})", R"({"at":"soon"})",
                      R"({"at":"1969-12-31T23:59:59.9999Z"})"},
                     context),
            R"(["soon",{"$date":{"$numberLong":"-1"}},{"$date":"2024-05-01T00:00:00Z"}])");
  EXPECT_EQ(Distinct("old.at", {R"({"at":1714521600,"old":{"at":1714521601}})"}, context),
            R"([{"$date":"2024-05-01T00:00:01Z"}])");
  EXPECT_EQ(Distinct("key", {"{}"}, context, Value::Int(5)), "[5]");
  EXPECT_EQ(Distinct("key", {R"({"key":6})"}, context), "[6]");
  EXPECT_EQ(Distinct("_id", {"{}"}, {}, Value::Int(5)), "[5]");
}

TEST(DistinctValues, CopiesWhatItKeepsAndBoundsIt) {
  DistinctValues distinct("a", {}, 100'000);
  for (int i = 0; i < 1000; ++i) {
    const auto root = OwnedValue::FromJson(R"({"a":"the same text again and again"})").value();
    ASSERT_TRUE(distinct.Add({.time = {}, .id = {}, .root = root.value()}).ok());
  }
  EXPECT_EQ(ToJson(distinct.Values().front()), R"("the same text again and again")");
  const std::string long_text(200'000, 'x');
  const Field field{.name = "a", .value = Value::String(long_text)};
  const Status added = distinct.Add({.time = {}, .id = {}, .root = Value::Object({&field, 1})});
  ASSERT_FALSE(added.ok());
  EXPECT_EQ(added.error().code(), ErrorCode::kLimitExceeded);
  EXPECT_EQ(added.error().message(),
            "distinct a: the values take more than 100000 bytes of memory; a narrower filter has fewer");
}

TEST(DistinctValues, RefusesPathsThatNoDocumentHas) {
  EXPECT_TRUE(DistinctValues::CheckPath("a.b.0").ok());
  EXPECT_EQ(DistinctValues::CheckPath(std::string_view("a\0b", 3)).error().code(), ErrorCode::kInvalidArgument);
  std::string path(2 * kNestingDepthMax - 1, '.');
  for (std::size_t i = 0; i < path.size(); i += 2) path[i] = 'a';
  EXPECT_TRUE(DistinctValues::CheckPath(path).ok());
  EXPECT_EQ(DistinctValues::CheckPath(path + ".a").error().code(), ErrorCode::kLimitExceeded);
}

}  // namespace
}  // namespace kalends
