#pragma once

#include <span>

#include "engine/partition.h"
#include "engine/segment_files.h"
#include "kalends/status.h"

namespace kalends {

// Writes the inverted lists of the neighbours `run` as those of one segment. All have lists of the same indexes.
Status MergeLists(const Partition& partition, std::span<const std::shared_ptr<const Segment>> run, SegmentFiles* files);

}  // namespace kalends
