#include "query/row_selection.h"

#include <cstdint>
#include <vector>

#include "format/errors.h"
#include "query/run_ranges.h"
#include "query/select_context.h"
#include "query/step_clock.h"

namespace kalends {
namespace {

RowMatches AllRows(std::uint32_t rows, bool are_certain) { return {RowBits(rows, are_certain), RowBits(rows, true)}; }

void KeepLiving(const PartitionView& partition, const RowRun& run, RowMatches* matches) {
  if (!partition.has_deletions()) return;
  for (const RowId row : partition.DeletedRows(RowsOf(run))) {
    const auto offset = static_cast<std::uint32_t>(row.value - run.first_row().value);
    matches->certain.Clear(offset);
    matches->possible.Clear(offset);
  }
}

// Below one row in so many it is cheaper to ask their times one by one.
constexpr std::uint32_t kFewRowsShare = 256;

Status KeepInTime(RowRun& run, const TimeRange& time, RowMatches* matches) {
  if (IsInside(run, time)) return {};
  KALENDS_RETURN_IF_ERROR(run.Load());
  RowBits inside(run.rows());
  if (matches->possible.Count() < run.rows() / kFewRowsShare) {
    matches->possible.ForEach([&](std::uint32_t row) {
      if (time.Contains(run.TimeAt(row))) inside.Set(row);
    });
  } else {
    run.AddRowsIn(time, &inside);
  }
  matches->certain &= inside;
  matches->possible &= inside;
  return {};
}

}  // namespace

Result<RowBits> LivingRowsIn(const PartitionView& partition, RowRun& run, const TimeRange& time) {
  RowMatches matches = AllRows(run.rows(), true);
  KeepLiving(partition, run, &matches);
  KALENDS_RETURN_IF_ERROR(KeepInTime(run, time, &matches));
  return std::move(matches.certain);
}

bool CanSelectRows(RowRun& run, const Filter& filter) {
  const RunIndex* index = run.index();
  return index != nullptr && filter.CanSelect(*index);
}

Result<RowMatches> SelectRows(const PartitionView& partition, RowRun& run, const Filter& filter, const TimeRange& time,
                              FindStats* stats) {
  StepClock clock(stats != nullptr);
  RowMatches matches;
  bool used_lists = false;
  bool used_columns = false;
  bool used_text = false;
  if (filter.IsTimeBoundsOnly() || !CanSelectRows(run, filter)) {
    matches = AllRows(run.rows(), filter.IsTimeBoundsOnly());
  } else {
    SelectContext context{.run = run, .index = *run.index(), .time = time};
    KALENDS_TRY(const bool may_match, filter.MayMatch(context));
    if (may_match) {
      KALENDS_TRY(matches, filter.Select(context));
    }
    used_lists = context.used_lists;
    used_columns = context.used_columns;
    used_text = context.used_text;
  }
  if (matches.possible.rows() > 0) {
    KeepLiving(partition, run, &matches);
    KALENDS_RETURN_IF_ERROR(KeepInTime(run, time, &matches));
  }
  if (stats != nullptr) {
    FindStats::PartitionRead& of_partition = stats->Of(partition);
    const bool asks_rows = matches.certain != matches.possible;
    of_partition.runs_by_lists += used_lists ? 1 : 0;
    of_partition.runs_by_columns += used_columns ? 1 : 0;
    of_partition.runs_by_text += used_text ? 1 : 0;
    of_partition.runs_by_rows += asks_rows ? 1 : 0;
    of_partition.runs_by_times += used_lists || used_columns || used_text || asks_rows ? 0 : 1;
    of_partition.rows_certain += matches.certain.Count();
    stats->select += clock.Lap();
  }
  return matches;
}

}  // namespace kalends
