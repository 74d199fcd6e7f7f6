#include "query/json_schema.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "query/multiple_of.h"
#include "tests/query/filter_cases.h"

namespace kalends {
namespace {

struct SchemaCase {
  const char* schema;
  std::vector<const char*> accepted;
  std::vector<const char*> refused;
};

void CheckSchema(const SchemaCase& test) {
  const auto filter = FilterFromJson(std::string(R"({"$jsonSchema": )") + test.schema + "}");
  ASSERT_TRUE(filter.has_value()) << test.schema << ": " << filter.error().message();
  MatchScratch scratch;
  for (const char* document : test.accepted) {
    EXPECT_TRUE(FilterMatches(*filter.value(), document, scratch)) << test.schema << " on " << document;
  }
  for (const char* document : test.refused) {
    EXPECT_FALSE(FilterMatches(*filter.value(), document, scratch)) << test.schema << " on " << document;
  }
}

TEST(JsonSchema, KeywordsSpeakOfTheirTypeAlone) {
  for (const SchemaCase& test : std::vector<SchemaCase>{
           {"{}", {"{}"}, {}},
           {R"({"required": ["a", "b"]})", {R"({"a": null, "b": 1})"}, {R"({"a": 1})", "{}"}},
           {R"({"properties": {"a": {"type": "number"}}})",
            {"{}", R"({"a": 1.5})"},
            {R"({"a": "x"})", R"({"a": [1]})"}},
           {R"({"properties": {"a": {"bsonType": ["int", "null"]}}})",
            {R"({"a": 1})", R"({"a": null})"},
            {R"({"a": 1.5})"}},
           {R"({"properties": {"a": {"minimum": 2, "maximum": 3.5}}})",
            {R"({"a": 2})", R"({"a": "x"})", R"({"a": [1]})"},
            {R"({"a": 1})", R"({"a": 4})"}},
           {R"({"properties": {"a": {"minimum": 2, "exclusiveMinimum": true}}})", {R"({"a": 3})"}, {R"({"a": 2})"}},
           {R"({"properties": {"a": {"maximum": 2, "exclusiveMaximum": false}}})", {R"({"a": 2})"}, {R"({"a": 3})"}},
           {R"({"properties": {"a": {"multipleOf": 0.1}}})", {R"({"a": 1.1})", R"({"a": "x"})"}, {R"({"a": 1.15})"}},
           {R"({"properties": {"a": {"minLength": 2, "maxLength": 2}}})",
            {"{\"a\": \"\u00e9\u00e9\"}", R"({"a": 1})"},
            {R"({"a": "x"})", R"({"a": "xyz"})"}},
           {R"({"properties": {"a": {"pattern": "^x"}}})", {R"({"a": "xy"})", R"({"a": 1})"}, {R"({"a": "y"})"}},
           {R"({"properties": {"a": {"enum": [1, {"x": 1, "y": 2}, [3]]}}})",
            {R"({"a": 1.0})", R"({"a": {"y": 2, "x": 1}})", R"({"a": [3]})"},
            {R"({"a": 3})", R"({"a": [1]})"}},
           {R"({"minProperties": 1, "maxProperties": 2})", {R"({"a": 1})"}, {"{}", R"({"a": 1, "b": 1, "c": 1})"}},
           {R"({"title": "t", "description": "d"})", {"{}"}, {}},
       }) {
    CheckSchema(test);
  }
}

TEST(JsonSchema, Arrays) {
  for (const SchemaCase& test : std::vector<SchemaCase>{
           {R"({"properties": {"a": {"minItems": 1, "maxItems": 2}}})",
            {R"({"a": [1]})", R"({"a": 1})"},
            {R"({"a": []})", R"({"a": [1, 2, 3]})"}},
           {R"({"properties": {"a": {"uniqueItems": true}}})",
            {R"({"a": [1, 2, "1", [1]]})"},
            {R"({"a": [1, 2, 1.0]})", R"({"a": [{"x": 1, "y": 2}, {"y": 2, "x": 1}]})"}},
           {R"({"properties": {"a": {"items": {"type": "number"}}}})",
            {R"({"a": [1, 2]})", R"({"a": []})", R"({"a": "x"})"},
            {R"({"a": [1, "x"]})"}},
           {R"({"properties": {"a": {"items": [{"type": "number"}, {"type": "string"}]}}})",
            {R"({"a": [1]})", R"({"a": [1, "x", null]})"},
            {R"({"a": ["x"]})"}},
           {R"({"properties": {"a": {"items": [{}], "additionalItems": false}}})",
            {R"({"a": [1]})"},
            {R"({"a": [1, 2]})"}},
           {R"({"properties": {"a": {"items": [{}], "additionalItems": {"type": "string"}}}})",
            {R"({"a": [1, "x"]})"},
            {R"({"a": [1, 2]})"}},
           {R"({"properties": {"a": {"items": {}, "additionalItems": false}}})", {R"({"a": [1, 2]})"}, {}},
       }) {
    CheckSchema(test);
  }
}

TEST(JsonSchema, ObjectsAndLogic) {
  for (const SchemaCase& test : std::vector<SchemaCase>{
           {R"({"properties": {"a": {}}, "additionalProperties": false})", {"{}", R"({"a": 1})"}, {R"({"b": 1})"}},
           {R"({"properties": {"a": {}}, )"
            R"("patternProperties": {"^x": {"type": "number"}}, "additionalProperties": {"type": "string"}})",
            {R"({"a": [], "x1": 1, "b": "s"})"},
            {R"({"x1": "s"})", R"({"b": 1})"}},
           {R"({"dependencies": {"a": ["b"], "c": {"required": ["d"]}}})",
            {"{}", R"({"a": 1, "b": 1})", R"({"c": 1, "d": 1})"},
            {R"({"a": 1})", R"({"c": 1})"}},
           {R"({"allOf": [{"required": ["a"]}, {"required": ["b"]}]})", {R"({"a": 1, "b": 1})"}, {R"({"a": 1})"}},
           {R"({"anyOf": [{"required": ["a"]}, {"required": ["b"]}]})", {R"({"b": 1})"}, {"{}"}},
           {R"({"oneOf": [{"required": ["a"]}, {"required": ["b"]}]})", {R"({"b": 1})"}, {"{}", R"({"a": 1, "b": 1})"}},
           {R"({"not": {"required": ["a"]}})", {"{}"}, {R"({"a": 1})"}},
           {R"({"properties": {"a": {"properties": {"b": {"type": "string"}}, "required": ["b"]}}})",
            {R"({"a": {"b": "x"}})", R"({"a": 1})"},
            {R"({"a": {}})", R"({"a": {"b": 1}})"}},
       }) {
    CheckSchema(test);
  }
}

TEST(JsonSchema, RefusesWrongSchemas) {
  for (const char* schema : {"1",
                             R"({"required": []})",
                             R"({"required": ["a", "a"]})",
                             R"({"required": [1]})",
                             R"({"properties": {"a": 1}})",
                             R"({"minLength": -1})",
                             R"({"minLength": 1.5})",
                             R"({"pattern": "[x"})",
                             R"({"exclusiveMinimum": true})",
                             R"({"minimum": 1, "exclusiveMinimum": 1})",
                             R"({"multipleOf": 0})",
                             R"({"enum": []})",
                             R"({"enum": [1, 1.0]})",
                             R"({"allOf": []})",
                             R"({"oneOf": [1]})",
                             R"({"not": 1})",
                             R"({"type": "int"})",
                             R"({"type": 1})",
                             R"({"type": ["number", "number"]})",
                             R"({"bsonType": "nonsense"})",
                             R"({"bsonType": 2})",
                             R"({"type": "object", "bsonType": "object"})",
                             R"({"items": [1]})",
                             R"({"additionalItems": 1})",
                             R"({"dependencies": {"a": []}})",
                             R"({"uniqueItems": 1})",
                             R"({"title": 1})",
                             R"({"patternProperties": {"[x": {}}})",
                             R"({"nonsense": 1})"}) {
    EXPECT_TRUE(
        FilterError(std::string(R"({"$jsonSchema": )") + schema + "}").starts_with("invalid argument: $jsonSchema"))
        << schema;
  }
  EXPECT_EQ(FilterError(R"({"$and": [{"$jsonSchema": {"properties": {"a": {"format": "email"}}}}]})"),
            "unsupported: $and[0].$jsonSchema.properties.a: the keyword format of JSON schemas is not supported");
  EXPECT_TRUE(FilterError(R"({"$jsonSchema": {"type": "integer"}})").starts_with("unsupported: "));
}

TEST(JsonSchema, MultiplesAreThoseOfDecimals) {
  const auto is_multiple = [](double a, double b) { return IsMultipleOf(Value::Double(a), Value::Double(b)); };
  EXPECT_TRUE(is_multiple(0.3, 0.1));
  EXPECT_TRUE(is_multiple(1e300, 7e-300 / 7));
  EXPECT_TRUE(is_multiple(0, 3));
  EXPECT_TRUE(is_multiple(-4.5, 1.5));
  EXPECT_FALSE(is_multiple(1e300, 3));
  EXPECT_FALSE(is_multiple(0.25, 0.1));
  EXPECT_FALSE(is_multiple(HUGE_VAL, 1));
  EXPECT_TRUE(IsMultipleOf(Value::Long(INT64_MIN), Value::Int(2)));
  EXPECT_FALSE(IsMultipleOf(Value::Long(INT64_MAX), Value::Int(2)));
}

}  // namespace
}  // namespace kalends
