#pragma once

#include "kalends/value.h"

namespace kalends {

// Whether a number is an integer times another, which is not 0. Doubles count as the decimal of 15 digits that they
// stand for, as in MongoDB: 1.1 is a multiple of 0.1. Infinity and NaN are multiples of nothing.
bool IsMultipleOf(const Value& number, const Value& divisor);

}  // namespace kalends
