#include "query/json_schema_support.h"
#include "query/multiple_of.h"

// minimum, maximum, multipleOf.
namespace kalends {
namespace {

Result<ValueTestPtr> ParseBound(const SchemaKeyword& keyword, std::string_view exclusive_name, Comparison inclusive,
                                Comparison exclusive) {
  if (!keyword.operand.is_number()) {
    return InvalidArgument(keyword.here, ": expected a number, found ", TypeName(keyword.operand.type()));
  }
  const Value is_exclusive = keyword.schema.Get(exclusive_name);  // Its type is checked where it is parsed itself.
  const bool excludes = is_exclusive.type() == Type::kBool && is_exclusive.as_bool();
  ValueTestPtr test = MakeComparisonTest(excludes ? exclusive : inclusive, keyword.operand);
  return MakeSchemaTest([test = std::move(test)](const Value& value, MatchScratch& scratch) {
    return !value.is_number() || test->Holds(value, scratch);
  });
}

Result<ValueTestPtr> ParseMinimum(const SchemaKeyword& keyword) {
  return ParseBound(keyword, "exclusiveMinimum", Comparison::kGreaterOrEqual, Comparison::kGreater);
}
Result<ValueTestPtr> ParseMaximum(const SchemaKeyword& keyword) {
  return ParseBound(keyword, "exclusiveMaximum", Comparison::kLessOrEqual, Comparison::kLess);
}

// What the bound beside it reads.
Result<ValueTestPtr> ParseExclusive(const SchemaKeyword& keyword, std::string_view bound) {
  KALENDS_RETURN_IF_ERROR([&]() -> Status {
    const Result<bool> read = ReadSchemaBool(keyword);
    return read.has_value() ? Status() : Status(read.error());
  }());
  if (keyword.schema.Get(bound).is_missing()) return InvalidArgument(keyword.here, ": needs ", bound, " beside it");
  return MakeSchemaTest([](const Value&, MatchScratch&) { return true; });
}
Result<ValueTestPtr> ParseExclusiveMinimum(const SchemaKeyword& keyword) { return ParseExclusive(keyword, "minimum"); }
Result<ValueTestPtr> ParseExclusiveMaximum(const SchemaKeyword& keyword) { return ParseExclusive(keyword, "maximum"); }

Result<ValueTestPtr> ParseMultipleOf(const SchemaKeyword& keyword) {
  const Value divisor = keyword.operand;
  if (!divisor.is_number() || !(divisor.ToDouble() > 0)) {
    return InvalidArgument(keyword.here, ": expected a number above 0");
  }
  return MakeSchemaTest(
      [divisor](const Value& value, MatchScratch&) { return !value.is_number() || IsMultipleOf(value, divisor); });
}

constexpr SchemaKeywordRow kKeywords[] = {
    {"minimum", ParseMinimum},
    {"maximum", ParseMaximum},
    {"exclusiveMinimum", ParseExclusiveMinimum},
    {"exclusiveMaximum", ParseExclusiveMaximum},
    {"multipleOf", ParseMultipleOf},
};

}  // namespace

SchemaKeywordParser FindSchemaNumberKeyword(std::string_view name) { return FindSchemaRow(kKeywords, name); }

}  // namespace kalends
