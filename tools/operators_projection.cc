#include "tools/operators.h"

namespace kalends {
namespace {

constexpr OperatorRow kRows[] = {
    {"1", "(or true) shows the fields named, and the id, alone", R"({"a.b": 1})", R"({"_id": 7, "a": [{"b": 1}]})",
     R"({"_id": 7, "a": [{"b": 1, "c": 2}], "d": 3})"},
    {"0", "(or false) leaves out the fields named; the id may stand in both kinds", R"({"a": 0, "_id": 0})",
     R"({"b": 2})", R"({"_id": 7, "a": 1, "b": 2})"},
    {"$", "the element of an array that the filter matched", R"({"a.$": 1})", R"({"a": [2]})",
     R"({"a": [1, 2, 3], "b": 1})", R"({"a": {"$gt": 1}})"},
    {"$elemMatch", "the first element that meets the conditions", R"({"a": {"$elemMatch": {"b": {"$gt": 1}}}})",
     R"({"a": [{"b": 2}]})", R"({"a": [{"b": 1}, {"b": 2}, {"b": 3}], "c": 1})"},
    {"$slice", "so many elements, from the end where negative; [skip, count]. Other fields stay",
     R"({"a": {"$slice": [1, 2]}})", R"({"a": [2, 3], "b": 1})", R"({"a": [1, 2, 3, 4], "b": 1})"},
    {"EXPRESSION", "any other value is an expression: a new field", R"({"sum": {"$add": ["$a", "$b"]}, "old": "$a"})",
     R"({"sum": 3, "old": 1})", R"({"a": 1, "b": 2})"},
};

}  // namespace

std::span<const OperatorRow> ProjectionRows() { return kRows; }

}  // namespace kalends
