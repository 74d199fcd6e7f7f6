#include "query/projection_slice.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>

namespace kalends {
namespace {

// Toward zero; what is beyond 64 bits is beyond every array.
std::int64_t WholeNumber(const Value& number) {
  if (number.is_integer()) return number.as_integer();
  const double value = number.as_double();
  if (std::isnan(value)) return 0;
  if (value >= 0x1p63) return INT64_MAX;
  if (value < -0x1p63) return INT64_MIN;
  return static_cast<std::int64_t>(value);
}

// How many of `size` elements `number` counts, its sign left out.
std::size_t Magnitude(std::int64_t number, std::size_t size) {
  const auto bits = static_cast<std::uint64_t>(number);
  return static_cast<std::size_t>(std::min<std::uint64_t>(number < 0 ? 0 - bits : bits, size));
}

}  // namespace

std::optional<ProjectionSlice> ProjectionSlice::Parse(const Value& operand) {
  ProjectionSlice slice;
  if (operand.is_number()) {
    slice.count_ = WholeNumber(operand);
    return slice;
  }
  if (!operand.is_array() || operand.elements().size() != 2) return std::nullopt;
  const Value& skip = operand.elements()[0];
  const Value& count = operand.elements()[1];
  if (!skip.is_number() || !count.is_number()) return std::nullopt;
  slice.skip_ = WholeNumber(skip);
  slice.count_ = WholeNumber(count);
  if (slice.count_ <= 0) return std::nullopt;
  return slice;
}

Value ProjectionSlice::Apply(const Value& value) const {
  if (!value.is_array()) return value;
  const std::span<const Value> elements = value.elements();
  std::size_t begin = 0;
  if (skip_.has_value()) {
    const std::size_t skipped = Magnitude(*skip_, elements.size());
    begin = *skip_ < 0 ? elements.size() - skipped : skipped;
  } else if (count_ < 0) {
    begin = elements.size() - Magnitude(count_, elements.size());
  }
  return Value::Array(elements.subspan(begin, Magnitude(count_, elements.size() - begin)));
}

}  // namespace kalends
