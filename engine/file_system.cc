// RocksDB opened through a FileSystem of our own. Without an observer files are the base's own, so that reads and
// writes cost nothing more; with one each is wrapped, and asked about before each operation.
#include "engine/file_system.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <map>
#include <mutex>
#include <string_view>
#include <utility>
#include <vector>

namespace kalends {
namespace {

using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;
using Kind = FileOperation::Kind;

#define KALENDS_RETURN_IF_IO_ERROR(expression)                                \
  do {                                                                        \
    if (IOStatus io_status = (expression); !io_status.ok()) return io_status; \
  } while (false)

class ObservedWritableFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  ObservedWritableFile(std::unique_ptr<rocksdb::FSWritableFile> file, std::string path, std::uint64_t bytes,
                       std::shared_ptr<FileObserver> observer)
      : FSWritableFileOwnerWrapper(std::move(file)),
        path_(std::move(path)),
        bytes_(bytes),
        observer_(std::move(observer)) {}

  IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* debug) override {
    return Write(data.size(), [&] { return FSWritableFileWrapper::Append(data, options, debug); });
  }
  IOStatus Append(const Slice& data, const IOOptions& options, const rocksdb::DataVerificationInfo& verification,
                  IODebugContext* debug) override {
    return Write(data.size(), [&] { return FSWritableFileWrapper::Append(data, options, verification, debug); });
  }
  IOStatus PositionedAppend(const Slice& data, std::uint64_t offset, const IOOptions& options,
                            IODebugContext* debug) override {
    return WriteAt(offset, data.size(),
                   [&] { return FSWritableFileWrapper::PositionedAppend(data, offset, options, debug); });
  }
  IOStatus PositionedAppend(const Slice& data, std::uint64_t offset, const IOOptions& options,
                            const rocksdb::DataVerificationInfo& verification, IODebugContext* debug) override {
    return WriteAt(offset, data.size(),
                   [&] { return FSWritableFileWrapper::PositionedAppend(data, offset, options, verification, debug); });
  }
  IOStatus Truncate(std::uint64_t size, const IOOptions& options, IODebugContext* debug) override {
    KALENDS_RETURN_IF_IO_ERROR(observer_->Before({Kind::kTruncate, path_, size}));
    KALENDS_RETURN_IF_IO_ERROR(FSWritableFileWrapper::Truncate(size, options, debug));
    bytes_ = size;
    return IOStatus::OK();
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    return SyncBy([&] { return FSWritableFileWrapper::Sync(options, debug); });
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return SyncBy([&] { return FSWritableFileWrapper::Fsync(options, debug); });
  }
  IOStatus Close(const IOOptions& options, IODebugContext* debug) override {
    KALENDS_RETURN_IF_IO_ERROR(observer_->Before({Kind::kClose, path_}));
    return FSWritableFileWrapper::Close(options, debug);
  }

 private:
  template <class Writing>
  IOStatus Write(std::uint64_t size, const Writing& write) {
    KALENDS_RETURN_IF_IO_ERROR(observer_->Before({Kind::kWrite, path_, size}));
    KALENDS_RETURN_IF_IO_ERROR(write());
    bytes_ += size;
    return IOStatus::OK();
  }
  template <class Writing>
  IOStatus WriteAt(std::uint64_t offset, std::uint64_t size, const Writing& write) {
    KALENDS_RETURN_IF_IO_ERROR(observer_->Before({Kind::kWrite, path_, size}));
    KALENDS_RETURN_IF_IO_ERROR(write());
    if (offset + size > bytes_) bytes_ = offset + size;
    return IOStatus::OK();
  }
  template <class Syncing>
  IOStatus SyncBy(const Syncing& sync) {
    // A log is synced while others append to it: only what was there before the sync is known to be safe after it.
    const std::uint64_t bytes = bytes_;
    KALENDS_RETURN_IF_IO_ERROR(observer_->Before({Kind::kSync, path_, bytes}));
    KALENDS_RETURN_IF_IO_ERROR(sync());
    observer_->AfterSync(path_, bytes);
    return IOStatus::OK();
  }

