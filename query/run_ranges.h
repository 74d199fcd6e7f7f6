#pragma once

#include "format/ids.h"
#include "kalends/time.h"
#include "query/partition_view.h"

// Where the rows of a run lie.
namespace kalends {

inline RowRange RowsOf(const RowRun& run) { return {run.first_row(), RowId{run.first_row().value + run.rows()}}; }

inline bool IsInside(const RowRun& run, const TimeRange& time) {
  return time.Contains(run.min_time()) && time.Contains(run.max_time());
}
inline bool IsOutside(const RowRun& run, const TimeRange& time) {
  return run.max_time() < time.begin || run.min_time() >= time.end;
}

}  // namespace kalends
