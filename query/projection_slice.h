#pragma once

#include <cstdint>
#include <optional>

#include "kalends/value.h"

namespace kalends {

// The part of an array that {$slice: n} and {$slice: [skip, n]} of a projection leave.
class ProjectionSlice {
 public:
  // nullopt where `operand` has another form: it may still be the expression $slice.
  static std::optional<ProjectionSlice> Parse(const Value& operand);
  // Values other than arrays stay. Shares the elements.
  Value Apply(const Value& value) const;

 private:
  std::optional<std::int64_t> skip_;  // Negative: from the end.
  std::int64_t count_ = 0;            // Negative, which is so without skip_ alone: the last ones.
};

}  // namespace kalends
