// The commit path. Writers queue; the first becomes the leader and takes all that wait. It checks each request against
// what was committed since the request was prepared, writes one WriteBatch whose first record is the commit entry, and
// publishes one view.
#include <algorithm>
#include <chrono>
#include <utility>

#include "engine/database_impl.h"
#include "engine/merging.h"
#include "engine/rocks_status.h"
#include "engine/sealing.h"
#include "format/errors.h"

namespace kalends {
namespace {

constexpr std::uint64_t kCommitsBetweenTailChecks = 64;
constexpr std::size_t kTailsWaitingMax = 4;
constexpr std::chrono::milliseconds kHoldMax{4};
// Of the memory bound, for the tails of a partition when even held writers are faster than sealing. Then the bound goes
// before the time that a writer is held.
constexpr std::size_t kTailsShare = 4;
constexpr std::size_t kGroupBytesMax = std::size_t{8} << 20U;

template <class Options>
bool AreSame(const std::shared_ptr<Options>& a, const std::shared_ptr<Options>& b) {
  return a == b || (a != nullptr && b != nullptr && *a == *b);
}

// A tail has hashes of the same indexes and terms of the same text for all of its rows.
bool TakesRow(const TailView& tail, const WriteRequest& request) {
  return tail.rows < Tail::kRowsMax && !tail.tail->frozen && AreSame(tail.tail->indexes(), request.indexes) &&
         AreSame(tail.tail->text(), request.text);
}

// Whether one of the segments that hold `deleted` has lost too many rows. Looks at these alone.
bool ThinsSegment(const PartitionState& state, std::vector<RowId>* deleted) {
  std::sort(deleted->begin(), deleted->end());
  const Segments& segments = *state.segments;
  for (auto row = deleted->begin(); row != deleted->end();) {
    const auto segment = std::partition_point(segments.begin(), segments.end(),
                                              [row](const auto& found) { return found->rows().end <= *row; });
    if (segment == segments.end()) return false;  // In a tail.
    if (IsThinned(**segment, *state.deletions)) return true;
    row = std::lower_bound(row, deleted->end(), (*segment)->rows().end);
  }
  return false;
}

std::span<const std::uint32_t> IndexHashesOf(const WriteRequest& request, const PreparedRow& row) {
  const auto place = static_cast<std::size_t>(&row - request.rows.data());
  return std::span(request.index_hashes).subspan(place * request.indexes->size(), request.indexes->size());
}

}  // namespace

// What a group does to each partition it touches.
struct DatabaseImpl::GroupDraft {
  struct Part {
    std::uint32_t slot = 0;
    std::shared_ptr<Partition> partition;
    std::shared_ptr<const PartitionState> base;
    std::vector<std::pair<const WriteRequest*, const PreparedRow*>> rows;
    std::vector<const PreparedDeletion*> deletions;
    std::vector<RowId> deleted;
    bool is_thinned = false;  // One of its segments should be built anew.
  };
  std::vector<Part> parts;
  std::vector<WriteRequest*> accepted;
  bool sync = false;

  Part* Find(std::uint32_t slot) {
    for (Part& part : parts) {
      if (part.slot == slot) return &part;
    }
    return nullptr;
  }
};

void DatabaseImpl::Commit(WriteRequest* request) {
  HoldWriter(*request);
  std::condition_variable turn;
  std::unique_lock lock(queue_mutex_);
  request->turn = &turn;
  queue_.push_back(request);
  turn.wait(lock, [this, request] { return request->done || queue_.front() == request; });
  if (request->done) return;
  std::vector<WriteRequest*> group;
  std::size_t bytes = 0;
  for (WriteRequest* waiting : queue_) {
    if (!group.empty() && bytes + waiting->records.size() > kGroupBytesMax) break;
    bytes += waiting->records.size();
    group.push_back(waiting);
  }
  lock.unlock();
  CommitGroup(group);
  lock.lock();
  queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(group.size()));
  for (WriteRequest* finished : group) {
    finished->done = true;
    if (finished != request) finished->turn->notify_one();
  }
  if (!queue_.empty()) queue_.front()->turn->notify_one();
}

bool DatabaseImpl::AreTailsFew(const WriteRequest& request, std::size_t tails_max, std::size_t bytes_max) const {
  const std::shared_ptr<const View> view = CurrentView();
  return std::all_of(request.targets.begin(), request.targets.end(), [&](const WriteTarget& target) {
    if (target.slot >= view->slots()) return true;
    const auto& state = view->Slot(target.slot).state;
    if (state == nullptr || state->tails.size() <= tails_max) return true;
    std::size_t bytes = 0;
    for (const TailView& tail : state->tails) bytes += tail.tail->bytes();
    return bytes <= bytes_max;
  });
}

void DatabaseImpl::WaitForSealing(const WriteRequest& request) {
  const auto are_few = [&] { return AreTailsFew(request, kTailsWaitingMax, 0); };
  if (!are_few()) background_->WaitFor(are_few, std::nullopt);
}

