#include <gtest/gtest.h>

#include <string>

#include "tests/query/update_cases.h"

namespace kalends {
namespace {

std::string Error(const std::string& update) { return Updated(R"({"a":5})", update).substr(7); }

TEST(UpdateRefused, ForItsOperators) {
  EXPECT_EQ(Error("[]"), "update: a pipeline is not supported; use operators such as $set");
  EXPECT_EQ(Error("5"), "update: expected an object, found int");
  EXPECT_EQ(Error(R"({"$foo": {"a": 1}})"), "update: the operator $foo is not known");
  EXPECT_EQ(Error(R"({"$set": {"a": 1}, "b": 1})"), "update.b: a field stands beside operators");
  EXPECT_EQ(Error(R"({"b": 1, "$set": {"a": 1}})"),
            "update.$set: an operator stands beside fields of a replacement document");
  EXPECT_EQ(Error(R"({"$set": 5})"), "update.$set: expected an object of paths, found int");
  EXPECT_EQ(Error(R"({"$currentDate": {"a": {"$type": "timestamp"}}})"),
            "update.$currentDate.a.$type: values of type timestamp are not supported; use \"date\"");
  EXPECT_EQ(Error(R"({"$currentDate": {"a": 1}})"),
            "update.$currentDate.a: expected true or {$type: \"date\"}, found int");
}

TEST(UpdateRefused, ForItsPaths) {
  EXPECT_EQ(Error(R"({"$set": {"": 1}})"), "update.$set.: a part of the path is empty");
  EXPECT_EQ(Error(R"({"$set": {"b.": 1}})"), "update.$set.b.: a part of the path is empty");
  EXPECT_EQ(Error(R"({"$set": {"b..c": 1}})"), "update.$set.b..c: a part of the path is empty");
  EXPECT_EQ(Error(R"({"$max": {"$b": 1}})"), "update.$max.$b: $b begins with $, which no field of a document does");
  EXPECT_EQ(Error(R"({"$set": {"b\u0000": 1}})").substr(14), ": a name cannot hold a zero byte");
  EXPECT_EQ(Error(R"({"$set": {"b": 1, "b.c": 1}})"),
            "update.$set.b.c: conflicts with another path of the update at b");
  EXPECT_EQ(Error(R"({"$set": {"b.c": 1}, "$inc": {"b": 1}})"),
            "update.$inc.b: conflicts with another path of the update at b");
  EXPECT_EQ(Error(R"({"$set": {"a.b": 1}})"), "update.$set.a.b: a.b cannot be made in a value of type int");
}

TEST(UpdateRefused, ForDepth) {
  std::string path = "b";
  for (int i = 1; i < 100; ++i) path += ".b";
  EXPECT_EQ(Updated("{}", R"({"$set": {")" + path + R"(": 1}})").substr(0, 6), R"({"b":{)");
  EXPECT_NE(Error(R"({"$set": {")" + path + R"(": []}})").find("would nest more than 100 deep"), std::string::npos);
  EXPECT_NE(Error(R"({"$set": {")" + path + R"(.b": 1}})").find("a path has at most 100 parts"), std::string::npos);
  EXPECT_NE(Error(R"({"$push": {")" + path + R"(": 1}})").find("would nest more than 100 deep"), std::string::npos);
}

TEST(UpdateRefused, ForASizeThatMemoryDoesNotShow) {
  std::string elements = "0";
  for (int i = 0; i < 10'000; ++i) elements += ",0";
  const std::string text(10'000, 'x');
  const std::string after = Updated("{\"b\":[" + elements + "]}", R"({"$set": {"b.$[]": ")" + text + "\"}}");
  EXPECT_EQ(after, "error: update.$set.b.$[]: the document would have more than 16777216 bytes");
}

TEST(UpdateKeeps, WhatItLeavesAlone) {
  const Document document = Document::FromJson(R"({"a":{"x":[1]},"b":{"y":[2],"z":3}})").value();
  const Document text = Document::FromJson(R"({"$set": {"b.z": 4}})").value();
  const auto update = Update::Parse(text.value(), {{}, TimeUs{}}).value();
  Arena arena;
  bool is_modified = false;
  const Value after = update->Apply(document.value(), std::nullopt, false, arena, &is_modified).value();
  EXPECT_TRUE(is_modified);
  EXPECT_EQ(after.Get("a").fields().data(), document.Get("a").fields().data());
  EXPECT_EQ(after.Get("b").Get("y").elements().data(), document.Get("b").Get("y").elements().data());
}

std::string Seed(const char* filter) {
  const OwnedValue value = OwnedValue::FromJson(filter).value();
  Arena arena;
  const auto seed = UpsertSeed(value.value(), arena);
  return seed.has_value() ? ToJson(*seed) : seed.error().message();
}

TEST(UpsertSeed, HoldsTheEqualities) {
  EXPECT_EQ(Seed("{}"), "{}");
  EXPECT_EQ(Seed(R"({"b": 1, "a": {"$eq": [2]}, "c": {"$gt": 3}, "d": {"x": 1}})"), R"({"a":[2],"b":1,"d":{"x":1}})");
  EXPECT_EQ(Seed(R"({"a.c": 1, "a.b": null})"), R"({"a":{"b":null,"c":1}})");
  EXPECT_EQ(Seed(R"({"a": {"$gt": 1, "$eq": 2}})"), R"({"a":2})");
  EXPECT_EQ(Seed(R"({"$and": [{"a": 1}, {"$or": [{"b": 2}]}], "$or": [{"c": 1}, {"d": 1}]})"), R"({"a":1,"b":2})");
  EXPECT_EQ(Seed(R"({"a": {"$in": [1]}, "b": {"$in": [1, 2]}, "c": {"$all": [3]}, "$nor": [{"d": 1}]})"),
            R"({"a":1,"c":3})");
  EXPECT_EQ(Seed(R"({"a": {"$all": [{"$elemMatch": {"b": 1}}]}, "b": {"$not": {"$eq": 1}}})"), "{}");
}

TEST(UpsertSeed, RefusesAPathThatIsSaidTwice) {
  EXPECT_EQ(Seed(R"({"$and": [{"a": 1}, {"a": 1}]})"),
            "upsert.a: the filter says twice what this path is to be equal to");
  EXPECT_EQ(Seed(R"({"a": {}, "a.b": 1})"), "upsert.a.b: the filter says twice what this path is to be equal to");
  EXPECT_EQ(Seed(R"({"a": {"$all": [1, 2]}})"), "upsert.a: the filter says twice what this path is to be equal to");
}

}  // namespace
}  // namespace kalends
