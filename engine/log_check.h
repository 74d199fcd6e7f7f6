#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kalends/status.h"

// RocksDB 7.8 opens with a hole where an older log is cut, and refuses a zeroed end of the newest. So the logs are read
// before it is opened.
namespace kalends {

struct LogFault {
  std::string file;      // Path.
  std::uint64_t offset;  // Of the first bad record.
  std::uint64_t bytes;   // Of the file.
  bool is_torn_end;      // No whole record follows, in this log or a newer one: what a crash leaves.
  std::string problem;   // "checksum is wrong", "cut record", "zeroed".
};

// Reads every `*.log` of RocksDB's folder `directory`, oldest first; the first fault, or nullopt.
Result<std::optional<LogFault>> CheckLogs(const std::string& directory);

// Copies what is behind `fault.offset`, and every newer log, to `lost_directory` (made where needed; names carry log
// number, offset and a counter), then removes the newer logs, the newest first, and cuts the file there, syncing each
// step. Returns what was moved, in a line for people.
Result<std::string> CutLog(const std::string& directory, const LogFault& fault, const std::string& lost_directory);

}  // namespace kalends