  const std::string path_;
  std::atomic<std::uint64_t> bytes_;
  const std::shared_ptr<FileObserver> observer_;
};

class ObservedRandomAccessFile final : public rocksdb::FSRandomAccessFileOwnerWrapper {
 public:
  ObservedRandomAccessFile(std::unique_ptr<rocksdb::FSRandomAccessFile> file, std::string path,
                           std::shared_ptr<FileObserver> observer)
      : FSRandomAccessFileOwnerWrapper(std::move(file)), path_(std::move(path)), observer_(std::move(observer)) {}

  IOStatus Read(std::uint64_t offset, std::size_t size, const IOOptions& options, Slice* result, char* scratch,
                IODebugContext* debug) const override {
    KALENDS_RETURN_IF_IO_ERROR(observer_->Before({Kind::kRead, path_, size}));
    return FSRandomAccessFileWrapper::Read(offset, size, options, result, scratch, debug);
  }
  IOStatus MultiRead(rocksdb::FSReadRequest* requests, std::size_t count, const IOOptions& options,
                     IODebugContext* debug) override {
    std::uint64_t bytes = 0;
    for (std::size_t i = 0; i < count; ++i) bytes += requests[i].len;
    KALENDS_RETURN_IF_IO_ERROR(observer_->Before({Kind::kRead, path_, bytes}));
    return FSRandomAccessFileWrapper::MultiRead(requests, count, options, debug);
  }
  IOStatus ReadAsync(rocksdb::FSReadRequest& request, const IOOptions& options,
                     std::function<void(const rocksdb::FSReadRequest&, void*)> callback, void* argument, void** handle,
                     rocksdb::IOHandleDeleter* deleter, IODebugContext* debug) override {
    KALENDS_RETURN_IF_IO_ERROR(observer_->Before({Kind::kRead, path_, request.len}));
    return FSRandomAccessFileWrapper::ReadAsync(request, options, std::move(callback), argument, handle, deleter,
                                                debug);
  }

 private:
  const std::string path_;
  const std::shared_ptr<FileObserver> observer_;
};

class ObservedSequentialFile final : public rocksdb::FSSequentialFileOwnerWrapper {
 public:
  ObservedSequentialFile(std::unique_ptr<rocksdb::FSSequentialFile> file, std::string path,
                         std::shared_ptr<FileObserver> observer)
      : FSSequentialFileOwnerWrapper(std::move(file)), path_(std::move(path)), observer_(std::move(observer)) {}

  IOStatus Read(std::size_t size, const IOOptions& options, Slice* result, char* scratch,
                IODebugContext* debug) override {
    KALENDS_RETURN_IF_IO_ERROR(observer_->Before({Kind::kRead, path_, size}));
    return FSSequentialFileWrapper::Read(size, options, result, scratch, debug);
  }
  IOStatus PositionedRead(std::uint64_t offset, std::size_t size, const IOOptions& options, Slice* result,
                          char* scratch, IODebugContext* debug) override {
    KALENDS_RETURN_IF_IO_ERROR(observer_->Before({Kind::kRead, path_, size}));
    return FSSequentialFileWrapper::PositionedRead(offset, size, options, result, scratch, debug);
  }

 private:
  const std::string path_;
  const std::shared_ptr<FileObserver> observer_;
};

// RocksDB writes in place only into files that are there already, as when it syncs an ingested one.
class ObservedRandomRWFile final : public rocksdb::FSRandomRWFileOwnerWrapper {
 public:
  ObservedRandomRWFile(std::unique_ptr<rocksdb::FSRandomRWFile> file, std::string path,
                       std::shared_ptr<rocksdb::FileSystem> base, std::shared_ptr<FileObserver> observer)
      : FSRandomRWFileOwnerWrapper(std::move(file)),
        path_(std::move(path)),
        base_(std::move(base)),
        observer_(std::move(observer)) {}

