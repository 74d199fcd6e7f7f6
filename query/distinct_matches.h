#pragma once

#include <memory>
#include <vector>

#include "kalends/status.h"
#include "query/distinct.h"
#include "query/find.h"
#include "query/partition_view.h"

namespace kalends {

// Adds the values of the rows that match; skip, limit and order of the plan are not heeded. Rows are read only where
// neither columns nor lists know their values, or whether they match.
Status CollectDistinct(const std::vector<std::shared_ptr<const PartitionView>>& partitions, const FindPlan& plan,
                       DistinctValues* values);

}  // namespace kalends
