#include <gtest/gtest.h>

#include "tests/query/expression_cases.h"

namespace kalends {
namespace {

constexpr const char* kDocument =
    R"({"a": [3, 1, 2], "e": [], "s": "text", "o": [{"n": 2, "x": 1}, {"n": 1}, {"x": 3}]})";

TEST(ArrayExpression, TakesParts) {
  CheckAll({{
      {kDocument, R"([{"$size": "$a"}, {"$arrayElemAt": ["$a", -1]}, {"$first": "$a"}, {"$last": "$a"}])", "[3,2,3,2]"},
      {kDocument, R"({"$arrayElemAt": ["$a", 3]})", "missing"},
      {kDocument, R"({"$first": "$e"})", "missing"},
      {kDocument, R"([{"$first": "$none"}, {"$arrayElemAt": ["$a", null]}, {"$slice": ["$none", 1]}])",
       "[null,null,null]"},
      {kDocument,
       R"([{"$slice": ["$a", 2]}, {"$slice": ["$a", -2]}, {"$slice": ["$a", 1, 5]}, {"$slice": ["$a", -9, 1]}])",
       "[[3,1],[1,2],[1,2],[3]]"},
      {kDocument, R"([{"$in": [1.0, "$a"]}, {"$in": [[1], "$a"]}, {"$indexOfArray": ["$a", 2]}])", "[true,false,2]"},
      {kDocument, R"([{"$indexOfArray": ["$a", 3, 1]}, {"$indexOfArray": ["$a", 3, 5, 2]}])", "[-1,-1]"},
      {kDocument, R"([{"$concatArrays": ["$a", [9]]}, {"$concatArrays": ["$a", "$none"]}, {"$reverseArray": "$a"}])",
       "[[3,1,2,9],null,[2,1,3]]"},
      {kDocument, R"([{"$range": [0, 5, 2]}, {"$range": [3, 0, -2]}, {"$range": [0, -1]}, {"$range": [0.0, 2]}])",
       "[[0,2,4],[3,1],[],[0,1]]"},
      {kDocument, R"({"$zip": {"inputs": ["$a", [8]], "useLongestLength": true, "defaults": [0, "d"]}})",
       R"([[3,8],[1,"d"],[2,"d"]])"},
  }});
}

TEST(ArrayExpression, SortsStablyAndPicks) {
  CheckAll({{
      {kDocument, R"([{"$sortArray": {"input": "$a", "sortBy": -1}}])", "[[3,2,1]]"},
      {kDocument, R"({"$sortArray": {"input": "$o", "sortBy": {"n": 1}}})", R"([{"x":3},{"n":1},{"n":2,"x":1}])"},
      {kDocument, R"([{"$firstN": {"input": "$a", "n": 2}}, {"$lastN": {"input": "$a", "n": 9}}])", "[[3,1],[3,1,2]]"},
      {kDocument, R"([{"$minN": {"input": "$a", "n": 2}}, {"$maxN": {"input": [1, null, 5], "n": 2}}])",
       "[[1,2],[5,1]]"},
  }});
}

TEST(ArrayExpression, SetsHoldEachValueOnce) {
  CheckAll({{
      {kDocument, R"([{"$setUnion": ["$a", [1.0, 4]]}, {"$setIntersection": ["$a", [2, 9, 2]]}])", "[[1,2,3,4],[2]]"},
      {kDocument, R"([{"$setDifference": [[5, 1, 5], "$a"]}, {"$setEquals": [[1, 1, 2], [2, 1]]}])", "[[5],true]"},
      {kDocument, R"([{"$setIsSubset": [[1], "$a"]}, {"$setUnion": ["$a", null]}, {"$setUnion": []}])",
       "[true,null,[]]"},
      {kDocument, R"([{"$anyElementTrue": [[0, null]]}, {"$allElementsTrue": [[]]}])", "[false,true]"},
  }});
}

TEST(ArrayExpression, RefusesOtherTypes) {
  CheckErrors({{
      {kDocument, R"({"$size": "$none"})", "invalid argument: $expr.$size: expected an array, found missing"},
      {kDocument, R"({"$in": [1, "$s"]})", "invalid argument: $expr.$in: expected an array, found string"},
      {kDocument, R"({"$arrayElemAt": ["$a", 1.5]})", "invalid argument: $expr.$arrayElemAt: the index"},
      {kDocument, R"({"$arrayElemAt": ["$a", 2147483648]})", "invalid argument: $expr.$arrayElemAt: the index"},
      {kDocument, R"({"$slice": ["$a", 1, 0]})", "invalid argument: $expr.$slice: the count must be at least 1"},
      {kDocument, R"({"$range": [0, 1, 0]})", "invalid argument: $expr.$range: the step must not be zero"},
      {kDocument, R"({"$indexOfArray": ["$a", 1, -1]})", "invalid argument: $expr.$indexOfArray: the start"},
      {kDocument, R"({"$zip": {"inputs": ["$a"], "defaults": [1]}})",
       "invalid argument: $expr.$zip.defaults: only with"},
      {kDocument, R"({"$sortArray": {"input": "$a", "sortBy": 2}})", "invalid argument: $expr.$sortArray.sortBy"},
      {kDocument, R"({"$firstN": {"input": "$a", "n": 0}})", "invalid argument: $expr.$firstN: n must be"},
      {kDocument, R"({"$setUnion": ["$a", 1]})", "invalid argument: $expr.$setUnion: expected an array, found int"},
      {kDocument, R"({"$setEquals": ["$a", null]})",
       "invalid argument: $expr.$setEquals: expected an array, found null"},
  }});
}

TEST(ObjectExpression, MergesTakesApartAndMakes) {
  CheckAll({{
      {kDocument, R"({"$mergeObjects": [{"a": 1, "b": 2}, null, {"a": 3}]})", R"({"a":3,"b":2})"},
      {kDocument, R"({"$objectToArray": {"a": 1}})", R"([{"k":"a","v":1}])"},
      {kDocument, R"({"$arrayToObject": [[["a", 1], ["b", 2], ["a", 3]]]})", R"({"a":3,"b":2})"},
      {R"({"a.b": 1, "$c": 2})", R"([{"$getField": "a.b"}, {"$getField": {"$literal": "$c"}}])", "[1,2]"},
      {R"({"o": {"x": 1}})", R"({"$setField": {"field": "a.b", "input": "$o", "value": 2}})", R"({"x":1,"a.b":2})"},
      {R"({"o": {"x": 1}})", R"({"$unsetField": {"field": "x", "input": "$o"}})", "{}"},
      {R"({"o": 1})", R"({"$getField": {"field": "x", "input": "$o"}})", "missing"},
  }});
  CheckErrors({{
      {kDocument, R"({"$mergeObjects": [1]})", "invalid argument: $expr.$mergeObjects: expected objects, found int"},
      {kDocument, R"({"$arrayToObject": [[["a"]]]})", "invalid argument: $expr.$arrayToObject: expected an array of"},
      {kDocument, R"({"$setField": {"field": "$s", "input": {}, "value": 1}})",
       "invalid argument: $expr.$setField: the field"},
      {kDocument, R"({"$getField": 5})", "invalid argument: $expr.$getField: the field must be a string, found int"},
  }});
}

}  // namespace
}  // namespace kalends