  IOStatus Write(std::uint64_t offset, const Slice& data, const IOOptions& options, IODebugContext* debug) override {
    KALENDS_RETURN_IF_IO_ERROR(observer_->Before({Kind::kWrite, path_, data.size()}));
    return FSRandomRWFileWrapper::Write(offset, data, options, debug);
  }
  IOStatus Read(std::uint64_t offset, std::size_t size, const IOOptions& options, Slice* result, char* scratch,
                IODebugContext* debug) const override {
    KALENDS_RETURN_IF_IO_ERROR(observer_->Before({Kind::kRead, path_, size}));
    return FSRandomRWFileWrapper::Read(offset, size, options, result, scratch, debug);
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    return SyncBy(options, debug, [&] { return FSRandomRWFileWrapper::Sync(options, debug); });
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return SyncBy(options, debug, [&] { return FSRandomRWFileWrapper::Fsync(options, debug); });
  }
  IOStatus Close(const IOOptions& options, IODebugContext* debug) override {
    KALENDS_RETURN_IF_IO_ERROR(observer_->Before({Kind::kClose, path_}));
    return FSRandomRWFileWrapper::Close(options, debug);
  }

 private:
  template <class Syncing>
  IOStatus SyncBy(const IOOptions& options, IODebugContext* debug, const Syncing& sync) {
    std::uint64_t bytes = 0;
    KALENDS_RETURN_IF_IO_ERROR(base_->GetFileSize(path_, options, &bytes, debug));
    KALENDS_RETURN_IF_IO_ERROR(observer_->Before({Kind::kSync, path_, bytes}));
    KALENDS_RETURN_IF_IO_ERROR(sync());
    observer_->AfterSync(path_, bytes);
    return IOStatus::OK();
  }

  const std::string path_;
  const std::shared_ptr<rocksdb::FileSystem> base_;
  const std::shared_ptr<FileObserver> observer_;
};

class ObservedDirectory final : public rocksdb::FSDirectoryWrapper {
 public:
  ObservedDirectory(std::unique_ptr<rocksdb::FSDirectory> directory, std::string path,
                    std::shared_ptr<FileObserver> observer)
      : FSDirectoryWrapper(std::move(directory)), path_(std::move(path)), observer_(std::move(observer)) {}

  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    KALENDS_RETURN_IF_IO_ERROR(observer_->Before({Kind::kDirectorySync, path_}));
    return FSDirectoryWrapper::Fsync(options, debug);
  }
  IOStatus FsyncWithDirOptions(const IOOptions& options, IODebugContext* debug,
                               const rocksdb::DirFsyncOptions& directory_options) override {
    KALENDS_RETURN_IF_IO_ERROR(observer_->Before({Kind::kDirectorySync, path_}));
    return FSDirectoryWrapper::FsyncWithDirOptions(options, debug, directory_options);
  }

 private:
  const std::string path_;
  const std::shared_ptr<FileObserver> observer_;
};

// Once writing the MANIFEST failed, nobody knows which table files the one on disk names. RocksDB 7.8 deletes those of
// a failed ingestion all the same, and could not be opened again.
class ManifestFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  ManifestFile(std::unique_ptr<rocksdb::FSWritableFile> file, std::shared_ptr<std::atomic<bool>> failed)
      : FSWritableFileOwnerWrapper(std::move(file)), failed_(std::move(failed)) {}

  IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* debug) override {
    return Noted(FSWritableFileWrapper::Append(data, options, debug));
  }
  IOStatus Append(const Slice& data, const IOOptions& options, const rocksdb::DataVerificationInfo& verification,
                  IODebugContext* debug) override {
    return Noted(FSWritableFileWrapper::Append(data, options, verification, debug));
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    return Noted(FSWritableFileWrapper::Sync(options, debug));
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return Noted(FSWritableFileWrapper::Fsync(options, debug));
  }

 private:
  IOStatus Noted(IOStatus status) {
    if (!status.ok()) failed_->store(true);
    return status;
  }

  const std::shared_ptr<std::atomic<bool>> failed_;
};

// Stands for a log that could not be made: every write to it fails as its making did. Told at once, RocksDB 7.8 would
// give up switching to it, forget that it holds other families that wait for the switch, and fail an assertion when it
// is closed.
class UnmadeLog final : public rocksdb::FSWritableFile {
 public:
  explicit UnmadeLog(IOStatus error) : error_(std::move(error)) {}

