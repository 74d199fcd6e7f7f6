#pragma once

#include <memory>

#include "engine/partition.h"
#include "kalends/status.h"

namespace kalends {

class DatabaseImpl;

// Has the background merge.
void QueueMerging(DatabaseImpl& database, const std::shared_ptr<Partition>& partition);
// Whether too many of the rows of `segment` were deleted since it was built, so that merging builds it anew.
bool IsThinned(const Segment& segment, const Deletions& deletions);
// Rows of the segment that were deleted since it was built.
std::uint64_t DeletedSinceBuilt(const Segment& segment, const Deletions& deletions);

// All below on the background's thread.

// Keeps segments few and tight: builds small neighbours anew as one, as well as those of which many rows were deleted;
// merges large neighbours, whose columns stay where they are, by their lists; while there are any.
// Nothing while the partition is being rebuilt.
Status MergeSegments(DatabaseImpl& database, const std::shared_ptr<Partition>& partition);
// Puts segments built from the rows, with the indexes of the present spec, in the place of neighbouring ones.
Status RebuildSegments(DatabaseImpl& database, const std::shared_ptr<Partition>& partition, const Segments& run);
// Removes what an earlier opening left of segments.
Status RemoveLeftovers(DatabaseImpl& database, const std::shared_ptr<Partition>& partition);

}  // namespace kalends
