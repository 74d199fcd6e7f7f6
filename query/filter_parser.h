#pragma once

#include "kalends/status.h"
#include "kalends/value.h"
#include "query/filter.h"
#include "query/filter_node.h"

namespace kalends {

// The nodes of a filter, which keep views of `filter`'s values and a reference to `context`: both must outlive them.
Result<FilterNodePtr> ParseFilterNodes(const Value& filter, const FilterContext& context);

}  // namespace kalends
