#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/query/update_cases.h"

namespace kalends {
namespace {

struct Case {
  const char* document;
  const char* update;
  const char* expected;
};

void ExpectAll(const std::vector<Case>& cases) {
  for (const Case& test : cases) {
    EXPECT_EQ(Updated(test.document, test.update), test.expected) << test.document << " " << test.update;
  }
}

TEST(Update, SetsAndRemovesFields) {
  ExpectAll({
      {R"({"a":1,"b":2})", R"({"$set": {"a": {"x": [3]}}})", R"({"a":{"x":[3]},"b":2})"},
      {R"({"a":1})", R"({"$set": {"a": 1}})", "unchanged"},
      {R"({"a":1})", R"({"$set": {"a": 1.0}})", R"({"a":1.0})"},
      {R"({"a":{"x":1,"y":2}})", R"({"$set": {"a": {"y": 2, "x": 1}}})", R"({"a":{"y":2,"x":1}})"},
      {R"({"a":1})", R"({"$set": {}})", "unchanged"},
      {R"({})", R"({"$set": {"a.b.0.c": 1}})", R"({"a":{"b":{"0":{"c":1}}}})"},
      {R"({"a":{"b":1}})", R"({"$set": {"a.$c": 1}})", R"({"a":{"b":1,"$c":1}})"},
      {R"({"a":1,"b":2,"c":3})", R"({"$unset": {"b": "", "d.e": 1, "a.x": 1}})", R"({"a":1,"c":3})"},
      {R"({"a":{"b":1}})", R"({"$unset": {"a.b": ""}})", R"({"a":{}})"},
      {R"({"a":[1,2,null]})", R"({"$unset": {"a.0": "", "a.2": ""}})", R"({"a":[null,2,null]})"},
      {R"({"$a":1})", R"({"$unset": {"$a": ""}})", R"({})"},
      {R"({"a":1})", R"({"$setOnInsert": {"b": 1, "a.c": 2}})", "unchanged"},
      {R"({"a":1})", R"({"b": 2, "c.d": {"$e": 1}})", R"({"b":2,"c.d":{"$e":1}})"},
      {R"({"a":1})", R"({"a": 1})", "unchanged"},
      {R"({"a":1})", R"({"$currentDate": {"b": true, "c": {"$type": "date"}}})",
       R"({"a":1,"b":{"$date":"2023-11-14T22:13:20.123Z"},"c":{"$date":"2023-11-14T22:13:20.123Z"}})"},
  });
  EXPECT_EQ(Updated({.document = "{}", .update = R"({"$setOnInsert": {"b": 1}})", .is_inserting = true}), R"({"b":1})");
}

TEST(Update, AddsFieldsInTheOrderOfTheirPaths) {
  ExpectAll({
      {R"({"m":0})", R"({"$set": {"z": 1, "b": 2}, "$inc": {"c": 3, "10": 4, "9": 5}})",
       R"({"m":0,"9":5,"10":4,"b":2,"c":3,"z":1})"},
      {R"({"m":0})", R"({"$set": {"a.z": 1, "a.b.y": 2, "a.b.x": 3}})", R"({"m":0,"a":{"b":{"x":3,"y":2},"z":1}})"},
      // More names than are searched one by one.
      {R"({"e":1,"c":1})", R"({"$set": {"j":0,"i":0,"h":0,"g":0,"f":0,"e":0,"d":0,"c":0,"b":0,"a":0}})",
       R"({"e":0,"c":0,"a":0,"b":0,"d":0,"f":0,"g":0,"h":0,"i":0,"j":0})"},
  });
}

TEST(Update, ExtendsArraysByIndex) {
  ExpectAll({
      {R"({"a":[1]})", R"({"$set": {"a.3": 4, "a.0": 0}})", R"({"a":[0,null,null,4]})"},
      {R"({"a":[]})", R"({"$set": {"a.1.b.2": 4}})", R"({"a":[null,{"b":{"2":4}}]})"},
      {R"({"a":[1,2]})", R"({"$set": {"a.01": 3}})", R"({"a":[1,3]})"},
      {R"({"a":[[1]]})", R"({"$set": {"a.0.1": 3, "a.1": 5}})", R"({"a":[[1,3],5]})"},
      {R"({"a":[]})", R"({"$unset": {"a.3": 1}, "$pop": {"a.5": 1}})", "unchanged"},
      {R"({"a":[1]})", R"({"$set": {"a.b": 3}})",
       "error: update.$set.a.b: a.b cannot be made in a value of type array"},
      {R"({"a":[1]})", R"({"$set": {"a.1": 3, "a.01": 3}})",
       "error: update.$set.a.01: conflicts with another path of the update at a.1"},
      {R"({"a":[1]})", R"({"$set": {"a.1500002": 3}})",
       "error: update.$set.a.1500002: the array would be filled up with more than 1500000 nulls"},
      {R"({"a":[1]})", R"({"$set": {"a.18446744073709551616": 3}})",
       "error: update.$set.a.18446744073709551616: a.18446744073709551616 cannot be made in a value of type array"},
  });
}

TEST(Update, CountsInTheTypeThatHoldsTheNumber) {
  ExpectAll({
      {R"({"a":1})", R"({"$inc": {"a": 2, "b.c": 3}})", R"({"a":3,"b":{"c":3}})"},
      {R"({"a":1})", R"({"$inc": {"a": 0}})", "unchanged"},
      {R"({"a":1})", R"({"$inc": {"a": 0.0}})", R"({"a":1.0})"},
      {R"({"a":2147483647})", R"({"$inc": {"a": 1}})", R"({"a":2147483648})"},
      {R"({"a":1.5})", R"({"$inc": {"a": 1}})", R"({"a":2.5})"},
      {R"({"a":9223372036854775807})", R"({"$inc": {"a": 1}})",
       "error: update.$inc.a: 9223372036854775807 plus 1 does not fit 64 bits"},
      {R"({"a":9223372036854775807})", R"({"$mul": {"a": -2}})",
       "error: update.$mul.a: 9223372036854775807 times -2 does not fit 64 bits"},
      {R"({"a":6})", R"({"$mul": {"a": 7, "b": 5, "c": 2.5}})", R"({"a":42,"b":0,"c":0.0})"},
      {R"({"a":65536})", R"({"$mul": {"a": 65536}})", R"({"a":4294967296})"},
      {R"({"a":"x"})", R"({"$inc": {"a": 1}})",
       "error: update.$inc.a: expected a number in the document, found string"},
      {R"({"a":null})", R"({"$mul": {"a": 1}})", "error: update.$mul.a: expected a number in the document, found null"},
      {R"({})", R"({"$inc": {"a": "1"}})", "error: update.$inc.a: expected a number, found string"},
      {R"({"a":13,"b":4294967296})", R"({"$bit": {"a": {"and": 10, "or": 1}, "b": {"xor": 1}, "c": {"or": 5}}})",
       R"({"a":9,"b":4294967297,"c":5})"},
      {R"({"a":1})", R"({"$bit": {"a": {"and": 1}}})", "unchanged"},
      {R"({"a":1.0})", R"({"$bit": {"a": {"and": 1}}})",
       "error: update.$bit.a: expected an int or a long in the document, found double"},
      {R"({})", R"({"$bit": {"a": {"nand": 1}}})", "error: update.$bit.a: expected and, or or xor, found another name"},
      {R"({})", R"({"$bit": {"a": {"and": 1.0}}})",
       "error: update.$bit.a.and: expected an int or a long, found double"},
  });
  EXPECT_EQ(Updated(R"({"a":1})", R"({"$inc": {"a": {"$numberLong": "1"}}})"), R"({"a":2})");
}

TEST(Update, ComparesInTheTotalOrder) {
  ExpectAll({
      {R"({"a":5})", R"({"$min": {"a": 3, "b": 1}})", R"({"a":3,"b":1})"},
      {R"({"a":5})", R"({"$min": {"a": 7}})", "unchanged"},
      {R"({"a":5})", R"({"$max": {"a": 5.0}})", "unchanged"},
      {R"({"a":5})", R"({"$max": {"a": "1"}})", R"({"a":"1"})"},
      {R"({"a":5})", R"({"$min": {"a": null}})", R"({"a":null})"},
  });
}

TEST(Update, Renames) {
  ExpectAll({
      {R"({"a":1,"b":2,"c":3})", R"({"$rename": {"a": "b"}})", R"({"b":1,"c":3})"},
      {R"({"a":{"b":1}})", R"({"$rename": {"a.b": "a.c"}})", R"({"a":{"c":1}})"},
      {R"({"a":{"b":1}})", R"({"$rename": {"a.b": "q.2.r"}, "$set": {"z": 1}})", R"({"a":{},"q":{"2":{"r":1}},"z":1})"},
      {R"({"a":1})", R"({"$rename": {"b": "c", "d.e": "f"}})", "unchanged"},
      {R"({"a":1,"b":2})", R"({"$rename": {"a": "c"}, "$inc": {"b": 1}})", R"({"b":3,"c":1})"},
      {R"({"a":[{"b":1}]})", R"({"$rename": {"a.0.b": "c"}})",
       "error: update.$rename.a.0.b: an element of an array cannot be renamed"},
      {R"({"a":1,"b":[]})", R"({"$rename": {"a": "b.0"}})",
       "error: update.$rename.a: the new name cannot lead into an array"},
      {R"({"a":1})", R"({"$rename": {"a": "a"}})",
       "error: update.$rename.a: conflicts with another path of the update at a"},
      {R"({"a":1})", R"({"$rename": {"a": "a.b"}})",
       "error: update.$rename.a: conflicts with another path of the update at a"},
      {R"({"a":1})", R"({"$rename": {"a.b": "c"}})",
       "error: update.$rename.a.b: a.b cannot be made in a value of type int"},
      {R"({"a":1})", R"({"$rename": {"a": 1}})",
       "error: update.$rename.a: expected the new path as a string, found int"},
      {R"({"a":1})", R"({"$rename": {"a": "b.$"}})",
       "error: update.$rename.a: $ and $[name] cannot stand in the paths of $rename"},
  });
}

}  // namespace
}  // namespace kalends
