#pragma once

#include <memory>

#include "kalends/status.h"
#include "kalends/value.h"
#include "query/filter.h"
#include "query/projection_plan.h"

namespace kalends {

// The plan of a projection; keeps nothing of the arguments. `filter` is that of the query, or missing.
Result<std::unique_ptr<const ProjectionPlan>> ParseProjection(const Value& projection, const FilterContext& context,
                                                              const Value& filter);

}  // namespace kalends
