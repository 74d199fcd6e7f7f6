#pragma once

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/file_system.h"

// Observers of the file system for fault and crash tests.
namespace kalends {

// Lets all operations pass until the n-th that `matches`, which it fails; with `kForGood` also all matching ones after
// it, as a full disk does.
class FailNthOperation final : public FileObserver {
 public:
  enum class Lasting : std::uint8_t { kOnce, kForGood };
  using Matches = std::function<bool(const FileOperation&)>;

  // `nth` counts from 1; 0 never fails, to count how many there are.
  FailNthOperation(
      std::uint64_t nth, rocksdb::IOStatus failure, Lasting lasting = Lasting::kOnce,
      Matches matches = [](const FileOperation&) { return true; })
      : nth_(nth), failure_(std::move(failure)), lasting_(lasting), matches_(std::move(matches)) {}

  rocksdb::IOStatus Before(const FileOperation& operation) override {
    if (!matches_(operation)) return rocksdb::IOStatus::OK();
    const std::uint64_t number = ++operations_;
    const bool fails = nth_ != 0 && (number == nth_ || (number > nth_ && lasting_ == Lasting::kForGood));
    if (!fails || healed_) return rocksdb::IOStatus::OK();
    if (++failures_ == 1) {
      const std::lock_guard lock(mutex_);
      static constexpr const char* kKinds[] = {"create", "write", "sync",     "close", "rename",
                                               "delete", "read",  "truncate", "link",  "directory sync"};
      first_failed_ = std::string(kKinds[static_cast<std::size_t>(operation.kind)]) + " " + operation.path;
    }
    return failure_;
  }
  void AfterSync(const std::string& /*path*/, std::uint64_t /*bytes*/) override {}

  // From now on nothing fails: the disk has room again.
  void Heal() { healed_ = true; }
  std::uint64_t operations() const { return operations_; }  // That matched, the failed ones too.
  std::uint64_t failures() const { return failures_; }
  // The first operation that failed, in words.
  std::string first_failed() const {
    const std::lock_guard lock(mutex_);
    return first_failed_;
  }

