#include "engine/background.h"

#include <chrono>
#include <utility>

namespace kalends {

Background::Background(std::function<void(const std::string&)> tell, std::function<void()> on_tick)
    : tell_(std::move(tell)), on_tick_(std::move(on_tick)) {}

void Background::Start() {
  thread_ = std::thread([this] { Run(); });
}

Background::~Background() { Stop(); }

void Background::Add(std::string what, Job job) {
  const std::lock_guard lock(mutex_);
  if (stop_) return;
  jobs_.push_back({std::move(what), std::move(job)});
  changed_.notify_all();
}

void Background::Drain() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return stop_ || (jobs_.empty() && !running_); });
}

void Background::WaitForRoom(std::size_t jobs_max, std::optional<std::chrono::milliseconds> wait_max) {
  std::unique_lock lock(mutex_);
  const auto has_room = [this, jobs_max] { return stop_ || jobs_.size() <= jobs_max; };
  if (wait_max) {
    changed_.wait_for(lock, *wait_max, has_room);
  } else {
    changed_.wait(lock, has_room);
  }
}

void Background::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
  // Outside the lock: what the jobs hold may add jobs when it goes.
  std::deque<Entry> forgotten;
  {
    const std::lock_guard lock(mutex_);
    forgotten.swap(jobs_);
  }
}

Status Background::TakeError() {
  const std::lock_guard lock(mutex_);
  return std::exchange(error_, Status());
}

void Background::Run() {
  std::unique_lock lock(mutex_);
  while (!stop_) {
    if (jobs_.empty()) {
      const bool quiet = changed_.wait_for(lock, std::chrono::seconds(1)) == std::cv_status::timeout;
      if (quiet && !stop_ && jobs_.empty()) {
        running_ = true;
        lock.unlock();
        on_tick_();
        lock.lock();
        running_ = false;
        changed_.notify_all();
      }
      continue;
    }
    Entry entry = std::move(jobs_.front());
    jobs_.pop_front();
    running_ = true;
    lock.unlock();
    const Status status = entry.job();
    if (!status.ok()) tell_(entry.what + " failed: " + status.error().message());
    entry.job = nullptr;  // What it holds goes before the job counts as done.
    lock.lock();
    if (!status.ok() && error_.ok()) error_ = status;
    running_ = false;
    changed_.notify_all();
  }
}

}  // namespace kalends
