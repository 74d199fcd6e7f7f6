#include "tools/operators.h"

namespace kalends {
namespace {

constexpr OperatorRow kRows[] = {
    {"$map", "an expression of each element", R"({"$map": {"input": "$a", "as": "x", "in": {"$add": ["$$x", 1]}}})",
     "[2, 3]", R"({"a": [1, 2]})"},
    {"$filter", "the elements for which `cond` is true, at most `limit`",
     R"({"$filter": {"input": "$a", "cond": {"$gt": ["$$this", 1]}, "limit": 1}})", "[2]", R"({"a": [1, 2, 3]})"},
    {"$reduce", "one value of all elements, by `$$value` and `$$this`",
     R"({"$reduce": {"input": "$a", "initialValue": 0, "in": {"$add": ["$$value", "$$this"]}}})", "6",
     R"({"a": [1, 2, 3]})"},
    {"$size", "the number of elements", R"({"$size": "$a"})", "2", R"({"a": [1, 2]})"},
    {"$isArray", "is an array", R"({"$isArray": "$a"})", "true", R"({"a": []})"},
    {"$in", "a value is in an array", R"({"$in": [2, "$a"]})", "true", R"({"a": [1, 2]})"},
    {"$arrayElemAt", "the element at an index, from the end where negative", R"({"$arrayElemAt": ["$a", -1]})", "2",
     R"({"a": [1, 2]})"},
    {"$first", "the first element", R"({"$first": "$a"})", "1", R"({"a": [1, 2]})"},
    {"$last", "the last element", R"({"$last": "$a"})", "2", R"({"a": [1, 2]})"},
    {"$firstN", "the first n elements", R"({"$firstN": {"input": "$a", "n": 2}})", "[3, 1]", R"({"a": [3, 1, 2]})"},
    {"$lastN", "the last n elements", R"({"$lastN": {"input": "$a", "n": 2}})", "[1, 2]", R"({"a": [3, 1, 2]})"},
    {"$minN", "the n least, ascending", R"({"$minN": {"input": "$a", "n": 2}})", "[1, 2]", R"({"a": [3, 1, 2]})"},
    {"$maxN", "the n greatest, descending", R"({"$maxN": {"input": "$a", "n": 2}})", "[3, 2]", R"({"a": [3, 1, 2]})"},
    {"$slice", "n elements, from the end where negative; or position and n", R"({"$slice": ["$a", 1, 2]})", "[1, 2]",
     R"({"a": [3, 1, 2]})"},
    {"$concatArrays", "the elements of all arrays", R"({"$concatArrays": ["$a", [9]]})", "[1, 2, 9]",
     R"({"a": [1, 2]})"},
    {"$reverseArray", "in reverse", R"({"$reverseArray": "$a"})", "[2, 1]", R"({"a": [1, 2]})"},
    {"$sortArray", "sorted: 1, -1, or by fields of the elements",
     R"({"$sortArray": {"input": "$a", "sortBy": {"b": -1}}})", R"([{"b": 2}, {"b": 1}])",
     R"({"a": [{"b": 1}, {"b": 2}]})"},
    {"$indexOfArray", "where a value is first, from start to end; -1", R"({"$indexOfArray": ["$a", 2]})", "1",
     R"({"a": [1, 2]})"},
    {"$range", "integers from start to before end, by a step (1)", R"({"$range": [0, 10, 3]})", "[0, 3, 6, 9]"},
    {"$zip", "arrays as rows to columns", R"({"$zip": {"inputs": ["$a", ["x", "y"]]}})", R"([[1, "x"], [2, "y"]])",
     R"({"a": [1, 2]})"},
    {"$setUnion", "elements of any array, each once", R"({"$setUnion": [[1, 2], [2, 3]]})", "[1, 2, 3]"},
    {"$setIntersection", "elements of all arrays", R"({"$setIntersection": [[1, 2], [2, 3]]})", "[2]"},
    {"$setDifference", "elements of the first and not of the second", R"({"$setDifference": [[1, 2], [2, 3]]})", "[1]"},
    {"$setEquals", "the same elements, in any order", R"({"$setEquals": [[1, 2], [2, 1, 1]]})", "true"},
    {"$setIsSubset", "every element of the first is in the second", R"({"$setIsSubset": [[1], [1, 2]]})", "true"},
    {"$anyElementTrue", "any element is true", R"({"$anyElementTrue": [[0, 1]]})", "true"},
    {"$allElementsTrue", "all elements are true", R"({"$allElementsTrue": [[0, 1]]})", "false"},
    {"$mergeObjects", "the fields of all objects; the last value of a name", R"({"$mergeObjects": ["$a", {"y": 3}]})",
     R"({"x": 1, "y": 3})", R"({"a": {"x": 1, "y": 2}})"},
    {"$objectToArray", "an object as an array of k and v", R"({"$objectToArray": "$a"})", R"([{"k": "x", "v": 1}])",
     R"({"a": {"x": 1}})"},
    {"$arrayToObject", "an array of k and v, or of pairs, as an object", R"({"$arrayToObject": [[["x", 1]]]})",
     R"({"x": 1})"},
    {"$getField", "a field by its whole name, dots and $ included", R"({"$getField": "a.b"})", "1", R"({"a.b": 1})"},
    {"$setField", "an object with a field set", R"({"$setField": {"field": "b", "input": "$$ROOT", "value": 2}})",
     R"({"a": 1, "b": 2})", R"({"a": 1})"},
    {"$unsetField", "an object without a field", R"({"$unsetField": {"field": "a", "input": "$$ROOT"}})", R"({"b": 2})",
     R"({"a": 1, "b": 2})"},
};

}  // namespace

std::span<const OperatorRow> ArrayExpressionRows() { return kRows; }

}  // namespace kalends
