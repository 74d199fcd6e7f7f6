#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>

#include "kalends/status.h"
#include "kalends/value.h"
#include "query/merge.h"
#include "query/sort_key.h"

namespace kalends {

// Keeps the first rows of a sort, or all of them. The order is that of the keys, then of time, generation and row,
// which go in the direction of the first key: no two rows are equal in it. One thread at a time.
class TopRows {
 public:
  struct Row {
    std::span<const Value> key;
    RowPosition position;
    const PartitionView* partition;
  };
  struct Options {
    std::optional<std::uint64_t> rows_max;       // Keep so many: limit and skip together. All unless given.
    std::size_t memory_bytes_max = 256U << 20U;  // Of the keys and rows that are kept.
    std::optional<Row> after;                    // Keep only rows behind this one; its key must outlive the keeper.
  };

  // `spec` must outlive the keeper.
  TopRows(const SortSpec& spec, const Options& options) : spec_(spec), options_(options) {}

  // Copies the key. Error kLimitExceeded: the rows to keep take more memory than they may.
  Status Add(std::span<const Value> key, TimeUs time, RowPlace place);

  // The last of the rows that are kept once there are rows_max of them: others must come before it. Null until then,
  // and after Sort().
  const Row* worst() const { return is_sorted_ || kept_.size() != options_.rows_max ? nullptr : &kept_.front().row; }
  // Adds what another keeper of the same sort keeps.
  Status AddAll(const TopRows& other);

  // Puts the rows in order; nothing is added afterwards.
  void Sort();
  std::size_t size() const { return kept_.size(); }
  // In order after Sort(). The key lives as long as the keeper.
  Row row(std::size_t index) const { return kept_[index].row; }

 private:
  struct Kept {
    Row row;
    std::unique_ptr<char[]> memory;  // Of the key.
    std::size_t bytes;
  };

  bool IsBefore(const Row& a, const Row& b) const;
  Result<Kept> Copy(const Row& row, std::size_t bytes_freed) const;

  const SortSpec& spec_;
  Options options_;
  std::deque<Kept>
      kept_;  // Where rows_max is reached a heap, the last row of the order first. A deque never copies all.
  std::size_t bytes_ = 0;
  bool is_sorted_ = false;
};

}  // namespace kalends
