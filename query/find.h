#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "format/arena.h"
#include "kalends/options.h"
#include "kalends/query.h"
#include "kalends/status.h"
#include "query/filter.h"
#include "query/find_stats.h"
#include "query/page_token.h"
#include "query/partition_view.h"
#include "query/sort_key.h"

namespace kalends {

class TextScorer;

struct FindPlan {
  std::shared_ptr<const Filter> filter = nullptr;  // Always given.
  TimeRange time = {};                             // Already cut to filter->TimeBounds() by the executor itself.
  Order order = Order::kNewestFirst;
  std::shared_ptr<const SortSpec> sort = nullptr;      // Null: by time, as `order` says.
  std::shared_ptr<const TextScorer> scorer = nullptr;  // Where sort or projection want the score of the text.
  std::uint64_t skip = 0;
  std::optional<std::uint64_t> limit = std::nullopt;
  std::shared_ptr<const PagePosition> after = nullptr;  // Null: from the beginning.
  std::size_t sort_bytes_max = std::size_t{256} << 20U;
  CallOptions call = {};
  int threads = 1;             // At most; a query that has little to do uses one.
  FindStats* stats = nullptr;  // Where given: outlives the executor.
};

// Walks the rows that match, in the order of the plan; `partitions` in any order. Memory is bounded.
class FindExecutor {
 public:
  struct Batch {
    std::shared_ptr<Arena> arena;  // Holds the values of `rows`.
    std::vector<StoredRow> rows;
    std::vector<RowId> row_ids;                    // Of `rows`,
    std::vector<const PartitionView*> partitions;  // and where each is from.
  };
  // A way to walk them.
  class Walk {
   public:
    virtual ~Walk() = default;
    virtual Result<bool> Next(Batch* batch) = 0;
  };

  FindExecutor(std::vector<std::shared_ptr<const PartitionView>> partitions, FindPlan plan);
  explicit FindExecutor(std::unique_ptr<Walk> walk) : walk_(std::move(walk)) {}

  // False at the end; a batch has at least one row. Once an error was met, it stays.
  Result<bool> Next(Batch* batch);

 private:
  std::unique_ptr<Walk> walk_;
  std::optional<Error> error_;
};

// How many rows match; skip, limit and order are not heeded. Rows are read only where times and deletions cannot
// decide.
Result<std::uint64_t> CountMatches(const std::vector<std::shared_ptr<const PartitionView>>& partitions,
                                   const FindPlan& plan);

}  // namespace kalends
