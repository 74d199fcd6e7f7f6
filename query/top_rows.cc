#include "query/top_rows.h"

#include <algorithm>
#include <new>
#include <utility>

#include "format/copy_value.h"
#include "format/errors.h"

namespace kalends {
namespace {

// What the allocator adds to the memory of a key, about.
constexpr std::size_t kAllocationBytes = 16;

}  // namespace

bool TopRows::IsBefore(const Row& a, const Row& b) const {
  const std::weak_ordering order = spec_.CompareKeys(a.key, b.key);
  if (order != 0) return order < 0;
  const bool is_descending = spec_.size() > 0 && spec_.IsDescending(0);
  return is_descending ? b.position < a.position : a.position < b.position;
}

Status TopRows::Add(std::span<const Value> key, TimeUs time, RowPlace place) {
  const Row row{.key = key,
                .position = {.time = time, .generation = place.partition->generation(), .row = place.row},
                .partition = place.partition};
  if (options_.after.has_value() && !IsBefore(*options_.after, row)) return {};
  const auto is_before = [this](const Kept& a, const Kept& b) { return IsBefore(a.row, b.row); };
  const bool is_full = options_.rows_max.has_value() && kept_.size() >= *options_.rows_max;
  if (is_full && (kept_.empty() || !IsBefore(row, kept_.front().row))) return {};

  KALENDS_TRY(Kept kept, Copy(row, is_full ? kept_.front().bytes : 0));
  if (is_full) {
    std::pop_heap(kept_.begin(), kept_.end(), is_before);
    bytes_ -= kept_.back().bytes;
    kept_.pop_back();
  }
  bytes_ += kept.bytes;
  kept_.push_back(std::move(kept));
  if (is_full) {
    std::push_heap(kept_.begin(), kept_.end(), is_before);
  } else if (kept_.size() == options_.rows_max) {
    std::make_heap(kept_.begin(), kept_.end(), is_before);
  }
  return {};
}

Result<TopRows::Kept> TopRows::Copy(const Row& row, std::size_t bytes_freed) const {
  std::size_t key_bytes = row.key.size_bytes();
  for (const Value& value : row.key) key_bytes += DeepCopyBytes(value);
  const std::size_t bytes = sizeof(Kept) + kAllocationBytes + key_bytes;
  if (bytes_ - bytes_freed + bytes > options_.memory_bytes_max) {
    return LimitExceeded("sort: the rows take more than ", options_.memory_bytes_max,
                         " bytes of memory; add a limit or a narrower filter");
  }
  Kept kept{.row = row, .memory = std::unique_ptr<char[]>(new char[key_bytes]), .bytes = bytes};
  auto* values = reinterpret_cast<Value*>(kept.memory.get());
  char* next = kept.memory.get() + row.key.size_bytes();
  for (std::size_t i = 0; i < row.key.size(); ++i) {
    new (&values[i]) Value(DeepCopy(row.key[i], next));
    next += DeepCopyBytes(row.key[i]);
  }
  kept.row.key = {values, row.key.size()};
  return kept;
}

Status TopRows::AddAll(const TopRows& other) {
  for (const Kept& kept : other.kept_) {
    const Row& row = kept.row;
    KALENDS_RETURN_IF_ERROR(Add(row.key, row.position.time, {row.partition, row.position.row}));
  }
  return {};
}

void TopRows::Sort() {
  is_sorted_ = true;
  std::sort(kept_.begin(), kept_.end(), [this](const Kept& a, const Kept& b) { return IsBefore(a.row, b.row); });
}

}  // namespace kalends
