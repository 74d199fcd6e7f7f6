#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "engine/database_impl.h"
#include "engine/partition.h"
#include "index/id_run.h"

namespace kalends {

// Segments that were built and ingested, but are in no view and no manifest yet.
struct NewSegment {
  SegmentId id;
  SegmentEntry entry;
};

// The ids that are ingested with segments.
struct SegmentIds {
  std::vector<IdEntry> known;  // With the last one.
  bool from_rows = false;      // Those of all rows that are there, as they are read.
};

// Builds segments of one block from the rows `rows` as `view` sees them: all of what is derived comes from here. One,
// or several where a block is full or takes more memory than it may. `tail`: where it holds these rows, all of them
// alive, and the terms of the collection's text, these are not read from the documents again; null otherwise.
Status BuildSegments(DatabaseImpl& database, const View& view, const std::shared_ptr<Partition>& partition,
                     RowRange rows, const SegmentIds& ids, const Tail* tail, std::vector<NewSegment>* built);

// Removes segments that will not be published after all.
void DiscardSegments(DatabaseImpl& database, const Partition& partition, const std::vector<NewSegment>& built);

// Puts `built` in the place of the segments `old`, which follow each other and hold the same rows (none: behind the
// last one, in the place of the first tail), with `updates` in the same commit. What nobody needs any more is removed
// when the last view that holds it is gone.
Status PublishSegments(DatabaseImpl& database, const std::shared_ptr<Partition>& partition, const Segments& old,
                       std::vector<NewSegment> built, const StateUpdates& updates);

// The size of documents that were deleted counts too, and their rows do not tell it any more: has `built` sum up to
// `json_bytes`.
void KeepJsonBytes(std::uint64_t json_bytes, std::vector<NewSegment>* built);

// Removes a part of the columns family that no segment needs.
Status RemovePart(DatabaseImpl& database, const Partition& partition, const SegmentPart& part);

// The state of a partition in a view; null when it was dropped or never read.
std::shared_ptr<const PartitionState> StateIn(const View& view, const Partition& partition);

}  // namespace kalends
