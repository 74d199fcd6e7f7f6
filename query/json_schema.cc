#include "query/json_schema.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "format/errors.h"

namespace kalends {
namespace {

// All of some tests.
class AllTests final : public ValueTest {
 public:
  explicit AllTests(std::vector<ValueTestPtr> tests) : tests_(std::move(tests)) {}
  bool Holds(const Value& value, MatchScratch& scratch) const override {
    return std::all_of(tests_.begin(), tests_.end(),
                       [&](const ValueTestPtr& test) { return test->Holds(value, scratch); });
  }

 private:
  std::vector<ValueTestPtr> tests_;
};

// Of JSON Schema or MongoDB, but not there.
constexpr std::string_view kNotSupported[] = {"$ref",   "$schema", "default",         "definitions",
                                              "format", "id",      "encryptMetadata", "encrypt"};

Result<SchemaKeywordParser> FindKeyword(std::string_view name, const FilterPlace& place) {
  for (const auto find : {FindSchemaGeneralKeyword, FindSchemaNumberKeyword, FindSchemaStringKeyword,
                          FindSchemaArrayKeyword, FindSchemaObjectKeyword}) {
    if (const SchemaKeywordParser parser = find(name); parser != nullptr) return parser;
  }
  if (std::find(std::begin(kNotSupported), std::end(kNotSupported), name) != std::end(kNotSupported)) {
    return Unsupported(place, ": the keyword ", name, " of JSON schemas is not supported");
  }
  return InvalidArgument(place, ": the keyword ", name.substr(0, 60), " of JSON schemas is not known");
}

}  // namespace

Result<ValueTestPtr> ParseSchema(FilterParsing& parsing, const Value& schema, const FilterPlace& place, int depth) {
  if (!schema.is_object()) return InvalidArgument(place, ": expected an object, found ", TypeName(schema.type()));
  KALENDS_RETURN_IF_ERROR(CheckFilterDepth(place, depth));
  std::vector<ValueTestPtr> tests;
  for (const Field& field : schema.fields()) {
    KALENDS_TRY(const SchemaKeywordParser parse, FindKeyword(field.name, place));
    const FilterPlace here(place, field.name);
    KALENDS_TRY(ValueTestPtr test, parse({parsing, schema, field.value, here, depth + 1}));
    tests.push_back(std::move(test));
  }
  return ValueTestPtr(std::make_unique<AllTests>(std::move(tests)));
}

Result<FilterNodePtr> ParseJsonSchema(FilterParsing& parsing, const Value& schema, const FilterPlace& place,
                                      int depth) {
  KALENDS_TRY(ValueTestPtr test, ParseSchema(parsing, schema, place, depth));
  return MakeValueNode(std::move(test), false);
}

}  // namespace kalends
