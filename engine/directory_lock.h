#pragma once

#include <memory>
#include <string>

#include "kalends/status.h"

namespace kalends {

// Held by the one process that writes a database: flock on `DIRECTORY/lock`, which holds the process id as text. Goes
// with the process.
class DirectoryLock {
 public:
  // kBusy names the process that holds it.
  static Result<std::unique_ptr<DirectoryLock>> Take(const std::string& directory);
  ~DirectoryLock();
  DirectoryLock(const DirectoryLock&) = delete;
  DirectoryLock& operator=(const DirectoryLock&) = delete;

 private:
  explicit DirectoryLock(int file) : file_(file) {}
  int file_;
};

}  // namespace kalends