  using FSWritableFile::Append;
  IOStatus Append(const Slice& /*data*/, const IOOptions& /*options*/, IODebugContext* /*debug*/) override {
    return error_;
  }
  IOStatus Append(const Slice& /*data*/, const IOOptions& /*options*/,
                  const rocksdb::DataVerificationInfo& /*verification*/, IODebugContext* /*debug*/) override {
    return error_;
  }
  IOStatus Flush(const IOOptions& /*options*/, IODebugContext* /*debug*/) override { return IOStatus::OK(); }
  IOStatus Sync(const IOOptions& /*options*/, IODebugContext* /*debug*/) override { return error_; }
  bool IsSyncThreadSafe() const override { return true; }
  IOStatus Close(const IOOptions& /*options*/, IODebugContext* /*debug*/) override { return IOStatus::OK(); }

 private:
  const IOStatus error_;
};

// The files that wait for their ingestion and could not be read. RocksDB 7.8 takes such a file for an empty one, says
// nothing, and hangs at a later change of what files it has. It reads a file before it links it: the link can be
// refused.
class UnreadableFiles {
 public:
  static bool Concerns(std::string_view path) { return path.find("/scratch/") != std::string_view::npos; }
  void Add(const std::string& path, const IOStatus& error) {
    const std::lock_guard lock(mutex_);
    errors_[path] = error;
  }
  // The error of a file, which is forgotten with that.
  IOStatus Take(const std::string& path) {
    const std::lock_guard lock(mutex_);
    const auto found = errors_.find(path);
    if (found == errors_.end()) return IOStatus::OK();
    IOStatus error = found->second;
    errors_.erase(found);
    return error;
  }

 private:
  std::mutex mutex_;
  std::map<std::string, IOStatus> errors_;
};

// A file that waits for its ingestion. RocksDB 7.8 aborts where it cannot read the last block of keys, which it reads
// after the first one. So the end of the file, in which that block is with all that follows it, is read when the file
// is opened: that may fail.
class ScratchFile final : public rocksdb::FSRandomAccessFileOwnerWrapper {
 public:
  // Of the largest segments, indexes and filters behind the last block take some megabytes.
  static constexpr std::uint64_t kEndBytes = std::uint64_t{8} << 20U;

  ScratchFile(std::unique_ptr<rocksdb::FSRandomAccessFile> file, std::string path,
              std::shared_ptr<UnreadableFiles> unreadable)
      : FSRandomAccessFileOwnerWrapper(std::move(file)), path_(std::move(path)), unreadable_(std::move(unreadable)) {}

  IOStatus ReadEnd(std::uint64_t file_bytes, const IOOptions& options, IODebugContext* debug) {
    end_at_ = file_bytes - std::min(file_bytes, kEndBytes);
    end_.resize(file_bytes - end_at_);
    Slice read;
    KALENDS_RETURN_IF_IO_ERROR(
        FSRandomAccessFileWrapper::Read(end_at_, end_.size(), options, &read, end_.data(), debug));
    if (read.size() != end_.size()) return IOStatus::IOError("it is shorter than it was", path_);
    if (read.data() != end_.data()) std::memcpy(end_.data(), read.data(), read.size());
    return IOStatus::OK();
  }

  IOStatus Read(std::uint64_t offset, std::size_t size, const IOOptions& options, Slice* result, char* scratch,
                IODebugContext* debug) const override {
    if (offset >= end_at_ && offset - end_at_ <= end_.size() && size <= end_.size() - (offset - end_at_)) {
      std::memcpy(scratch, end_.data() + (offset - end_at_), size);
      *result = Slice(scratch, size);
      return IOStatus::OK();
    }
    IOStatus status = FSRandomAccessFileWrapper::Read(offset, size, options, result, scratch, debug);
    if (!status.ok()) unreadable_->Add(path_, status);
    return status;
  }

