#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "kalends/value.h"
#include "query/filter.h"
#include "query/regex.h"

namespace kalends {

// A question about one value, kMissing among them. Operands belong to the filter. Immutable.
class ValueTest {
 public:
  virtual ~ValueTest() = default;
  // Changes `scratch` only where it holds: a test of an array tells there which element it was.
  virtual bool Holds(const Value& value, MatchScratch& scratch) const = 0;
  // Whether an array at the end of a path stands for its elements too; otherwise for itself alone.
  virtual bool LooksIntoArrays() const { return true; }
};
using ValueTestPtr = std::unique_ptr<const ValueTest>;

enum class Comparison : std::uint8_t { kEqual, kGreater, kGreaterOrEqual, kLess, kLessOrEqual };

// Holds only for values of the operand's type bracket; null and missing are one for kEqual, kGreaterOrEqual and
// kLessOrEqual.
ValueTestPtr MakeComparisonTest(Comparison comparison, const Value& operand);
// Equal to one of `operands`, of which there may be many, or a string that one of `patterns` matches.
ValueTestPtr MakeInTest(std::span<const Value> operands, std::vector<Regex> patterns);
ValueTestPtr MakeExistsTest();
// A string that matches.
ValueTestPtr MakeRegexTest(Regex pattern);
// An array of that many elements.
ValueTestPtr MakeSizeTest(std::size_t size);

}  // namespace kalends
