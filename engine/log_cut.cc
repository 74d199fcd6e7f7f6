// What is cut off is first safe elsewhere: copies, then removals from the newest log back, then the cut, each synced. A
// crash between leaves the fault where it was, so that the check finds it again and cutting can be repeated; a copy too
// many is the worst that comes of it.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <string>
#include <vector>

#include "engine/log_check.h"
#include "engine/log_file.h"
#include "format/errors.h"

namespace kalends {
namespace {

constexpr std::size_t kCopyBytes = std::size_t{1} << 20U;

Status SyncDirectory(const std::string& directory) {
  const FileDescriptor file(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (file.number() < 0) return SystemError("open", directory, errno);
  if (fsync(file.number()) != 0) return SystemError("sync", directory, errno);
  return {};
}

// Makes the folder and those above it, as far as they are missing, and syncs the parent of each that it made.
Status MakeDirectory(const std::filesystem::path& directory) {
  std::error_code error;
  if (std::filesystem::is_directory(directory, error)) return {};
  const std::filesystem::path parent = directory.parent_path();
  if (!parent.empty() && parent != directory) KALENDS_RETURN_IF_ERROR(MakeDirectory(parent));
  if (mkdir(directory.c_str(), 0755) != 0 && errno != EEXIST) return SystemError("make", directory.string(), errno);
  return SyncDirectory(parent.empty() ? "." : parent.string());
}

Status WriteAll(int file, const std::string& path, const char* bytes, std::size_t size) {
  while (size > 0) {
    const ssize_t count = write(file, bytes, size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return SystemError("write", path, errno);
    bytes += count;
    size -= static_cast<std::size_t>(count);
  }
  return {};
}

// The bytes of `from` behind `offset`, and a sync.
Status CopyBehind(const LogName& from, std::uint64_t offset, int to, const std::string& to_path) {
  const FileDescriptor file(open(from.path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.number() < 0) return SystemError("open", from.path, errno);
  std::string buffer(kCopyBytes, '\0');
  for (;;) {
    const ssize_t count = pread(file.number(), buffer.data(), buffer.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return SystemError("read", from.path, errno);
    if (count == 0) break;
    KALENDS_RETURN_IF_ERROR(WriteAll(to, to_path, buffer.data(), static_cast<std::size_t>(count)));
    offset += static_cast<std::uint64_t>(count);
  }
  if (fsync(to) != 0) return SystemError("sync", to_path, errno);
  return {};
}

// Into a file of a name not yet taken; a copy that fails is removed.
Status KeepInLost(const LogName& log, std::uint64_t offset, const std::string& lost_directory) {
  std::string digits = std::to_string(log.number);
  digits.insert(0, 6 - std::min<std::size_t>(6, digits.size()), '0');
  for (unsigned counter = 1;; ++counter) {
    const std::string path =
        lost_directory + "/log-" + digits + "-at-" + std::to_string(offset) + "-" + std::to_string(counter);
    const FileDescriptor copy(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
    if (copy.number() < 0 && errno == EEXIST) continue;
    if (copy.number() < 0) return SystemError("make", path, errno);
    Status status = CopyBehind(log, offset, copy.number(), path);
    if (!status.ok()) unlink(path.c_str());
    return status;
  }
}

Result<std::uint64_t> FileBytes(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) return SystemError("read", path, errno);
  return static_cast<std::uint64_t>(status.st_size);
}

Status CutAt(const std::string& path, std::uint64_t offset) {
  const FileDescriptor file(open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (file.number() < 0) return SystemError("open", path, errno);
  if (ftruncate(file.number(), static_cast<off_t>(offset)) != 0) return SystemError("cut", path, errno);
  if (fsync(file.number()) != 0) return SystemError("sync", path, errno);
  return {};
}

}  // namespace

Result<std::string> CutLog(const std::string& directory, const LogFault& fault, const std::string& lost_directory) {
  const auto number = LogNumber(fault.file);
  if (!number) return InvalidArgument("cannot cut ", fault.file, ": it is no log");
  KALENDS_TRY(std::vector<LogName> logs, ListLogs(directory));
  std::erase_if(logs, [&](const LogName& log) { return log.number < *number; });
  if (logs.empty() || logs.front().number != *number) {
    return NotFound("cannot cut ", fault.file, ": it is not in ", directory);
  }
  const LogName& damaged = logs.front();
  KALENDS_TRY(const std::uint64_t bytes, FileBytes(damaged.path));
  if (bytes != fault.bytes || fault.offset > bytes) {
    return InvalidArgument("cannot cut ", damaged.path, " at ", fault.offset, ": it has ", bytes, " bytes and had ",
                           fault.bytes, " when it was checked: check it again");
  }

  KALENDS_RETURN_IF_ERROR(MakeDirectory(std::filesystem::path(lost_directory).lexically_normal()));
  std::uint64_t newer_bytes = 0;
  for (const LogName& log : logs) {
    const bool is_damaged = log.number == *number;
    KALENDS_RETURN_IF_ERROR(KeepInLost(log, is_damaged ? fault.offset : 0, lost_directory));
    if (is_damaged) continue;
    KALENDS_TRY(const std::uint64_t log_bytes, FileBytes(log.path));
    newer_bytes += log_bytes;
  }
  KALENDS_RETURN_IF_ERROR(SyncDirectory(lost_directory));

  for (std::size_t i = logs.size(); i-- > 1;) {
    if (unlink(logs[i].path.c_str()) != 0) return SystemError("remove", logs[i].path, errno);
    KALENDS_RETURN_IF_ERROR(SyncDirectory(directory));
  }
  KALENDS_RETURN_IF_ERROR(CutAt(damaged.path, fault.offset));

  std::string report = "moved " + std::to_string(bytes - fault.offset) + " bytes from offset " +
                       std::to_string(fault.offset) + " of " + damaged.path + " on";
  if (logs.size() > 1) {
    report += ", and " + std::to_string(newer_bytes) + " bytes of " + std::to_string(logs.size() - 1) +
              (logs.size() == 2 ? " newer log" : " newer logs");
  }
  return report + ", to " + lost_directory;
}

}  // namespace kalends
