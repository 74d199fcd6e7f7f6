#include "query/filter_operators.h"

#include "format/errors.h"

namespace kalends {
namespace {

struct OperatorRow {
  std::string_view name;
  bool at_top;
  bool under_field;
  std::optional<FilterOperator> is;  // nullopt: MongoDB has it, Kalends does not.
};

constexpr OperatorRow kOperators[] = {
    {"$alwaysFalse", true, false, FilterOperator::kAlwaysFalse},
    {"$alwaysTrue", true, false, FilterOperator::kAlwaysTrue},
    {"$and", true, false, FilterOperator::kAnd},
    {"$or", true, false, FilterOperator::kOr},
    {"$nor", true, false, FilterOperator::kNor},
    {"$eq", false, true, FilterOperator::kEqual},
    {"$ne", false, true, FilterOperator::kNotEqual},
    {"$gt", false, true, FilterOperator::kGreater},
    {"$gte", false, true, FilterOperator::kGreaterOrEqual},
    {"$lt", false, true, FilterOperator::kLess},
    {"$lte", false, true, FilterOperator::kLessOrEqual},
    {"$in", false, true, FilterOperator::kIn},
    {"$nin", false, true, FilterOperator::kNotIn},
    {"$not", false, true, FilterOperator::kNot},
    {"$exists", false, true, FilterOperator::kExists},
    {"$all", false, true, FilterOperator::kAll},
    {"$bitsAllClear", false, true, FilterOperator::kBitsAllClear},
    {"$bitsAllSet", false, true, FilterOperator::kBitsAllSet},
    {"$bitsAnyClear", false, true, FilterOperator::kBitsAnyClear},
    {"$bitsAnySet", false, true, FilterOperator::kBitsAnySet},
    {"$comment", true, true, FilterOperator::kComment},
    {"$elemMatch", false, true, FilterOperator::kElementMatch},
    {"$expr", true, false, FilterOperator::kExpression},
    {"$geoIntersects", false, true, std::nullopt},
    {"$geoWithin", false, true, std::nullopt},
    {"$jsonSchema", true, false, FilterOperator::kJsonSchema},
    {"$mod", false, true, FilterOperator::kMod},
    {"$near", false, true, std::nullopt},
    {"$nearSphere", false, true, std::nullopt},
    {"$options", false, true, FilterOperator::kOptions},
    {"$rand", true, false, std::nullopt},
    {"$regex", false, true, FilterOperator::kRegex},
    {"$sampleRate", true, false, std::nullopt},
    {"$size", false, true, FilterOperator::kSize},
    {"$text", true, false, FilterOperator::kText},
    {"$type", false, true, FilterOperator::kType},
    {"$where", true, false, std::nullopt},
};

bool IsLogical(FilterOperator which) {
  return which == FilterOperator::kAnd || which == FilterOperator::kOr || which == FilterOperator::kNor;
}

}  // namespace

Result<FilterOperator> FindFilterOperator(std::string_view name, OperatorPlace place, const FilterPlace& where) {
  for (const OperatorRow& row : kOperators) {
    if (row.name != name) continue;
    if (!row.is.has_value()) return Unsupported(where, ": the operator ", name, " is not supported");
    if (place == OperatorPlace::kTop ? row.at_top : row.under_field) return *row.is;
    if (row.at_top && !IsLogical(*row.is)) {
      return InvalidArgument(where, ": the operator ", name, " can stand at the top of a filter only");
    }
    if (row.at_top) {
      return InvalidArgument(where, ": the operator ", name, " cannot stand under a field; write {", name,
                             ": [{FIELD: ...}]}");
    }
    return InvalidArgument(where, ": the operator ", name, " needs a field before it; write {FIELD: {", name,
                           ": ...}}");
  }
  return InvalidArgument(where, ": the operator ", name, " is not known");
}

}  // namespace kalends
