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
    {"$all", false, true, std::nullopt},
    {"$bitsAllClear", false, true, std::nullopt},
    {"$bitsAllSet", false, true, std::nullopt},
    {"$bitsAnyClear", false, true, std::nullopt},
    {"$bitsAnySet", false, true, std::nullopt},
    {"$comment", true, true, std::nullopt},
    {"$elemMatch", false, true, std::nullopt},
    {"$expr", true, false, std::nullopt},
    {"$geoIntersects", false, true, std::nullopt},
    {"$geoWithin", false, true, std::nullopt},
    {"$jsonSchema", true, false, std::nullopt},
    {"$mod", false, true, std::nullopt},
    {"$near", false, true, std::nullopt},
    {"$nearSphere", false, true, std::nullopt},
    {"$options", false, true, std::nullopt},
    {"$rand", true, false, std::nullopt},
    {"$regex", false, true, std::nullopt},
    {"$sampleRate", true, false, std::nullopt},
    {"$size", false, true, std::nullopt},
    {"$text", true, false, std::nullopt},
    {"$type", false, true, std::nullopt},
    {"$where", true, false, std::nullopt},
};

}  // namespace

Result<FilterOperator> FindFilterOperator(std::string_view name, OperatorPlace place, const std::string& where) {
  for (const OperatorRow& row : kOperators) {
    if (row.name != name) continue;
    if (!row.is.has_value()) return Unsupported(where, ": the operator ", name, " is not supported");
    if (place == OperatorPlace::kTop ? row.at_top : row.under_field) return *row.is;
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
