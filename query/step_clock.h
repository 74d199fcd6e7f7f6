#pragma once

#include <chrono>
#include <utility>

namespace kalends {

// Measures steps, where somebody wants to know.
class StepClock {
 public:
  explicit StepClock(bool is_on) : is_on_(is_on) {
    if (is_on_) last_ = std::chrono::steady_clock::now();
  }
  // Since the lap before.
  std::chrono::nanoseconds Lap() {
    if (!is_on_) return {};
    const auto now = std::chrono::steady_clock::now();
    return now - std::exchange(last_, now);
  }

 private:
  bool is_on_;
  std::chrono::steady_clock::time_point last_;
};

}  // namespace kalends
