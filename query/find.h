#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "format/arena.h"
#include "kalends/options.h"
#include "kalends/query.h"
#include "kalends/status.h"
#include "query/filter.h"
#include "query/partition_view.h"

namespace kalends {

struct FindPlan {
  std::shared_ptr<const Filter> filter;
  TimeRange time = {};  // Already cut to filter->TimeBounds() by the executor itself.
  Order order = Order::kNewestFirst;
  std::uint64_t skip = 0;
  std::optional<std::uint64_t> limit = std::nullopt;
  CallOptions call = {};
};

// Walks the rows that match, in order of (time, generation, row id) in the direction of plan.order: k-way merge over
// the runs of a month, months one after the other (their times do not meet). `partitions` in any order. Memory is
// bounded: rows are read in batches that grow from small (early exit) to a few hundred.
class FindExecutor {
 public:
  FindExecutor(std::vector<std::shared_ptr<const PartitionView>> partitions, FindPlan plan);
  ~FindExecutor();

  struct Batch {
    std::shared_ptr<Arena> arena;  // Holds the values of `rows`.
    std::vector<StoredRow> rows;
    std::vector<RowId> row_ids;                    // Of `rows`,
    std::vector<const PartitionView*> partitions;  // and where each is from.
  };
  // False at the end; a batch has at least one row.
  Result<bool> Next(Batch* batch);

 private:
  class State;
  std::unique_ptr<State> state_;
};

// How many rows match; skip, limit and order are not heeded. Rows are read only where times and deletions cannot
// decide.
Result<std::uint64_t> CountMatches(const std::vector<std::shared_ptr<const PartitionView>>& partitions,
                                   const FindPlan& plan);

}  // namespace kalends
