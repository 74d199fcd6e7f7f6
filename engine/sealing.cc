#include "engine/sealing.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "engine/database_impl.h"
#include "engine/merging.h"
#include "engine/rocks_status.h"
#include "engine/segment_building.h"
#include "format/errors.h"

namespace kalends {
namespace {

constexpr auto kIdle = std::chrono::seconds(30);
constexpr auto kTailAgeMax = std::chrono::minutes(5);
constexpr std::uint32_t kRowsSealedAtClose = 4096;
constexpr std::uint32_t kLoadsMax = 2;

bool IsReady(const TailView& tail) { return tail.rows == Tail::kRowsMax || tail.tail->frozen; }

SealedIds::Writer StateWriterOf(DatabaseImpl& database, const Partition& partition) {
  return [&database, &partition](const StateUpdates& updates) {
    return database.CommitStructure({[&](rocksdb::WriteBatch& batch) {
                                       rocksdb::ColumnFamilyHandle* state = partition.families().state->handle();
                                       for (const auto& [key, value] : updates) batch.Put(state, key, value);
                                     },
                                     nullptr, false, &partition});
  };
}

Status SealTail(DatabaseImpl& database, const View& view, const std::shared_ptr<Partition>& partition,
                const TailView& tail) {
  const RowRange rows{tail.tail->first_row(), {tail.tail->first_row().value + tail.rows}};
  std::vector<IdEntry> ids;
  std::vector<IdHash> hashes;
  ids.reserve(tail.rows);
  hashes.reserve(tail.rows);
  std::uint64_t json_bytes = 0;
  for (std::uint32_t offset = 0; offset < tail.rows; ++offset) {
    json_bytes += tail.tail->JsonBytesAt(offset);
    const IdHash hash = tail.tail->IdAt(offset);
    if (hash == IdHash{}) continue;  // A row that was deleted before the tail was read back.
    ids.push_back({hash, {rows.begin.value + offset}});
    hashes.push_back(hash);
  }
  const auto state = StateIn(view, *partition);
  const TextOptionsPtr text = view.Find(partition->entry().collection)->text;
  const bool has_terms = text != nullptr && tail.tail->text() != nullptr && *tail.tail->text() == *text &&
                         state->deletions->CountIn(rows) == 0;
  std::vector<NewSegment> built;
  KALENDS_RETURN_IF_ERROR(BuildSegments(database, view, partition, rows, {std::move(ids), false},
                                        has_terms ? tail.tail.get() : nullptr, &built));
  KeepJsonBytes(json_bytes, &built);
  StateUpdates updates;
  Status added = partition->ids().Add(hashes, rows.end, StateWriterOf(database, *partition), &updates);
  if (!added.ok()) {
    DiscardSegments(database, *partition, built);
    return added;
  }
  return PublishSegments(database, partition, {}, std::move(built), updates);
}

// What the next opening would otherwise have to read again.
Status StoreForClose(DatabaseImpl& database) {
  const std::shared_ptr<const View> view = database.CurrentView();
  for (std::uint32_t slot = 0; slot < view->slots(); ++slot) {
    const std::shared_ptr<Partition>& partition = view->Slot(slot).partition;
    const auto state = partition == nullptr ? nullptr : StateIn(*view, *partition);
    if (state == nullptr) continue;
    const SealedIds::Writer write = StateWriterOf(database, *partition);
    StateUpdates updates;
    KALENDS_RETURN_IF_ERROR(partition->ids().Store(state->sealed_end(), write, &updates));
    if (!state->tails.empty()) {
      const Tail& tail = *state->tails.front().tail;
      updates.emplace_back(TailKey(), EncodeTail({tail.first_row(), tail.loads}));
    }
    if (!updates.empty()) KALENDS_RETURN_IF_ERROR(write(updates));
  }
  return {};
}

}  // namespace

Status SealPartition(DatabaseImpl& database, const std::shared_ptr<Partition>& partition) {
  partition->sealing_queued.store(false);
  KALENDS_RETURN_IF_ERROR(RemoveLeftovers(database, partition));
  while (true) {
    const std::shared_ptr<const View> view = database.CurrentView();
    const auto state = StateIn(*view, *partition);
    if (state == nullptr) return {};
    if (state->tails.empty()) break;
    const TailView& first = state->tails.front();
    const bool is_ready = database.UnderCommitMutex([&first] { return IsReady(first); });
    // A tail that is not written any more holds as many rows in every later view.
    if (!is_ready) break;
    if (first.rows != first.tail->rows()) continue;  // Frozen after this view: the next one shows all of it.
    KALENDS_RETURN_IF_ERROR(SealTail(database, *view, partition, first));
    if (state->tails.size() > 1) {  // Those who wait are told after each.
      QueueSealing(database, partition);
      return {};
    }
  }
  return MergeSegments(database, partition);
}

void QueueSealing(DatabaseImpl& database, const std::shared_ptr<Partition>& partition) {
  if (partition->sealing_queued.exchange(true)) return;
  database.background()->Add("sealing " + partition->name(), [&database, partition] {
    const Status status = SealPartition(database, partition);
    return partition->dropped.load() ? Status() : status;  // What was begun goes with the families.
  });
}

void SealLargestTails(DatabaseImpl& database) {
  // Those that wait already become no fewer by making the others smaller: writers wait for them.
  std::vector<std::pair<std::size_t, std::shared_ptr<Partition>>> tails;
  std::size_t bytes = 0;
  const std::shared_ptr<const View> view = database.CurrentView();
  database.UnderCommitMutex([&] {
    for (std::uint32_t slot = 0; slot < view->slots(); ++slot) {
      const auto& state = view->Slot(slot).state;
      if (state == nullptr || state->tails.empty() || IsReady(state->tails.back())) continue;
      tails.emplace_back(state->tails.back().tail->bytes(), view->Slot(slot).partition);
      bytes += tails.back().first;
    }
  });
  const std::size_t bytes_max = database.options().memory_bytes / 4;
  if (bytes <= bytes_max) return;
  std::sort(tails.begin(), tails.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  for (const auto& [tail_bytes, partition] : tails) {
    if (bytes <= bytes_max / 2) break;
    bytes -= tail_bytes;
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
  // Filters are the background thread's, which looks after idle tails still.
  return database.background()->Do([&database] { return StoreForClose(database); });
}

}  // namespace kalends
