#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "engine/database_impl.h"
#include "engine/partition.h"

namespace kalends {

// What a step of a rebuild did.
struct RebuildStep {
  std::uint64_t rows = 0;
  std::uint64_t segments = 0;  // Put in the place of older ones.
};

struct RebuildRequest {
  // Which segments are built anew. Must be false for those that the rebuild makes, or it does not end.
  std::function<bool(const Segment&, const PartitionState&, const CollectionView&)> is_wanted;
  bool with_ids = false;  // The ids of the rows are ingested again, too.
  // After every step, on the calling thread. An error ends the rebuild; what it replaced so far stays.
  std::function<Status(const RebuildStep&)> on_step;
};

// Builds segments of a partition anew from their rows while it is in use, with the indexes of the present spec: one
// after the other, small neighbours together, each in a commit of its own. Nothing but rows, deletions and manifest is
// read, so that what is derived may be damaged or missing. The background works a block at a time, and seals between;
// merging waits. kBusy where another rebuild of the partition is under way. Its state must have been read.
Status RebuildWanted(DatabaseImpl& database, const std::shared_ptr<Partition>& partition,
                     const RebuildRequest& request);

// Builds one segment so, without waiting for it; merging goes on behind it. Nothing where another rebuild is under way.
void QueueRebuild(DatabaseImpl& database, const std::shared_ptr<Partition>& partition, SegmentId segment);

// Whether something of the segment was built before those that have numbers from `mark` on.
bool IsOlderThan(const Segment& segment, SegmentId mark);

// kReadOnly or kCancelled where segments of the database cannot be built.
Status CheckWritable(const DatabaseImpl& database);

}  // namespace kalends
