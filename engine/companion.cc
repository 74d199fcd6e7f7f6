#include "engine/companion.h"

namespace kalends {

Companion::Companion() : thread_([this] { Run(); }) {}

Companion::~Companion() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  begun_.notify_one();
  thread_.join();
}

bool Companion::Begin(Task* task) {
  {
    const std::unique_lock lock(mutex_, std::try_to_lock);
    if (!lock.owns_lock() || task_ != nullptr) return false;
    task_ = task;
  }
  begun_.notify_one();
  return true;
}

void Companion::Wait(Task* task) {
  std::unique_lock lock(mutex_);
  done_.wait(lock, [task] { return task->is_done; });
}

void Companion::Run() {
  std::unique_lock lock(mutex_);
  while (true) {
    begun_.wait(lock, [this] { return stop_ || task_ != nullptr; });
    if (stop_) return;
    Task* const task = task_;
    lock.unlock();
    task->work();
    lock.lock();
    task->is_done = true;
    task_ = nullptr;
    done_.notify_all();
  }
}

}  // namespace kalends
