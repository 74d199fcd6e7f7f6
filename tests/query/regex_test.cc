#include "query/regex.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "query/regex_syntax.h"
#include "tests/query/filter_cases.h"

namespace kalends {
namespace {

bool RegexMatches(std::string_view pattern, std::string_view options, std::string_view text) {
  const auto regex = Regex::Compile(pattern, options, FilterPlace("a"));
  EXPECT_TRUE(regex.has_value()) << pattern << ": " << regex.error().message();
  return regex.has_value() && regex->Matches(text);
}

std::string RegexError(std::string_view pattern, std::string_view options = "") {
  const auto regex = Regex::Compile(pattern, options, FilterPlace("a"));
  return regex.has_value() ? "none" : std::string(ErrorCodeName(regex.error().code()));
}

TEST(Regex, MatchesAnywhereWithItsOptions) {
  struct Case {
    const char* pattern;
    const char* options;
    const char* text;
    bool matches;
  };
  for (const Case& test : std::vector<Case>{
           {"b", "", "abc", true},
           {"^b", "", "abc", false},
           {"^B", "im", "a\nbc", true},
           {"^b", "", "a\nb", false},
           {"a$", "", "a\nb", false},
           {"a$", "m", "a\nb", true},
           {"a$", "", "a\n", true},  // The end may be before a last line end,
           {"a\\Z", "", "a\n", true},
           {"a\\z", "", "a\n", false},
           {"a$", "", "a\n\n", false},
           {"[a$]b", "", "$b", true},  // but not in a class
           {"a\\$", "", "a$", true},   // or when escaped.
           {"(?m)a$", "", "a\nb", true},
           {"a.b", "", "a\nb", false},
           {"a.b", "s", "a\nb", true},
           {"a b # comment\n c", "x", "abc", true},
           {"a\\ [ ]b", "x", "a  b", true},
           {"^.$", "u", "\u00e9", true},
           {"\u00c9", "i", "\u00e9", true},
           {"a\\sb", "", "a\vb", true},
           {"a[\\s]b", "", "a\vb", true},
           {"a\\Sb", "", "a\vb", false},
           {"(?<x>a)b", "", "ab", true},
           {"[]a]+b", "", "]b", true},
           {"[[:digit:]]", "", "7", true},
           {"\\Qa$\\E$", "", "a$", true},
           {"(*UTF)^.$", "", "\u00e9", true},
           {"", "", "", true},
       }) {
    EXPECT_EQ(RegexMatches(test.pattern, test.options, test.text), test.matches)
        << test.pattern << " /" << test.options << " on " << test.text;
  }
}

TEST(Regex, RefusesByNameWhatIsNotLinear) {
  for (const char* pattern :
       {"a(?=b)", "a(?!b)", "(?<=a)b", "(?<!a)b", "(?>a)", "(a)\\1", "(?<x>a)\\k<x>", "(*UCP)a"}) {
    EXPECT_EQ(RegexError(pattern), "unsupported") << pattern;
  }
  for (const char* pattern : {"[a", "(a", "a**", "a{3,2}", "\\"})
    EXPECT_EQ(RegexError(pattern), "invalid argument") << pattern;
  EXPECT_EQ(RegexError(std::string_view("a\0b", 3)), "invalid argument");
  EXPECT_EQ(RegexError("a", "g"), "invalid argument");
  EXPECT_EQ(RegexError(std::string(40000, 'a')), "limit exceeded");
  EXPECT_NE(RegexError("((((a{900}){900}){900}){900})"), "none");
}

TEST(Regex, IsLinearWhereBacktrackingExplodes) {
  // Backtracking would not end.
  std::string text(200000, 'a');
  text += 'b';
  EXPECT_FALSE(RegexMatches("^(a|a)*(a+)+$", "", text));
}

TEST(RegexFilter, MatchesStringsAloneAndWorksInLists) {
  for (const FilterCase& test : std::vector<FilterCase>{
           {R"({"$regex": "^x"})", {R"("xy")", R"([1, "x"])"}, {R"("yx")", "1", "null", R"([["x"]])"}},
           {R"({"$regex": "^X", "$options": "i"})", {R"("xy")"}, {R"("y")"}},
           {R"({"$options": "i", "$regex": "^X", "$ne": "xz"})", {R"("xy")"}, {R"("xz")"}},
           {R"({"$in": [1, {"$regex": "^X", "$options": "i"}]})", {"1", R"("xy")"}, {R"("y")", "2"}},
           {R"({"$nin": [{"$regex": "^x", "$options": ""}]})", {R"("y")", "1"}, {R"("xy")"}},
           {R"({"$not": {"$regex": "^x"}})", {R"("y")", "1", "null"}, {R"("xy")"}},
       }) {
    CheckFilterCase(test);
  }
}

TEST(RegexFilter, ReadsTheFormOfExtendedJson) {
  const Field parts[] = {{"pattern", Value::String("^X")}, {"options", Value::String("i")}};
  const Field form[] = {{"$regularExpression", Value::Object(parts)}};
  const Value regex = Value::Object(form);
  const Field negation[] = {{"$not", regex}};
  const OwnedValue document = *OwnedValue::FromJson(R"({"a": "xy"})");
  const StoredRow row{.time = {}, .id = {}, .root = document.value(), .json_bytes = 0};
  MatchScratch scratch;
  const auto matches = [&](const Value& condition) {
    const Field field[] = {{"a", condition}};
    return Filter::Parse(Value::Object(field), {}).value()->Matches(row, scratch);
  };
  EXPECT_TRUE(matches(regex));
  EXPECT_FALSE(matches(Value::Object(negation)));
  const Field wrong[] = {{"$regularExpression", Value::Int(1)}};
  const Field field[] = {{"a", Value::Object(wrong)}};
  EXPECT_FALSE(Filter::Parse(Value::Object(field), {}).has_value());
}

TEST(RegexFilter, ErrorsNameTheirPlace) {
  EXPECT_EQ(FilterError(R"({"a": {"$regex": 1}})"), "invalid argument: a.$regex: expected a string, found int");
  EXPECT_EQ(FilterError(R"({"a": {"$regex": "x", "$options": 1}})"),
            "invalid argument: a.$regex: $options is no string but int");
  EXPECT_TRUE(FilterError(R"json({"a": {"$regex": "(?=x)"}})json")
                  .starts_with("unsupported: a.$regex: the pattern (?=x): (?= is not supported"));
  EXPECT_TRUE(FilterError(R"({"a": {"$in": [{"$regex": "x"}]}})").starts_with("invalid argument: a.$in[0]: "));
  EXPECT_TRUE(
      FilterError(R"({"a": {"$ne": {"$regex": "x", "$options": ""}}})").starts_with("invalid argument: a.$ne: "));
}

}  // namespace
}  // namespace kalends
