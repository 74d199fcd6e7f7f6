#include "tools/operators.h"

namespace kalends {
namespace {

constexpr OperatorRow kRows[] = {
    {"$concat", "strings joined; null where one is null or missing", R"({"$concat": ["$a", "-", "y"]})", R"("x-y")",
     R"({"a": "x"})"},
    {"$toLower", "small letters (ASCII)", R"({"$toLower": "$a"})", R"("ab")", R"({"a": "Ab"})"},
    {"$toUpper", "capital letters (ASCII)", R"({"$toUpper": "$a"})", R"("AB")", R"({"a": "Ab"})"},
    {"$strcasecmp", "-1, 0 or 1 without regard to case (ASCII)", R"({"$strcasecmp": ["a", "B"]})", "-1"},
    {"$strLenBytes", "length in bytes of UTF-8", R"({"$strLenBytes": "né"})", "3"},
    {"$strLenCP", "length in code points", R"({"$strLenCP": "né"})", "2"},
    {"$indexOfBytes", "where a string is first, in bytes, from start to end; -1", R"({"$indexOfBytes": ["éa", "a"]})",
     "2"},
    {"$indexOfCP", "where a string is first, in code points", R"({"$indexOfCP": ["éa", "a"]})", "1"},
    {"$split", "the parts between a separator", R"({"$split": ["$a", "-"]})", R"(["x", "y"])", R"({"a": "x-y"})"},
    {"$substr", "the same as `$substrBytes`", R"({"$substr": ["abc", 1, 2]})", R"("bc")"},
    {"$substrBytes", "so many bytes from a start; all that is left where negative",
     R"({"$substrBytes": ["abc", 1, -1]})", R"("bc")"},
    {"$substrCP", "so many code points from a start", R"({"$substrCP": ["éab", 1, 1]})", R"("a")"},
    {"$trim", "without blanks, or the characters of `chars`, at both ends", R"({"$trim": {"input": " a "}})", R"("a")"},
    {"$ltrim", "the same at the beginning", R"({"$ltrim": {"input": "xxa", "chars": "x"}})", R"("a")"},
    {"$rtrim", "the same at the end", R"({"$rtrim": {"input": " a "}})", R"(" a")"},
    {"$replaceOne", "the first `find` replaced",
     R"({"$replaceOne": {"input": "aba", "find": "a", "replacement": "x"}})", R"("xba")"},
    {"$replaceAll", "every `find` replaced", R"({"$replaceAll": {"input": "aba", "find": "a", "replacement": "x"}})",
     R"("xbx")"},
    {"$regexMatch", "a regular expression meets the text",
     R"({"$regexMatch": {"input": "$a", "regex": "^b", "options": "i"}})", "true", R"({"a": "Bc"})"},
    {"$regexFind", "the first match, its place in code points, its groups",
     R"({"$regexFind": {"input": "abc", "regex": "(b)c"}})", R"({"match": "bc", "idx": 1, "captures": ["b"]})"},
    {"$regexFindAll", "all matches", R"({"$regexFindAll": {"input": "a1", "regex": "[0-9]"}})",
     R"([{"match": "1", "idx": 1, "captures": []}])"},
};

}  // namespace

std::span<const OperatorRow> TextExpressionRows() { return kRows; }

}  // namespace kalends
