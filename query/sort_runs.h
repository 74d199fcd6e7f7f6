#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "format/arena.h"
#include "kalends/status.h"
#include "kalends/value.h"
#include "query/partition_view.h"
#include "query/sort_key.h"
#include "query/top_rows.h"

namespace kalends {

// The runs that a sort looks through, those first whose rows may come first: by the extremes of the first field, then
// by time. Runs of which no extremes are known are last. One thread at a time.
class SortRuns {
 public:
  struct Run {
    const PartitionView* partition;
    std::unique_ptr<RowRun> run;
    Value best;  // No row has a first field that comes before.
  };

  // `spec` must outlive it.
  explicit SortRuns(const SortSpec& spec) : spec_(spec) {}

  // Takes the run where its extremes are known, else leaves it and returns false.
  Result<bool> AddIfKnown(const PartitionView& partition, std::unique_ptr<RowRun>* run);
  // Puts them in order; none is added afterwards.
  std::vector<Run> Take();
  // Whether none of its rows can come before `worst`, which may be null.
  bool IsBehind(const Run& run, const TopRows::Row* worst) const;

 private:
  bool IsBefore(const Value& a, const Value& b) const;
  Result<std::optional<Value>> BestOf(RowRun& run);

  const SortSpec& spec_;
  Arena arena_;  // Of the best values.
  std::vector<Run> runs_;
};

}  // namespace kalends
