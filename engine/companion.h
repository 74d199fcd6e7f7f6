#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>

namespace kalends {

// A thread that readers share: one who has much to read gives it a part of it, where nobody else did. Any number of
// threads may call.
class Companion {
 public:
  struct Task {
    explicit Task(std::function<void()> what) : work(std::move(what)) {}
    std::function<void()> work;
    bool is_done = false;
  };

  Companion();
  ~Companion();  // Nobody waits any more.
  Companion(const Companion&) = delete;
  Companion& operator=(const Companion&) = delete;

  // False where it is busy: then the caller does the work. Else Wait must follow; the task stays where it is until
  // then.
  bool Begin(Task* task);
  void Wait(Task* task);

 private:
  void Run();

  std::mutex mutex_;
  std::condition_variable begun_;
  std::condition_variable done_;
  Task* task_ = nullptr;  // Waits to be begun, or is at work.
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace kalends
