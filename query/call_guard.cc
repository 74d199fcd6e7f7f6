#include "query/call_guard.h"

#include <chrono>

#include "format/errors.h"

namespace kalends {

Status CallGuard::Check() {
  next_check_ = rows_ + kRowsPerCheck;
  if (options_.cancel != nullptr && options_.cancel->IsCancelled()) {
    return MakeError(ErrorCode::kCancelled, "the call was cancelled after ", rows_, " rows");
  }
  if (options_.deadline.has_value() && std::chrono::steady_clock::now() >= *options_.deadline) {
    return MakeError(ErrorCode::kDeadlineExceeded, "the deadline of the call passed after ", rows_, " rows");
  }
  return {};
}

}  // namespace kalends
