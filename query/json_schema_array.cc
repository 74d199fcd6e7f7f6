#include <algorithm>
#include <span>
#include <vector>

#include "format/compare.h"
#include "query/json_schema_support.h"
#include "query/unordered_value.h"

// minItems, maxItems, uniqueItems, items, additionalItems.
namespace kalends {
namespace {

std::int64_t SizeOf(const Value& array) { return static_cast<std::int64_t>(array.elements().size()); }

Result<ValueTestPtr> ParseMinItems(const SchemaKeyword& keyword) {
  KALENDS_TRY(const std::int64_t size, ReadSchemaCount(keyword));
  return MakeSchemaTest(
      [size](const Value& value, MatchScratch&) { return !value.is_array() || SizeOf(value) >= size; });
}
Result<ValueTestPtr> ParseMaxItems(const SchemaKeyword& keyword) {
  KALENDS_TRY(const std::int64_t size, ReadSchemaCount(keyword));
  return MakeSchemaTest(
      [size](const Value& value, MatchScratch&) { return !value.is_array() || SizeOf(value) <= size; });
}

bool HasTwoEqual(const Value& array, Arena& arena) {
  const Value sorted_fields = WithSortedFields(array, arena);
  std::vector<Value> elements(sorted_fields.elements().begin(), sorted_fields.elements().end());
  std::sort(elements.begin(), elements.end(), [](const Value& a, const Value& b) { return Compare(a, b) < 0; });
  return std::adjacent_find(elements.begin(), elements.end(), EqualByMongo) != elements.end();
}

Result<ValueTestPtr> ParseUniqueItems(const SchemaKeyword& keyword) {
  KALENDS_TRY(const bool unique, ReadSchemaBool(keyword));
  return MakeSchemaTest([unique](const Value& value, MatchScratch& scratch) {
    return !unique || !value.is_array() || !HasTwoEqual(value, scratch.arena);
  });
}

// The elements from `first` on pass `test`.
bool AllFrom(std::size_t first, const Value& array, const ValueTest& test, MatchScratch& scratch) {
  const std::span<const Value> elements = array.elements();
  for (std::size_t i = first; i < elements.size(); ++i) {
    if (!test.Holds(elements[i], scratch)) return false;
  }
  return true;
}

// One schema for each element, or a list of one for the first, one for the second...
Result<ValueTestPtr> ParseItems(const SchemaKeyword& keyword) {
  if (!keyword.operand.is_array()) {
    KALENDS_TRY(ValueTestPtr test, ParseSchema(keyword.parsing, keyword.operand, keyword.here, keyword.depth));
    return MakeSchemaTest([test = std::move(test)](const Value& value, MatchScratch& scratch) {
      return !value.is_array() || AllFrom(0, value, *test, scratch);
    });
  }
  std::vector<ValueTestPtr> tests;
  for (std::size_t i = 0; i < keyword.operand.elements().size(); ++i) {
    KALENDS_TRY(ValueTestPtr test, ParseSchema(keyword.parsing, keyword.operand.elements()[i],
                                               FilterPlace(keyword.here, i), keyword.depth));
    tests.push_back(std::move(test));
  }
  return MakeSchemaTest([tests = std::move(tests)](const Value& value, MatchScratch& scratch) {
    if (!value.is_array()) return true;
    const std::size_t size = std::min(tests.size(), value.elements().size());
    for (std::size_t i = 0; i < size; ++i) {
      if (!tests[i]->Holds(value.elements()[i], scratch)) return false;
    }
    return true;
  });
}

// What stands behind the list of `items`.
Result<ValueTestPtr> ParseAdditionalItems(const SchemaKeyword& keyword) {
  ValueTestPtr test;
  bool allowed = true;
  if (keyword.operand.type() == Type::kBool) {
    allowed = keyword.operand.as_bool();
  } else {
    KALENDS_TRY(test, ParseSchema(keyword.parsing, keyword.operand, keyword.here, keyword.depth));
  }
  const Value items = keyword.schema.Get("items");
  if (!items.is_array()) return MakeSchemaTest([](const Value&, MatchScratch&) { return true; });
  return MakeSchemaTest(
      [test = std::move(test), allowed, listed = items.elements().size()](const Value& value, MatchScratch& scratch) {
        if (!value.is_array() || value.elements().size() <= listed) return true;
        return test == nullptr ? allowed : AllFrom(listed, value, *test, scratch);
      });
}

constexpr SchemaKeywordRow kKeywords[] = {
    {"minItems", ParseMinItems},
    {"maxItems", ParseMaxItems},
    {"uniqueItems", ParseUniqueItems},
    {"items", ParseItems},
    {"additionalItems", ParseAdditionalItems},
};

}  // namespace

SchemaKeywordParser FindSchemaArrayKeyword(std::string_view name) { return FindSchemaRow(kKeywords, name); }

}  // namespace kalends
