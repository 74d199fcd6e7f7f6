#pragma once

#include <span>
#include <string_view>

#include "kalends/status.h"
#include "kalends/value.h"
#include "query/filter.h"
#include "query/filter_node.h"
#include "query/filter_place.h"
#include "query/value_test.h"

// Conditions on the time field `path`. What is compared is the row's own time, whatever its spelling in the document;
// an operand is a date, an ISO-8601 string or a number in the field's unit. Values of other types equal no time, as in
// MongoDB; null asks whether the document holds a time at all. Errors begin with `place`.
namespace kalends {

Result<FilterNodePtr> MakeTimeComparison(const FilterContext& context, std::string_view path, Comparison comparison,
                                         const Value& operand, const FilterPlace& place);
Result<FilterNodePtr> MakeTimeIn(const FilterContext& context, std::string_view path, std::span<const Value> operands,
                                 const FilterPlace& place);

}  // namespace kalends
