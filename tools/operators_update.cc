#include "tools/operators.h"

namespace kalends {
namespace {

constexpr OperatorRow kRows[] = {
    {"$set", "sets fields, making the objects on the way", R"({"$set": {"a.b": 1}})", R"({"c": 2, "a": {"b": 1}})",
     R"({"c": 2})"},
    {"$unset", "removes fields; an element of an array becomes null", R"({"$unset": {"a": ""}})", R"({"b": 2})",
     R"({"a": 1, "b": 2})"},
    {"$inc", "adds; a missing field counts as 0", R"({"$inc": {"a": 5, "b": 1}})", R"({"a": 6, "b": 1})",
     R"({"a": 1})"},
    {"$mul", "multiplies; a missing field becomes 0", R"({"$mul": {"a": 2.5}})", R"({"a": 5.0})", R"({"a": 2})"},
    {"$min", "sets where the value is less, by the order of types", R"({"$min": {"a": 3}})", R"({"a": 3})",
     R"({"a": 5})"},
    {"$max", "sets where the value is greater", R"({"$max": {"a": 3}})", R"({"a": 5})", R"({"a": 5})"},
    {"$rename", "moves fields to other names", R"({"$rename": {"a": "b"}})", R"({"c": 2, "b": 1})",
     R"({"a": 1, "c": 2})"},
    {"$setOnInsert", "sets where an upsert inserts, else nothing", R"({"$setOnInsert": {"a": 1}})", R"({"a": 1})"},
    {"$currentDate", "sets to the date of the call; true or `{\"$type\": \"date\"}`",
     R"({"$currentDate": {"a": true}})", R"({"a": NOW})", R"({"a": 1})"},
    {"$bit", "and, or, xor with integers", R"({"$bit": {"a": {"and": 6}}})", R"({"a": 2})", R"({"a": 3})"},
    {"$push", "appends to an array, making it where it is missing", R"({"$push": {"a": 3}})", R"({"a": [1, 3]})",
     R"({"a": [1]})"},
    {"$each", "of `$push` and `$addToSet`: each of these values", R"({"$push": {"a": {"$each": [3, 4]}}})",
     R"({"a": [1, 3, 4]})", R"({"a": [1]})"},
    {"$position", "of `$push` with `$each`: where to insert; from the end where negative",
     R"({"$push": {"a": {"$each": [3], "$position": 0}}})", R"({"a": [3, 1]})", R"({"a": [1]})"},
    {"$slice", "of `$push` with `$each`: how many elements stay; the last ones where negative",
     R"({"$push": {"a": {"$each": [3], "$slice": -2}}})", R"({"a": [2, 3]})", R"({"a": [1, 2]})"},
    {"$sort", "of `$push` with `$each`: 1 or -1, or by fields of the elements",
     R"({"$push": {"a": {"$each": [1], "$sort": 1}}})", R"({"a": [1, 2, 3]})", R"({"a": [3, 2]})"},
    {"$addToSet", "appends where no element is equal", R"({"$addToSet": {"a": 1, "b": 1}})",
     R"({"a": [1], "b": [2, 1]})", R"({"a": [1], "b": [2]})"},
    {"$pop", "removes the last element (1) or the first (-1)", R"({"$pop": {"a": 1}})", R"({"a": [1]})",
     R"({"a": [1, 2]})"},
    {"$pull", "removes the elements that are equal or meet the conditions", R"({"$pull": {"a": {"$gte": 2}}})",
     R"({"a": [1]})", R"({"a": [1, 2, 3]})"},
    {"$pullAll", "removes the elements that equal one of these", R"({"$pullAll": {"a": [1, 2]}})", R"({"a": [3]})",
     R"({"a": [1, 2, 3, 1]})"},
    {"$", "in a path: the element that the filter matched", R"({"$set": {"a.$": 0}})", R"({"a": [1, 0, 3]})",
     R"({"a": [1, 2, 3]})", R"({"a": 2})"},
    {"$[]", "in a path: all elements", R"({"$inc": {"a.$[]": 1}})", R"({"a": [2, 3]})", R"({"a": [1, 2]})"},
    {"$[NAME]", "in a path: the elements that the array filter of this name matches", R"({"$set": {"a.$[x]": 0}})",
     R"({"a": [1, 0, 0]})", R"({"a": [1, 2, 3]})", "", R"([{"x": {"$gt": 1}}])"},
    {"DOCUMENT", "without operators: takes the place of the first document found", R"({"b": 2})", R"({"b": 2})",
     R"({"a": 1})"},
};

}  // namespace

std::span<const OperatorRow> UpdateRows() { return kRows; }

}  // namespace kalends
