#include <algorithm>
#include <vector>

#include "format/compare.h"
#include "query/json_schema_support.h"
#include "query/type_set.h"
#include "query/unordered_value.h"

// type, bsonType, enum, allOf, anyOf, oneOf, not; title and description, which say nothing.
namespace kalends {
namespace {

Result<ValueTestPtr> ParseTypes(const SchemaKeyword& keyword, TypeNames names) {
  if (!keyword.schema.Get("type").is_missing() && !keyword.schema.Get("bsonType").is_missing()) {
    return InvalidArgument(keyword.here, ": type and bsonType cannot both be given");
  }
  if (keyword.operand.is_array()) {
    KALENDS_RETURN_IF_ERROR([&]() -> Status {
      const auto read = ReadSchemaNames(keyword.operand, keyword.here);
      return read.has_value() ? Status() : Status(read.error());
    }());
  }
  KALENDS_TRY(const TypeSet types, ParseTypeSet(keyword.operand, names, keyword.here));
  return MakeTypeTest(types);
}
Result<ValueTestPtr> ParseJsonType(const SchemaKeyword& keyword) { return ParseTypes(keyword, TypeNames::kJson); }
Result<ValueTestPtr> ParseBsonType(const SchemaKeyword& keyword) { return ParseTypes(keyword, TypeNames::kAliases); }

bool IsBefore(const Value& a, const Value& b) { return Compare(a, b) < 0; }

// One of some values, whole, whatever the order of their fields.
class EnumTest final : public ValueTest {
 public:
  explicit EnumTest(const Value& operands) {
    for (const Value& operand : operands.elements()) sorted_.push_back(WithSortedFields(operand, arena_));
    std::sort(sorted_.begin(), sorted_.end(), IsBefore);
  }
  bool HasTwoEqual() const { return std::adjacent_find(sorted_.begin(), sorted_.end(), EqualByMongo) != sorted_.end(); }
  bool Holds(const Value& value, MatchScratch& scratch) const override {
    return std::binary_search(sorted_.begin(), sorted_.end(), WithSortedFields(value, scratch.arena), IsBefore);
  }

 private:
  Arena arena_;
  std::vector<Value> sorted_;
};

Result<ValueTestPtr> ParseEnum(const SchemaKeyword& keyword) {
  if (!keyword.operand.is_array() || keyword.operand.elements().empty()) {
    return InvalidArgument(keyword.here, ": expected an array of at least one value");
  }
  auto test = std::make_unique<EnumTest>(keyword.operand);
  if (test->HasTwoEqual()) return InvalidArgument(keyword.here, ": a value is there twice");
  return ValueTestPtr(std::move(test));
}

Result<std::vector<ValueTestPtr>> ParseSchemas(const SchemaKeyword& keyword) {
  if (!keyword.operand.is_array() || keyword.operand.elements().empty()) {
    return InvalidArgument(keyword.here, ": expected an array of at least one schema");
  }
  std::vector<ValueTestPtr> tests;
  for (std::size_t i = 0; i < keyword.operand.elements().size(); ++i) {
    KALENDS_TRY(ValueTestPtr test, ParseSchema(keyword.parsing, keyword.operand.elements()[i],
                                               FilterPlace(keyword.here, i), keyword.depth));
    tests.push_back(std::move(test));
  }
  return tests;
}

Result<ValueTestPtr> ParseAllOf(const SchemaKeyword& keyword) {
  KALENDS_TRY(auto tests, ParseSchemas(keyword));
  return MakeSchemaTest([tests = std::move(tests)](const Value& value, MatchScratch& scratch) {
    return std::all_of(tests.begin(), tests.end(), [&](const auto& test) { return test->Holds(value, scratch); });
  });
}
Result<ValueTestPtr> ParseAnyOf(const SchemaKeyword& keyword) {
  KALENDS_TRY(auto tests, ParseSchemas(keyword));
  return MakeSchemaTest([tests = std::move(tests)](const Value& value, MatchScratch& scratch) {
    return std::any_of(tests.begin(), tests.end(), [&](const auto& test) { return test->Holds(value, scratch); });
  });
}
Result<ValueTestPtr> ParseOneOf(const SchemaKeyword& keyword) {
  KALENDS_TRY(auto tests, ParseSchemas(keyword));
  return MakeSchemaTest([tests = std::move(tests)](const Value& value, MatchScratch& scratch) {
    return 1 ==
           std::count_if(tests.begin(), tests.end(), [&](const auto& test) { return test->Holds(value, scratch); });
  });
}
Result<ValueTestPtr> ParseNotSchema(const SchemaKeyword& keyword) {
  KALENDS_TRY(ValueTestPtr test, ParseSchema(keyword.parsing, keyword.operand, keyword.here, keyword.depth));
  return MakeSchemaTest(
      [test = std::move(test)](const Value& value, MatchScratch& scratch) { return !test->Holds(value, scratch); });
}

Result<ValueTestPtr> ParseText(const SchemaKeyword& keyword) {
  if (!keyword.operand.is_string()) {
    return InvalidArgument(keyword.here, ": expected a string, found ", TypeName(keyword.operand.type()));
  }
  return MakeSchemaTest([](const Value&, MatchScratch&) { return true; });
}

constexpr SchemaKeywordRow kKeywords[] = {
    {"type", ParseJsonType}, {"bsonType", ParseBsonType}, {"enum", ParseEnum},
    {"allOf", ParseAllOf},   {"anyOf", ParseAnyOf},       {"oneOf", ParseOneOf},
    {"not", ParseNotSchema}, {"title", ParseText},        {"description", ParseText},
};

}  // namespace

SchemaKeywordParser FindSchemaGeneralKeyword(std::string_view name) { return FindSchemaRow(kKeywords, name); }

}  // namespace kalends
