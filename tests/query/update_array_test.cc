#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/query/update_cases.h"

namespace kalends {
namespace {

// Of {"a": [array]}.
struct Case {
  const char* array;
  const char* update;
  const char* expected;
};

void ExpectAll(const std::vector<Case>& cases) {
  for (const Case& test : cases) {
    const std::string after = Updated(R"({"a":)" + std::string(test.array) + "}", test.update);
    const bool is_array = after.starts_with(R"({"a":)");
    EXPECT_EQ(is_array ? after.substr(5, after.size() - 6) : after, test.expected) << test.array << " " << test.update;
  }
}

TEST(UpdateOfArrays, Pushes) {
  ExpectAll({
      {"[1]", R"({"$push": {"a": 2}})", "[1,2]"},
      {"[1]", R"({"$push": {"a": [2]}})", "[1,[2]]"},
      {"[1]", R"({"$push": {"a": {"$each": [2, 3]}}})", "[1,2,3]"},
      {"[1]", R"({"$push": {"a": {"$each": []}}})", "unchanged"},
      {"[1,2]", R"({"$push": {"a": {"$each": [3], "$position": 0}}})", "[3,1,2]"},
      {"[1,2]", R"({"$push": {"a": {"$each": [3], "$position": 9}}})", "[1,2,3]"},
      {"[1,2]", R"({"$push": {"a": {"$each": [3], "$position": -1}}})", "[1,3,2]"},
      {"[1,2]", R"({"$push": {"a": {"$each": [3], "$position": -9223372036854775808}}})", "[3,1,2]"},
      {"[1,2]", R"({"$push": {"a": {"$each": [3], "$slice": 2}}})", "unchanged"},
      {"[1,2]", R"({"$push": {"a": {"$each": [3], "$slice": -2.0}}})", "[2,3]"},
      {"[1,2]", R"({"$push": {"a": {"$each": [], "$slice": 0}}})", "[]"},
      {"[1,2]", R"({"$push": {"a": {"$each": [], "$slice": -9223372036854775808}}})", "unchanged"},
      {"[3,1]", R"({"$push": {"a": {"$each": [2], "$sort": 1}}})", "[1,2,3]"},
      {"[3,\"x\"]", R"({"$push": {"a": {"$each": [null], "$sort": -1, "$slice": 2}}})", "[\"x\",3]"},
      {R"([{"k":2},{"k":1,"v":1},7])", R"({"$push": {"a": {"$each": [{"k": 1}], "$sort": {"k": 1, "v": -1}}}})",
       R"([7,{"k":1,"v":1},{"k":1},{"k":2}])"},
      {R"([{"k":{"x":[1,5]}},{"k":{"x":[2,4]}}])", R"({"$push": {"a": {"$each": [], "$sort": {"k.x.1": 1}}}})",
       R"([{"k":{"x":[2,4]}},{"k":{"x":[1,5]}}])"},
      {"5", R"({"$push": {"a": 1}})", "error: update.$push.a: expected an array in the document, found int"},
      {"[]", R"({"$push": {"a": {"$each": 1}}})", "error: update.$push.a.$each: expected an array, found int"},
      {"[]", R"({"$push": {"a": {"$slice": 1}}})", R"([{"$slice":1}])"},
      {"[]", R"({"$push": {"a": {"$each": [], "x": 1}}})",
       "error: update.$push.a.x: expected $each, $position, $slice or $sort"},
      {"[]", R"({"$push": {"a": {"$each": [], "$slice": 1.5}}})",
       "error: update.$push.a.$slice: expected an integer, found 1.5"},
      {"[]", R"({"$push": {"a": {"$each": [], "$sort": {"b..c": 1}}}})",
       "error: update.$push.a.$sort.b..c: a part of the path is empty"},
      {"[]", R"({"$push": {"a": {"$each": [], "$sort": 2}}})",
       "error: update.$push.a.$sort: expected 1 or -1, found 2"},
  });
  EXPECT_EQ(Updated("{}", R"({"$push": {"a.b": {"$each": [2, 1], "$sort": 1}}})"), R"({"a":{"b":[1,2]}})");
}

TEST(UpdateOfArrays, KeepsSets) {
  ExpectAll({
      {"[1,2]", R"({"$addToSet": {"a": 2.0}})", "unchanged"},
      {"[1,1]", R"({"$addToSet": {"a": {"$each": [3, 1, 2, 3]}}})", "[1,1,3,2]"},
      {R"([{"x":1,"y":2}])", R"({"$addToSet": {"a": {"y": 2, "x": 1}}})", R"([{"x":1,"y":2},{"y":2,"x":1}])"},
      {"[1]", R"({"$addToSet": {"a": [1]}})", "[1,[1]]"},
      {"null", R"({"$addToSet": {"a": 1}})",
       "error: update.$addToSet.a: expected an array in the document, found null"},
      {"[]", R"({"$addToSet": {"a": {"$each": [1], "$slice": 1}}})",
       "error: update.$addToSet.a: $each stands alone in $addToSet"},
  });
  EXPECT_EQ(Updated("{}", R"({"$addToSet": {"a": {"$each": []}}})"), R"({"a":[]})");
}

TEST(UpdateOfArrays, RemovesElements) {
  ExpectAll({
      {"[1,2,3]", R"({"$pop": {"a": 1}})", "[1,2]"},
      {"[1,2,3]", R"({"$pop": {"a": -1}})", "[2,3]"},
      {"[]", R"({"$pop": {"a": 1}})", "unchanged"},
      {"[1]", R"({"$pop": {"a": 2}})",
       "error: update.$pop.a: expected 1 (the last element) or -1 (the first), found 2"},
      {"1", R"({"$pop": {"a": 1}})", "error: update.$pop.a: expected an array in the document, found int"},
      {"1", R"({"$pop": {"a.b": 1}})", "error: update.$pop.a.b: a.b cannot be made in a value of type int"},
      {"[1,2,1.0,3]", R"({"$pull": {"a": 1}})", "[2,3]"},
      {"[1,5,9]", R"({"$pull": {"a": {"$gte": 2, "$lt": 9}}})", "[1,9]"},
      {R"([{"b":1,"c":2},{"b":2},1])", R"({"$pull": {"a": {"b": 1}}})", R"([{"b":2},1])"},
      {"[1]", R"({"$pull": {"a": {"$foo": 1}}})", "error: update.$pull.a: the operator $foo is not known"},
      {"[1,2,[1],3,2]", R"({"$pullAll": {"a": [2.0, [1]]}})", "[1,3]"},
      {"[1]", R"({"$pullAll": {"a": []}})", "unchanged"},
      {"[1]", R"({"$pullAll": {"a": 1}})", "error: update.$pullAll.a: expected an array, found int"},
      {"[1]", R"({"$pull": {"b": 1}, "$pullAll": {"c": [1]}, "$pop": {"d": 1}})", "unchanged"},
  });
}

TEST(UpdateOfArrays, ReachesTheElementThatMet) {
  const auto updated = [](const char* document, const char* update, std::optional<std::size_t> index) {
    return Updated({.document = document, .update = update, .matched_index = index});
  };
  EXPECT_EQ(updated(R"({"a":[1,2,3]})", R"({"$set": {"a.$": 9}})", 1), R"({"a":[1,9,3]})");
  EXPECT_EQ(updated(R"({"a":[{"x":1},{"x":2}]})", R"({"$inc": {"a.$.x": 5}, "$set": {"a.0.x": 0}})", 1),
            R"({"a":[{"x":0},{"x":7}]})");
  EXPECT_EQ(updated(R"({"a":[{"x":1}]})", R"({"$inc": {"a.$.y": 5}, "$set": {"a.0.x": 0}})", 0),
            R"({"a":[{"x":0,"y":5}]})");
  EXPECT_EQ(updated(R"({"a":[{"x":1}]})", R"({"$inc": {"a.$.x": 5}, "$set": {"a.0.x": 0}})", 0),
            "error: update.$set.a.0.x: conflicts with another path of the update at a.$.x");
  EXPECT_EQ(updated(R"({"a":[1]})", R"({"$set": {"a.$": 9}})", std::nullopt),
            "error: update.$set.a.$: the positional operator $ needs a filter that an element of the array met");
  EXPECT_EQ(updated(R"({"a":1})", R"({"$set": {"a.$": 9}})", 0),
            "error: update.$set.a.$: the positional operator $ needs an array, found int");
  EXPECT_EQ(updated(R"({})", R"({"$set": {"a.$.b.$": 9}})", 0),
            "error: update.$set.a.$.b.$: the positional operator $ can stand once in a path");
  EXPECT_EQ(updated(R"({})", R"({"$set": {"$": 9}})", 0),
            "error: update.$set.$: $ cannot begin a path: it stands for elements of an array");
}

TEST(UpdateOfArrays, ReachesElementsByFilters) {
  const auto updated = [](const char* document, const char* update, std::vector<std::string> filters) {
    return Updated({.document = document, .update = update, .array_filters = std::move(filters)});
  };
  EXPECT_EQ(updated(R"({"a":[1,2,3]})", R"({"$inc": {"a.$[]": 10}})", {}), R"({"a":[11,12,13]})");
  EXPECT_EQ(updated(R"({"a":[]})", R"({"$inc": {"a.$[]": 10}})", {}), "unchanged");
  EXPECT_EQ(updated(R"({"a":[1,2,3]})", R"({"$set": {"a.$[e]": 0}})", {R"({"e": {"$gte": 2}})"}), R"({"a":[1,0,0]})");
  EXPECT_EQ(updated(R"({"a":[1,2]})", R"({"$unset": {"a.$[e]": 0}})", {R"({"e": 2})"}), R"({"a":[1,null]})");
  EXPECT_EQ(updated(R"({"a":[{"x":1,"y":1},{"x":2,"y":1}]})", R"({"$set": {"a.$[e].z": 0}})",
                    {R"({"$or": [{"e.x": 2}, {"e.y": 5}]})"}),
            R"({"a":[{"x":1,"y":1},{"x":2,"y":1,"z":0}]})");
  EXPECT_EQ(
      updated(R"({"a":[{"b":[1,5]},{"b":[7]}]})", R"({"$mul": {"a.$[].b.$[big]": 2}})", {R"({"big": {"$gt": 4}})"}),
      R"({"a":[{"b":[1,10]},{"b":[14]}]})");
  EXPECT_EQ(updated(R"({"a":[{"x":1},{"x":2}]})", R"({"$set": {"a.$[].y": 0, "a.$[e].z": 1}})", {R"({"e.x": 2})"}),
            R"({"a":[{"x":1,"y":0},{"x":2,"y":0,"z":1}]})");
  EXPECT_EQ(updated(R"({"a":[1,2]})", R"({"$set": {"a.$[]": 0, "a.$[e]": 1}})", {R"({"e": 2})"}),
            "error: update.$set.a.$[]: conflicts with another path of the update at a.$[e]");
  EXPECT_EQ(updated(R"({"a":[1,2]})", R"({"$set": {"a.$[]": 0, "a.0": 1}})", {}),
            "error: update.$set.a.0: conflicts with another path of the update at a");
  EXPECT_EQ(updated(R"({})", R"({"$set": {"a.$[]": 0}})", {}),
            "error: update.$set.a.$[]: an array must be there to update its elements, found missing");
}

TEST(UpdateOfArrays, RefusesFiltersThatFitNoPath) {
  const auto error = [](const char* update, std::vector<std::string> filters) {
    return Updated({.document = "{}", .update = update, .array_filters = std::move(filters)});
  };
  const char* const update = R"({"$set": {"a.$[e]": 0}})";
  EXPECT_EQ(error(update, {}), "error: update.$set.a.$[e]: no array filter has the name e");
  EXPECT_EQ(error(update, {R"({"e": 1})", R"({"f": 1})"}), "error: array filter f: no path of the update uses it");
  EXPECT_EQ(error(update, {R"({"e": 1})", R"({"e.x": 1})"}),
            "error: array filter 1: another array filter has the name e");
  EXPECT_EQ(error(update, {R"({"e": 1, "f": 1})"}), "error: array filter 0: expected one name, found e and f");
  EXPECT_EQ(error(update, {R"({})"}), "error: array filter 0: expected a condition on a name that $[name] uses");
  EXPECT_EQ(error(update, {R"({"E": 1})"}),
            "error: array filter 0: a name begins with a lowercase letter and goes on with letters and digits; \"E\" "
            "does not");
  EXPECT_EQ(error(update, {R"({"$expr": true})"}), "error: array filter 0: $expr cannot stand in an array filter");
  EXPECT_EQ(error(R"({"$set": {"a.$[e": 0}})", {}), "error: update.$set.a.$[e: $[e lacks its closing bracket");
  EXPECT_EQ(error(R"({"a": 0})", {R"({"e": 1})"}), "error: array filter 0: a replacement document has no use for it");
}

}  // namespace
}  // namespace kalends
