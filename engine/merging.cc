#include "engine/merging.h"

#include <algorithm>
#include <set>
#include <span>
#include <utility>

#include <rocksdb/convenience.h>

#include "engine/database_impl.h"
#include "engine/rocks_status.h"
#include "engine/segment_files.h"
#include "format/errors.h"
#include "index/time_column.h"

namespace kalends {
namespace {

constexpr std::size_t kFanOut = 8;
constexpr std::uint64_t kSegmentRowsMax = 4'194'304;

using Segments = std::vector<std::shared_ptr<const Segment>>;

// The sizes 8, 64, 512, ...: segments of one class differ by less than eight times.
int SizeClass(std::uint32_t rows) {
  int size_class = 0;
  for (; rows >= kFanOut; rows /= kFanOut) ++size_class;
  return size_class;
}

// The neighbours to merge: at least kFanOut in a row of no larger class, the smallest class first; empty when there are
// none.
std::span<const std::shared_ptr<const Segment>> ChooseRun(const Segments& segments) {
  const int largest = SizeClass(kSegmentRowsMax);
  for (int size_class = 0; size_class <= largest; ++size_class) {
    std::size_t begin = 0;
    std::uint64_t rows = 0;
    for (std::size_t i = 0; i <= segments.size(); ++i) {
      const bool fits = i < segments.size() && SizeClass(segments[i]->entry().rows) <= size_class &&
                        rows + segments[i]->entry().rows <= kSegmentRowsMax;
      if (fits) {
        rows += segments[i]->entry().rows;
        continue;
      }
      if (i - begin >= kFanOut) return std::span(segments).subspan(begin, i - begin);
      // The segment that ended the run begins the next one, where it is small enough itself.
      const bool starts = i < segments.size() && SizeClass(segments[i]->entry().rows) <= size_class && i > begin;
      begin = starts ? i : i + 1;
      rows = starts ? segments[i]->entry().rows : 0;
    }
  }
  return {};
}

Status ReadTimes(const Partition& partition, const Segment& segment, std::vector<TimeUs>* times) {
  const std::size_t blocks = segment.entry().block_min.size();
  std::vector<TimeUs> block_times;
  for (std::size_t block = 0; block < blocks; ++block) {
    const std::string where = "partition " + partition.name() + ": columns: segment " +
                              std::to_string(segment.id().value) + " block " + std::to_string(block);
    rocksdb::PinnableSlice bytes;
    KALENDS_RETURN_IF_ROCKS_ERROR(
        where, partition.db()->Get(rocksdb::ReadOptions(), partition.families().columns->handle(),
                                   ColumnKey(segment.id(), kTimeColumn, static_cast<std::uint16_t>(block)), &bytes));
    auto column = TimeColumn::Open({bytes.data(), bytes.size()});
    if (!column.has_value()) return WithContext(where, column.error());
    column->Decode(&block_times);
    times->insert(times->end(), block_times.begin(), block_times.end());
  }
  if (times->size() < segment.entry().rows)
    return Corruption("partition ", partition.name(), ": a segment lacks times");
  return {};
}

// Removes what a dead segment holds in the columns family, and forgets it when nothing is left.
Status RemoveSegment(DatabaseImpl& database, const std::shared_ptr<Partition>& partition, SegmentId id) {
  rocksdb::DB* db = database.storage().db();
  rocksdb::ColumnFamilyHandle* columns = partition->families().columns->handle();
  const std::string begin_key = ColumnKey(id, 0, 0);
  const std::string end_key = ColumnKey({id.value + 1}, 0, 0);
  const rocksdb::Slice begin(begin_key);
  const rocksdb::Slice end(end_key);
  const std::string where = "partition " + partition->name() + ": removing segment " + std::to_string(id.value);
  // RocksDB removes files at once, whatever the log still holds back: after a power cut the manifest would name the
  // segment again, and its columns would be gone.
  KALENDS_RETURN_IF_ERROR(database.Sync());
  KALENDS_RETURN_IF_ROCKS_ERROR(where, rocksdb::DeleteFilesInRange(db, columns, &begin, &end, /*include_end=*/false));
  rocksdb::ReadOptions options;
  options.total_order_seek = true;
  const std::unique_ptr<rocksdb::Iterator> left(db->NewIterator(options, columns));
  left->Seek(begin);
  const bool is_gone = !left->Valid() || left->key().compare(end) >= 0;
  KALENDS_RETURN_IF_ROCKS_ERROR(where, left->status());
  if (!is_gone) return {};  // A file of level 0 stays until `compact`; the dead list remembers.
  return database.CommitStructure(
      {[&](rocksdb::WriteBatch& batch) { batch.Delete(partition->families().state->handle(), DeadSegmentKey(id)); },
       nullptr, false, partition.get()});
}

Status MergeRun(DatabaseImpl& database, const std::shared_ptr<Partition>& partition, const Segments& run) {
  SegmentEntry entry;
  entry.first_row = run.front()->entry().first_row;
  std::vector<TimeUs> times;
  for (const auto& segment : run) {
    KALENDS_RETURN_IF_ERROR(ReadTimes(*partition, *segment, &times));
    entry.rows += segment->entry().rows;
    entry.json_bytes += segment->entry().json_bytes;
  }
  if (times.size() != entry.rows)
    return Corruption("partition ", partition->name(), ": segments hold ", times.size(), " times for ", entry.rows,
                      " rows");
  const SegmentId id = partition->NextSegment();
  SegmentFiles files(database.storage(), *partition, id);
  KALENDS_RETURN_IF_ERROR(files.WriteTimes(times, &entry));
  KALENDS_RETURN_IF_ERROR(files.Ingest());
  auto merged = std::make_shared<const Segment>(id, entry);
  const std::weak_ptr<Background> background = database.background();
  const std::weak_ptr<Partition> weak = partition;
  return database.CommitStructure(
      {[&](rocksdb::WriteBatch& batch) {
         rocksdb::ColumnFamilyHandle* state = partition->families().state->handle();
         batch.Put(state, SegmentKey(id), EncodeSegment(entry));
         for (const auto& old : run) {
           batch.Delete(state, SegmentKey(old->id()));
           batch.Put(state, DeadSegmentKey(old->id()), rocksdb::Slice());
         }
       },
       [&](View& view) {
         const PartitionSlot& slot = view.Slot(partition->slot);
         const auto now = slot.state != nullptr ? slot.state : slot.opened->Loaded();
         auto next = std::make_shared<PartitionState>(*now);
         auto segments = std::make_shared<Segments>();
         for (const auto& segment : *now->segments) {
           if (segment == run.front()) segments->push_back(merged);
           if (std::find(run.begin(), run.end(), segment) == run.end()) segments->push_back(segment);
         }
         next->segments = std::move(segments);
         view.SetSlot(partition->slot, {partition, std::move(next), nullptr});
         for (const auto& old : run) {
           old->Supersede([background, weak, &database](SegmentId dead) {
             const auto worker = background.lock();
             const auto owner = weak.lock();
             if (worker == nullptr || owner == nullptr) return;
             worker->Add("removing a segment of " + owner->name(), [owner, dead, &database] {
               const Status status = owner->dropped.load() ? Status() : RemoveSegment(database, owner, dead);
               return owner->dropped.load() ? Status() : status;
             });
           });
         }
       },
       false, partition.get()});
}

}  // namespace

Status MergeSegments(DatabaseImpl& database, const std::shared_ptr<Partition>& partition) {
  while (true) {
    Segments run;
    {
      const std::shared_ptr<const View> view = database.CurrentView();
      const PartitionSlot& slot = view->Slot(partition->slot);
      if (slot.partition != partition || slot.state == nullptr) return {};
      const auto chosen = ChooseRun(*slot.state->segments);
      if (chosen.empty()) return {};
      run.assign(chosen.begin(), chosen.end());
    }
    KALENDS_RETURN_IF_ERROR(MergeRun(database, partition, run));
  }
}

Status RemoveLeftovers(DatabaseImpl& database, const std::shared_ptr<Partition>& partition) {
  for (const SegmentId id : partition->TakeLeftoverSegments()) {
    KALENDS_RETURN_IF_ERROR(RemoveSegment(database, partition, id));
  }
  return {};
}

}  // namespace kalends
