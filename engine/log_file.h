#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kalends/status.h"

// RocksDB's write-ahead logs as files, read without RocksDB. The layout is at the head of the .cc.
namespace kalends {

inline constexpr std::size_t kLogBlockBytes = 32768;

// The number of a log's path, such as 12 of `.../000012.log`; nullopt for any other file.
std::optional<std::uint64_t> LogNumber(std::string_view path);

struct LogName {
  std::uint64_t number;
  std::string path;
};
// The logs of a folder, oldest first.
Result<std::vector<LogName>> ListLogs(const std::string& directory);

struct LogRecord {
  enum class State : std::uint8_t {
    kGood,
    kOld,     // Of the log whose file this one was made from: nothing of this log follows.
    kCut,     // The bytes end within it.
    kZeroed,  // Zeros where a header should be.
    kBadChecksum,
    kUnknownType,  // The checksum is right.
  };
  // How a batch is laid over records; kNote is none of a batch.
  enum class Part : std::uint8_t { kWhole, kFirst, kMiddle, kLast, kNote };
  State state;
  Part part = Part::kNote;
  bool is_recyclable = false;
  std::size_t header_bytes = 0;
  std::size_t payload_bytes = 0;
};
// The record at the front of `bytes`, which end with its block or its file.
LogRecord ReadLogRecord(std::string_view bytes, std::uint64_t log_number);

// Closes its descriptor.
class FileDescriptor {
 public:
  explicit FileDescriptor(int number) : number_(number) {}
  ~FileDescriptor();
  FileDescriptor(FileDescriptor&& other) noexcept : number_(other.number_) { other.number_ = -1; }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

// An error of the operating system by its errno: "cannot WHAT PATH: No space left on device".
Error SystemError(std::string_view what, std::string_view path, int error_number);

// Reads a log by blocks, many at a time.
class LogReader {
 public:
  static Result<LogReader> Open(const LogName& name);
  std::uint64_t number() const { return number_; }
  std::uint64_t bytes() const { return bytes_; }
  std::uint64_t blocks() const { return (bytes_ + kLogBlockBytes - 1) / kLogBlockBytes; }
  // The bytes of a block, fewer at the end of the file; valid until the next call.
  Result<std::string_view> Block(std::uint64_t block);

 private:
  LogReader(FileDescriptor file, const LogName& name, std::uint64_t bytes)
      : file_(std::move(file)), path_(name.path), number_(name.number), bytes_(bytes) {}

  FileDescriptor file_;
  std::string path_;
  std::uint64_t number_;
  std::uint64_t bytes_;
  std::string buffer_;
  std::uint64_t buffer_begin_ = 0;  // In the file.
};

}  // namespace kalends
