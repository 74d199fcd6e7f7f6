#include "engine/storage.h"

#include <rocksdb/cache.h>
#include <rocksdb/compaction_filter.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/listener.h>
#include <rocksdb/table.h>

#include <algorithm>
#include <atomic>
#include <utility>

#include "engine/catalog_codec.h"
#include "engine/filter_budget.h"
#include "engine/log_replay.h"
#include "engine/rocks_status.h"
#include "format/errors.h"

namespace kalends {
namespace {

constexpr std::size_t kRowsBlockBytes = 8192;
constexpr std::size_t kCompressedBlockBytes = 8192;
constexpr std::size_t kColumnsBlockBytes = 65536;
constexpr std::size_t kIndexBlockBytes = 4096;

constexpr std::size_t kLogFilesKept = 8;
constexpr std::uint64_t kLogBytesKept = 4U << 20U;

bool EndsWith(const std::string& text, std::string_view end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

// Notes that RocksDB met an error in writing.
class ErrorNotes : public rocksdb::EventListener {
 public:
  void OnBackgroundError(rocksdb::BackgroundErrorReason /*reason*/, rocksdb::Status* /*error*/) override {
    seen_.store(true);
  }
  bool seen() const { return seen_.load(); }

 private:
  std::atomic<bool> seen_{false};
};

// What a killed process wrote may be in the system's memory alone, and RocksDB syncs only logs that it made itself: a
// power cut would lose commits behind which later ones were synced.
Status SyncFoundLogs(rocksdb::FileSystem* file_system, const std::string& directory) {
  std::vector<std::string> files;
  KALENDS_RETURN_IF_ROCKS_ERROR("reading " + directory, rocksdb::Status(file_system->GetChildren(
                                                            directory, rocksdb::IOOptions(), &files, nullptr)));
  for (const std::string& file : files) {
    if (!EndsWith(file, ".log")) continue;
    const std::string path = directory + "/" + file;
    std::unique_ptr<rocksdb::FSWritableFile> log;
    KALENDS_RETURN_IF_ROCKS_ERROR("opening " + path, rocksdb::Status(file_system->ReopenWritableFile(
                                                         path, rocksdb::FileOptions(), &log, nullptr)));
    KALENDS_RETURN_IF_ROCKS_ERROR("syncing " + path, rocksdb::Status(log->Fsync(rocksdb::IOOptions(), nullptr)));
    KALENDS_RETURN_IF_ROCKS_ERROR("closing " + path, rocksdb::Status(log->Close(rocksdb::IOOptions(), nullptr)));
  }
  return {};
}

// Commit entries below the floor are absent by definition; compactions of the catalog remove them.
class CommitFloorFilter : public rocksdb::CompactionFilter {
 public:
  const char* Name() const override { return "kalends.commit_floor"; }
  bool Filter(int /*level*/, const rocksdb::Slice& key, const rocksdb::Slice& /*value*/, std::string* /*new_value*/,
              bool* /*value_changed*/) const override {
    return key.size() == 9 && key[0] == 'c' && key.compare(CommitKey({floor_.load(std::memory_order_relaxed)})) < 0;
  }
  void SetFloor(CommitNumber floor) { floor_.store(floor.value, std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> floor_{0};
};

}  // namespace

std::unique_ptr<rocksdb::Iterator> IterateFamily(rocksdb::DB* db, const Family& family) {
  rocksdb::ReadOptions options;
  options.total_order_seek = true;
  options.fill_cache = false;
  return std::unique_ptr<rocksdb::Iterator>(db->NewIterator(options, family.handle()));
}

rocksdb::ColumnFamilyOptions Storage::OptionsOf(const std::string& family, bool block_compression) const {
  rocksdb::ColumnFamilyOptions options;
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache_;
  table.format_version = 5;
  table.checksum = rocksdb::kXXH3;
  options.level_compaction_dynamic_level_bytes = true;
  options.compression = rocksdb::kNoCompression;
  options.max_write_buffer_number = 3;
  const std::size_t share = memory_bytes_ / 16;
  options.write_buffer_size = std::clamp<std::size_t>(share, 1U << 20U, 4U << 20U);
  if (family == "catalog") {
    options.compaction_filter = static_cast<const CommitFloorFilter*>(instance_->compaction_filter.get());
  } else if (EndsWith(family, ".index")) {
    options.compression = rocksdb::kZSTD;
    // What is looked up is spread over all blocks: a small one is decompressed sooner.
    table.block_size = kIndexBlockBytes;
    // Hashes are spread over all keys, so every run overlaps every other. Level compaction would rewrite a whole month
    // for four small runs of late documents; this merges runs of like size.
    options.compaction_style = rocksdb::kCompactionStyleUniversal;
    options.compaction_options_universal.size_ratio = 20;
    // Beside the cache, the filters of a hundred million ids take an eighth of a gigabyte. In the cache, and in pieces,
    // what is used of them stays. The other families have few keys, so that the open files bound theirs.
    table.cache_index_and_filter_blocks = true;
    table.index_type = rocksdb::BlockBasedTableOptions::kTwoLevelIndexSearch;
    table.partition_filters = true;
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  } else if (EndsWith(family, ".columns")) {
    table.block_size = kColumnsBlockBytes;
    options.disable_auto_compactions = true;
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));  // A list that is not there is asked for often.
  } else if (!EndsWith(family, ".state") && !EndsWith(family, ".rollup") &&
             family != rocksdb::kDefaultColumnFamilyName) {
    options.write_buffer_size = std::clamp<std::size_t>(share, 1U << 20U, 16U << 20U);
    options.compression = block_compression ? rocksdb::kZSTD : rocksdb::kNoCompression;
    table.block_size = block_compression ? kCompressedBlockBytes : kRowsBlockBytes;
  }
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

Result<std::unique_ptr<Storage>> Storage::Open(const StorageOptions& options, LogReplay* replay) {
  std::unique_ptr<Storage> storage(new Storage());
  storage->instance_ = std::make_shared<RocksInstance>();
  RocksInstance& instance = *storage->instance_;
  instance.compaction_filter = std::make_shared<CommitFloorFilter>();
  storage->memory_bytes_ = options.memory_bytes;
  storage->read_only_ = options.read_only;
  storage->cache_ = rocksdb::NewLRUCache(options.cache_bytes);
  instance.filter_budget = std::make_shared<FilterBudget>(storage->cache_, options.cache_bytes);
  std::string directory = options.directory;
  std::shared_ptr<rocksdb::FileSystem> base = rocksdb::FileSystem::Default();
  if (options.in_memory) {
    instance.base_env.reset(rocksdb::NewMemEnv(rocksdb::Env::Default()));
    base = instance.base_env->GetFileSystem();
    directory = "/kalends";
  }
  instance.file_system = MakeFileSystem(base, options.observer);
  instance.env = rocksdb::NewCompositeEnv(instance.file_system);
  storage->rocks_directory_ = directory;
  storage->scratch_directory_ = directory + "/scratch";

  rocksdb::DBOptions db_options;
  db_options.env = instance.env.get();
  db_options.create_if_missing = options.create;
  db_options.create_missing_column_families = options.create;
  db_options.max_background_jobs = 2;
  db_options.max_open_files = 512;
  db_options.db_write_buffer_size = options.memory_bytes / 2;
  db_options.max_total_wal_size = std::min<std::uint64_t>(options.memory_bytes / 2, 128U << 20U);
  db_options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  db_options.avoid_flush_during_recovery = true;
  db_options.avoid_flush_during_shutdown = true;
  db_options.info_log_level = rocksdb::WARN_LEVEL;
  db_options.keep_log_file_num = 3;
  db_options.max_log_file_size = 4U << 20U;
  db_options.stats_dump_period_sec = 0;
  db_options.stats_persist_period_sec = 0;
  db_options.bytes_per_sync = 1U << 20U;
  db_options.enable_thread_tracking = false;
  // After a failed write RocksDB would go on by itself; what its log holds then is known only after an opening.
  db_options.max_bgerror_resume_count = 0;
  auto error_notes = std::make_shared<ErrorNotes>();
  storage->error_seen_ = [error_notes] { return error_notes->seen(); };
  db_options.listeners.push_back(error_notes);
  ReplayFilter filter(replay);
  db_options.wal_filter = &filter;

  std::vector<std::string> names = {rocksdb::kDefaultColumnFamilyName, "catalog"};
  if (!options.create) {
    if (!options.read_only) KALENDS_RETURN_IF_ERROR(SyncFoundLogs(instance.file_system.get(), directory));
    names.clear();
    KALENDS_RETURN_IF_ROCKS_ERROR("reading the list of families",
                                  rocksdb::DB::ListColumnFamilies(db_options, directory, &names));
  }
  std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
  descriptors.reserve(names.size());
  for (const std::string& name : names) descriptors.emplace_back(name, storage->OptionsOf(name, false));
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* db = nullptr;
  const rocksdb::Status status = options.read_only
                                     ? rocksdb::DB::OpenForReadOnly(db_options, directory, descriptors, &handles, &db)
                                     : rocksdb::DB::Open(db_options, directory, descriptors, &handles, &db);
  KALENDS_RETURN_IF_ROCKS_ERROR("opening " + directory, status);
  instance.db.reset(db);
  for (std::size_t i = 0; i < names.size(); ++i) {
    auto family = std::make_shared<Family>(storage->instance_, handles[i]);
    if (names[i] == "catalog") {
      storage->catalog_ = std::move(family);
    } else if (names[i] == rocksdb::kDefaultColumnFamilyName) {
      storage->default_family_ = std::move(family);
    } else {
      storage->untaken_.emplace(names[i], std::move(family));
    }
  }
  if (storage->catalog_ == nullptr) {
    return Corruption("opening ", directory, ": the family `catalog` is missing; restore the database from a backup");
  }
  if (!options.read_only) {
    KALENDS_RETURN_IF_ROCKS_ERROR("making " + storage->scratch_directory_,
                                  rocksdb::Status(instance.env->CreateDirIfMissing(storage->scratch_directory_)));
    std::vector<std::string> leftovers;
    KALENDS_RETURN_IF_ROCKS_ERROR("reading " + storage->scratch_directory_,
                                  instance.env->GetChildren(storage->scratch_directory_, &leftovers));
    for (const std::string& file : leftovers) {
      if (EndsWith(file, ".sst")) {
        KALENDS_RETURN_IF_ROCKS_ERROR("removing " + file,
                                      instance.env->DeleteFile(storage->scratch_directory_ + "/" + file));
      }
    }
  }
  return storage;
}

std::optional<PartitionFamilies> Storage::TakeFamilies(const std::string& name) {
  PartitionFamilies families;
  const std::array<std::pair<std::string, std::shared_ptr<Family>*>, 4> wanted = {
      {{name, &families.rows},
       {name + ".state", &families.state},
       {name + ".index", &families.index},
       {name + ".columns", &families.columns}}};
  for (const auto& [family, place] : wanted) {
    if (!untaken_.contains(family)) return std::nullopt;
  }
  for (const auto& [family, place] : wanted) {
    const auto found = untaken_.find(family);
    *place = std::move(found->second);
    untaken_.erase(found);
  }
  RememberPutFamilies(families.rows, families.state);
  return families;
}

Status Storage::DropLeftovers(std::vector<std::string>* dropped) {
  for (const auto& [name, family] : untaken_) {
    if (EndsWith(name, ".rollup")) continue;
    KALENDS_RETURN_IF_ROCKS_ERROR("dropping family " + name, db()->DropColumnFamily(family->handle()));
    dropped->push_back(name);
  }
  for (const std::string& name : *dropped) untaken_.erase(name);
  return {};
}

Result<PartitionFamilies> Storage::CreateFamilies(const std::string& name, bool block_compression) {
  std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
  for (const char* suffix : {"", ".state", ".index", ".columns"}) {
    const std::string family = name + suffix;
    descriptors.emplace_back(family, OptionsOf(family, block_compression));
  }
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  const rocksdb::Status status = db()->CreateColumnFamilies(descriptors, &handles);
  std::vector<std::shared_ptr<Family>> families;
  families.reserve(handles.size());
  for (rocksdb::ColumnFamilyHandle* handle : handles) families.push_back(std::make_shared<Family>(instance_, handle));
  if (!status.ok()) {
    // Those that were made belong to no partition: they must not block another try.
    for (const auto& family : families) {
      const rocksdb::Status dropped = db()->DropColumnFamily(family->handle());
      if (!dropped.ok()) return FromRocks("dropping a family of " + name + " that was made in part", dropped);
    }
    return FromRocks("making the families of " + name, status);
  }
  RememberPutFamilies(families[0], families[1]);
  return PartitionFamilies{families[0], families[1], families[2], families[3]};
}

void Storage::RememberPutFamilies(const std::shared_ptr<Family>& rows, const std::shared_ptr<Family>& state) {
  const std::lock_guard lock(put_families_mutex_);
  std::erase_if(put_families_, [](const auto& family) { return family.expired(); });
  put_families_.push_back(rows);
  put_families_.push_back(state);
}

Status Storage::UseBlockCompression(const Family& rows) {
  KALENDS_RETURN_IF_ROCKS_ERROR(
      "setting block compression",
      db()->SetOptions(rows.handle(),
                       {{"compression", "kZSTD"},
                        {"block_based_table_factory", "{block_size=" + std::to_string(kCompressedBlockBytes) + "}"}}));
  return {};
}

Status Storage::DropFamilies(const PartitionFamilies& families) {
  KALENDS_RETURN_IF_ROCKS_ERROR("dropping the families of a partition",
                                db()->DropColumnFamilies({families.rows->handle(), families.state->handle(),
                                                          families.index->handle(), families.columns->handle()}));
  return {};
}

rocksdb::Options Storage::OptionsForFile(const Family& family, bool is_compressed) const {
  rocksdb::Options options(rocksdb::DBOptions(), OptionsOf(family.handle()->GetName(), false));
  options.env = instance_->env.get();
  if (is_compressed && options.compression == rocksdb::kNoCompression) {
    options.compression = rocksdb::kZSTD;
    auto table = *options.table_factory->GetOptions<rocksdb::BlockBasedTableOptions>();
    table.block_size = kCompressedBlockBytes;
    options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  }
  return options;
}

rocksdb::Status Storage::SyncLog() {
  // RocksDB asserts that a log of which a write failed is not touched again.
  if (error_seen_())
    return rocksdb::Status::IOError(
        "an earlier write failed, and what the log holds is not known until the database is opened again");
  const rocksdb::Status status = db()->SyncWAL();
  // A database in memory has no log to sync.
  return status.IsNotSupported() ? rocksdb::Status::OK() : status;
}

Status Storage::FlushAll() {
  std::vector<std::weak_ptr<Family>> families;
  {
    const std::lock_guard lock(put_families_mutex_);
    families = put_families_;
  }
  families.push_back(catalog_);
  for (const std::weak_ptr<Family>& weak : families) {
    if (const auto family = weak.lock()) {
      const rocksdb::Status status = db()->Flush(rocksdb::FlushOptions(), family->handle());
      if (status.IsColumnFamilyDropped()) continue;  // Its files go with those who still hold it.
      KALENDS_RETURN_IF_ROCKS_ERROR("flushing", status);
    }
  }
  return {};
}

Status Storage::Compact(rocksdb::ColumnFamilyHandle* family) {
  rocksdb::CompactRangeOptions options;
  options.exclusive_manual_compaction = false;
  options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
  KALENDS_RETURN_IF_ROCKS_ERROR("compacting " + family->GetName(),
                                db()->CompactRange(options, family, nullptr, nullptr));
  return {};
}

Status Storage::FinishLogs() {
  rocksdb::VectorLogPtr logs;
  KALENDS_RETURN_IF_ROCKS_ERROR("listing logs", db()->GetSortedWalFiles(logs));
  std::uint64_t bytes = 0;
  for (const auto& log : logs) bytes += log->SizeFileBytes();
  if (logs.size() >= kLogFilesKept || bytes >= kLogBytesKept) KALENDS_RETURN_IF_ERROR(FlushAll());
  KALENDS_RETURN_IF_ROCKS_ERROR("syncing the log", SyncLog());
  return {};
}

void Storage::SetCommitFloor(CommitNumber floor) {
  static_cast<CommitFloorFilter*>(instance_->compaction_filter.get())->SetFloor(floor);
}

}  // namespace kalends