 private:
  const std::uint64_t nth_;
  const rocksdb::IOStatus failure_;
  const Lasting lasting_;
  const Matches matches_;
  std::atomic<std::uint64_t> operations_{0};
  std::atomic<std::uint64_t> failures_{0};
  std::atomic<bool> healed_{false};
  mutable std::mutex mutex_;
  std::string first_failed_;
};

// Remembers how much of each file a power cut would spare: what was there at its last sync, nothing of a file never
// synced. The records are kept in `shared_file` where one is named, so that a parent process reads them after its child
// was killed. What is not modelled: that a directory that was not synced forgets files.
class SyncedSizes final : public FileObserver {
 public:
  // Takes up the records that `shared_file` holds already.
  explicit SyncedSizes(const std::string& shared_file = "") {
    int file = -1;
    if (!shared_file.empty()) {
      file = open(shared_file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
      if (file < 0 || ftruncate(file, kTableBytes) != 0) Die("cannot make the table of synced sizes");
    }
    const int flags = shared_file.empty() ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED;
    void* memory = mmap(nullptr, kTableBytes, PROT_READ | PROT_WRITE, flags, file, 0);
    if (file >= 0) close(file);
    if (memory == MAP_FAILED) Die("cannot map the table of synced sizes");
    slots_ = static_cast<Slot*>(memory);
    for (std::size_t i = 0; i < kSlots; ++i) {
      if (slots_[i].used.load(std::memory_order_acquire) != 0) by_path_[slots_[i].path] = i;
    }
  }
  ~SyncedSizes() override { munmap(slots_, kTableBytes); }
  SyncedSizes(const SyncedSizes&) = delete;
  SyncedSizes& operator=(const SyncedSizes&) = delete;

  // Records before the operation: a process killed between the two leaves a record of nothing, or a file that keeps
  // more than it had to. Both are states that a power cut can leave.
  rocksdb::IOStatus Before(const FileOperation& operation) override {
    using Kind = FileOperation::Kind;
    const std::lock_guard lock(mutex_);
    const auto known = by_path_.find(operation.path);
    const bool is_known = known != by_path_.end();
    switch (operation.kind) {
      case Kind::kCreate:
        Record(operation.path, 0);
        break;
      case Kind::kTruncate:
        if (is_known) Record(operation.path, std::min(operation.bytes, BytesOf(known->second)));
        break;
      case Kind::kLink:
        if (is_known) Record(*operation.target, BytesOf(known->second));
        break;
      case Kind::kRename:
        if (is_known) {
          Record(*operation.target, BytesOf(known->second));
        } else {
          Forget(*operation.target);
        }
        Forget(operation.path);
        break;
      case Kind::kDelete:
        Forget(operation.path);
        break;
      case Kind::kWrite:
      case Kind::kSync:
      case Kind::kClose:
      case Kind::kRead:
      case Kind::kDirectorySync:
        break;
    }
    return rocksdb::IOStatus::OK();
  }

  void AfterSync(const std::string& path, std::uint64_t bytes) override {
    const std::lock_guard lock(mutex_);
    const auto known = by_path_.find(path);
    // Two threads may sync one log; the one that began later may end first.
    const std::uint64_t before = known == by_path_.end() ? 0 : BytesOf(known->second);
    Record(path, std::max(before, bytes));
  }

  // Cuts every recorded file that is there to what was synced of it. For when nobody writes any more.
  void DropUnsynced() const {
    const std::lock_guard lock(mutex_);
    // Two names of one file share their bytes: what was synced by either is safe.
    std::map<std::pair<dev_t, ino_t>, std::uint64_t> synced;
    const auto each = [&](const auto& visit) {
      for (const auto& [path, slot] : by_path_) {
        struct stat status {};
        if (stat(path.c_str(), &status) == 0) visit(path, slot, status);
      }
    };
    each([&](const std::string& /*path*/, std::size_t slot, const struct stat& status) {
      std::uint64_t& bytes = synced[{status.st_dev, status.st_ino}];
      bytes = std::max(bytes, BytesOf(slot));
    });
    each([&](const std::string& path, std::size_t /*slot*/, const struct stat& status) {
      const std::uint64_t bytes = synced[{status.st_dev, status.st_ino}];
      if (static_cast<std::uint64_t>(status.st_size) <= bytes) return;
      if (truncate(path.c_str(), static_cast<off_t>(bytes)) != 0) Die("cannot cut a file to what was synced");
    });
  }

  // Path -> synced bytes.
  std::map<std::string, std::uint64_t> Records() const {
    const std::lock_guard lock(mutex_);
    std::map<std::string, std::uint64_t> records;
    for (const auto& [path, slot] : by_path_) records[path] = BytesOf(slot);
    return records;
  }

 private:
  // A process can be killed between any two stores: `used` is set last and cleared first, so a used slot is always
  // whole.
  struct Slot {
    std::atomic<std::uint64_t> used;
    std::atomic<std::uint64_t> bytes;
    char path[496];
  };
  static constexpr std::size_t kSlots = 8192;
  static constexpr std::size_t kTableBytes = kSlots * sizeof(Slot);
  static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

  [[noreturn]] static void Die(const char* what) {
    std::perror(what);
    std::abort();
  }

  std::uint64_t BytesOf(std::size_t slot) const { return slots_[slot].bytes.load(std::memory_order_acquire); }

  void Record(const std::string& path, std::uint64_t bytes) {
    const auto known = by_path_.find(path);
    if (known != by_path_.end()) {
      slots_[known->second].bytes.store(bytes, std::memory_order_release);
      return;
    }
    std::size_t slot = next_;
    for (std::size_t tried = 0; slots_[slot].used.load(std::memory_order_acquire) != 0; ++tried) {
      if (tried == kSlots) Die("the table of synced sizes is full");
      slot = (slot + 1) % kSlots;
    }
    next_ = (slot + 1) % kSlots;
    if (path.size() >= sizeof(Slot::path)) Die("a path is too long for the table of synced sizes");
    std::memcpy(slots_[slot].path, path.c_str(), path.size() + 1);
    slots_[slot].bytes.store(bytes, std::memory_order_release);
    slots_[slot].used.store(1, std::memory_order_release);
    by_path_[path] = slot;
  }

  void Forget(const std::string& path) {
    const auto known = by_path_.find(path);
    if (known == by_path_.end()) return;
    slots_[known->second].used.store(0, std::memory_order_release);
    by_path_.erase(known);
  }

  mutable std::mutex mutex_;
  Slot* slots_ = nullptr;
  std::size_t next_ = 0;
  std::unordered_map<std::string, std::size_t> by_path_;
};

// Several observers as one, asked in turn; the first that fails an operation ends it, so put those that fail before
// those that record.
class ObserverChain final : public FileObserver {
 public:
  explicit ObserverChain(std::vector<std::shared_ptr<FileObserver>> observers) : observers_(std::move(observers)) {}

  rocksdb::IOStatus Before(const FileOperation& operation) override {
    for (const auto& observer : observers_) {
      if (rocksdb::IOStatus status = observer->Before(operation); !status.ok()) return status;
    }
    return rocksdb::IOStatus::OK();
  }
  void AfterSync(const std::string& path, std::uint64_t bytes) override {
    for (const auto& observer : observers_) observer->AfterSync(path, bytes);
  }

 private:
  const std::vector<std::shared_ptr<FileObserver>> observers_;
};

}  // namespace kalends
