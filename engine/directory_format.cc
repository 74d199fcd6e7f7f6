#include "engine/directory_format.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "format/errors.h"

namespace kalends {
namespace {

namespace fs = std::filesystem;

constexpr int kFormatVersion = 1;
constexpr std::string_view kFormatPrefix = "kalends ";

Error FileError(const std::string& what, int error) {
  if (error == ENOSPC)
    return MakeError(ErrorCode::kNoSpace, what, ": ", std::strerror(error), "; free space on the disk");
  if (error == EACCES || error == EROFS) return MakeError(ErrorCode::kReadOnly, what, ": ", std::strerror(error));
  return IoFailure(what, ": ", std::strerror(error));
}

Status SyncPath(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return FileError("opening " + path, errno);
  const int failed = fsync(file) != 0 ? errno : 0;
  close(file);
  if (failed != 0) return FileError("syncing " + path, failed);
  return {};
}

Status WriteFile(const std::string& path, std::string_view text) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) return FileError("making " + path, errno);
  const bool written = write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && fsync(file) == 0;
  const int failed = errno;
  close(file);
  if (!written) return FileError("writing " + path, failed);
  return {};
}

Status CheckFormat(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  int version = 0;
  if (text.starts_with(kFormatPrefix)) {
    std::from_chars(text.data() + kFormatPrefix.size(), text.data() + text.size(), version);
  }
  if (version < 1) return Corruption(path, ": no format version; it should read `kalends 1`");
  if (version > kFormatVersion) {
    return Unsupported(path, ": format ", version, " is newer than this version of Kalends, which reads ",
                       kFormatVersion, "; use a newer one");
  }
  return {};
}

}  // namespace

std::string RocksDirectory(const std::string& directory) { return directory + "/rocksdb"; }
std::string LostDirectory(const std::string& directory) { return directory + "/lost"; }

Result<DirectoryContent> InspectDirectory(const std::string& directory) {
  std::error_code error;
  const fs::file_status status = fs::status(directory, error);
  if (status.type() == fs::file_type::not_found) return DirectoryContent::kNothing;
  if (error) return FileError("reading " + directory, error.value());
  if (status.type() != fs::file_type::directory)
    return InvalidArgument(directory, " is no directory; a database is one");
  if (fs::exists(directory + "/KALENDS", error)) {
    KALENDS_RETURN_IF_ERROR(CheckFormat(directory + "/KALENDS"));
    return DirectoryContent::kDatabase;
  }
  if (fs::exists(directory + "/CREATING", error)) return DirectoryContent::kNothing;
  fs::directory_iterator entries(directory, error);
  if (error) return FileError("reading " + directory, error.value());
  for (const fs::directory_entry& entry : entries) {
    if (entry.path().filename() != "lock") {
      return InvalidArgument(directory, " is no Kalends database and holds other files (",
                             entry.path().filename().string(), "); name another directory");
    }
  }
  return DirectoryContent::kNothing;
}

Status BeginCreating(const std::string& directory) {
  std::error_code error;
  fs::create_directories(directory, error);
  if (error) return FileError("making " + directory, error.value());
  KALENDS_RETURN_IF_ERROR(WriteFile(directory + "/CREATING", "A database is being made here.\n"));
  KALENDS_RETURN_IF_ERROR(SyncPath(directory));
  fs::remove_all(RocksDirectory(directory), error);
  if (error) return FileError("removing " + RocksDirectory(directory), error.value());
  fs::create_directory(RocksDirectory(directory), error);
  if (error) return FileError("making " + RocksDirectory(directory), error.value());
  return SyncPath(directory);
}

Status FinishCreating(const std::string& directory) {
  // It is there whole or not at all: by it a directory counts as a database.
  const std::string path = directory + "/KALENDS";
  const std::string unfinished = directory + "/KALENDS.new";
  KALENDS_RETURN_IF_ERROR(WriteFile(unfinished, std::string(kFormatPrefix) + std::to_string(kFormatVersion) + "\n"));
  if (rename(unfinished.c_str(), path.c_str()) != 0) return FileError("making " + path, errno);
  KALENDS_RETURN_IF_ERROR(SyncPath(directory));
  KALENDS_RETURN_IF_ERROR(RemoveMark(directory));
  return SyncPath(directory);
}

Status RemoveMark(const std::string& directory) {
  const std::string mark = directory + "/CREATING";
  if (unlink(mark.c_str()) != 0 && errno != ENOENT) return FileError("removing " + mark, errno);
  return {};
}

}  // namespace kalends
