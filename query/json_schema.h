#pragma once

#include <string_view>

#include "kalends/status.h"
#include "kalends/value.h"
#include "query/filter_node.h"
#include "query/filter_parser.h"
#include "query/filter_place.h"
#include "query/value_test.h"

// $jsonSchema: draft 4 of JSON Schema as MongoDB has it, with `bsonType` beside `type`. A keyword says something about
// values of its type only: {minLength: 3} accepts every number.
namespace kalends {

// Rows whose document the schema accepts.
Result<FilterNodePtr> ParseJsonSchema(FilterParsing& parsing, const Value& schema, const FilterPlace& place, int depth);

// Values that the schema accepts.
Result<ValueTestPtr> ParseSchema(FilterParsing& parsing, const Value& schema, const FilterPlace& place, int depth);

// A keyword within its schema.
struct SchemaKeyword {
  FilterParsing& parsing;
  const Value& schema;  // With the keywords beside it: some belong together.
  const Value& operand;
  const FilterPlace& here;
  int depth;  // Of a schema inside.
};

// One for each group of keywords; nullptr where the group does not have `name`.
using SchemaKeywordParser = Result<ValueTestPtr> (*)(const SchemaKeyword& keyword);
SchemaKeywordParser FindSchemaNumberKeyword(std::string_view name);
SchemaKeywordParser FindSchemaStringKeyword(std::string_view name);
SchemaKeywordParser FindSchemaArrayKeyword(std::string_view name);
SchemaKeywordParser FindSchemaObjectKeyword(std::string_view name);
SchemaKeywordParser FindSchemaGeneralKeyword(std::string_view name);  // Of values of all types.

}  // namespace kalends
