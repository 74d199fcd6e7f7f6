#include "engine/rocks_status.h"

#include <string>

namespace kalends {

Error FromRocks(std::string_view where, const rocksdb::Status& status) {
  const std::string message = std::string(where) + ": " + status.ToString();
  if (status.IsNoSpace())
    return Error(ErrorCode::kNoSpace, message + "; free space on the disk and open the database again");
  if (status.IsCorruption())
    return Error(ErrorCode::kCorruption, message + "; run `kalends verify --deep`, restore from a backup");
  if (status.IsNotFound()) return Error(ErrorCode::kNotFound, message);
  if (status.IsBusy() || status.IsTryAgain()) return Error(ErrorCode::kBusy, message);
  if (status.IsInvalidArgument()) return Error(ErrorCode::kInvalidArgument, message);
  if (status.IsShutdownInProgress() || status.IsAborted()) return Error(ErrorCode::kCancelled, message);
  if (status.IsNotSupported()) return Error(ErrorCode::kUnsupported, message);
  return Error(ErrorCode::kIoError, message);
}

}  // namespace kalends
