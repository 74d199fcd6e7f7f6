#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/query/filter_cases.h"

namespace kalends {
namespace {

TEST(FilterOperators, TypeByNumberAliasAndList) {
  for (const FilterCase& test : std::vector<FilterCase>{
           {R"({"$type": "int"})", {"1", "[1]"}, {"1.0", R"({"$numberLong": "1"})", "null"}},
           {R"({"$type": 2})", {R"("x")", R"([1, "x"])"}, {"1", "[]", R"([["x"]])"}},
           {R"({"$type": 2.0})", {R"("x")"}, {"1"}},
           {R"({"$type": "number"})", {"1", "1.5", R"({"$numberLong": "1"})"}, {R"("1")", "true"}},
           {R"({"$type": "array"})", {"[]", "[1]", "[[1]]"}, {"1"}},
           {R"({"$type": ["null", 8]})", {"null", "true"}, {"0"}},
           {R"({"$type": "decimal"})", {}, {"1", "1.5"}},
           {R"({"$type": 9})", {R"({"$date": 0})"}, {R"("2024-01-01")"}},
       }) {
    CheckFilterCase(test);
  }
  MatchScratch scratch;
  EXPECT_FALSE(FilterMatches(*FilterFromJson(R"({"a": {"$type": 10}})").value(), "{}", scratch));
  EXPECT_FALSE(FilterMatches(*FilterFromJson(R"({"a.b": {"$type": 10}})").value(), R"({"a": [1]})", scratch));
}

TEST(FilterOperators, ModCutsToIntegersAndKeepsTheSign) {
  for (const FilterCase& test : std::vector<FilterCase>{
           {R"({"$mod": [4, 0]})", {"0", "8", "-4", "4.9", "[1, 4]"}, {"2", R"("4")", "null", "true", "[[4]]"}},
           {R"({"$mod": [4, -1]})", {"-5", "-1.5"}, {"3", "5"}},
           {R"({"$mod": [-4.7, 1.9]})", {"5"}, {"4"}},
           {R"({"$mod": [-1, 0]})", {"-9223372036854775808", "7"}, {R"({"$numberDouble": "NaN"})", "1e300"}},
       }) {
    CheckFilterCase(test);
  }
}

TEST(FilterOperators, SizeLooksAtArraysAlone) {
  CheckFilterCase({R"({"$size": 2})", {"[1, 2]", "[[], []]"}, {"[1]", "[[1, 2]]", R"("xy")", "2"}});
  CheckFilterCase({R"({"$size": 0.0})", {"[]"}, {"null", "[0]"}});
}

TEST(FilterOperators, BitsOfNumbersAndBinaries) {
  const char* six = R"({"$binary": {"base64": "Bg==", "subType": "00"}})";  // Bits 1 and 2.
  for (const FilterCase& test : std::vector<FilterCase>{
           {R"({"$bitsAllSet": 6})", {"6", "7", "-1", "6.0", six}, {"2", "6.5", R"("6")", "null"}},
           {R"({"$bitsAllSet": [1, 2]})", {"6", six}, {"4"}},
           {R"({"$bitsAnySet": 6})", {"2", "4", six}, {"8", "1", "1e300"}},
           {R"({"$bitsAllClear": 6})", {"0", "9"}, {"2", "-1", six}},
           {R"({"$bitsAnyClear": 6})", {"2", "0"}, {"6", six, R"({"$numberDouble": "NaN"})"}},
           {R"({"$bitsAllSet": [63, 200]})", {"-1"}, {"1", six}},  // The sign goes on.
           {R"({"$bitsAllClear": [200]})", {"1", six}, {"-1"}},
           {R"({"$bitsAllSet": []})", {"0", six}, {R"("x")"}},
           {R"({"$bitsAnySet": {"$binary": {"base64": "BA==", "subType": "00"}}})", {"4"}, {"2"}},
       }) {
    CheckFilterCase(test);
  }
}

TEST(FilterOperators, ElementMatchWantsOneElementForAll) {
  for (const FilterCase& test : std::vector<FilterCase>{
           {R"({"$elemMatch": {"$gt": 1, "$lt": 5}})", {"[0, 3]"}, {"[0, 7]", "3", "[[3]]"}},
           {R"({"$elemMatch": {"b": 1, "c": 2}})",
            {R"([{"b": 1, "c": 2}])"},
            {R"([{"b": 1}, {"c": 2}])", R"({"b": 1, "c": 2})"}},
           {R"({"$elemMatch": {"$or": [{"b": 1}, {"b": 2}]}})", {R"([{"b": 2}])"}, {"[1, 2]"}},
           {R"({"$elemMatch": {"b": null}})", {"[{}]", "[[]]"}, {"[1, null]", "[]"}},
           {R"({"$elemMatch": {"0": 1}})", {"[[1]]", R"([{"0": 1}])"}, {"[1]"}},
           {R"({"$elemMatch": {"b": 1}})", {}, {R"([[{"b": 1}]])"}},
           {R"({"$elemMatch": {"$elemMatch": {"$gt": 1}}})", {"[[0, 2]]"}, {"[2]"}},
           {R"({"$elemMatch": {"$not": {"$gt": 1}}})", {"[0, 2]"}, {"[2]", "[]"}},
           {R"({"$elemMatch": {"$in": [1, 2]}})", {"[2]"}, {"[[2]]", "2"}},
       }) {
    CheckFilterCase(test);
  }
}

TEST(FilterOperators, AllMayBeMetByDifferentElements) {
  for (const FilterCase& test : std::vector<FilterCase>{
           {R"({"$all": [1, 2]})", {"[2, 1, 3]"}, {"[1]", "1", "[[1, 2]]"}},
           {R"({"$all": [1]})", {"1", "1.0", "[1]"}, {"[]"}},
           {R"({"$all": [[1, 2]]})", {"[1, 2]", "[[1, 2]]"}, {"[2, 1]"}},
           {R"({"$all": []})", {}, {"[]", "null"}},
           {R"({"$all": [{"$elemMatch": {"b": 1}}, {"$elemMatch": {"b": 2}}]})",
            {R"([{"b": 1}, {"b": 2}])"},
            {R"([{"b": 1}])"}},
           {R"({"$all": ["x", {"$regex": "^y", "$options": ""}]})", {R"(["yes", "x"])"}, {R"(["x"])"}},
       }) {
    CheckFilterCase(test);
  }
}

TEST(FilterOperators, CommentsAndConstants) {
  MatchScratch scratch;
  for (const char* json :
       {R"({"$comment": {"any": 1}, "a": 1})", R"({"a": {"$comment": "why", "$gt": 0}})", R"({"$alwaysTrue": 1})"}) {
    EXPECT_TRUE(FilterMatches(*FilterFromJson(json).value(), R"({"a": 1})", scratch)) << json;
  }
  EXPECT_FALSE(FilterMatches(*FilterFromJson(R"({"$alwaysFalse": 1})").value(), "{}", scratch));
}

TEST(FilterOperators, ExpressionsAreTrueUnlessFalseNullMissingOrZero) {
  for (const auto& [document, expected] : std::vector<std::pair<const char*, bool>>{
           {R"({"a": 1})", true},
           {R"({"a": ""})", true},
           {R"({"a": []})", true},
           {R"({"a": 0.0})", false},
           {R"({"a": false})", false},
           {R"({"a": null})", false},
           {"{}", false},
       }) {
    MatchScratch scratch;
    const auto filter = FilterFromJson(R"({"$expr": "$a"})");
    ASSERT_TRUE(filter.has_value()) << filter.error().message();
    EXPECT_EQ(FilterMatches(*filter.value(), document, scratch), expected) << document;
    EXPECT_EQ(FilterMatches(*FilterFromJson(R"({"$nor": [{"$expr": "$a"}]})").value(), document, scratch), !expected);
  }
}

TEST(FilterOperators, AFailingExpressionMatchesNothingAndTellsItsFirstError) {
  for (const char* json :
       {R"({"$expr": {"$divide": ["$a", "$b"]}})", R"({"$nor": [{"$expr": {"$divide": ["$a", "$b"]}}]})"}) {
    MatchScratch scratch;
    const auto filter = FilterFromJson(json);
    ASSERT_TRUE(filter.has_value()) << filter.error().message();
    EXPECT_FALSE(FilterMatches(*filter.value(), R"({"a": 1, "b": 0})", scratch)) << json;
    ASSERT_TRUE(scratch.error.has_value());
    const std::string first = scratch.error->message();
    EXPECT_FALSE(FilterMatches(*filter.value(), R"({"a": "x", "b": 1})", scratch)) << json;
    EXPECT_EQ(scratch.error->message(), first);
  }
}

TEST(FilterOperators, RefuseWhatTheyCannotTake) {
  const std::string_view invalid = "invalid argument: ";
  for (const auto& [json, message] : std::vector<std::pair<const char*, const char*>>{
           {R"({"a": {"$type": 0}})", "a.$type: the type number 0 is not known"},
           {R"({"a": {"$type": []}})", "a.$type: expected at least one type"},
           {R"({"a": {"$type": ["int", "integer"]}})", "a.$type[1]: the type integer is not known"},
           {R"({"a": {"$mod": [4]}})", "a.$mod: expected an array of two numbers: [divisor, remainder]"},
           {R"({"a": {"$mod": [0.5, 1]}})", "a.$mod: the divisor cannot be 0"},
           {R"({"a": {"$mod": [4, "1"]}})", "a.$mod: the remainder is no number but string"},
           {R"({"a": {"$mod": [1e19, 1]}})", "a.$mod: the divisor 1e+19 is beyond 64 bits"},
           {R"({"a": {"$size": -1}})", "a.$size: expected an integer that is not negative, found -1"},
           {R"({"a": {"$size": 1.5}})", "a.$size: expected an integer that is not negative, found 1.5"},
           {R"({"$or": [{"a": {"$elemMatch": 1}}]})", "$or[0].a.$elemMatch: expected an object, found int"},
           {R"({"a": {"$elemMatch": {"$expr": 1}}})", "a.$elemMatch.$expr: can stand at the top of a filter only"},
           {R"({"a": {"$elemMatch": {"b": {"$foo": 1}}}})", "a.$elemMatch.b: the operator $foo is not known"},
           {R"({"a": {"$all": 1}})", "a.$all: expected an array, found int"},
           {R"({"a": {"$all": [1, {"$gt": 1}]}})",
            "a.$all[1]: operators cannot stand in a list of values, but {$elemMatch: ...} in all of them"},
           {R"({"a": {"$all": [{"$elemMatch": {}}, 1]}})",
            "a.$all[1]: expected {$elemMatch: ...} alone, like the first"},
           {R"({"a": {"$options": "i"}})", "a.$options: needs $regex beside it"},
           {R"({"a": {"$expr": 1}})", "a: the operator $expr can stand at the top of a filter only"},
           {R"({"a": {"$not": {}}})", "a.$not: expected an object of operators, such as {$gt: 1}"},
           {R"({"$alwaysTrue": 2})", "$alwaysTrue: expected 1"},
       }) {
    EXPECT_EQ(FilterError(json), std::string(invalid) + message) << json;
  }
  for (const char* json :
       {R"({"a": {"$bitsAllSet": -1}})", R"({"a": {"$bitsAllSet": 1.5}})", R"({"a": {"$bitsAllSet": [-1]}})",
        R"({"a": {"$bitsAnySet": "x"}})", R"({"a": {"$bitsAnySet": [1.5]}})", R"({"a": {"$type": 1.5}})"}) {
    EXPECT_TRUE(FilterError(json).starts_with(invalid)) << json;
  }
}

TEST(FilterOperators, TimeFieldIsADate) {
  const FilterContext context{.time_fields = {"t"}, .time_unit = TimeUnit::kAuto, .id_field = {}};
  const auto matches = [&](std::string_view filter, std::string_view document) {
    MatchScratch scratch;
    const auto parsed = FilterFromJson(filter, context);
    EXPECT_TRUE(parsed.has_value()) << filter;
    return FilterMatches(*parsed.value(), document, scratch, ParseTime("2024-01-31T12:00:00Z").value());
  };
  const char* timed = R"({"t": "2024-01-31T12:00:00Z"})";
  EXPECT_TRUE(matches(R"({"t": {"$type": "date"}})", timed));
  EXPECT_FALSE(matches(R"({"t": {"$type": "string"}})", timed));
  EXPECT_FALSE(matches(R"({"t": {"$type": "date"}})", "{}"));  // Its time is that of its arrival.
  EXPECT_FALSE(matches(R"({"t": {"$regex": "2024"}})", timed));
  EXPECT_TRUE(matches(R"({"t": {"$not": {"$regex": "2024"}}})", timed));
  EXPECT_TRUE(matches(R"({"t": {"$in": ["2024-01-31T12:00:00Z", {"$regex": "x", "$options": ""}]}})", timed));
  EXPECT_TRUE(matches(R"({"t": {"$all": ["2024-01-31T12:00:00Z"]}})", timed));
  EXPECT_FALSE(matches(R"({"t": {"$elemMatch": {"$gt": 0}}})", timed));
}

TEST(FilterOperators, TellTheElementThatMatched) {
  const auto index = [](std::string_view filter, std::string_view document) {
    MatchScratch scratch;
    const auto parsed = FilterFromJson(filter);
    EXPECT_TRUE(FilterMatches(*parsed.value(), document, scratch)) << filter;
    return scratch.array_index.has_value() ? static_cast<int>(*scratch.array_index) : -1;
  };
  EXPECT_EQ(index(R"({"a": 7})", R"({"a": [5, 7]})"), 1);
  EXPECT_EQ(index(R"({"a.b": 7})", R"({"a": [{}, {}, {"b": [1, 7]}]})"), 2);  // The outermost.
  EXPECT_EQ(index(R"({"a": {"$elemMatch": {"b": 7}}})", R"({"a": [{}, {"b": [0, 0, 7]}]})"), 1);
  EXPECT_EQ(index(R"({"a": 7, "c": 1})", R"({"a": [5, 7], "c": [1]})"), 0);  // The last condition.
  EXPECT_EQ(index(R"({"c": 1, "a": 7})", R"({"a": [5, 7], "c": 1})"), 1);
  EXPECT_EQ(index(R"({"a": [5, 7]})", R"({"a": [5, 7]})"), -1);
  EXPECT_EQ(index(R"({"a.1": 7})", R"({"a": [5, 7]})"), -1);
  EXPECT_EQ(index(R"({"a": {"$ne": 8}})", R"({"a": [5, 7]})"), -1);
  EXPECT_EQ(index(R"({"$or": [{"a": 7}, {"b": 1}]})", R"({"a": [5, 7]})"), -1);
  EXPECT_EQ(index(R"({"a": {"$in": [7, 8]}})", R"({"a": [5, 7]})"), 1);
}

TEST(FilterLimits, PathsOfManyNumbersTakeNoExponentialTime) {
  std::string document = "1";
  std::string path = "a";
  for (int i = 0; i < 48; ++i) {
    document = R"([{"0": )" + document + "}]";
    path += ".0";
  }
  for (int i = 0; i < 20; ++i) path += ".0";
  MatchScratch scratch;
  const auto filter = FilterFromJson(R"({")" + path + R"(": {"$type": "string"}})");
  EXPECT_FALSE(FilterMatches(*filter.value(), R"({"a": )" + document + "}", scratch));  // Or this test never ends.
  const auto found = FilterFromJson(R"({"a)" + path.substr(1, 2 * 60) + R"(": 1})");
  EXPECT_TRUE(FilterMatches(*found.value(), R"({"a": )" + document + "}", scratch));
}

TEST(FilterLimits, HoldForPathsDepthAndExpressions) {
  std::string path = "a";
  for (int i = 0; i < 200; ++i) path += ".b";
  EXPECT_TRUE(FilterError(R"({")" + path + R"(": 1})").starts_with("limit exceeded: "))
      << FilterError(R"({")" + path + R"(": 1})");
  std::string patterns;
  for (int i = 0; i < 300; ++i) patterns += std::string(i == 0 ? "" : ", ") + R"({"$regex": "x", "$options": ""})";
  EXPECT_EQ(FilterError(R"({"a": {"$in": [)" + patterns + "]}}"),
            "limit exceeded: a.$in[256]: a filter holds at most 256 regular expressions");
  const OwnedValue innermost = *OwnedValue::FromJson(R"({"$gt": 1})");
  for (const char* name : {"$elemMatch", "$not", "$all"}) {
    Arena arena;
    Value value = innermost.value();
    const auto wrap = [&](std::string_view by) {
      const Field field[] = {{by, value}};
      value = Value::Object(arena.Copy(std::span<const Field>(field)));
    };
    for (int i = 0; i < 300; ++i) {
      if (std::string_view(name) == "$all") {
        wrap("$elemMatch");
        const Value list[] = {value};
        value = Value::Array(arena.Copy(std::span<const Value>(list)));
      }
      wrap(name);
    }
    wrap("a");
    const auto filter = Filter::Parse(value, {});
    ASSERT_FALSE(filter.has_value()) << name;
    EXPECT_EQ(filter.error().code(), ErrorCode::kLimitExceeded) << name;
    EXPECT_LT(filter.error().message().size(), 300U);
  }
}

TEST(FilterLimits, ALongListIsSearchedByHalves) {
  std::string list;
  for (int i = 0; i < 100000; ++i) list += (i == 0 ? "" : ",") + std::to_string(i * 2);
  const auto filter = FilterFromJson(R"({"a": {"$in": [)" + list + "]}}");
  ASSERT_TRUE(filter.has_value());
  MatchScratch scratch;
  // One by one these would be 2 * 10^9 comparisons.
  for (int i = 0; i < 20000; ++i) {
    ASSERT_EQ(FilterMatches(*filter.value(), R"({"a": )" + std::to_string(i) + "}", scratch), i % 2 == 0);
  }
}

}  // namespace
}  // namespace kalends
