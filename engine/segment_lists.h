#pragma once

#include <rocksdb/db.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "engine/partition.h"
#include "engine/segment_files.h"
#include "kalends/status.h"

namespace kalends {

// The lists of one segment, in the order of their keys.
class SegmentLists {
 public:
  // `first_row`: of the segment, wherever its rows are counted from.
  SegmentLists(const Partition& partition, const Segment& segment, std::uint64_t first_row);
  SegmentLists(const SegmentLists&) = delete;
  SegmentLists& operator=(const SegmentLists&) = delete;

  // To be asked at the beginning and after Next: an error, or a key that is none.
  Status Check() const;
  bool AtEnd() const { return !iterator_->Valid(); }
  void Next() { iterator_->Next(); }
  std::string_view place() const;  // Index and hash, as they stand in the key.
  std::uint8_t index() const { return static_cast<std::uint8_t>(place()[0]); }
  std::uint64_t hash() const;
  std::string_view list() const;
  std::uint64_t first_row() const { return first_row_; }

 private:
  const std::uint64_t first_row_;
  std::string end_key_;
  rocksdb::Slice end_;
  std::unique_ptr<rocksdb::Iterator> iterator_;
};

// Writes the inverted lists of the neighbours `run` as those of one segment. All have lists of the same indexes.
Status MergeLists(const Partition& partition, std::span<const std::shared_ptr<const Segment>> run, SegmentFiles* files);

}  // namespace kalends
