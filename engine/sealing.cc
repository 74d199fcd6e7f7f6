#include "engine/sealing.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "engine/database_impl.h"
#include "engine/merging.h"
#include "engine/rocks_status.h"
#include "engine/segment_files.h"
#include "format/errors.h"

namespace kalends {
namespace {

constexpr auto kIdle = std::chrono::seconds(30);
constexpr auto kTailAgeMax = std::chrono::minutes(5);
constexpr std::uint32_t kRowsSealedAtClose = 4096;
constexpr std::uint32_t kLoadsMax = 2;
constexpr std::size_t kTailRowBytes = 44;  // Time, hash, size, and two places in the hash table.

bool IsReady(const TailView& tail) { return tail.rows == Tail::kRowsMax || tail.tail->frozen; }

// The state of a partition in the newest view; null when it was dropped or never read.
std::shared_ptr<const PartitionState> NewestState(const View& view, const Partition& partition) {
  const PartitionSlot& slot = view.Slot(partition.slot);
  if (slot.partition.get() != &partition) return nullptr;
  return slot.state != nullptr ? slot.state : slot.opened->Loaded();
}

Status SealTail(DatabaseImpl& database, const std::shared_ptr<Partition>& partition, const TailView& tail) {
  std::vector<TimeUs> times(tail.rows);
  std::vector<IdEntry> ids;
  std::vector<IdHash> hashes;
  ids.reserve(tail.rows);
  hashes.reserve(tail.rows);
  SegmentEntry entry;
  entry.first_row = tail.tail->first_row();
  entry.rows = tail.rows;
  for (std::uint32_t offset = 0; offset < tail.rows; ++offset) {
    times[offset] = tail.tail->TimeAt(offset);
    entry.json_bytes += tail.tail->JsonBytesAt(offset);
    const IdHash hash = tail.tail->IdAt(offset);
    if (hash == IdHash{}) continue;  // A row that was deleted before the tail was read back.
    ids.push_back({hash, {entry.first_row.value + offset}});
    hashes.push_back(hash);
  }
  const SegmentId id = partition->NextSegment();
  SegmentFiles files(database.storage(), *partition, id);
  KALENDS_RETURN_IF_ERROR(files.WriteTimes(times, &entry));
  KALENDS_RETURN_IF_ERROR(files.WriteIds(std::move(ids)));
  KALENDS_RETURN_IF_ERROR(database.Sync());
  KALENDS_RETURN_IF_ERROR(files.Ingest());
  const RowId sealed_end{entry.first_row.value + entry.rows};
  StateUpdates updates;
  KALENDS_RETURN_IF_ERROR(partition->AddToFilter(hashes, sealed_end, &updates));
  updates.emplace_back(SegmentKey(id), EncodeSegment(entry));
  auto segment = std::make_shared<const Segment>(id, entry);
  return database.CommitStructure({[&](rocksdb::WriteBatch& batch) {
                                     rocksdb::ColumnFamilyHandle* state = partition->families().state->handle();
                                     for (const auto& [key, value] : updates) batch.Put(state, key, value);
                                     batch.Delete(state, TailKey());
                                   },
                                   [&](View& view) {
                                     const auto now = NewestState(view, *partition);
                                     auto next = std::make_shared<PartitionState>(*now);
                                     auto segments =
                                         std::make_shared<std::vector<std::shared_ptr<const Segment>>>(*now->segments);
                                     segments->push_back(segment);
                                     next->segments = std::move(segments);
                                     next->tails.erase(next->tails.begin());
                                     view.SetSlot(partition->slot, {partition, std::move(next), nullptr});
                                   },
                                   false, partition.get()});
}

}  // namespace

Status SealPartition(DatabaseImpl& database, const std::shared_ptr<Partition>& partition) {
  partition->sealing_queued.store(false);
  KALENDS_RETURN_IF_ERROR(RemoveLeftovers(database, partition));
  while (true) {
    const std::shared_ptr<const View> view = database.CurrentView();
    const auto state = NewestState(*view, *partition);
    if (state == nullptr || state->tails.empty()) break;
    const TailView& first = state->tails.front();
    const bool is_ready = database.UnderCommitMutex([&first] { return IsReady(first); });
    // A tail that is not written any more holds as many rows in every later view.
    if (!is_ready) break;
    if (first.rows != first.tail->rows()) continue;  // Frozen after this view: the next one shows all of it.
    KALENDS_RETURN_IF_ERROR(SealTail(database, partition, first));
    KALENDS_RETURN_IF_ERROR(MergeSegments(database, partition));
  }
  return {};
}

void QueueSealing(DatabaseImpl& database, const std::shared_ptr<Partition>& partition) {
  if (partition->sealing_queued.exchange(true)) return;
  database.background()->Add("sealing " + partition->name(), [&database, partition] {
    const Status status = SealPartition(database, partition);
    return partition->dropped.load() ? Status() : status;  // What was begun goes with the families.
  });
}

void SealLargestTails(DatabaseImpl& database) {
  std::vector<std::pair<std::uint32_t, std::shared_ptr<Partition>>> tails;
  std::size_t rows = 0;
  const std::shared_ptr<const View> view = database.CurrentView();
  for (std::uint32_t slot = 0; slot < view->slots(); ++slot) {
    const auto& state = view->Slot(slot).state;
    if (state == nullptr || state->tails.empty()) continue;
    for (const TailView& tail : state->tails) rows += tail.rows;
    tails.emplace_back(state->tails.back().rows, view->Slot(slot).partition);
  }
  const std::size_t rows_max = database.options().memory_bytes / 4 / kTailRowBytes;
  if (rows <= rows_max) return;
  std::sort(tails.begin(), tails.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  for (const auto& [tail_rows, partition] : tails) {
    if (rows <= rows_max / 2) break;
    rows -= tail_rows;
    database.FreezeTails(
        [wanted = partition.get()](const Partition& found, const TailView& /*tail*/) { return &found == wanted; });
  }
}

void SealIdleTails(DatabaseImpl& database) {
  const auto now = std::chrono::steady_clock::now();
  database.FreezeTails([now](const Partition& /*partition*/, const TailView& tail) {
    return now - tail.tail->last_append >= kIdle || now - tail.tail->first_append >= kTailAgeMax;
  });
}

Status SealForClose(DatabaseImpl& database) {
  database.FreezeTails([](const Partition& /*partition*/, const TailView& tail) {
    return tail.rows >= kRowsSealedAtClose || tail.tail->loads >= kLoadsMax;
  });
  database.background()->Drain();
  const std::shared_ptr<const View> view = database.CurrentView();
  std::vector<std::pair<std::shared_ptr<Partition>, StateUpdates>> pending;
  for (std::uint32_t slot = 0; slot < view->slots(); ++slot) {
    const std::shared_ptr<Partition>& partition = view->Slot(slot).partition;
    if (partition == nullptr) continue;
    const auto state = NewestState(*view, *partition);
    if (state == nullptr) continue;
    StateUpdates updates;
    partition->StoreFilter(state->sealed_end(), &updates);
    if (!state->tails.empty()) {
      const Tail& tail = *state->tails.front().tail;
      updates.emplace_back(TailKey(), EncodeTail({tail.first_row(), tail.loads}));
    }
    if (!updates.empty()) pending.emplace_back(partition, std::move(updates));
  }
  if (pending.empty()) return {};
  return database.CommitStructure({[&pending](rocksdb::WriteBatch& batch) {
                                     for (const auto& [partition, updates] : pending) {
                                       if (partition->dropped.load()) continue;
                                       rocksdb::ColumnFamilyHandle* state = partition->families().state->handle();
                                       for (const auto& [key, value] : updates) batch.Put(state, key, value);
                                     }
                                   },
                                   nullptr, false});
}

}  // namespace kalends
