#pragma once

#include <cstdint>
#include <string_view>

#include "kalends/status.h"
#include "query/filter_place.h"

namespace kalends {

// The operators of a filter that are there.
enum class FilterOperator : std::uint8_t {
  // Before conditions: {$and: [{...}, {...}]}.
  kAnd,
  kOr,
  kNor,
  // Before something else.
  kExpression,
  kJsonSchema,
  kText,
  kAlwaysTrue,
  kAlwaysFalse,
  // At both places: heeded nowhere.
  kComment,
  // Under a field: {cost: {$gt: 1}}.
  kEqual,
  kNotEqual,
  kGreater,
  kGreaterOrEqual,
  kLess,
  kLessOrEqual,
  kIn,
  kNotIn,
  kNot,
  kExists,
  kType,
  kRegex,
  kOptions,  // Belongs to $regex.
  kMod,
  kAll,
  kElementMatch,
  kSize,
  kBitsAllSet,
  kBitsAllClear,
  kBitsAnySet,
  kBitsAnyClear,
};

enum class OperatorPlace : std::uint8_t { kTop, kUnderField };

// The operator `name` where `place` allows it. The error begins with `where` and tells an operator of MongoDB that is
// not there (kUnsupported) from one that stands at the wrong place or that nobody knows (kInvalidArgument).
Result<FilterOperator> FindFilterOperator(std::string_view name, OperatorPlace place, const FilterPlace& where);

}  // namespace kalends
