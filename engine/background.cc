#include "engine/background.h"

#include <chrono>
#include <optional>
#include <utility>

#include "format/errors.h"

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

Status Background::Do(Job job) {
  std::optional<Status> outcome;  // Under mutex_.
  Add("", [this, &outcome, &job]() -> Status {
    const Status status = job();
    const std::lock_guard lock(mutex_);
    outcome = status;
    return {};  // Whoever waits is told.
  });
  std::unique_lock lock(mutex_);
  // After Stop the job may be running still: it refers to what lies here.
  changed_.wait(lock, [this, &outcome] { return outcome.has_value() || (stop_ && !running_); });
  if (!outcome.has_value()) return MakeError(ErrorCode::kCancelled, "the database was closed");
  return *outcome;
}

void Background::Drain() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return stop_ || (jobs_.empty() && !running_); });
}

void Background::WaitFor(const std::function<bool()>& is_ready, std::optional<std::chrono::milliseconds> wait_max) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point until = wait_max ? Clock::now() + *wait_max : Clock::time_point::max();
  std::unique_lock lock(mutex_);
  while (true) {
    const std::uint64_t jobs_done = jobs_done_;
    // What is looked at may be the last to hold something that adds a job when it goes.
    lock.unlock();
    if (is_ready()) return;
    lock.lock();
    const auto is_told = [&] { return stop_ || (jobs_.empty() && !running_) || jobs_done_ != jobs_done; };
    if (!changed_.wait_until(lock, until, is_told)) return;
    if (stop_ || (jobs_.empty() && !running_)) return;
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
  constexpr std::chrono::seconds kTick{1};
  auto next_tick = std::chrono::steady_clock::now() + kTick;
  std::unique_lock lock(mutex_);
  while (!stop_) {
    if (std::chrono::steady_clock::now() >= next_tick) {
      next_tick = std::chrono::steady_clock::now() + kTick;
      running_ = true;
      lock.unlock();
      on_tick_();
      lock.lock();
      running_ = false;
      changed_.notify_all();
      continue;
    }
    if (jobs_.empty()) {
      changed_.wait_until(lock, next_tick);
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
    ++jobs_done_;
    changed_.notify_all();
  }
}

}  // namespace kalends
