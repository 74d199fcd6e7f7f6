#pragma once

#include <rocksdb/write_batch.h>

#include <atomic>
#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/background.h"
#include "engine/directory_lock.h"
#include "engine/running_calls.h"
#include "engine/storage.h"
#include "engine/view.h"
#include "engine/write_request.h"
#include "format/errors.h"
#include "kalends/database.h"

namespace kalends {

// A change of what exists: entries of the catalog and of state families, and what the next view shows.
struct StructureChange {
  std::function<void(rocksdb::WriteBatch&)> fill;
  std::function<void(View&)> apply;  // On a copy of the newest view.
  bool sync = false;
  // The partition whose state it writes: nothing is done where that was dropped meanwhile.
  const Partition* partition = nullptr;
};

// The heart of a database: storage, the newest view, the queue of writers.
//
// Locks, in the order in which they are taken: months_mutex_ (making and dropping months and collections),
// commit_mutex_ (one commit at a time, of documents or of structure), view_mutex_ (the newest view; recent ids).
// queue_mutex_ is held alone.
class DatabaseImpl {
 public:
  // `observer` is for fault tests.
  static Result<std::unique_ptr<DatabaseImpl>> Open(const std::string& directory, bool in_memory,
                                                    const DatabaseOptions& options,
                                                    std::shared_ptr<FileObserver> observer);
  ~DatabaseImpl();
  DatabaseImpl(const DatabaseImpl&) = delete;
  DatabaseImpl& operator=(const DatabaseImpl&) = delete;

  Status Close();
  // A call of the public interface holds one while it runs, so that Close waits for it; kCancelled when that began.
  Result<RunningCalls::Call> BeginCall() {
    RunningCalls::Call call = running_calls_.Begin();
    if (!call) return MakeError(ErrorCode::kCancelled, "the database was closed");
    return call;
  }
  bool closed() const { return closed_.load(std::memory_order_relaxed); }
  const DatabaseOptions& options() const { return options_; }
  int threads() const;
  Storage& storage() { return *storage_; }
  std::uint64_t seed() const { return seed_; }
  const std::shared_ptr<Background>& background() { return background_; }
  void Tell(const std::string& event) const {
    if (options_.on_event) options_.on_event(event);
  }

  std::shared_ptr<const View> CurrentView() const;
  // As CurrentView, for a writer that looks ids up against it: what is committed until the end of the Preparation is
  // looked at again in the queue.
  class Preparation {
   public:
    Preparation(DatabaseImpl* database, std::shared_ptr<CollectionState> collection);
    ~Preparation();
    Preparation(const Preparation&) = delete;
    Preparation& operator=(const Preparation&) = delete;
    const std::shared_ptr<const View>& view() const { return view_; }

   private:
    DatabaseImpl* database_;
    std::shared_ptr<CollectionState> collection_;
    std::shared_ptr<const View> view_;
  };

  // Queues the request and waits; see WriteRequest for the outcome. A Preparation of its collection must be alive.
  void Commit(WriteRequest* request);
  // Waits while many tails of the request's partitions wait for sealing.
  void WaitForSealing(const WriteRequest& request);
  Status CommitStructure(const StructureChange& change);

  Result<std::shared_ptr<CollectionState>> CreateCollection(std::string_view name, const CollectionSpec& spec);
  Result<std::shared_ptr<CollectionState>> GetCollection(std::string_view name) const;
  Status SetSpec(std::string_view name, const CollectionSpec& spec);
  // A slot, and a view in which it is what was asked for: in a later one the month may be dropped, and the slot
  // another's.
  struct PlacedPartition {
    std::shared_ptr<const View> view;
    std::uint32_t slot;
  };
  // The place of a month, which is made where it does not exist. `month` is nullopt where plain.
  Result<PlacedPartition> EnsurePartition(const std::shared_ptr<CollectionState>& collection,
                                          std::optional<Month> month);
  Result<DropReport> Drop(std::string_view name, std::optional<std::string_view> month, bool dry_run);

  // The collection in a view; kNotFound when it was dropped, kCancelled after Close.
  Result<std::shared_ptr<const CollectionView>> CollectionIn(const View& view, const CollectionState& state) const;

  Status Sync();
  Status SealAll();
  CommitNumber commit_floor() const { return {commit_floor_.load(std::memory_order_relaxed)}; }
  void SetCommitFloor(CommitNumber floor) {
    commit_floor_.store(floor.value, std::memory_order_relaxed);
    storage_->SetCommitFloor(floor);
  }
  // Marks the written tails that are `wanted` as complete and has them sealed.
  void FreezeTails(const std::function<bool(const Partition&, const TailView&)>& wanted);
  template <class Function>
  auto UnderCommitMutex(Function function) {
    const std::lock_guard lock(commit_mutex_);
    return function();
  }

 private:
  DatabaseImpl(std::string directory, DatabaseOptions options);
  // Whether the tails of each partition that is written are at most `tails_max`, or take at most `bytes_max`.
  bool AreTailsFew(const WriteRequest& request, std::size_t tails_max, std::size_t bytes_max) const;
  // Back-pressure of Commit: as WaitForSealing, but for a few milliseconds, so that writers slow down to what can be
  // sealed and none is held for long; only where that does not suffice until the tails fit the memory bound.
  void HoldWriter(const WriteRequest& request);
  void Tick();            // About once a second, on the background's thread.
  void ReleaseDropped();  // On the background's thread.
  Status OpenStorage(bool in_memory, bool create, std::shared_ptr<FileObserver> observer);
  Status CheckLogsBeforeOpening(const std::string& rocks_directory);
  Status LoadCatalog(const LogReplay& replay);
  Status CheckReplay(const LogReplay& replay);

  // The leader's work on a group of requests.
  void CommitGroup(const std::vector<WriteRequest*>& group);
  struct GroupDraft;
  void CheckRequest(WriteRequest* request, CommitNumber commit, GroupDraft* draft);
  Status WriteGroup(CommitNumber commit, GroupDraft* draft);
  void PublishGroup(CommitNumber commit, GroupDraft* draft);
  void Publish(std::shared_ptr<const View> view);
  Status RefuseWrites() const;  // Read-only or broken.

  const std::string directory_;
  const DatabaseOptions options_;
  std::unique_ptr<DirectoryLock> lock_;
  std::unique_ptr<Storage> storage_;
  std::uint64_t seed_ = 0;
  std::uint32_t last_generation_ = 0;  // Under months_mutex_.
  std::atomic<bool> closed_{false};
  std::atomic<std::uint64_t> commit_floor_{0};
  std::chrono::steady_clock::time_point floor_raised_;  // The background's alone.

  std::mutex months_mutex_;
  std::mutex commit_mutex_;
  std::optional<Error>
      broken_;  // Under commit_mutex_: a write failed, what the log holds is not known until the next opening.
  mutable std::mutex view_mutex_;
  std::shared_ptr<const View> view_;

  std::mutex queue_mutex_;
  std::deque<WriteRequest*> queue_;

  // Partitions that were dropped. Their files go with the last that holds one, which takes long: that must be the
  // background, and no writer or reader.
  std::mutex dropped_mutex_;
  std::vector<std::shared_ptr<Partition>> dropped_;

  RunningCalls running_calls_;
  std::shared_ptr<Background> background_;
};

// For fault tests: a database whose every file operation goes past `observer`.
Result<std::unique_ptr<Database>> OpenObserved(const std::string& directory, const DatabaseOptions& options,
                                               std::shared_ptr<FileObserver> observer);

}  // namespace kalends
