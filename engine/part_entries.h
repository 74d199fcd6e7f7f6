#pragma once

#include <rocksdb/db.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/partition.h"
#include "kalends/status.h"

namespace kalends {

// What is stored of one part of a segment, in the order of its keys.
class PartEntries {
 public:
  // `first_row`: of the segment, wherever its rows are counted from.
  PartEntries(const Partition& partition, const SegmentPart& part, std::uint64_t first_row);
  PartEntries(const PartEntries&) = delete;
  PartEntries& operator=(const PartEntries&) = delete;

  // To be asked at the beginning and after Next: an error of reading.
  Status Check() const;
  bool AtEnd() const { return !iterator_->Valid(); }
  void Next() { iterator_->Next(); }
  std::string_view place() const;  // The key behind segment and mark.
  std::string_view value() const;
  std::uint64_t first_row() const { return first_row_; }

 private:
  const std::uint64_t first_row_;
  std::string end_key_;
  rocksdb::Slice end_;
  std::unique_ptr<rocksdb::Iterator> iterator_;
};

// The same part of neighbouring segments.
using PartsOfRun = std::vector<std::unique_ptr<PartEntries>>;
Result<PartsOfRun> OpenParts(const Partition& partition, std::span<const std::shared_ptr<const Segment>> run,
                             SegmentPart::Kind kind);

// Calls visit(place, inputs) for each place that one of them has, ascending, with those that have it, in their order.
// Ends at the first error.
Status ForEachPlace(const PartsOfRun& parts,
                    const std::function<Status(std::string_view place, std::span<const PartEntries* const>)>& visit);

}  // namespace kalends
