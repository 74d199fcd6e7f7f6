#include "tools/operators.h"

namespace kalends {
namespace {

constexpr OperatorRow kRows[] = {
    {"$eq", "equal; numbers by value over types", R"({"$eq": ["$a", 1.0]})", "true", R"({"a": 1})"},
    {"$ne", "not equal", R"({"$ne": ["$a", null]})", "true", R"({"b": 1})"},
    {"$gt", "greater, by the order of types", R"({"$gt": ["a", 5]})", "true"},
    {"$gte", "greater or equal", R"({"$gte": [2, 2]})", "true"},
    {"$lt", "less", R"({"$lt": ["$a", null]})", "true", R"({"b": 1})"},
    {"$lte", "less or equal", R"({"$lte": ["$a", "$b"]})", "false", R"({"a": 2, "b": 1})"},
    {"$cmp", "-1, 0 or 1: less, equal, greater", R"({"$cmp": [1, 2]})", "-1"},
    {"$and", "all are true; false, 0, null and missing are not", R"({"$and": [1, "$a"]})", "false", R"({"a": 0})"},
    {"$or", "any is true", R"({"$or": [null, "$a"]})", "true", R"({"a": "x"})"},
    {"$not", "true where the argument is not", R"({"$not": ["$a"]})", "true", R"({"a": 0})"},
    {"$cond", "if, then, else; also as an object with `if`, `then`, `else`",
     R"({"$cond": [{"$gt": ["$a", 1]}, "big", "small"]})", R"("big")", R"({"a": 2})"},
    {"$ifNull", "the first argument that is neither null nor missing, else the last", R"({"$ifNull": ["$a", "$b", 0]})",
     "2", R"({"a": null, "b": 2})"},
    {"$switch", "`then` of the first branch whose `case` is true, else `default`",
     R"({"$switch": {"branches": [{"case": {"$gt": ["$a", 9]}, "then": "big"}], "default": "small"}})", R"("small")",
     R"({"a": 2})"},
    {"$let", "an expression with variables",
     R"({"$let": {"vars": {"x": {"$add": ["$a", 1]}}, "in": {"$multiply": ["$$x", "$$x"]}}})", "9", R"({"a": 2})"},
    {"$literal", "the value as it is, not as an expression", R"({"$literal": "$a"})", R"("$a")", R"({"a": 1})"},
    {"$const", "the same as `$literal`", R"({"$const": {"$add": [1, 2]}})", R"({"$add": [1, 2]})"},
    {"$$ROOT", "the document", R"("$$ROOT.a")", "1", R"({"a": 1})"},
    {"$$CURRENT", "the document, or what `$let` made of it; `$a` is `$$CURRENT.a`", R"("$$CURRENT.a")", "1",
     R"({"a": 1})"},
    {"$$NOW", "the date of the call, the same for all documents", R"({"$type": "$$NOW"})", R"("date")"},
    {"$$REMOVE", "no value: leaves a field out", R"({"a": 1, "b": "$$REMOVE"})", R"({"a": 1})"},
    {"$type", "the alias of the type; `missing`", R"({"$type": "$a"})", R"("long")", R"({"a": 5000000000})"},
    {"$isNumber", "an int, long or double", R"({"$isNumber": "$a"})", "false", R"({"a": "1"})"},
    {"$convert", "to a type, with onError and onNull", R"({"$convert": {"input": "$a", "to": "int", "onError": -1}})",
     "-1", R"({"a": "x"})"},
    {"$toBool", "0 is false, every string true", R"({"$toBool": "$a"})", "false", R"({"a": 0})"},
    {"$toDate", "of milliseconds since 1970, ISO-8601 text, an ObjectId", R"({"$toDate": "2024-01-31"})",
     R"({"$date": "2024-01-31T00:00:00Z"})"},
    {"$toDouble", "of a number, text, a date (milliseconds)", R"({"$toDouble": "1.5"})", "1.5"},
    {"$toInt", "cut to an integer of 32 bits; an error where it does not fit", R"({"$toInt": 7.9})", "7"},
    {"$toLong", "cut to an integer of 64 bits", R"({"$toLong": {"$date": "2024-01-31T00:00:00Z"}})", "1706659200000"},
    {"$toObjectId", "of 24 hexadecimal digits", R"({"$toObjectId": "65b98b400000000000000000"})",
     R"({"$oid": "65b98b400000000000000000"})"},
    {"$toString", "of a number, bool, date, ObjectId", R"({"$toString": {"$date": "2024-01-31T00:00:00Z"}})",
     R"("2024-01-31T00:00:00.000Z")"},
};

}  // namespace

std::span<const OperatorRow> LogicExpressionRows() { return kRows; }

}  // namespace kalends
