#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "kalends/value.h"

namespace kalends {

// A question about one value, kMissing among them. Operands belong to the filter. Immutable.
class ValueTest {
 public:
  virtual ~ValueTest() = default;
  virtual bool Holds(const Value& value) const = 0;
};

enum class Comparison : std::uint8_t { kEqual, kGreater, kGreaterOrEqual, kLess, kLessOrEqual };

// Holds only for values of the operand's type bracket; null and missing are one for kEqual, kGreaterOrEqual and
// kLessOrEqual.
std::unique_ptr<ValueTest> MakeComparisonTest(Comparison comparison, const Value& operand);
// Equal to one of `operands`, of which there may be many.
std::unique_ptr<ValueTest> MakeInTest(std::span<const Value> operands);
std::unique_ptr<ValueTest> MakeExistsTest();

}  // namespace kalends
