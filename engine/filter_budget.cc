#include "engine/filter_budget.h"

#include <algorithm>
#include <utility>

namespace kalends {

FilterBudget::FilterBudget(std::shared_ptr<rocksdb::Cache> cache, std::size_t cache_bytes)
    : cache_(std::move(cache)), cache_bytes_(cache_bytes) {}

std::uint64_t FilterBudget::Room(std::uint64_t replaced_bytes) const {
  const std::lock_guard lock(mutex_);
  const std::uint64_t taken = taken_ - std::min(taken_, replaced_bytes);
  return cache_bytes_ / 2 - std::min(cache_bytes_ / 2, taken);
}

std::shared_ptr<IdFilter> FilterBudget::Hold(std::unique_ptr<IdFilter> filter) {
  const std::uint64_t bytes = IdFilter::BytesFor(filter->capacity());
  Change(bytes, 0);
  return {filter.release(), [budget = shared_from_this(), bytes](const IdFilter* held) {
            delete held;
            budget->Change(0, bytes);
          }};
}

void FilterBudget::Change(std::uint64_t taken, std::uint64_t given_back) {
  const std::lock_guard lock(mutex_);
  taken_ = taken_ + taken - given_back;
  cache_->SetCapacity(cache_bytes_ - std::min(cache_bytes_ / 2, taken_));
}

}  // namespace kalends
