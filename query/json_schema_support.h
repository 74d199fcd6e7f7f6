#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "format/errors.h"
#include "query/filter_values.h"
#include "query/json_schema.h"

// For the keywords of JSON schemas.
namespace kalends {

// Holds where `accepts(value, scratch)`.
template <class Accepts>
class SchemaTest final : public ValueTest {
 public:
  explicit SchemaTest(Accepts accepts) : accepts_(std::move(accepts)) {}
  bool Holds(const Value& value, MatchScratch& scratch) const override { return accepts_(value, scratch); }

 private:
  Accepts accepts_;
};
template <class Accepts>
ValueTestPtr MakeSchemaTest(Accepts accepts) {
  return std::make_unique<SchemaTest<Accepts>>(std::move(accepts));
}

// A length or a number of things.
inline Result<std::int64_t> ReadSchemaCount(const SchemaKeyword& keyword) {
  const std::optional<std::int64_t> count = ExactInteger(keyword.operand);
  if (count.has_value() && *count >= 0) return *count;
  return InvalidArgument(keyword.here, ": expected an integer that is not negative");
}

inline Result<bool> ReadSchemaBool(const SchemaKeyword& keyword) {
  if (keyword.operand.type() == Type::kBool) return keyword.operand.as_bool();
  return InvalidArgument(keyword.here, ": expected true or false, found ", TypeName(keyword.operand.type()));
}

// At least one string, none twice.
inline Result<std::set<std::string_view>> ReadSchemaNames(const Value& operand, const FilterPlace& here) {
  if (!operand.is_array() || operand.elements().empty()) {
    return InvalidArgument(here, ": expected an array of at least one string");
  }
  std::set<std::string_view> names;
  for (const Value& element : operand.elements()) {
    if (!element.is_string()) {
      return InvalidArgument(here, ": expected strings, found ", TypeName(element.type()));
    }
    if (!names.insert(element.as_string()).second) {
      return InvalidArgument(here, ": ", element.as_string(), " is there twice");
    }
  }
  return names;
}

// {keyword, parser} of one group.
struct SchemaKeywordRow {
  std::string_view name;
  SchemaKeywordParser parse;
};
template <std::size_t kRows>
SchemaKeywordParser FindSchemaRow(const SchemaKeywordRow (&rows)[kRows], std::string_view name) {
  for (const SchemaKeywordRow& row : rows) {
    if (row.name == name) return row.parse;
  }
  return nullptr;
}

}  // namespace kalends
