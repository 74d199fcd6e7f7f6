#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <utility>

namespace kalends {

// Counts the calls that are under way, so that closing can wait for them. Thread-safe.
class RunningCalls {
 public:
  // One call. Ends with its last holder.
  class Call {
   public:
    explicit Call(RunningCalls* calls) : calls_(calls) {}
    Call(Call&& other) noexcept : calls_(std::exchange(other.calls_, nullptr)) {}
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;
    Call& operator=(Call&&) = delete;
    ~Call() {
      if (calls_ != nullptr) calls_->End();
    }
    explicit operator bool() const { return calls_ != nullptr; }

   private:
    RunningCalls* calls_;
  };

  // None once closing began.
  Call Begin() {
    running_.fetch_add(1);
    Call call(this);
    return is_closing_.load() ? Call(nullptr) : std::move(call);
  }
  // From now on none begins; waits for those that did. Not from one of them.
  void Close() {
    is_closing_.store(true);
    std::unique_lock lock(mutex_);
    ended_.wait(lock, [this] { return running_.load() == 0; });
  }

 private:
  void End() {
    if (running_.fetch_sub(1) != 1 || !is_closing_.load()) return;
    const std::lock_guard lock(mutex_);
    ended_.notify_all();
  }

  std::atomic<int> running_{0};
  std::atomic<bool> is_closing_{false};
  std::mutex mutex_;
  std::condition_variable ended_;
};

}  // namespace kalends
