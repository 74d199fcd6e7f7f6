#include "query/partition_runs.h"

#include <utility>

#include "format/errors.h"
#include "query/call_guard.h"
#include "query/parallel.h"
#include "query/run_ranges.h"
#include "query/time_ranges.h"

namespace kalends {
namespace {

// Fewer rows are looked at sooner than threads start: by columns a million take about 0.4 ms.
constexpr std::uint64_t kRowsInParallelMin = 1'000'000;

}  // namespace

bool PaysInParallel(const std::vector<PartitionRuns>& partitions, const FindPlan& plan) {
  std::uint64_t rows = 0;
  for (const PartitionRuns& partition : partitions) rows += partition.rows;
  return plan.threads > 1 && partitions.size() > 1 && rows >= kRowsInParallelMin;
}

Result<std::vector<PartitionRuns>> RunsInTime(const std::vector<std::shared_ptr<const PartitionView>>& partitions,
                                              const TimeRange& time, const FindPlan& plan) {
  CallGuard guard(plan.call);
  std::vector<PartitionRuns> found;
  for (const auto& partition : partitions) {
    if (Intersection(partition->range(), time).IsEmpty()) continue;
    KALENDS_RETURN_IF_ERROR(guard.Check());
    KALENDS_TRY(auto runs, partition->Runs(time));
    if (plan.stats != nullptr) plan.stats->Of(*partition).runs += runs.size();
    std::erase_if(runs, [&](const std::unique_ptr<RowRun>& run) { return IsOutside(*run, time); });
    PartitionRuns& added = found.emplace_back(PartitionRuns{.partition = partition.get(), .runs = std::move(runs)});
    for (const auto& run : added.runs) added.rows += run->rows();
  }
  return found;
}

Status ForEachPartition(const std::vector<PartitionRuns>& partitions, const FindPlan& plan,
                        const std::function<Status(std::size_t, const FindPlan&)>& work) {
  std::vector<FindStats> stats(plan.stats == nullptr ? 0 : partitions.size());
  const std::size_t threads = PaysInParallel(partitions, plan) ? static_cast<std::size_t>(plan.threads) : 1;
  Status done = ForEachInParallel(partitions.size(), threads, [&](std::size_t index) {
    FindPlan of_partition = plan;
    if (plan.stats != nullptr) of_partition.stats = &stats[index];
    return work(index, of_partition);
  });
  for (const FindStats& each : stats) plan.stats->Add(each);
  return done;
}

}  // namespace kalends
