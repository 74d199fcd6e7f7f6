#include "tools/operators.h"

namespace kalends {
namespace {

constexpr OperatorRow kRows[] = {
    {"$eq", "equal, or an array with an equal element; the same as `{\"a\": 1}`", R"({"a": {"$eq": 1}})",
     R"({"a": 1}, {"a": [1, 2]})", R"({"a": 1}, {"a": [1, 2]}, {"a": 2})"},
    {"$ne", "not equal, also where the field is missing", R"({"a": {"$ne": 1}})", R"({"a": 2}, {"b": 1})",
     R"({"a": 1}, {"a": [1, 2]}, {"a": 2}, {"b": 1})"},
    {"$gt", "greater, of the same class of types", R"({"a": {"$gt": 2}})", R"({"a": 3})",
     R"({"a": 2}, {"a": 3}, {"a": "x"})"},
    {"$gte", "greater or equal", R"({"a": {"$gte": 2}})", R"({"a": 2.0}, {"a": 3})",
     R"({"a": 1}, {"a": 2.0}, {"a": 3})"},
    {"$lt", "less; of an array, any element", R"({"a": {"$lt": 3}})", R"({"a": [1, 9]})", R"({"a": [1, 9]}, {"a": 5})"},
    {"$lte", "less or equal", R"({"a": {"$lte": "b"}})", R"({"a": "b"})", R"({"a": "b"}, {"a": "c"}, {"a": 1})"},
    {"$in", "equal to one of these, or matching a regular expression among them; null finds missing fields",
     R"({"a": {"$in": [1, null]}})", R"({"a": 1}, {"b": 1})", R"({"a": 1}, {"a": 2}, {"b": 1})"},
    {"$nin", "what `$in` does not match", R"({"a": {"$nin": [1, null]}})", R"({"a": 2})",
     R"({"a": 1}, {"a": 2}, {"b": 1})"},
    {"$and", "all of these filters match", R"({"$and": [{"a": 1}, {"b": 1}]})", R"({"a": 1, "b": 1})",
     R"({"a": 1, "b": 1}, {"a": 1, "b": 2})"},
    {"$or", "one of these filters matches", R"({"$or": [{"a": 1}, {"b": 1}]})", R"({"a": 1}, {"b": 1})",
     R"({"a": 1}, {"b": 1}, {"b": 2})"},
    {"$nor", "none of these filters matches", R"({"$nor": [{"a": 1}, {"b": 1}]})", R"({"b": 2})",
     R"({"a": 1}, {"b": 1}, {"b": 2})"},
    {"$not", "the condition does not hold, also where the field is missing", R"({"a": {"$not": {"$gt": 2}}})",
     R"({"a": 1}, {"b": 9})", R"({"a": 1}, {"a": 3}, {"b": 9})"},
    {"$exists", "the field is there, null included; false: it is not", R"({"a": {"$exists": true}})", R"({"a": null})",
     R"({"a": null}, {"b": 1})"},
    {"$type", "of this type, or one of these: aliases, numbers of BSON types, `number`; of an array, any element too",
     R"({"a": {"$type": ["string", "array"]}})", R"({"a": "x"}, {"a": [1]})", R"({"a": "x"}, {"a": [1]}, {"a": 1})"},
    {"$regex", "text that the regular expression meets anywhere", R"({"a": {"$regex": "^ab+"}})", R"({"a": "abbc"})",
     R"({"a": "abbc"}, {"a": "cab"}, {"a": 1})"},
    {"$options",
     "options of `$regex`: i any case, m ^ and $ at every line, s dot meets line ends, x blanks ignored, u nothing",
     R"({"a": {"$regex": "^ab", "$options": "i"}})", R"({"a": "ABC"})", R"({"a": "ABC"}, {"a": "cab"})"},
    {"$mod", "[divisor, remainder], both cut to integers", R"({"a": {"$mod": [4, 1]}})", R"({"a": 5})",
     R"({"a": 5}, {"a": 6}, {"a": "5"})"},
    {"$all", "an array that holds all of these", R"({"a": {"$all": [1, 2]}})", R"({"a": [2, 1, 3]})",
     R"({"a": [2, 1, 3]}, {"a": [1, 3]})"},
    {"$elemMatch", "an array with an element that meets all the conditions",
     R"({"a": {"$elemMatch": {"b": 1, "c": 2}}})", R"({"a": [{"b": 1, "c": 2}]})",
     R"({"a": [{"b": 1, "c": 2}]}, {"a": [{"b": 1}, {"c": 2}]})"},
    {"$size", "an array of so many elements", R"({"a": {"$size": 2}})", R"({"a": [1, 2]})",
     R"({"a": [1, 2]}, {"a": [1]})"},
    {"$bitsAllSet", "all these bits are 1: positions, a number or a binary as mask",
     R"({"a": {"$bitsAllSet": [0, 2]}})", R"({"a": 7})", R"({"a": 7}, {"a": 6})"},
    {"$bitsAnySet", "any of these bits is 1", R"({"a": {"$bitsAnySet": 5}})", R"({"a": 6})", R"({"a": 6}, {"a": 2})"},
    {"$bitsAllClear", "all these bits are 0", R"({"a": {"$bitsAllClear": 5}})", R"({"a": 2})", R"({"a": 6}, {"a": 2})"},
    {"$bitsAnyClear", "any of these bits is 0", R"({"a": {"$bitsAnyClear": [0, 2]}})", R"({"a": 6})",
     R"({"a": 7}, {"a": 6})"},
    {"$expr", "an expression is true of the document", R"({"$expr": {"$gt": ["$a", "$b"]}})", R"({"a": 3, "b": 1})",
     R"({"a": 3, "b": 1}, {"a": 1, "b": 3})"},
    {"$jsonSchema", "the document fits a JSON schema",
     R"({"$jsonSchema": {"required": ["a"], "properties": {"a": {"bsonType": "int", "minimum": 2}}}})", R"({"a": 2})",
     R"({"a": 2}, {"a": 1}, {"b": 2})"},
    {"$comment", "is not heeded; any value", R"({"a": 1, "$comment": "ones"})", R"({"a": 1})", R"({"a": 1}, {"a": 2})"},
    {"$alwaysTrue", "matches every document; takes 1", R"({"$alwaysTrue": 1})", R"({"a": 1})", R"({"a": 1})"},
    {"$alwaysFalse", "matches no document; takes 1", R"({"$alwaysFalse": 1})", "nothing", R"({"a": 1})"},
};

}  // namespace

std::span<const OperatorRow> FilterRows() { return kRows; }

}  // namespace kalends
