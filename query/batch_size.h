#pragma once

#include <algorithm>
#include <cstddef>

namespace kalends {

// How many rows to read at once: few at first, for queries that end early; then more, as long as their values stay
// within a bound of memory.
class BatchSize {
 public:
  static constexpr std::size_t kMax = 512;

  explicit BatchSize(std::size_t first) : rows_(first) {}
  std::size_t rows() const { return rows_; }
  // Tells what the last batch took.
  void Read(std::size_t rows, std::size_t bytes) {
    const std::size_t bytes_per_row = std::max<std::size_t>(bytes / std::max<std::size_t>(rows, 1), 1);
    rows_ = std::clamp<std::size_t>(kBytesMax / bytes_per_row, 1, std::min(rows_ * 2, kMax));
  }

 private:
  static constexpr std::size_t kBytesMax = std::size_t{8} << 20U;
  std::size_t rows_;
};

}  // namespace kalends