void DatabaseImpl::HoldWriter(const WriteRequest& request) {
  const auto are_few = [&] { return AreTailsFew(request, kTailsWaitingMax, 0); };
  if (are_few()) return;
  background_->WaitFor(are_few, kHoldMax);
  const auto are_bounded = [&] {
    return AreTailsFew(request, 2 * kTailsWaitingMax, options_.memory_bytes / kTailsShare);
  };
  if (!are_bounded()) background_->WaitFor(are_bounded, std::nullopt);
}

void DatabaseImpl::CommitGroup(const std::vector<WriteRequest*>& group) {
  bool tails_full = false;
  bool is_due = false;  // Many tails can grow together without one being full.
  {
    const std::lock_guard lock(commit_mutex_);
    Status status = closed() ? Status(MakeError(ErrorCode::kCancelled, "the database was closed")) : RefuseWrites();
    if (!status.ok()) {
      for (WriteRequest* request : group) request->status = status;
      return;
    }
    const CommitNumber commit{view_->commit.value + 1};
    GroupDraft draft;
    for (WriteRequest* request : group) CheckRequest(request, commit, &draft);
    if (draft.accepted.empty()) return;
    status = WriteGroup(commit, &draft);
    if (!status.ok()) {
      broken_ = status.error();
      for (WriteRequest* request : draft.accepted) request->status = status;
      return;
    }
    PublishGroup(commit, &draft);
    is_due = commit.value % kCommitsBetweenTailChecks == 0;
    for (WriteRequest* request : draft.accepted) request->commit = commit;
    for (const GroupDraft::Part& part : draft.parts) {
      if (part.is_thinned) QueueMerging(*this, part.partition);
      const PartitionSlot& slot = view_->Slot(part.slot);
      if (slot.state->tails.size() > 1 ||
          (!slot.state->tails.empty() && slot.state->tails.front().rows == Tail::kRowsMax)) {
        tails_full = true;
        QueueSealing(*this, part.partition);
      }
    }
  }
  if (tails_full || is_due) SealLargestTails(*this);
}

// Adds the request to the draft, or marks its conflict.
void DatabaseImpl::CheckRequest(WriteRequest* request, CommitNumber commit, GroupDraft* draft) {
  const std::lock_guard lock(view_mutex_);
  if (request->collection->dropped.load(std::memory_order_relaxed)) {
    request->conflict.emplace();
    return;
  }
  std::vector<std::shared_ptr<const PartitionState>> states;
  for (const WriteTarget& target : request->targets) {
    if (target.slot >= view_->slots() || view_->Slot(target.slot).partition != target.partition) {
      request->conflict.emplace();
      return;
    }
    // Preparing read the state already, so this does not wait.
    auto ref = view_->Ref(target.slot);
    if (!ref.has_value()) {
      request->status = ref.error();
      return;
    }
    states.push_back(std::move(ref->state));
  }
  for (const PreparedDeletion& deletion : request->deletions) {
    const GroupDraft::Part* part = draft->Find(request->targets[deletion.target].slot);
    const bool gone =
        states[deletion.target]->deletions->Contains(deletion.row) ||
        (part != nullptr && std::find(part->deleted.begin(), part->deleted.end(), deletion.row) != part->deleted.end());
    if (gone) {
      request->conflict.emplace();
      return;
    }
  }
  for (std::size_t i = 0; i < request->rows.size(); ++i) {
    const PreparedRow& row = request->rows[i];
    if (!row.replaces && request->collection->recent_ids.IsTakenSince(row.hash, request->checked)) {
      request->conflict.emplace();
      request->conflict->row = i;
      return;
    }
  }

  std::vector<std::size_t> part_of_target;
  for (std::size_t i = 0; i < request->targets.size(); ++i) {
    const WriteTarget& target = request->targets[i];
    GroupDraft::Part* part = draft->Find(target.slot);
    if (part == nullptr) {
      draft->parts.push_back({target.slot, target.partition, states[i], {}, {}, {}});
      part = &draft->parts.back();
    }
    part_of_target.push_back(static_cast<std::size_t>(part - draft->parts.data()));
  }
  for (const PreparedDeletion& deletion : request->deletions) {
    GroupDraft::Part& part = draft->parts[part_of_target[deletion.target]];
    part.deletions.push_back(&deletion);
    part.deleted.push_back(deletion.row);
  }
  for (const PreparedRow& row : request->rows) {
    draft->parts[part_of_target[row.target]].rows.emplace_back(request, &row);
    request->collection->recent_ids.Add(row.hash, commit);
  }
  draft->accepted.push_back(request);
  draft->sync = draft->sync || request->sync;
}

