#pragma once

#include <cstdint>

#include "kalends/options.h"
#include "kalends/status.h"

namespace kalends {

// Ends a call whose deadline passed or that was cancelled. Looking at the clock costs as much as walking some ten rows,
// hence every few thousand.
class CallGuard {
 public:
  // `options.cancel` must outlive the guard.
  explicit CallGuard(const CallOptions& options) : options_(options) {}

  // Tells that `rows` more rows were walked.
  Status Walked(std::uint64_t rows) {
    rows_ += rows;
    if (rows_ < next_check_) return {};
    return Check();
  }
  Status Check();

 private:
  static constexpr std::uint64_t kRowsPerCheck = 4096;
  CallOptions options_;
  std::uint64_t rows_ = 0;
  std::uint64_t next_check_ = kRowsPerCheck;
};

}  // namespace kalends
