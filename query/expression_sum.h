#pragma once

#include <cstdint>

#include "kalends/value.h"

namespace kalends {

__extension__ typedef __int128 Int128;

// The sum of numbers as MongoDB has it: exact while all are integers, otherwise with twice the bits of a double, so
// that the order of the numbers hardly matters. Its type is the widest of the numbers'; an integer that does not fit it
// is a long, then a double.
class NumberSum {
 public:
  void Add(const Value& number);
  Value Total() const;
  double TotalDouble() const;

 private:
  void AddDouble(double number);

  Int128 integers_ = 0;  // 2^64 longs fit.
  // The doubles: high_ + low_, where nothing is infinite or NaN; special_ is the plain sum.
  double high_ = 0;
  double low_ = 0;
  double special_ = 0;
  bool has_long_ = false;
  bool has_double_ = false;
};

// An integer as the narrowest of int, long and double that holds it, at least a long where `as_long`.
Value IntegerValue(Int128 number, bool as_long);

}  // namespace kalends
