#include "query/find.h"

#include <utility>

#include "query/find_walks.h"

namespace kalends {

FindExecutor::FindExecutor(std::vector<std::shared_ptr<const PartitionView>> partitions, FindPlan plan)
    : walk_(plan.sort == nullptr ? MakeFindByTime(std::move(partitions), std::move(plan))
                                 : MakeFindSorted(std::move(partitions), std::move(plan))) {}

Result<bool> FindExecutor::Next(Batch* batch) {
  if (error_.has_value()) return *error_;
  Result<bool> result = walk_->Next(batch);
  if (!result.has_value()) error_ = result.error();
  return result;
}

}  // namespace kalends
