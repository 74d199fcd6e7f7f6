#include "query/filter_values.h"

#include <cmath>

namespace kalends {

bool HoldsOperators(const Value& value) {
  if (!value.is_object() || value.fields().empty() || !IsOperatorName(value.fields().front().name)) return false;
  return value.Get("$ref").is_missing() || value.Get("$id").is_missing();
}

bool IsReferenceField(std::string_view name) { return name == "$ref" || name == "$id" || name == "$db"; }

bool IsTruthy(const Value& value) {
  if (value.is_missing() || value.is_null()) return false;
  if (value.type() == Type::kBool) return value.as_bool();
  return !value.is_number() || value.ToDouble() != 0;
}

bool IsScalar(const Value& value) {
  return !value.is_missing() && !value.is_null() && !value.is_array() && !value.is_object();
}

std::optional<std::int64_t> TruncatedInteger(const Value& value) {
  if (value.is_integer()) return value.as_integer();
  if (value.type() != Type::kDouble) return std::nullopt;
  constexpr double kBound = 9223372036854775808.0;  // 2^63: the first that does not fit; its negative does.
  const double whole = std::trunc(value.as_double());
  if (!(whole >= -kBound && whole < kBound)) return std::nullopt;  // NaN too.
  return static_cast<std::int64_t>(whole);
}

std::optional<std::int64_t> ExactInteger(const Value& value) {
  if (value.type() == Type::kDouble && std::trunc(value.as_double()) != value.as_double()) return std::nullopt;
  return TruncatedInteger(value);
}

}  // namespace kalends
