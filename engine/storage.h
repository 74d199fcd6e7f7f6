#pragma once

#include <rocksdb/db.h>
#include <rocksdb/snapshot.h>

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/file_system.h"
#include "format/ids.h"
#include "kalends/options.h"
#include "kalends/status.h"

// RocksDB as Kalends uses it: opened through our FileSystem, with every family known, and taken down in the only order
// that its asserts allow.
namespace kalends {

class FilterBudget;

// The rocksdb::DB with what must outlive it. Families and snapshots hold it, so that none can outlive the database.
struct RocksInstance {
  std::shared_ptr<rocksdb::FileSystem> file_system;
  std::unique_ptr<rocksdb::Env> base_env;  // Of databases in memory.
  std::unique_ptr<rocksdb::Env> env;
  std::shared_ptr<void> compaction_filter;
  std::shared_ptr<FilterBudget> filter_budget;
  std::unique_ptr<rocksdb::DB> db;
};

class Family {
 public:
  Family(std::shared_ptr<RocksInstance> instance, rocksdb::ColumnFamilyHandle* handle)
      : instance_(std::move(instance)), handle_(handle) {}
  ~Family() { instance_->db->DestroyColumnFamilyHandle(handle_); }
  Family(const Family&) = delete;
  Family& operator=(const Family&) = delete;
  rocksdb::ColumnFamilyHandle* handle() const { return handle_; }

 private:
  std::shared_ptr<RocksInstance> instance_;
  rocksdb::ColumnFamilyHandle* handle_;
};

// Over all keys as they are now, past the block cache.
std::unique_ptr<rocksdb::Iterator> IterateFamily(rocksdb::DB* db, const Family& family);

class Snapshot {
 public:
  explicit Snapshot(std::shared_ptr<RocksInstance> instance)
      : instance_(std::move(instance)), snapshot_(instance_->db->GetSnapshot()) {}
  ~Snapshot() { instance_->db->ReleaseSnapshot(snapshot_); }
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;
  const rocksdb::Snapshot* get() const { return snapshot_; }

 private:
  std::shared_ptr<RocksInstance> instance_;
  const rocksdb::Snapshot* snapshot_;
};

// The four families of a partition.
struct PartitionFamilies {
  std::shared_ptr<Family> rows;
  std::shared_ptr<Family> state;
  std::shared_ptr<Family> index;
  std::shared_ptr<Family> columns;
};

// What the log held at opening.
struct LogReplay {
  CommitNumber first{0};  // 0: no commits in the log.
  CommitNumber last{0};
  std::uint64_t left_out = 0;  // Commits behind a gap.
  std::optional<CommitNumber> synced_behind_gap;
  std::unordered_map<std::uint32_t, std::uint64_t> row_ends;  // By generation.
};

struct StorageOptions {
  std::string directory;  // RocksDB's; not used in memory.
  bool in_memory = false;
  bool create = false;
  bool read_only = false;
  std::size_t cache_bytes = 0;
  std::size_t memory_bytes = 0;
  std::shared_ptr<FileObserver> observer;
};

class Storage {
 public:
  // Opens every family that RocksDB knows. Fills `replay`.
  static Result<std::unique_ptr<Storage>> Open(const StorageOptions& options, LogReplay* replay);

  rocksdb::DB* db() const { return instance_->db.get(); }
  const std::shared_ptr<RocksInstance>& instance() const { return instance_; }
  rocksdb::ColumnFamilyHandle* catalog() const { return catalog_->handle(); }
  bool read_only() const { return read_only_; }
  // For building a file that `family` will ingest.
  rocksdb::Options OptionsForFile(const Family& family, bool is_compressed) const;
  // Where files to be ingested are built; on RocksDB's file system.
  const std::string& scratch_directory() const { return scratch_directory_; }

  // The families of the partition `name` that existed at opening; each can be taken once. nullopt unless all four are
  // there.
  std::optional<PartitionFamilies> TakeFamilies(const std::string& name);
  // Names of partitions with at least one family that nobody took; drops those families.
  Status DropLeftovers(std::vector<std::string>* dropped);

  // Makes the four families of a partition with one call.
  Result<PartitionFamilies> CreateFamilies(const std::string& name, bool block_compression);
  // Compresses the blocks of a rows family that was opened (RocksDB is opened before the catalog can be read).
  Status UseBlockCompression(const Family& rows);
  // From here on the families are gone for RocksDB; their files go when the last handle does.
  Status DropFamilies(const PartitionFamilies& families);

  rocksdb::Status SyncLog();
  // Writes all write buffers to files.
  Status FlushAll();
  // Rewrites the files of a family that takes puts or id runs, so that nothing is left of what was deleted or
  // overwritten.
  Status Compact(rocksdb::ColumnFamilyHandle* family);
  // For closing: syncs the log, and flushes first where the next opening would read many or long logs.
  Status FinishLogs();

  // Catalog entries of commits below this are dropped by compactions.
  void SetCommitFloor(CommitNumber floor);

 private:
  Storage() = default;
  rocksdb::ColumnFamilyOptions OptionsOf(const std::string& family, bool block_compression) const;

  void RememberPutFamilies(const std::shared_ptr<Family>& rows, const std::shared_ptr<Family>& state);

  std::shared_ptr<RocksInstance> instance_;
  std::mutex put_families_mutex_;
  std::vector<std::weak_ptr<Family>> put_families_;  // Those with write buffers, the catalog aside.
  std::shared_ptr<Family> default_family_;
  std::shared_ptr<Family> catalog_;
  std::unordered_map<std::string, std::shared_ptr<Family>> untaken_;
  std::shared_ptr<rocksdb::Cache> cache_;
  std::string rocks_directory_;
  std::string scratch_directory_;
  std::size_t memory_bytes_ = 0;
  bool read_only_ = false;
  std::function<bool()> error_seen_;  // RocksDB met an error in writing.
};

}  // namespace kalends
