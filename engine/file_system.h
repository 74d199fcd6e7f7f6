#pragma once

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace kalends {

// One operation on a file, as a fault test sees it.
struct FileOperation {
  enum class Kind : std::uint8_t {
    kCreate,
    kWrite,
    kSync,
    kClose,
    kRename,
    kDelete,
    kRead,
    kTruncate,
    kLink,
    kDirectorySync
  };
  Kind kind;
  const std::string& path;
  std::uint64_t bytes = 0;              // Written or read; of kTruncate the new size.
  const std::string* target = nullptr;  // Of kRename and kLink: the new path.
};

// Told before each operation; an error that it returns is returned instead of doing it. Must be thread-safe.
class FileObserver {
 public:
  virtual ~FileObserver() = default;
  virtual rocksdb::IOStatus Before(const FileOperation& operation) = 0;
  // After a sync succeeded: so many bytes of the file survive a power cut.
  virtual void AfterSync(const std::string& path, std::uint64_t bytes) = 0;
};

// The FileSystem through which RocksDB is opened: passes everything to `base`, refuses to make `OPTIONS-*` files (with
// 600 months, writing one holds all writers for 314 ms; the options come from the catalog), and asks `observer` (may be
// null) before each operation. After a failed write of a MANIFEST it deletes no table file; a log that cannot be made
// is handed out as one that cannot be written; a file to ingest that could not be read is not linked; and it does not
// tell free space, with which RocksDB would recover from a full disk by itself. In all four RocksDB 7.8 loses files,
// hangs or fails an assertion of its own otherwise.
std::shared_ptr<rocksdb::FileSystem> MakeFileSystem(const std::shared_ptr<rocksdb::FileSystem>& base,
                                                    std::shared_ptr<FileObserver> observer);

}  // namespace kalends
