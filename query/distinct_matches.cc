#include "query/distinct_matches.h"

#include <memory>
#include <mutex>
#include <optional>
#include <span>

#include "format/errors.h"
#include "query/call_guard.h"
#include "query/distinct_columns.h"
#include "query/match_reader.h"
#include "query/partition_runs.h"
#include "query/path_select.h"
#include "query/row_selection.h"
#include "query/time_ranges.h"

namespace kalends {
namespace {

// What the rows of a run have at the path; kUnknown where they must be read.
Result<RunIndex::FoundColumn> ColumnOf(const DistinctValues& values, RowRun& run) {
  RunIndex* index = run.index();
  if (index == nullptr || !values.IsPlainPath()) return RunIndex::FoundColumn{};
  if (values.path().find('.') != std::string::npos) {
    // A field whose own name holds the dots goes before the path.
    KALENDS_TRY(const bool has_dotted_names, index->HasDottedNames());
    if (has_dotted_names) return RunIndex::FoundColumn{};
  }
  return FindColumnOfPath(*index, values.path());
}

class DistinctScan {
 public:
  DistinctScan(const FindPlan& plan, const TimeRange& time, DistinctValues* values)
      : plan_(plan), time_(time), values_(*values), guard_(plan.call), reader_(*plan.filter, &guard_, plan.stats) {}

  Status Add(const PartitionRuns& partition) {
    for (const auto& run : partition.runs) KALENDS_RETURN_IF_ERROR(AddRun(*partition.partition, *run));
    return {};
  }

 private:
  Status AddRun(const PartitionView& partition, RowRun& run) {
    KALENDS_RETURN_IF_ERROR(guard_.Check());
    KALENDS_TRY(RowMatches matches, SelectRows(partition, run, *plan_.filter, time_, plan_.stats));
    if (!matches.possible.Any()) return {};
    KALENDS_TRY(const RunIndex::FoundColumn found, ColumnOf(values_, run));
    RowBits to_read = matches.possible;
    if (found.presence != RunIndex::Presence::kUnknown) to_read -= matches.certain;
    if (found.presence == RunIndex::Presence::kColumn) {
      KALENDS_RETURN_IF_ERROR(AddDistinctOfColumn(*found.column, matches.certain, &values_, &to_read));
    }
    return reader_.Read(partition, run, to_read, matches.certain,
                        [this](std::span<const StoredRow> rows, std::span<const RowId>, Arena&) -> Status {
                          for (const StoredRow& row : rows) KALENDS_RETURN_IF_ERROR(values_.Add(row));
                          return {};
                        });
  }

  const FindPlan& plan_;
  TimeRange time_;
  DistinctValues& values_;
  CallGuard guard_;
  MatchReader reader_;
};

}  // namespace

Status CollectDistinct(const std::vector<std::shared_ptr<const PartitionView>>& partitions, const FindPlan& plan,
                       DistinctValues* values) {
  const TimeRange time = Intersection(plan.time, plan.filter->TimeBounds());
  if (time.IsEmpty()) return {};
  KALENDS_TRY(const std::vector<PartitionRuns> runs, RunsInTime(partitions, time, plan));
  if (!PaysInParallel(runs, plan)) {
    DistinctScan scan(plan, time, values);
    for (const PartitionRuns& partition : runs) KALENDS_RETURN_IF_ERROR(scan.Add(partition));
    return {};
  }
  std::mutex mutex;  // Of `values`.
  return ForEachPartition(runs, plan, [&](std::size_t index, const FindPlan& plan_of_partition) -> Status {
    const std::unique_ptr<DistinctValues> of_partition = values->MakeEmpty();
    KALENDS_RETURN_IF_ERROR(DistinctScan(plan_of_partition, time, of_partition.get()).Add(runs[index]));
    // At once, so that no more are held at a time than threads work.
    const std::lock_guard lock(mutex);
    return values->AddAll(*of_partition);
  });
}

}  // namespace kalends
