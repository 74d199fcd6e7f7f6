#pragma once

#include <rocksdb/cache.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>

#include "index/id_filter.h"

namespace kalends {

// The memory of the id filters of all months: at most half of the block cache's, which holds as much less. Without it a
// store of billions of documents would outgrow every bound. Thread-safe.
class FilterBudget : public std::enable_shared_from_this<FilterBudget> {
 public:
  FilterBudget(std::shared_ptr<rocksdb::Cache> cache, std::size_t cache_bytes);

  // What one filter may take, in the place of another of `replaced_bytes` that goes as soon as its readers do.
  std::uint64_t Room(std::uint64_t replaced_bytes = 0) const;
  // Counts the filter until its last holder lets it go; also where it takes more than there is room for.
  std::shared_ptr<IdFilter> Hold(std::unique_ptr<IdFilter> filter);

 private:
  void Change(std::uint64_t taken, std::uint64_t given_back);

  const std::shared_ptr<rocksdb::Cache> cache_;
  const std::uint64_t cache_bytes_;
  mutable std::mutex mutex_;
  std::uint64_t taken_ = 0;
};

}  // namespace kalends
