#include <algorithm>

#include "query/json_schema_support.h"

// minLength, maxLength, pattern.
namespace kalends {
namespace {

// In characters of Unicode.
std::int64_t LengthOf(std::string_view text) {
  return std::count_if(text.begin(), text.end(),
                       [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
}

Result<ValueTestPtr> ParseMinLength(const SchemaKeyword& keyword) {
  KALENDS_TRY(const std::int64_t length, ReadSchemaCount(keyword));
  return MakeSchemaTest([length](const Value& value, MatchScratch&) {
    return !value.is_string() || LengthOf(value.as_string()) >= length;
  });
}
Result<ValueTestPtr> ParseMaxLength(const SchemaKeyword& keyword) {
  KALENDS_TRY(const std::int64_t length, ReadSchemaCount(keyword));
  return MakeSchemaTest([length](const Value& value, MatchScratch&) {
    return !value.is_string() || LengthOf(value.as_string()) <= length;
  });
}

Result<ValueTestPtr> ParsePattern(const SchemaKeyword& keyword) {
  if (!keyword.operand.is_string()) {
    return InvalidArgument(keyword.here, ": expected a string, found ", TypeName(keyword.operand.type()));
  }
  KALENDS_TRY(Regex pattern, keyword.parsing.CompileRegex({keyword.operand.as_string(), {}}, keyword.here));
  return MakeSchemaTest([pattern = std::move(pattern)](const Value& value, MatchScratch&) {
    return !value.is_string() || pattern.Matches(value.as_string());
  });
}

constexpr SchemaKeywordRow kKeywords[] = {
    {"minLength", ParseMinLength},
    {"maxLength", ParseMaxLength},
    {"pattern", ParsePattern},
};

}  // namespace

SchemaKeywordParser FindSchemaStringKeyword(std::string_view name) { return FindSchemaRow(kKeywords, name); }

}  // namespace kalends
