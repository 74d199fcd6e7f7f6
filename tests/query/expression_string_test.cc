#include <gtest/gtest.h>

#include "tests/query/expression_cases.h"

namespace kalends {
namespace {

TEST(StringExpression, JoinsMeasuresAndSearches) {
  CheckAll({{
      {"{}", R"([{"$concat": ["a", "b"]}, {"$concat": ["a", null]}, {"$concat": []}])", R"(["ab",null,""])"},
      {"{}", R"([{"$toUpper": "aé1"}, {"$toLower": null}, {"$toUpper": 1.5}, {"$toLower": true}])",
       "invalid argument: $expr[3].$toLower: expected a string, found bool"},
      {"{}", R"([{"$toUpper": "aé1"}, {"$toLower": null}, {"$toUpper": 1.5}])", R"(["Aé1","","1.5"])"},
      {"{}", R"([{"$strLenBytes": "né€"}, {"$strLenCP": "né€"}, {"$strcasecmp": ["aB", "Ab"]}])", "[6,3,0]"},
      {"{}", R"([{"$indexOfBytes": ["éa", "a"]}, {"$indexOfCP": ["éa", "a"]}, {"$indexOfCP": ["éa", "a", 5]}])",
       "[2,1,-1]"},
      {"{}", R"([{"$indexOfBytes": [null, 1]}, {"$indexOfCP": ["abcabc", "c", 3, 5]}, {"$indexOfCP": ["ab", "", 1]}])",
       "[null,-1,1]"},
      {"{}", R"([{"$split": ["a,b,,c", ","]}, {"$split": [null, ","]}])", R"([["a","b","","c"],null])"},
  }});
}

TEST(StringExpression, NeverPartsACharacter) {
  CheckAll({{
      {"{}", R"([{"$substrBytes": ["aéb", 1, 2]}, {"$substrBytes": ["abc", 1, -1]}, {"$substrBytes": ["abc", 9, 1]}])",
       R"(["é","bc",""])"},
      {"{}", R"([{"$substrCP": ["aéb", 1, 1]}, {"$substrCP": ["aéb", 2, 9]}, {"$substr": [null, 0, 1]}])",
       R"(["é","b",""])"},
  }});
  CheckErrors({{
      {"{}", R"({"$substrBytes": ["é", 1, 1]})", "invalid argument: $expr.$substrBytes: byte 1 is inside a character"},
      {"{}", R"({"$substr": ["aé", 0, 2]})", "invalid argument: $expr.$substr: byte 2 is inside a character"},
      {"{}", R"({"$substrBytes": ["a", -1, 1]})",
       "invalid argument: $expr.$substrBytes: the start must not be negative"},
      {"{}", R"({"$substrCP": ["a", 0, -1]})", "invalid argument: $expr.$substrCP: the length"},
  }});
}

TEST(StringExpression, TrimsAndReplaces) {
  CheckAll({{
      {"{}", R"([{"$trim": {"input": " \t\u00a0a b\n"}}, {"$ltrim": {"input": "xxaxx", "chars": "x"}}])",
       R"(["a b","axx"])"},
      {"{}", R"([{"$rtrim": {"input": "aé€é", "chars": "é€"}}, {"$trim": {"input": "a", "chars": "$none"}}])",
       R"(["a",null])"},
      {"{}", R"({"$replaceOne": {"input": "aaa", "find": "a", "replacement": "bb"}})", R"("bbaa")"},
      {"{}", R"({"$replaceAll": {"input": "aaa", "find": "a", "replacement": "aa"}})", R"("aaaaaa")"},
      {"{}", R"({"$replaceAll": {"input": "aaa", "find": null, "replacement": "b"}})", "null"},
  }});
}

TEST(StringExpression, FindsRegularExpressions) {
  CheckAll({{
      {R"({"p": "B"})", R"([{"$regexMatch": {"input": "abc", "regex": "$p", "options": "i"}}])", "[true]"},
      {"{}", R"x({"$regexFind": {"input": "éab12", "regex": "([a-z])(x)?([0-9])"}})x",
       R"({"match":"b1","idx":2,"captures":["b",null,"1"]})"},
      {"{}", R"({"$regexFindAll": {"input": "é", "regex": ""}})",
       R"([{"match":"","idx":0,"captures":[]},{"match":"","idx":1,"captures":[]}])"},
      {"{}", R"([{"$regexMatch": {"input": null, "regex": "a"}}, {"$regexFind": {"input": "b", "regex": "a"}}])",
       "[false,null]"},
  }});
  CheckErrors({{
      {"{}", R"x({"$regexMatch": {"input": "a", "regex": "(?=a)"}})x", "unsupported: $expr.$regexMatch"},
      {"{}", R"({"$regexMatch": {"input": "a", "regex": "("}})", "invalid argument: $expr.$regexMatch"},
      {"{}", R"({"$regexFind": {"input": 1, "regex": "a"}})",
       "invalid argument: $expr.$regexFind.input: expected a string"},
      {"{}", R"({"$regexFind": {"input": "a", "regex": "a", "options": "z"}})", "invalid argument: $expr.$regexFind"},
  }});
}

TEST(ConversionExpression, Converts) {
  CheckAll({{
      {"{}", R"([{"$toInt": "-007"}, {"$toInt": -1.9}, {"$toLong": true}, {"$toDouble": "1e3"}])", "[-7,-1,1,1000.0]"},
      {"{}", R"([{"$toBool": ""}, {"$toBool": 0.0}, {"$toString": 1e20}, {"$toString": 0.1}])",
       R"([true,false,"1e+20","0.1"])"},
      {"{}", R"([{"$toDate": "2024-01-02"}, {"$toDate": 1500.9}])",
       R"([{"$date":"2024-01-02T00:00:00Z"},{"$date":"1970-01-01T00:00:01.500Z"}])"},
      {"{}", R"({"$toString": {"$toDate": -1.0}})", R"("1969-12-31T23:59:59.999Z")"},
      {"{}", R"({"$toString": {"$toObjectId": "5ab9cbfa31c2ab715d42129e"}})", R"("5ab9cbfa31c2ab715d42129e")"},
      {"{}", R"({"$convert": {"input": "x", "to": "int", "onError": {"$concat": ["no ", "int"]}}})", R"("no int")"},
      {"{}", R"([{"$convert": {"input": null, "to": "int", "onNull": 0}}, {"$toInt": "$none"}])", "[0,null]"},
      {"{}", R"([{"$type": "$none"}, {"$type": 5000000000}, {"$isNumber": 1.5}, {"$isArray": [[1]]}])",
       R"(["missing","long",true,true])"},
  }});
  CheckErrors({{
      {"{}", R"({"$toInt": "1.5"})", "invalid argument: $expr.$toInt: '1.5' is no whole number"},
      {"{}", R"({"$toInt": "+-1"})", "invalid argument: $expr.$toInt"},
      {"{}", R"({"$toInt": 3e9})", "invalid argument: $expr.$toInt: 3000000000 is out of range"},
      {"{}", R"({"$toLong": 1e19})", "invalid argument: $expr.$toLong"},
      {"{}", R"({"$toDouble": "+-1"})", "invalid argument: $expr.$toDouble"},
      {"{}", R"({"$toDate": 5})", "invalid argument: $expr.$toDate: cannot convert int to date"},
      {"{}", R"({"$toString": {"a": 1}})", "invalid argument: $expr.$toString: cannot convert object to string"},
      {"{}", R"({"$convert": {"input": 1, "to": "number"}})", "invalid argument: $expr.$convert.to"},
      {"{}", R"({"$convert": {"input": 1, "to": "decimal"}})", "unsupported: $expr.$convert"},
      {"{}", R"({"$toDecimal": 1})", "unsupported: $expr: $toDecimal"},
  }});
}

}  // namespace
}  // namespace kalends
