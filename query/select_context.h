#pragma once

#include <algorithm>

#include "format/arena.h"
#include "kalends/time.h"
#include "query/filter.h"
#include "query/partition_view.h"
#include "query/run_index.h"
#include "query/time_ranges.h"

namespace kalends {

// What the parts of a filter must know to say which rows of a run match (FilterNode::Select), and what they used. One
// run's.
struct SelectContext {
  // The times that rows of `run` which matter can have; of others anything may be said.
  TimeRange TimesOfRows() const { return Intersection(time, {run.min_time(), After(run.max_time())}); }

  RowRun& run;
  RunIndex& index;
  TimeRange time;  // Rows outside do not matter.
  MatchScratch scratch = {};
  Arena arena = {};  // For values of columns.

  bool used_lists = false;
  bool used_columns = false;
  bool used_text = false;
};

// How a part of a filter finds its rows, the cheapest first.
enum class SelectBy : std::uint8_t {
  kNothing,  // Times, or nothing at all.
  kList,
  kColumn,
  kRows,  // It cannot: every row must be asked.
};

}  // namespace kalends
