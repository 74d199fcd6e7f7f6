#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "engine/partition.h"
#include "engine/segment_files.h"
#include "kalends/status.h"

namespace kalends {

// What the text of a segment is stored as, in keys behind its number and mark (engine/partition.h).
struct TextPlace {
  bool is_lengths = false;
  std::uint32_t first_row = 0;  // Of lengths: of their block, in the segment.
  std::string_view term;        // Of postings.
};
// From the place of a PartEntries of text; kCorruption where it is none.
Result<TextPlace> TextPlaceOf(std::string_view place);

// Writes the text of the neighbours `run` as that of one segment. All were made with the same TextOptions.
Status MergeText(const Partition& partition, std::span<const std::shared_ptr<const Segment>> run, SegmentFiles* files);

}  // namespace kalends
