#pragma once

#include <memory>
#include <vector>

#include "query/find.h"

namespace kalends {

// In the order of time; plan.sort is not looked at.
std::unique_ptr<FindExecutor::Walk> MakeFindByTime(std::vector<std::shared_ptr<const PartitionView>> partitions,
                                                   FindPlan plan);
// In the order of plan.sort: keeps keys and places of what may be an answer, then reads those rows again.
std::unique_ptr<FindExecutor::Walk> MakeFindSorted(std::vector<std::shared_ptr<const PartitionView>> partitions,
                                                   FindPlan plan);

}  // namespace kalends
