#pragma once

#include "kalends/status.h"
#include "kalends/value.h"
#include "query/filter_place.h"
#include "query/value_test.h"

namespace kalends {

// $mod: [divisor, remainder]: numbers, cut to integers, that leave this remainder, which has the sign of the number.
Result<ValueTestPtr> MakeModTest(const Value& operand, const FilterPlace& place);

}  // namespace kalends