 private:
  const std::string path_;
  const std::shared_ptr<UnreadableFiles> unreadable_;
  std::uint64_t end_at_ = UINT64_MAX;
  std::string end_;
};

std::string_view NameOf(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

bool IsOptionsFile(std::string_view path) { return NameOf(path).starts_with("OPTIONS-"); }

class KalendsFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  KalendsFileSystem(const std::shared_ptr<rocksdb::FileSystem>& base, std::shared_ptr<FileObserver> observer)
      : FileSystemWrapper(base), observer_(std::move(observer)) {}

  const char* Name() const override { return "KalendsFileSystem"; }

  IOStatus NewWritableFile(const std::string& path, const FileOptions& options,
                           std::unique_ptr<rocksdb::FSWritableFile>* file, IODebugContext* debug) override {
    // RocksDB logs the refusal and goes on, as long as fail_if_options_file_error is false.
    if (IsOptionsFile(path)) return IOStatus::NotSupported("options are kept in the catalog", path);
    IOStatus made = Before({Kind::kCreate, path});
    if (made.ok()) made = target_->NewWritableFile(path, options, file, debug);
    if (!made.ok() && NameOf(path).ends_with(".log")) {
      *file = std::make_unique<UnmadeLog>(std::move(made));
      return IOStatus::OK();
    }
    KALENDS_RETURN_IF_IO_ERROR(made);
    Observe(path, 0, file);
    if (NameOf(path).starts_with("MANIFEST-"))
      *file = std::make_unique<ManifestFile>(std::move(*file), manifest_failed_);
    return IOStatus::OK();
  }
  IOStatus ReopenWritableFile(const std::string& path, const FileOptions& options,
                              std::unique_ptr<rocksdb::FSWritableFile>* file, IODebugContext* debug) override {
    if (observer_ == nullptr) return target_->ReopenWritableFile(path, options, file, debug);
    std::uint64_t bytes = 0;
    if (target_->FileExists(path, options.io_options, debug).ok()) {
      KALENDS_RETURN_IF_IO_ERROR(target_->GetFileSize(path, options.io_options, &bytes, debug));
    } else {
      KALENDS_RETURN_IF_IO_ERROR(Before({Kind::kCreate, path}));
    }
    KALENDS_RETURN_IF_IO_ERROR(target_->ReopenWritableFile(path, options, file, debug));
    Observe(path, bytes, file);
    return IOStatus::OK();
  }
  IOStatus ReuseWritableFile(const std::string& path, const std::string& old_path, const FileOptions& options,
                             std::unique_ptr<rocksdb::FSWritableFile>* file, IODebugContext* debug) override {
    KALENDS_RETURN_IF_IO_ERROR(Before({Kind::kRename, old_path, 0, &path}));
    KALENDS_RETURN_IF_IO_ERROR(target_->ReuseWritableFile(path, old_path, options, file, debug));
    Observe(path, 0, file);
    return IOStatus::OK();
  }
  IOStatus NewRandomAccessFile(const std::string& path, const FileOptions& options,
                               std::unique_ptr<rocksdb::FSRandomAccessFile>* file, IODebugContext* debug) override {
    KALENDS_RETURN_IF_IO_ERROR(target_->NewRandomAccessFile(path, options, file, debug));
    if (observer_ != nullptr) *file = std::make_unique<ObservedRandomAccessFile>(std::move(*file), path, observer_);
    if (!UnreadableFiles::Concerns(path)) return IOStatus::OK();
    std::uint64_t bytes = 0;
    KALENDS_RETURN_IF_IO_ERROR(target_->GetFileSize(path, options.io_options, &bytes, debug));
    auto scratch_file = std::make_unique<ScratchFile>(std::move(*file), path, unreadable_);
    KALENDS_RETURN_IF_IO_ERROR(scratch_file->ReadEnd(bytes, options.io_options, debug));
    *file = std::move(scratch_file);
    return IOStatus::OK();
  }
  IOStatus NewSequentialFile(const std::string& path, const FileOptions& options,
                             std::unique_ptr<rocksdb::FSSequentialFile>* file, IODebugContext* debug) override {
    KALENDS_RETURN_IF_IO_ERROR(target_->NewSequentialFile(path, options, file, debug));
    if (observer_ != nullptr) *file = std::make_unique<ObservedSequentialFile>(std::move(*file), path, observer_);
    return IOStatus::OK();
  }
  IOStatus NewRandomRWFile(const std::string& path, const FileOptions& options,
                           std::unique_ptr<rocksdb::FSRandomRWFile>* file, IODebugContext* debug) override {
    KALENDS_RETURN_IF_IO_ERROR(target_->NewRandomRWFile(path, options, file, debug));
    if (observer_ == nullptr) return IOStatus::OK();
    *file = std::make_unique<ObservedRandomRWFile>(std::move(*file), path, target_, observer_);
    return IOStatus::OK();
  }
  IOStatus NewDirectory(const std::string& path, const IOOptions& options,
                        std::unique_ptr<rocksdb::FSDirectory>* directory, IODebugContext* debug) override {
    KALENDS_RETURN_IF_IO_ERROR(target_->NewDirectory(path, options, directory, debug));
    if (observer_ != nullptr) *directory = std::make_unique<ObservedDirectory>(std::move(*directory), path, observer_);
    return IOStatus::OK();
  }
  IOStatus DeleteFile(const std::string& path, const IOOptions& options, IODebugContext* debug) override {
    // The next opening removes what is named nowhere.
    if (manifest_failed_->load() && NameOf(path).ends_with(".sst")) return IOStatus::OK();
    KALENDS_RETURN_IF_IO_ERROR(Before({Kind::kDelete, path}));
    return target_->DeleteFile(path, options, debug);
  }
  IOStatus Truncate(const std::string& path, std::size_t size, const IOOptions& options,
                    IODebugContext* debug) override {
    KALENDS_RETURN_IF_IO_ERROR(Before({Kind::kTruncate, path, size}));
    return target_->Truncate(path, size, options, debug);
  }
  IOStatus RenameFile(const std::string& path, const std::string& new_path, const IOOptions& options,
                      IODebugContext* debug) override {
    KALENDS_RETURN_IF_IO_ERROR(Before({Kind::kRename, path, 0, &new_path}));
    return target_->RenameFile(path, new_path, options, debug);
  }
  IOStatus LinkFile(const std::string& path, const std::string& new_path, const IOOptions& options,
                    IODebugContext* debug) override {
    KALENDS_RETURN_IF_IO_ERROR(unreadable_->Take(path));
    KALENDS_RETURN_IF_IO_ERROR(Before({Kind::kLink, path, 0, &new_path}));
    return target_->LinkFile(path, new_path, options, debug);
  }
  // Without an answer RocksDB does not try to recover by itself from a full disk, which a failed assertion of its own
  // can end.
  IOStatus GetFreeSpace(const std::string& path, const IOOptions& /*options*/, std::uint64_t* /*bytes*/,
                        IODebugContext* /*debug*/) override {
    return IOStatus::NotSupported("a full disk is recovered from by opening again", path);
  }

 private:
  IOStatus Before(const FileOperation& operation) {
    return observer_ == nullptr ? IOStatus::OK() : observer_->Before(operation);
  }
  void Observe(const std::string& path, std::uint64_t bytes, std::unique_ptr<rocksdb::FSWritableFile>* file) {
    if (observer_ == nullptr) return;
    *file = std::make_unique<ObservedWritableFile>(std::move(*file), path, bytes, observer_);
  }

  const std::shared_ptr<FileObserver> observer_;
  const std::shared_ptr<std::atomic<bool>> manifest_failed_ = std::make_shared<std::atomic<bool>>(false);
  const std::shared_ptr<UnreadableFiles> unreadable_ = std::make_shared<UnreadableFiles>();
};

}  // namespace

std::shared_ptr<rocksdb::FileSystem> MakeFileSystem(const std::shared_ptr<rocksdb::FileSystem>& base,
                                                    std::shared_ptr<FileObserver> observer) {
  return std::make_shared<KalendsFileSystem>(base, std::move(observer));
}

}  // namespace kalends
