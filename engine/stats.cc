#include "engine/stats.h"

#include <algorithm>
#include <utility>

#include "engine/collection_reader.h"
#include "engine/partition_reader.h"
#include "format/errors.h"

namespace kalends {
namespace {

PartitionStats StatsOfPartition(const PartitionRef& ref, const CollectionView& collection) {
  const PartitionState& state = *ref.state;
  PartitionStats stats;
  stats.name = ref.partition->name();
  stats.documents = state.documents();
  stats.deleted = state.deletions->count();
  stats.raw_bytes = state.json_bytes;
  stats.disk_bytes = DiskBytesOf(*ref.partition);
  stats.segments = state.segments->size();
  const auto widen = [&stats](TimeUs min, TimeUs max) {
    stats.from = stats.from ? std::min(*stats.from, min) : min;
    stats.to = stats.to ? std::max(*stats.to, max) : max;
  };
  for (const auto& segment : *state.segments) {
    for (const SegmentBlock& block : segment->entry().blocks) widen(block.min, block.max);
  }
  for (const TailView& tail : state.tails) {
    stats.tail += tail.rows;
    if (tail.rows > 0) widen(tail.min, tail.max);
  }
  stats.missing_indexes = MissingIndexesOf(state, collection);
  return stats;
}

}  // namespace

Result<CollectionStats> StatsOf(DatabaseImpl& database, std::string_view collection) {
  KALENDS_TRY(const auto state, database.GetCollection(collection));
  const std::shared_ptr<const View> view = database.CurrentView();
  KALENDS_TRY(const auto found, database.CollectionIn(*view, *state));
  CollectionStats stats;
  stats.name = state->name;
  for (const auto& [month, slot] : found->months) {
    KALENDS_TRY(const PartitionRef ref, view->Ref(slot));
    stats.partitions.push_back(StatsOfPartition(ref, *found));
  }
  return stats;
}

}  // namespace kalends
