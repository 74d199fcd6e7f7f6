#pragma once

#include "kalends/status.h"
#include "kalends/time.h"
#include "query/filter.h"
#include "query/find_stats.h"
#include "query/partition_view.h"
#include "query/run_index.h"

namespace kalends {

// The rows of a run that are alive and whose time is in `time`.
Result<RowBits> LivingRowsIn(const PartitionView& partition, RowRun& run, const TimeRange& time);

// Whether anything beside times and deletions can tell which rows of a run match.
bool CanSelectRows(RowRun& run, const Filter& filter);

// The living rows of a run whose time is in `time` and that match, as far as it can be told without reading them; where
// nothing can be told all of them are possible. Where none matches the sets may be without places. `time` lies in
// filter.TimeBounds(). The run's times are read only where they decide. `stats` may be null.
Result<RowMatches> SelectRows(const PartitionView& partition, RowRun& run, const Filter& filter, const TimeRange& time,
                              FindStats* stats);

}  // namespace kalends
