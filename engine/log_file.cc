// RocksDB's log, as 7.8 writes it. A file is cut into blocks of 32 KiB; a record never crosses a block, so a batch is
// one whole record or a first, any number of middle and a last one. Where less than a header is left in a block, zeros
// fill it.
//
//   offset  bytes  field
//        0      4  checksum  masked CRC-32C of all from `type` on, little-endian
//        4      2  length    of the payload, little-endian
//        6      1  type      0 nothing was written here; 1 whole, 2 first, 3 middle, 4 last; 5 to 8 the same with
//                            a log number; 9 a note on the log's compression
//        7      4  log       only with types 5 to 8: the low 32 bits of the log's number; a record with another one
//                            is left from the file's former use
//        *      *  payload
#include "engine/log_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <system_error>

#include "engine/crc32c.h"
#include "format/errors.h"
#include "format/varint.h"

namespace kalends {
namespace {

constexpr std::size_t kHeaderBytes = 7;
constexpr std::size_t kRecyclableHeaderBytes = 11;
constexpr std::size_t kChecksummedFrom = 6;
constexpr std::uint8_t kFirstRecyclableType = 5;
constexpr std::uint8_t kLastRecyclableType = 8;
constexpr std::uint8_t kCompressionType = 9;
constexpr std::size_t kReadBytes = 32 * kLogBlockBytes;

}  // namespace

std::optional<std::uint64_t> LogNumber(std::string_view path) {
  constexpr std::string_view kEnding = ".log";
  const std::size_t slash = path.rfind('/');
  std::string_view name = slash == std::string_view::npos ? path : path.substr(slash + 1);
  if (!name.ends_with(kEnding)) return std::nullopt;
  name.remove_suffix(kEnding.size());
  std::uint64_t number = 0;
  const char* end = name.data() + name.size();
  const auto [stopped, error] = std::from_chars(name.data(), end, number);
  if (error != std::errc() || stopped != end) return std::nullopt;
  return number;
}

Result<std::vector<LogName>> ListLogs(const std::string& directory) {
  std::vector<LogName> logs;
  std::error_code error;
  std::filesystem::directory_iterator entry(directory, error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    const std::string path = entry->path().string();
    if (const auto number = LogNumber(path)) logs.push_back({*number, path});
  }
  if (error) return SystemError("list", directory, error.value());
  std::sort(logs.begin(), logs.end(), [](const LogName& a, const LogName& b) { return a.number < b.number; });
  return logs;
}

LogRecord ReadLogRecord(std::string_view bytes, std::uint64_t log_number) {
  using State = LogRecord::State;
  if (bytes.size() < kHeaderBytes) return {.state = State::kCut};
  const std::size_t length = ReadLittleEndian<std::uint16_t>(bytes, 4);
  const auto type = static_cast<std::uint8_t>(bytes[6]);
  if (type == 0 && length == 0) return {.state = State::kZeroed};
  const bool is_recyclable = type >= kFirstRecyclableType && type <= kLastRecyclableType;
  const std::size_t header_bytes = is_recyclable ? kRecyclableHeaderBytes : kHeaderBytes;
  if (header_bytes + length > bytes.size()) return {.state = State::kCut};
  const std::uint32_t crc = Crc32c(bytes.substr(kChecksummedFrom, header_bytes + length - kChecksummedFrom));
  if (MaskCrc32c(crc) != ReadLittleEndian<std::uint32_t>(bytes)) return {.state = State::kBadChecksum};

  LogRecord record{
      .state = State::kGood, .is_recyclable = is_recyclable, .header_bytes = header_bytes, .payload_bytes = length};
  if (type >= 1 && type <= kLastRecyclableType) {
    record.part = static_cast<LogRecord::Part>((type - 1) % 4);
  } else if (type != kCompressionType) {
    record.state = State::kUnknownType;
  }
  if (is_recyclable && ReadLittleEndian<std::uint32_t>(bytes, kHeaderBytes) != static_cast<std::uint32_t>(log_number)) {
    record.state = State::kOld;
  }
  return record;
}

FileDescriptor::~FileDescriptor() {
  if (number_ >= 0) close(number_);
}

Error SystemError(std::string_view what, std::string_view path, int error_number) {
  ErrorCode code = ErrorCode::kIoError;
  if (error_number == ENOSPC || error_number == EDQUOT) code = ErrorCode::kNoSpace;
  if (error_number == ENOENT) code = ErrorCode::kNotFound;
  return MakeError(code, "cannot ", what, " ", path, ": ", std::generic_category().message(error_number));
}

Result<LogReader> LogReader::Open(const LogName& name) {
  FileDescriptor file(open(name.path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.number() < 0) return SystemError("open", name.path, errno);
  struct stat status {};
  if (fstat(file.number(), &status) != 0) return SystemError("read", name.path, errno);
  return LogReader(std::move(file), name, static_cast<std::uint64_t>(status.st_size));
}

Result<std::string_view> LogReader::Block(std::uint64_t block) {
  const std::uint64_t begin = block * kLogBlockBytes;
  const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(kLogBlockBytes, bytes_ - begin));
  if (begin < buffer_begin_ || begin + size > buffer_begin_ + buffer_.size()) {
    buffer_.resize(static_cast<std::size_t>(std::min<std::uint64_t>(kReadBytes, bytes_ - begin)));
    buffer_begin_ = begin;
    for (std::size_t done = 0; done < buffer_.size();) {
      const ssize_t count =
          pread(file_.number(), buffer_.data() + done, buffer_.size() - done, static_cast<off_t>(begin + done));
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return SystemError("read", path_, errno);
      if (count == 0) return IoFailure("cannot read ", path_, ": another process made it shorter meanwhile");
      done += static_cast<std::size_t>(count);
    }
  }
  return std::string_view(buffer_).substr(static_cast<std::size_t>(begin - buffer_begin_), size);
}

}  // namespace kalends
