#include "engine/directory_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "format/errors.h"

namespace kalends {

Result<std::unique_ptr<DirectoryLock>> DirectoryLock::Take(const std::string& directory) {
  const std::string path = directory + "/lock";
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (file < 0) {
    const ErrorCode code = errno == EACCES || errno == EROFS ? ErrorCode::kReadOnly : ErrorCode::kIoError;
    return MakeError(code, "opening ", path, ": ", std::strerror(errno));
  }
  std::unique_ptr<DirectoryLock> lock(new DirectoryLock(file));
  if (flock(file, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return IoFailure("locking ", path, ": ", std::strerror(errno));
    std::array<char, 32> holder{};
    const ssize_t bytes = pread(file, holder.data(), holder.size() - 1, 0);
    const std::string process =
        bytes > 0 ? std::string(holder.data(), static_cast<std::size_t>(bytes)) : "an unknown process";
    return MakeError(ErrorCode::kBusy, directory, " is open in process ", process.substr(0, process.find('\n')),
                     "; close it there first");
  }
  const std::string text = std::to_string(getpid()) + "\n";
  if (ftruncate(file, 0) != 0 || pwrite(file, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) {
    const ErrorCode code = errno == ENOSPC ? ErrorCode::kNoSpace : ErrorCode::kIoError;
    return MakeError(code, "writing ", path, ": ", std::strerror(errno));
  }
  return lock;
}

DirectoryLock::~DirectoryLock() { close(file_); }

}  // namespace kalends
