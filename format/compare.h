#pragma once

#include <compare>

#include "format/arena.h"
#include "kalends/value.h"

namespace kalends {

// MongoDB's total order of values: missing < null < numbers < string < object < array < binary < ObjectId < bool <
// date; numbers by value over int, long and double, exactly (2^53 + 1 as a long is greater than 2^53 as a double), NaN
// below all numbers and equal to itself, 0.0 equal to -0.0; strings by bytes; objects field by field (type order of the
// value, name, value), then by length; arrays element by element, then by length; binaries by length, subtype, bytes.
std::weak_ordering Compare(const Value& a, const Value& b);
inline bool EqualByMongo(const Value& a, const Value& b) { return Compare(a, b) == 0; }

// The class of types that a comparison stays within (MongoDB's type bracketing): all numbers are one.
int TypeBracket(Type type);

// A deep copy in `arena`.
Value CopyValue(const Value& value, Arena& arena);

}  // namespace kalends
