#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "index/row_bits.h"
#include "kalends/status.h"
#include "kalends/time.h"

namespace kalends {

// The times of one block of up to 65,536 rows of a segment, in row order, and their order by time. The layout is at the
// head of the .cc.
inline constexpr std::uint32_t kColumnBlockRows = 65536;

std::string EncodeTimeColumn(std::span<const TimeUs> times);  // 1 to kColumnBlockRows.

// Reads in place: `bytes` must outlive it. Random access, no allocation. Immutable, hence thread-safe.
class TimeColumn {
 public:
  // Checks the checksum, unless `is_checked` says that somebody did before, and the structure, so that no later access
  // leaves the bytes; kCorruption, or kUnsupported for a newer version.
  static Result<TimeColumn> Open(std::string_view bytes, bool is_checked = false);
  std::uint32_t rows() const { return rows_; }
  TimeUs min() const { return min_; }
  TimeUs max() const { return max_; }
  bool is_sorted() const { return order_.empty(); }  // Row order is time order.
  TimeUs At(std::uint32_t row) const;                // row < rows().
  // The row at a position of the order by (time, row); position < rows().
  std::uint32_t RowAtPosition(std::uint32_t position) const;
  // The first position whose time is at or after `time`; rows() when there is none.
  std::uint32_t LowerBound(TimeUs time) const;
  // Adds the rows whose times are in `time` to `rows`, which has rows() places.
  void AddRowsIn(const TimeRange& time, RowBits* rows) const;
  void Decode(std::vector<TimeUs>* times) const;  // All, in row order; replaces the content.

 private:
  TimeColumn() = default;
  struct Block {
    std::uint64_t base;
    const char* packed;
    unsigned width;
  };
  Block BlockAt(std::uint32_t block) const;
  std::uint32_t BlockRows(std::uint32_t block) const;

  std::string_view directory_;  // An entry a block of 1,024 values.
  std::string_view packed_;     // Their bits, and 8 bytes more, so that a load of 8 bytes at any bit stays inside.
  std::string_view order_;      // The permutation; empty where the rows are sorted.
  std::uint32_t rows_ = 0;
  TimeUs min_;
  TimeUs max_;
};

}  // namespace kalends
