#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "kalends/value.h"

// What the parts of a filter's text are.
namespace kalends {

inline bool IsOperatorName(std::string_view name) { return name.starts_with('$'); }

// {$gt: 1} holds operators; {}, {x: 1} and a reference {$ref: ..., $id: ...} are values to be equal to.
bool HoldsOperators(const Value& value);

// $ref, $id and $db: the fields of a reference, the only names with a dollar that are fields.
bool IsReferenceField(std::string_view name);

// What MongoDB takes for true: all but false, null, missing and 0.
bool IsTruthy(const Value& value);

// No array, object, null or missing.
bool IsScalar(const Value& value);

// The integer that a number is exactly: 2.0 is 2; nullopt for 2.5, NaN, what 64 bits cannot hold and other types.
std::optional<std::int64_t> ExactInteger(const Value& value);

// As ExactInteger, but 2.9 is 2 and -2.9 is -2.
std::optional<std::int64_t> TruncatedInteger(const Value& value);

}  // namespace kalends
