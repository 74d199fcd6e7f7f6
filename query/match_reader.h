#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "format/arena.h"
#include "index/row_bits.h"
#include "kalends/status.h"
#include "query/batch_size.h"
#include "query/call_guard.h"
#include "query/filter.h"
#include "query/find_stats.h"
#include "query/partition_view.h"

namespace kalends {

// Reads rows of runs in the order they are stored, a batch at a time, and keeps those that match. One thread at a time.
class MatchReader {
 public:
  // What is to be done with rows that match; their values live until it returns. `arena` is for values of its own.
  using Visit = std::function<Status(std::span<const StoredRow> rows, std::span<const RowId> ids, Arena& arena)>;

  // All must outlive the reader; `stats` may be null.
  MatchReader(const Filter& filter, CallGuard* guard, FindStats* stats)
      : filter_(filter), guard_(*guard), stats_(stats) {}

  // `rows` are living ones; of those in `certain` the filter is not asked.
  Status Read(const PartitionView& partition, const RowRun& run, const RowBits& rows, const RowBits& certain,
              const Visit& visit);

 private:
  Status ReadBatch(const PartitionView& partition, const RowRun& run, const RowBits& certain, const Visit& visit);
  Result<bool> Matches(const StoredRow& row, bool is_certain);

  const Filter& filter_;
  CallGuard& guard_;
  FindStats* stats_;
  BatchSize batch_size_{128};
  std::vector<RowId> ids_;  // Of the batch at hand.
  std::vector<StoredRow> rows_;
  MatchScratch scratch_;
};

}  // namespace kalends
