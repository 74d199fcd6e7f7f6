#include <algorithm>
#include <cstdint>
#include <memory>
#include <numeric>
#include <span>
#include <vector>

#include "format/errors.h"
#include "query/call_guard.h"
#include "query/find.h"
#include "query/match_reader.h"
#include "query/partition_runs.h"
#include "query/row_selection.h"
#include "query/run_ranges.h"
#include "query/time_ranges.h"

namespace kalends {
namespace {

// Living rows by position: no row is read, and no time either where the run lies inside.
Result<std::uint64_t> CountByTime(const PartitionView& partition, RowRun& run, const TimeRange& time,
                                  FindStats* stats) {
  if (stats != nullptr) ++stats->Of(partition).runs_by_times;
  const std::vector<RowId> deleted =
      partition.has_deletions() ? partition.DeletedRows(RowsOf(run)) : std::vector<RowId>();
  if (IsInside(run, time)) return run.rows() - deleted.size();
  KALENDS_RETURN_IF_ERROR(run.Load());
  const std::uint32_t begin = run.LowerBound(time.begin);
  const std::uint32_t end = run.LowerBound(time.end);
  const auto deleted_inside = std::count_if(deleted.begin(), deleted.end(), [&](RowId row) {
    return time.Contains(run.TimeAt(static_cast<std::uint32_t>(row.value - run.first_row().value)));
  });
  return std::uint64_t{end} - begin - static_cast<std::uint64_t>(deleted_inside);
}

// Counts the rows of a partition that match, and reads those of which nothing else tells.
class MatchCounter {
 public:
  MatchCounter(const FindPlan& plan, const TimeRange& time)
      : plan_(plan), time_(time), guard_(plan.call), reader_(*plan.filter, &guard_, plan.stats) {}

  Result<std::uint64_t> Count(const PartitionRuns& partition) {
    std::uint64_t count = 0;
    for (const std::unique_ptr<RowRun>& run : partition.runs) {
      KALENDS_RETURN_IF_ERROR(guard_.Check());
      KALENDS_TRY(const std::uint64_t of_run, plan_.filter->IsTimeBoundsOnly()
                                                  ? CountByTime(*partition.partition, *run, time_, plan_.stats)
                                                  : CountRun(*partition.partition, *run));
      count += of_run;
    }
    return count;
  }

 private:
  Result<std::uint64_t> CountRun(const PartitionView& partition, RowRun& run) {
    KALENDS_TRY(RowMatches matches, SelectRows(partition, run, *plan_.filter, time_, plan_.stats));
    if (!matches.possible.Any()) return std::uint64_t{0};
    std::uint64_t count = matches.certain.Count();
    if (plan_.stats != nullptr) plan_.stats->rows_matched += count;
    matches.possible -= matches.certain;
    KALENDS_RETURN_IF_ERROR(reader_.Read(partition, run, matches.possible, matches.certain,
                                         [&](std::span<const StoredRow> rows, std::span<const RowId>, Arena&) {
                                           count += rows.size();
                                           return Status();
                                         }));
    return count;
  }

  const FindPlan& plan_;
  TimeRange time_;
  CallGuard guard_;
  MatchReader reader_;
};

}  // namespace

Result<std::uint64_t> CountMatches(const std::vector<std::shared_ptr<const PartitionView>>& partitions,
                                   const FindPlan& plan) {
  const TimeRange time = Intersection(plan.time, plan.filter->TimeBounds());
  if (time.IsEmpty()) return std::uint64_t{0};
  KALENDS_TRY(const std::vector<PartitionRuns> runs, RunsInTime(partitions, time, plan));
  std::vector<std::uint64_t> counts(runs.size());
  KALENDS_RETURN_IF_ERROR(ForEachPartition(runs, plan, [&](std::size_t index, const FindPlan& of_partition) -> Status {
    KALENDS_TRY(counts[index], MatchCounter(of_partition, time).Count(runs[index]));
    return {};
  }));
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

}  // namespace kalends
