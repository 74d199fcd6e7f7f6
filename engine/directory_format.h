#pragma once

#include <string>

#include "kalends/status.h"

// A database's directory:
//
//   KALENDS    text: `kalends 1\n`, the format version; written last when a database is made
//   CREATING   there while a database is being made
//   lock       see directory_lock.h
//   rocksdb/   RocksDB's files
//   lost/      what was cut from damaged logs
namespace kalends {

enum class DirectoryContent {
  kDatabase,
  kNothing,  // Absent or empty, or the remains of a creation that did not finish.
};

// kInvalidArgument for a directory with other content, kUnsupported for a newer format.
Result<DirectoryContent> InspectDirectory(const std::string& directory);
// Makes the directory and marks it as being made; removes the remains of an earlier try.
Status BeginCreating(const std::string& directory);
// Makes it a database.
Status FinishCreating(const std::string& directory);
// Removes the mark of being made, where a kill just before left it in a database.
Status RemoveMark(const std::string& directory);
std::string RocksDirectory(const std::string& directory);
std::string LostDirectory(const std::string& directory);

}  // namespace kalends
