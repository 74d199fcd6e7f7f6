#pragma once

#include <cstdint>

#include "kalends/status.h"
#include "kalends/value.h"
#include "query/filter_place.h"
#include "query/value_test.h"

namespace kalends {

enum class BitCondition : std::uint8_t { kAllSet, kAllClear, kAnySet, kAnyClear };

// Bits of a number that is an integer of 64 bits (two's complement, the sign goes on without end) or of a binary (bit 0
// is the lowest of the first byte; beyond its end bits are clear). `operand` names them: a mask that is no negative
// integer, a binary as mask, or an array of positions. Other values match nothing.
Result<ValueTestPtr> MakeBitTest(BitCondition condition, const Value& operand, const FilterPlace& place);

}  // namespace kalends
