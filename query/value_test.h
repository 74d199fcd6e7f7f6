#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "index/column.h"
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

  // What lets a column answer for many values at once; a test that knows nothing of it is asked value by value.
  //
  // What the test says of every value of `type`, where the type alone decides. Not asked for kMissing, kNull and
  // kArray.
  virtual std::optional<bool> HoldsForAll(Type) const { return std::nullopt; }
  // Appends the codes of the values of `stream` that the test holds for, in any order, and may append empty ranges.
  // False: not known.
  virtual bool FindCodes(const ColumnStream&, std::vector<ColumnStream::CodeRange>*) const { return false; }
  // Whether the test may hold for a value from `min` to `max` in the order of all values.
  virtual bool MayHoldWithin(const Value& /*min*/, const Value& /*max*/) const { return true; }
  // The values, null among them, of which a value must equal one for the test to hold; nullopt where it asks something
  // else. They live as long as the test.
  virtual std::optional<std::span<const Value>> EqualsOneOf() const { return std::nullopt; }
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
