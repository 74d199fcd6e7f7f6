#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "kalends/status.h"

namespace kalends {

// One thread that does what nobody waits for, in order: sealing, merging, giving back space. Jobs that fail are told to
// `tell` and not repeated by themselves.
class Background {
 public:
  using Job = std::function<Status()>;
  Background(std::function<void(const std::string&)> tell, std::function<void()> on_tick);
  ~Background();  // As Stop.
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

  void Start();
  // `what` names the job in messages. After Stop jobs are dropped.
  void Add(std::string what, Job job);
  // Has the job done on the thread, after those that wait, and returns what it returned; kCancelled when Stop came
  // before. Not from a job.
  Status Do(Job job);
  // Waits until every job that was added before is done, and those that they added.
  void Drain();
  // Back-pressure for writers: waits until `is_ready`, asked after each job, or nothing is left to do that could make
  // it so; with `wait_max` no longer than that. Asks without a lock.
  void WaitFor(const std::function<bool()>& is_ready, std::optional<std::chrono::milliseconds> wait_max);
  // Finishes the running job, forgets the others, ends the thread.
  void Stop();
  // The first error since the last call.
  Status TakeError();

 private:
  struct Entry {
    std::string what;
    Job job;
  };
  void Run();

  const std::function<void(const std::string&)> tell_;
  const std::function<void()> on_tick_;  // About once a second, on the thread, between jobs.
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Entry> jobs_;
  bool running_ = false;
  std::uint64_t jobs_done_ = 0;
  bool stop_ = false;
  Status error_;
  std::thread thread_;
};

}  // namespace kalends
