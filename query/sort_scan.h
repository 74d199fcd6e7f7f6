#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "format/arena.h"
#include "index/row_bits.h"
#include "kalends/status.h"
#include "kalends/time.h"
#include "query/call_guard.h"
#include "query/find.h"
#include "query/match_reader.h"
#include "query/partition_view.h"
#include "query/sort_columns.h"
#include "query/top_rows.h"

namespace kalends {

// Gives the rows of runs that match to a keeper of the first rows of a sort: their keys come from columns where these
// know them; other rows are read. Rows that cannot be among the first are left out as early as that is known, so that
// an error of theirs (a filter's expression, arrays that cannot be sorted by) is not met. One thread at a time.
class SortScan {
 public:
  // All must outlive the scan; `stats` may be null. `time` lies in the bounds of the plan's filter.
  SortScan(const FindPlan& plan, const TimeRange& time, TopRows* top, CallGuard* guard, FindStats* stats)
      : plan_(plan),
        time_(time),
        top_(*top),
        guard_(*guard),
        stats_(stats),
        reader_(*plan.filter, guard, stats),
        key_(plan.sort->size()) {}

  Status AddRun(const PartitionView& partition, RowRun& run);

 private:
  struct Run {
    const PartitionView& partition;
    RowRun& run;
    const RowBits& certain;
  };

  Status AddKnown(const Run& run, const SortColumns& columns, RowBits* unknown);
  Status AddByPieces(const Run& run, const SortColumns& columns, RowBits* unknown);
  Status AddRow(const Run& run, const SortColumns& columns, std::uint32_t row, RowBits* unknown);
  Status AddByReading(const Run& run, const RowBits& rows);

  const FindPlan& plan_;
  TimeRange time_;
  TopRows& top_;
  CallGuard& guard_;
  FindStats* stats_;
  MatchReader reader_;
  std::vector<Value> key_;  // Of the row at hand.
  Arena key_arena_;
};

}  // namespace kalends
