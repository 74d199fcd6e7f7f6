#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "kalends/status.h"
#include "kalends/time.h"
#include "query/find.h"
#include "query/partition_view.h"

// The runs that a query must look into, a partition each: those that do not need their rows in order may look into
// several at once.
namespace kalends {

struct PartitionRuns {
  const PartitionView* partition;
  std::vector<std::unique_ptr<RowRun>> runs;  // Perhaps none.
  std::uint64_t rows = 0;                     // Of the runs, dead ones too.
};

// The runs that may hold rows in `time`, in the order of `partitions`; counts them in plan.stats.
Result<std::vector<PartitionRuns>> RunsInTime(const std::vector<std::shared_ptr<const PartitionView>>& partitions,
                                              const TimeRange& time, const FindPlan& plan);

// Whether there is so much to do that several threads are to do it.
bool PaysInParallel(const std::vector<PartitionRuns>& partitions, const FindPlan& plan);

// Calls work(index, plan) for each partition, where there is much to do on several threads at once. The plans are that
// of the query with stats of their own, which are added up afterwards in the order of the partitions.
Status ForEachPartition(const std::vector<PartitionRuns>& partitions, const FindPlan& plan,
                        const std::function<Status(std::size_t, const FindPlan&)>& work);

}  // namespace kalends
