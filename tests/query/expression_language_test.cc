#include <gtest/gtest.h>

#include "tests/query/expression_cases.h"

namespace kalends {
namespace {

TEST(Expression, PathsMapOverArraysAndNumbersAreNames) {
  CheckAll({{
      {R"({"a": {"b": 1}})", R"("$a.b")", "1"},
      {R"({"a": [{"b": 1}, {"c": 2}, 3, [{"b": 4}], {"b": [5]}]})", R"("$a.b")", "[1,[5]]"},
      {R"({"a": [10, 20]})", R"("$a.0")", "[]"},
      {R"({"a": {"0": "zero"}})", R"("$a.0")", R"("zero")"},
      {R"({"a": 1})", R"("$a.b")", "missing"},
      {R"({"a": 1})", R"(["$a", "$none"])", "[1,null]"},
      {R"({"a": 1})", R"({"x": "$a", "y": "$none", "z": {}})", R"({"x":1,"z":{}})"},
      {R"({"a": 1})", R"("$$ROOT.a")", "1"},
      {R"({"a": 1})", R"("$$CURRENT")", R"({"a":1})"},
      {R"({"a": 1})", R"("$$REMOVE")", "missing"},
      {R"({"a": 1})", R"({"$literal": {"$add": ["$a"]}})", R"({"$add":["$a"]})"},
  }});
}

TEST(Expression, TheTimeFieldIsADateAndAMadeIdIsFound) {
  CheckAll({{
      {R"({"at": "2023-11-14T22:13:20.123456Z"})", R"("$at")", R"({"$date":"2023-11-14T22:13:20.123Z"})"},
      {R"({"at": 1700000000})", R"({"$type": "$$ROOT.at"})", R"("date")"},
      {R"({"at": "no time"})", R"("$at")", R"("no time")"},
      {R"({})", R"({"$type": "$at"})", R"("missing")"},
      {R"({})", R"("$key")", "7"},
      {R"({"key": 8})", R"("$key")", "8"},
  }});
}

TEST(Expression, VariablesHaveTheirScope) {
  CheckAll({{
      {"{}", R"({"$let": {"vars": {"x": 1, "y": 2}, "in": {"$subtract": ["$$x", "$$y"]}}})", "-1"},
      {"{}", R"({"$let": {"vars": {"x": 1}, "in": {"$let": {"vars": {"x": 2, "y": "$$x"}, "in": ["$$x", "$$y"]}}}})",
       "[2,1]"},
      {R"({"a": {"b": 3}})", R"({"$let": {"vars": {"CURRENT": "$a"}, "in": ["$b", "$$ROOT.a.b"]}})", "[3,3]"},
      {R"({"a": [1, 2, 3]})", R"({"$map": {"input": "$a", "in": {"$multiply": ["$$this", 2]}}})", "[2,4,6]"},
      {R"({"a": [1, 2, 3]})", R"({"$filter": {"input": "$a", "as": "n", "cond": {"$gt": ["$$n", 1]}, "limit": 1}})",
       "[2]"},
      {R"({"a": [1, 2, 3]})",
       R"({"$reduce": {"input": "$a", "initialValue": 0, "in": {"$add": ["$$value", "$$this"]}}})", "6"},
      {R"({"a": [[1], [2]]})",
       R"({"$map": {"input": "$a", "as": "o", "in": {"$map": {"input": "$$o", "in": ["$$o", "$$this"]}}}})",
       "[[[[1],1]],[[[2],2]]]"},
      {"{}", R"({"$map": {"input": "$none", "in": 1}})", "null"},
  }});
}

TEST(Expression, ConditionsEvaluateOnlyWhatTheyChoose) {
  CheckAll({{
      {R"({"a": 0})", R"({"$cond": ["$a", {"$divide": [1, "$a"]}, "zero"]})", R"("zero")"},
      {R"({"a": 0})", R"({"$and": ["$a", {"$divide": [1, "$a"]}]})", "false"},
      {R"({"a": 1})", R"({"$or": ["$a", {"$divide": [1, 0.0]}]})",
       "invalid argument: $expr.$or[1].$divide: cannot divide by zero"},
      {"{}", R"({"$cond": {"if": true, "then": 1, "else": {"$divide": [1, 0]}}})", "1"},
      {"{}", R"({"$ifNull": ["$none", null, 3]})", "3"},
      {"{}", R"({"$switch": {"branches": [{"case": "$none", "then": 1}], "default": 2}})", "2"},
      {"{}", R"([{"$and": []}, {"$or": []}, {"$not": [""]}, {"$not": "$none"}])", "[true,false,false,true]"},
  }});
}

TEST(Expression, ComparesByTheTotalOrder) {
  CheckAll({{
      {"{}", R"({"$lt": ["$none", null]})", "true"},
      {"{}", R"({"$gt": ["", 1e300]})", "true"},
      {"{}", R"({"$eq": [1, 1.0]})", "true"},
      {"{}", R"({"$cmp": [[1, 2], [1, 3]]})", "-1"},
      {"{}", R"({"$eq": [9007199254740993, 9007199254740992.0]})", "false"},
  }});
}

TEST(Expression, RefusesWhatIsWrong) {
  CheckErrors({{
      {"{}", R"({"$frobnicate": 1})", "invalid argument: $expr: unknown operator $frobnicate"},
      {"{}", R"({"a": [{"$year": "$at"}]})", "unsupported: $expr.a[0]: $year is not supported"},
      {"{}", R"("$")", "invalid argument: $expr: a path has an empty name"},
      {"{}", R"("$a..b")", "invalid argument: $expr: a path has an empty name"},
      {"{}", R"("$a.$b")", "invalid argument: $expr: '$b' cannot stand in a path"},
      {"{}", R"("$$x")", "invalid argument: $expr: the variable $$x is not defined"},
      {"{}", R"("$$CLUSTER_TIME")", "unsupported: $expr: the variable $$CLUSTER_TIME"},
      {"{}", R"({"$add": [1], "$sum": 1})", "invalid argument: $expr: $add must be the only field"},
      {"{}", R"({"a.b": 1})", "invalid argument: $expr: 'a.b' cannot name"},
      {"{}", R"({"$cmp": [1]})", "invalid argument: $expr.$cmp: expected 2 arguments, found 1"},
      {"{}", R"({"$let": {"vars": {"X": 1}, "in": 1}})", "invalid argument: $expr.$let.vars: 'X' is no name"},
      {"{}", R"({"$map": {"input": [], "in": 1, "x": 1}})", "invalid argument: $expr.$map: unknown argument x"},
      {"{}", R"({"$filter": {"input": []}})", "invalid argument: $expr.$filter: the argument cond is missing"},
      {R"({"a": 1})", R"({"$map": {"input": "$a", "in": 1}})", "invalid argument: $expr.$map.input: expected an array"},
      {"{}", R"({"$switch": {"branches": [{"case": "$a", "then": 1}]}})", "invalid argument: $expr.$switch: no branch"},
  }});
}

TEST(Expression, BoundsTimeMemoryAndDepth) {
  // Each let doubles the logical size of the one before, in a few bytes of memory.
  std::string doubling = R"("$$v39")";
  for (int i = 39; i >= 0; --i) {
    const std::string before = i == 0 ? R"("$a")" : R"("$$v)" + std::to_string(i - 1) + "\"";
    doubling = R"({"$let": {"vars": {"v)" + std::to_string(i) + R"(": [)" + before + "," + before + R"(]}, "in": )" +
               doubling + "}}";
  }
  std::string loops = R"({"$eq": ["$$this", "$b"]})";
  for (int i = 0; i < 5; ++i) loops = R"({"$map": {"input": {"$range": [0, 1000]}, "in": )" + loops + "}}";
  std::string deep = "1";
  for (int i = 0; i < 95; ++i) deep = R"({"$abs": )" + deep + "}";
  EXPECT_EQ(Evaluated("{}", deep), "1");
  std::string deeper = R"("$a")";
  for (int i = 0; i < 60; ++i) deeper = R"([{"$not": )" + deeper + "}]";
  const std::string hostile[] = {
      doubling,
      loops,
      R"({"$range": [0, 2147483647]})",
      R"({"$range": ["$a", 2147483647]})",
      R"({"$reduce": {"input": {"$range": [0, 1000]}, "initialValue": "$a", "in": {"n": "$$value"}}})",
      R"({"$reduce": {"input": {"$range": [0, 1000]}, "initialValue": "ab", "in": {"$concat": ["$$value", "$$value"]}}})",
  };
  for (const std::string& expression : hostile) {
    EXPECT_EQ(Evaluated(R"({"a": 1, "b": 2})", expression).substr(0, 15), "limit exceeded:")
        << expression.substr(0, 80);
  }
}

}  // namespace
}  // namespace kalends