Status DatabaseImpl::WriteGroup(CommitNumber commit, GroupDraft* draft) {
  CommitEntry entry;
  entry.time = Now();
  entry.flags = draft->sync ? kCommitSynced : 0;
  std::size_t bytes = 0;
  for (const GroupDraft::Part& part : draft->parts) {
    CommitPart& stored = entry.parts.emplace_back();
    stored.generation = part.partition->generation();
    stored.first_row = part.base->end;
    stored.rows = static_cast<std::uint32_t>(part.rows.size());
    for (const PreparedDeletion* deletion : part.deletions)
      stored.deletions.push_back({deletion->row, deletion->kind, deletion->id_key});
    for (const auto& [request, row] : part.rows) bytes += row->record_bytes + 32;
  }
  rocksdb::WriteBatch batch(bytes + 1024);
  batch.Put(storage_->catalog(), CommitKey(commit), EncodeCommit(entry));
  for (const GroupDraft::Part& part : draft->parts) {
    Partition& partition = *part.partition;
    rocksdb::ColumnFamilyHandle* state = partition.families().state->handle();
    const std::uint32_t keys = partition.keys().size();
    for (; partition.keys_stored < keys; ++partition.keys_stored) {
      const auto number = static_cast<std::uint16_t>(partition.keys_stored);
      batch.Put(state, KeyNameKey(number), partition.keys().Name(number));
    }
    while (const ZstdDictionary* dictionary =
               partition.dictionaries().Find(static_cast<std::uint8_t>(partition.dictionaries_stored + 1))) {
      batch.Put(state, ZstdDictionaryKey(dictionary->id()), dictionary->bytes());
      ++partition.dictionaries_stored;
    }
    rocksdb::ColumnFamilyHandle* rows = partition.families().rows->handle();
    std::uint64_t next = part.base->end.value;
    for (const auto& [request, row] : part.rows) {
      batch.Put(rows, RowKey({next++}), rocksdb::Slice(request->records.data() + row->record_begin, row->record_bytes));
    }
    for (const RowId row : part.deleted) {
      batch.Delete(rows, RowKey(row));
      batch.Put(state, DeletionKey(row), rocksdb::Slice());
    }
  }
  rocksdb::WriteOptions options;
  options.sync = draft->sync;
  KALENDS_RETURN_IF_ROCKS_ERROR("writing a commit", storage_->db()->Write(options, &batch));
  return {};
}

void DatabaseImpl::PublishGroup(CommitNumber commit, GroupDraft* draft) {
  auto view = std::make_shared<View>(*view_);
  view->commit = commit;
  for (GroupDraft::Part& part : draft->parts) {
    auto state = std::make_shared<PartitionState>(*part.base);
    for (const auto& [request, row] : part.rows) {
      if (state->tails.empty() || !TakesRow(state->tails.back(), *request)) {
        if (!state->tails.empty()) state->tails.back().tail->frozen = true;
        auto tail = std::make_shared<Tail>(state->end, request->indexes, request->text);
        state->tails.push_back({std::move(tail), 0, {INT64_MAX}, {INT64_MIN}});
      }
      TailView& tail = state->tails.back();
      tail.tail->Append({row->time, row->hash, row->json_bytes, IndexHashesOf(*request, *row),
                         std::string_view(request->terms).substr(row->terms_begin, row->terms_bytes)});
      ++tail.rows;
      tail.min = std::min(tail.min, row->time);
      tail.max = std::max(tail.max, row->time);
      state->json_bytes += row->json_bytes;
      ++state->end.value;
    }
    if (!part.rows.empty()) state->tails.back().tail->last_append = std::chrono::steady_clock::now();
    if (!part.deleted.empty()) {
      state->deletions = state->deletions->With(part.deleted);
      part.is_thinned = ThinsSegment(*state, &part.deleted);
    }
    view->SetSlot(part.slot, {part.partition, std::move(state), nullptr});
  }
  view->snapshot = std::make_shared<Snapshot>(storage_->instance());
  Publish(std::move(view));
  const std::lock_guard lock(view_mutex_);
  for (const WriteRequest* request : draft->accepted) request->collection->recent_ids.Prune(commit);
}

void DatabaseImpl::Publish(std::shared_ptr<const View> view) {
  std::shared_ptr<const View> old;  // Released outside the lock: it may be the last that holds a partition.
  {
    const std::lock_guard lock(view_mutex_);
    old = std::exchange(view_, std::move(view));
  }
}

Status DatabaseImpl::CommitStructure(const StructureChange& change) {
  const std::lock_guard lock(commit_mutex_);
  KALENDS_RETURN_IF_ERROR(RefuseWrites());
  if (change.partition != nullptr && change.partition->dropped.load()) return {};
  auto view = std::make_shared<View>(*view_);
  view->commit.value = view_->commit.value + 1;
  CommitEntry entry;
  entry.time = Now();
  entry.flags = kCommitStructure | (change.sync ? kCommitSynced : 0);
  rocksdb::WriteBatch batch;
  batch.Put(storage_->catalog(), CommitKey(view->commit), EncodeCommit(entry));
  change.fill(batch);
  rocksdb::WriteOptions options;
  options.sync = change.sync;
  if (const rocksdb::Status status = storage_->db()->Write(options, &batch); !status.ok()) {
    broken_ = FromRocks("writing a change of structure", status);
    return *broken_;
  }
  if (change.apply) change.apply(*view);
  view->snapshot = std::make_shared<Snapshot>(storage_->instance());
  Publish(std::move(view));
  return {};
}

}  // namespace kalends
