#include "engine/database_impl.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <random>
#include <thread>
#include <utility>

#include "engine/catalog_codec.h"
#include "engine/commit_floor.h"
#include "engine/directory_format.h"
#include "engine/log_check.h"
#include "engine/rocks_status.h"
#include "engine/sealing.h"
#include "format/errors.h"
#include "format/varint.h"

namespace kalends {
namespace {

constexpr auto kFloorInterval = std::chrono::hours(1);
constexpr std::size_t kMemoryBytesMin = std::size_t{16} << 20U;

std::string NameOf(const PartitionEntry& entry) {
  return entry.month ? PartitionName(entry.collection, *entry.month) : entry.collection;
}

}  // namespace

DatabaseImpl::DatabaseImpl(std::string directory, DatabaseOptions options)
    : directory_(std::move(directory)), options_(std::move(options)) {}

int DatabaseImpl::threads() const {
  return options_.threads > 0 ? options_.threads : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

Result<std::unique_ptr<DatabaseImpl>> DatabaseImpl::Open(const std::string& directory, bool in_memory,
                                                         const DatabaseOptions& given,
                                                         std::shared_ptr<FileObserver> observer) {
  DatabaseOptions options = given;
  if (options.memory_bytes < kMemoryBytesMin) {
    return InvalidArgument("memory of ", options.memory_bytes, " bytes is too little; give at least 16 MiB");
  }
  bool create = in_memory;
  std::unique_ptr<DirectoryLock> lock;
  if (!in_memory) {
    KALENDS_TRY(DirectoryContent content, InspectDirectory(directory));
    if (content == DirectoryContent::kNothing && (!options.create_if_missing || options.read_only)) {
      return NotFound("there is no database in ", directory);
    }
    if (content == DirectoryContent::kNothing) {
      std::error_code error;
      std::filesystem::create_directories(directory, error);
      if (error) return IoFailure("making ", directory, ": ", error.message());
    }
    if (!options.read_only && content == DirectoryContent::kDatabase && access(directory.c_str(), W_OK) != 0)
      options.read_only = true;
    if (!options.read_only) {
      KALENDS_TRY(lock, DirectoryLock::Take(directory));
      // Another process may have made it meanwhile.
      KALENDS_TRY(content, InspectDirectory(directory));
      if (content == DirectoryContent::kNothing) {
        KALENDS_RETURN_IF_ERROR(BeginCreating(directory));
        create = true;
      } else {
        KALENDS_RETURN_IF_ERROR(RemoveMark(directory));
      }
    }
  }
  std::unique_ptr<DatabaseImpl> database(new DatabaseImpl(directory, options));
  database->lock_ = std::move(lock);
  KALENDS_RETURN_IF_ERROR(database->OpenStorage(in_memory, create, std::move(observer)));
  if (create && !in_memory) KALENDS_RETURN_IF_ERROR(FinishCreating(directory));
  DatabaseImpl* raw = database.get();
  database->background_ =
      std::make_shared<Background>([raw](const std::string& event) { raw->Tell(event); }, [raw] { raw->Tick(); });
  database->background_->Start();
  return database;
}

Status DatabaseImpl::CheckLogsBeforeOpening(const std::string& rocks_directory) {
  KALENDS_TRY(const std::optional<LogFault> fault, CheckLogs(rocks_directory));
  if (!fault) return {};
  const auto place = [&fault] {
    return fault->file + " at byte " + std::to_string(fault->offset) + ": " + fault->problem;
  };
  if (options_.read_only) {
    return Corruption("the log is damaged: ", place(),
                      "; open the database for writing once, so that it can be mended");
  }
  if (!fault->is_torn_end && !options_.cut_log) {
    return Corruption("the log is damaged: ", place(),
                      ", and whole records follow; `kalends verify DB --cut-log` accepts the loss of ",
                      "all commits from there on");
  }
  KALENDS_TRY(const std::string moved, CutLog(rocks_directory, *fault, LostDirectory(directory_)));
  Tell("the log ended in the middle of a record (" + place() + "): " + moved);
  return {};
}

Status DatabaseImpl::OpenStorage(bool in_memory, bool create, std::shared_ptr<FileObserver> observer) {
  StorageOptions options;
  options.directory = RocksDirectory(directory_);
  options.in_memory = in_memory;
  options.create = create;
  options.read_only = options_.read_only;
  options.cache_bytes = options_.cache_bytes;
  options.memory_bytes = options_.memory_bytes;
  options.observer = std::move(observer);
  if (!in_memory && !create) KALENDS_RETURN_IF_ERROR(CheckLogsBeforeOpening(options.directory));
  LogReplay replay;
  KALENDS_TRY(storage_, Storage::Open(options, &replay));
  if (create) {
    std::random_device random;
    seed_ = (std::uint64_t{random()} << 32U) | random();
    auto view = std::make_shared<View>();
    view->snapshot = std::make_shared<Snapshot>(storage_->instance());
    view_ = std::move(view);
    return CommitStructure({[this](rocksdb::WriteBatch& batch) {
                              batch.Put(storage_->catalog(), HeaderKey(), EncodeHeader({seed_, Now()}));
                            },
                            nullptr, true});
  }
  KALENDS_RETURN_IF_ERROR(CheckReplay(replay));
  return LoadCatalog(replay);
}

Status DatabaseImpl::CheckReplay(const LogReplay& replay) {
  if (replay.left_out == 0) return {};
  if (replay.synced_behind_gap && !options_.cut_log) {
    return Corruption(
        "the log lacks commit ", replay.last.value + 1, " though commit ", replay.synced_behind_gap->value,
        " behind it was synced: a log file is missing or was cut; `kalends verify DB --cut-log` accepts the loss of ",
        replay.left_out, " commits");
  }
  Tell("the log lacks commit " + std::to_string(replay.last.value + 1) + ": " + std::to_string(replay.left_out) +
       " commits behind it were left out");
  return {};
}

Status DatabaseImpl::LoadCatalog(const LogReplay& replay) {
  rocksdb::DB* db = storage_->db();
  auto view = std::make_shared<View>();
  auto directory = std::make_shared<Directory>();
  std::vector<std::pair<Generation, PartitionEntry>> entries;
  std::vector<std::pair<Generation, PartitionEntry>> dropping;
  std::map<std::string, std::shared_ptr<CollectionView>> collections;
  rocksdb::ReadOptions read_options;
  read_options.total_order_seek = true;
  const std::unique_ptr<rocksdb::Iterator> iterator(db->NewIterator(read_options, storage_->catalog()));

  // The last commit; its number is the counter.
  iterator->SeekForPrev(CommitKey({UINT64_MAX}));
  if (iterator->Valid() && iterator->key().size() == 9 && iterator->key()[0] == 'c') {
    view->commit.value = ReadBigEndian<std::uint64_t>(ViewOf(iterator->key()), 1);
  }
  bool header_seen = false;
  for (iterator->Seek("d"); iterator->Valid(); iterator->Next()) {
    const std::string_view key = ViewOf(iterator->key());
    const std::string_view value = ViewOf(iterator->value());
    if (key == HeaderKey()) {
      KALENDS_TRY(const DatabaseHeader header, DecodeHeader(value));
      seed_ = header.seed;
      header_seen = true;
    } else if (key == CommitFloorKey() && value.size() == 8) {
      SetCommitFloor({ReadBigEndian<std::uint64_t>(value)});
    } else if (key == LastGenerationKey() && value.size() == 4) {
      last_generation_ = ReadBigEndian<std::uint32_t>(value);
    } else if (key[0] == 's') {
      KALENDS_TRY(CollectionSpec spec, DecodeCollection(value));
      auto collection = std::make_shared<CollectionView>();
      collection->state = std::make_shared<CollectionState>(std::string(key.substr(1)));
      collection->spec = std::make_shared<const CollectionSpec>(std::move(spec));
      collection->indexes = IndexPathsOf(*collection->spec);
      collection->text = TextOptionsOf(*collection->spec);
      collections.emplace(std::string(key.substr(1)), std::move(collection));
    } else if (key[0] == 'p' && key.size() == 5) {
      KALENDS_TRY(PartitionEntry entry, DecodePartition(value));
      auto& list = entry.life == PartitionLife::kLive ? entries : dropping;
      list.emplace_back(Generation{ReadBigEndian<std::uint32_t>(key, 1)}, std::move(entry));
    } else {
      return Corruption("catalog: a key of an unknown kind, of ", key.size(), " bytes");
    }
  }
  KALENDS_RETURN_IF_ROCKS_ERROR("catalog", iterator->status());
  if (!header_seen) return Corruption("catalog: the database header is missing; restore the database from a backup");

  if (replay.first.value > std::max<std::uint64_t>(1, commit_floor().value) &&
      replay.last.value == view->commit.value) {
    rocksdb::PinnableSlice before;
    const rocksdb::Status found =
        db->Get(read_options, storage_->catalog(), CommitKey({replay.first.value - 1}), &before);
    if (found.IsNotFound()) {
      return Corruption("the log begins with commit ", replay.first.value, " and commit ", replay.first.value - 1,
                        " is nowhere: a log file is missing; restore it, or the database from a backup");
    }
    KALENDS_RETURN_IF_ROCKS_ERROR("catalog", found);
  }
  std::uint32_t slot = 0;
  for (auto& [generation, entry] : entries) {
    const std::string name = NameOf(entry);
    const auto collection = collections.find(entry.collection);
    if (collection == collections.end()) return Corruption("catalog: partition ", name, " belongs to no collection");
    std::optional<PartitionFamilies> families = storage_->TakeFamilies(name);
    if (!families) return Corruption("partition ", name, ": its families are missing; restore the month from a backup");
    if (entry.block_compression && !options_.read_only)
      KALENDS_RETURN_IF_ERROR(storage_->UseBlockCompression(*families->rows));
    auto partition = std::make_shared<Partition>(storage_->instance(), generation, entry, name, std::move(*families),
                                                 *collection->second->spec, seed_);
    partition->slot = slot;
    const auto end = replay.row_ends.find(generation.value);
    if (end != replay.row_ends.end()) partition->ExpectEnd({end->second});
    collection->second->months.emplace_back(entry.month.value_or(Month{0}), slot);
    auto opened = std::make_shared<LazyState>(partition);
    view->SetSlot(slot++, {std::move(partition), nullptr, std::move(opened)});
  }
  for (auto& [name, collection] : collections) {
    std::sort(collection->months.begin(), collection->months.end());
    directory->emplace(name, collection);
  }
  view->directory = std::move(directory);
  view->snapshot = std::make_shared<Snapshot>(storage_->instance());
  view_ = std::move(view);
  if (options_.read_only) return {};

  std::vector<std::string> dropped;
  KALENDS_RETURN_IF_ERROR(storage_->DropLeftovers(&dropped));
  // Commits behind a gap must not come back: once everything is in files, their logs are obsolete.
  if (replay.left_out > 0) KALENDS_RETURN_IF_ERROR(storage_->FlushAll());
  if (dropping.empty()) return {};
  return CommitStructure({[this, &dropping](rocksdb::WriteBatch& batch) {
                            for (const auto& [generation, entry] : dropping)
                              batch.Delete(storage_->catalog(), PartitionKey(generation));
                          },
                          nullptr, false});
}

void DatabaseImpl::Tick() {
  if (options_.read_only) return;
  ReleaseDropped();
  SealIdleTails(*this);
  const std::shared_ptr<const View> view = CurrentView();
  for (std::uint32_t slot = 0; slot < view->slots(); ++slot) {
    const auto& partition = view->Slot(slot).partition;
    if (partition != nullptr && partition->has_leftovers()) QueueSealing(*this, partition);
  }
  const auto now = std::chrono::steady_clock::now();
  if (now - floor_raised_ < kFloorInterval) return;
  floor_raised_ = now;
  background_->Add("raising the floor of the commit entries", [this] { return RaiseCommitFloor(*this); });
}

void DatabaseImpl::ReleaseDropped() {
  std::vector<std::shared_ptr<Partition>> released;
  const std::lock_guard lock(dropped_mutex_);
  std::erase_if(dropped_, [&released](std::shared_ptr<Partition>& partition) {
    if (partition.use_count() > 1) return false;
    released.push_back(std::move(partition));
    return true;
  });
}

std::shared_ptr<const View> DatabaseImpl::CurrentView() const {
  const std::lock_guard lock(view_mutex_);
  return view_;
}

DatabaseImpl::Preparation::Preparation(DatabaseImpl* database, std::shared_ptr<CollectionState> collection)
    : database_(database), collection_(std::move(collection)) {
  const std::lock_guard lock(database_->view_mutex_);
  view_ = database_->view_;
  collection_->recent_ids.BeginPreparing(view_->commit);
}

DatabaseImpl::Preparation::~Preparation() {
  const std::lock_guard lock(database_->view_mutex_);
  collection_->recent_ids.EndPreparing(view_->commit);
}

Result<std::shared_ptr<const CollectionView>> DatabaseImpl::CollectionIn(const View& view,
                                                                         const CollectionState& state) const {
  if (closed()) return MakeError(ErrorCode::kCancelled, "the database was closed");
  auto collection = view.Find(state.name);
  if (collection == nullptr || collection->state.get() != &state) {
    return NotFound("the collection ", state.name, " was dropped");
  }
  return collection;
}

void DatabaseImpl::FreezeTails(const std::function<bool(const Partition&, const TailView&)>& wanted) {
  const std::lock_guard lock(commit_mutex_);
  for (std::uint32_t slot = 0; slot < view_->slots(); ++slot) {
    const PartitionSlot& found = view_->Slot(slot);
    if (found.partition == nullptr) continue;
    const auto state = found.state != nullptr ? found.state : found.opened->Loaded();
    if (state == nullptr || state->tails.empty() || !wanted(*found.partition, state->tails.back())) continue;
    state->tails.back().tail->frozen = true;
    QueueSealing(*this, found.partition);
  }
}

Status DatabaseImpl::SealAll() {
  const std::shared_ptr<const View> view = CurrentView();
  if (view == nullptr) return MakeError(ErrorCode::kCancelled, "the database was closed");
  if (options_.read_only) return RefuseWrites();
  for (std::uint32_t slot = 0; slot < view->slots(); ++slot) {
    if (view->Slot(slot).partition == nullptr) continue;
    KALENDS_TRY([[maybe_unused]] const PartitionRef ref, view->Ref(slot));
  }
  FreezeTails([](const Partition& /*partition*/, const TailView& /*tail*/) { return true; });
  for (std::uint32_t slot = 0; slot < view->slots(); ++slot) {
    if (view->Slot(slot).partition != nullptr) QueueSealing(*this, view->Slot(slot).partition);
  }
  background_->Drain();
  return background_->TakeError();
}

Status DatabaseImpl::RefuseWrites() const {
  if (options_.read_only) {
    return MakeError(ErrorCode::kReadOnly, directory_,
                     " is open for reading only: the directory cannot be written or read_only was asked for");
  }
  if (broken_) {
    return Error(broken_->code(),
                 "an earlier write failed, and what the log holds is not known until the database is opened again: " +
                     broken_->message());
  }
  return {};
}

Status DatabaseImpl::Sync() {
  {
    // Behind a commit that is being written: if it fails, RocksDB must not be asked to sync that log any more, and
    // tells so only when the write returns.
    const std::lock_guard lock(commit_mutex_);
    if (broken_) return RefuseWrites();
  }
  KALENDS_RETURN_IF_ROCKS_ERROR("syncing the log", storage_->SyncLog());
  return {};
}

DatabaseImpl::~DatabaseImpl() {
  const Status status = Close();
  if (!status.ok()) Tell("closing " + directory_ + ": " + status.error().message());
}

Status DatabaseImpl::Close() {
  if (closed_.exchange(true)) return {};
  running_calls_.Close();
  if (background_ == nullptr) return {};  // It was never open.
  background_->Drain();
  Status status;
  if (!options_.read_only) {
    status = SealForClose(*this);
    background_->Drain();
    if (status.ok()) status = background_->TakeError();
  }
  background_->Stop();
  // Also where something in the background failed: what was committed is to be safe.
  if (!options_.read_only && !broken_) {
    const Status finished = storage_->FinishLogs();
    if (status.ok()) status = finished;
  }
  {
    const std::lock_guard lock(view_mutex_);
    view_ = nullptr;
  }
  {
    const std::lock_guard lock(dropped_mutex_);
    dropped_.clear();
  }
  background_ = nullptr;
  storage_ = nullptr;
  lock_ = nullptr;
  return status;
}

}  // namespace kalends
