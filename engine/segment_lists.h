#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "engine/partition.h"
#include "engine/segment_files.h"
#include "kalends/status.h"

namespace kalends {

// Of an inverted list in its segment.
struct ListPlace {
  std::uint8_t index = 0;
  std::uint64_t hash = 0;
};
// From the place of a PartEntries of lists; kCorruption where it is none.
Result<ListPlace> ListPlaceOf(std::string_view place);

// Writes the inverted lists of the neighbours `run` as those of one segment. All have lists of the same indexes.
Status MergeLists(const Partition& partition, std::span<const std::shared_ptr<const Segment>> run, SegmentFiles* files);

}  // namespace kalends
