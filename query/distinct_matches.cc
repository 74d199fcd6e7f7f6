#include "query/distinct_matches.h"

#include <optional>
#include <span>

#include "format/errors.h"
#include "query/call_guard.h"
#include "query/distinct_columns.h"
#include "query/match_reader.h"
#include "query/path_select.h"
#include "query/row_selection.h"
#include "query/run_ranges.h"
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

  Status AddPartition(const PartitionView& partition) {
    KALENDS_RETURN_IF_ERROR(guard_.Check());
    KALENDS_TRY(const auto runs, partition.Runs(time_));
    if (plan_.stats != nullptr) plan_.stats->Of(partition).runs += runs.size();
    for (const auto& run : runs) {
      if (!IsOutside(*run, time_)) KALENDS_RETURN_IF_ERROR(AddRun(partition, *run));
    }
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
  DistinctScan scan(plan, time, values);
  for (const auto& partition : partitions) {
    if (!Intersection(partition->range(), time).IsEmpty()) KALENDS_RETURN_IF_ERROR(scan.AddPartition(*partition));
  }
  return {};
}

}  // namespace kalends
