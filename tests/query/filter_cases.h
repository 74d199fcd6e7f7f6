#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>

#include "kalends/document.h"
#include "query/filter.h"

// Filters and documents as text, for tests of the operators.
namespace kalends {

inline Result<std::shared_ptr<const Filter>> FilterFromJson(std::string_view json, const FilterContext& context = {}) {
  const auto filter = OwnedValue::FromJson(json);
  if (!filter.has_value()) return filter.error();
  return Filter::Parse(filter->value(), context);
}

inline bool FilterMatches(const Filter& filter, std::string_view document, MatchScratch& scratch, TimeUs time = {}) {
  const auto root = OwnedValue::FromJson(document);
  EXPECT_TRUE(root.has_value()) << document;
  return filter.Matches({.time = time, .id = {}, .root = root->value(), .json_bytes = 0}, scratch);
}

// A filter on the field `a`, and values of `a` that it matches and does not.
struct FilterCase {
  const char* condition;
  std::vector<const char*> matching;
  std::vector<const char*> others;
};

inline void CheckFilterCase(const FilterCase& test) {
  const auto filter = FilterFromJson(std::string(R"({"a": )") + test.condition + "}");
  ASSERT_TRUE(filter.has_value()) << test.condition << ": " << filter.error().message();
  MatchScratch scratch;
  const auto matches = [&](const char* value) {
    return FilterMatches(*filter.value(), std::string(R"({"a": )") + value + "}", scratch);
  };
  for (const char* value : test.matching) EXPECT_TRUE(matches(value)) << test.condition << " on " << value;
  for (const char* value : test.others) EXPECT_FALSE(matches(value)) << test.condition << " on " << value;
}

// The code and message of what a filter is refused with.
inline std::string FilterError(std::string_view json) {
  const auto filter = FilterFromJson(json);
  if (filter.has_value()) return "none";
  return std::string(ErrorCodeName(filter.error().code())) + ": " + filter.error().message();
}

}  // namespace kalends
