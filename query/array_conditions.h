#pragma once

#include "kalends/status.h"
#include "kalends/value.h"
#include "query/filter_conditions.h"
#include "query/filter_node.h"
#include "query/filter_parser.h"
#include "query/filter_place.h"
#include "query/value_test.h"

namespace kalends {

// $elemMatch: one element of an array meets all of it. Operators ({$gt: 1, $lt: 5}) look at the element itself; a
// filter
// ({b: 1}, {$or: [...]}) at an element that is an object, or an array, whose numbers are its names.
Result<ValueTestPtr> ParseElementMatch(FilterParsing& parsing, const Value& operand, const FilterPlace& here,
                                       int depth);

// $all: each of the values is met by some element; either values and regular expressions, or only {$elemMatch: ...}. An
// empty list matches nothing.
Result<FilterNodePtr> ParseAll(FilterParsing& parsing, const FilterSubject& subject, const Value& operand,
                               const FilterPlace& here, int depth);

}  // namespace kalends
