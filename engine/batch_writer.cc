#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "format/errors.h"
#include "kalends/collection.h"

namespace kalends {

class BatchWriter::State {
 public:
  State(Collection collection, const BatchWriterOptions& options)
      : collection_(std::move(collection)), options_(options), thread_([this] { Run(); }) {}

  ~State() {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
      changed_.notify_all();
    }
    thread_.join();
  }

  Status Add(Document document) {
    std::unique_lock lock(mutex_);
    // Back-pressure: one batch may wait while another is written.
    changed_.wait(lock, [this] { return documents_.size() < options_.documents_max || !error_.ok(); });
    if (!error_.ok()) return std::exchange(error_, Status());
    if (documents_.empty()) oldest_ = std::chrono::steady_clock::now();
    bytes_ += document.json_bytes() != 0 ? document.json_bytes() : document.ToJson().size();
    documents_.push_back(std::move(document));
    ++added_;
    // The first of a batch begins the delay, which the thread waits for.
    if (documents_.size() == 1 || IsDue()) changed_.notify_all();
    return {};
  }

  Status Flush() {
    std::unique_lock lock(mutex_);
    const std::uint64_t wanted = added_;  // Not what others add meanwhile, or it might never end.
    flush_until_ = std::max(flush_until_, wanted);
    changed_.notify_all();
    changed_.wait(lock, [this, wanted] { return finished_ >= wanted; });
    return std::exchange(error_, Status());
  }

  void Tell(const std::string& event) const { collection_.Tell(event); }

 private:
  bool IsDue() const {
    return finished_ < flush_until_ || stop_ || documents_.size() >= options_.documents_max ||
           bytes_ >= options_.bytes_max || std::chrono::steady_clock::now() - oldest_ >= options_.delay;
  }

  void Run() {
    std::unique_lock lock(mutex_);
    while (true) {
      if (documents_.empty()) {
        if (stop_) return;
        changed_.wait(lock);
        continue;
      }
      if (!IsDue()) {
        changed_.wait_until(lock, oldest_ + options_.delay);
        continue;
      }
      const std::vector<Document> batch = std::exchange(documents_, {});
      bytes_ = 0;
      changed_.notify_all();
      lock.unlock();
      const auto ids = collection_.InsertMany(batch, options_.write);
      lock.lock();
      if (!ids.has_value() && error_.ok()) {
        error_ = WithContext("a batch of " + std::to_string(batch.size()) + " documents was not stored", ids.error());
      }
      finished_ += batch.size();
      changed_.notify_all();
    }
  }

  Collection collection_;
  const BatchWriterOptions options_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Document> documents_;
  std::size_t bytes_ = 0;
  std::chrono::steady_clock::time_point oldest_;
  std::uint64_t added_ = 0;
  std::uint64_t finished_ = 0;  // Stored, or told as an error.
  std::uint64_t flush_until_ = 0;
  bool stop_ = false;
  Status error_;
  std::thread thread_;
};

BatchWriter::BatchWriter(Collection collection, const BatchWriterOptions& options)
    : state_(std::make_unique<State>(std::move(collection), options)) {}

BatchWriter::~BatchWriter() {
  const Status status = state_->Flush();
  if (!status.ok()) state_->Tell("a batch writer was destroyed: " + status.error().message());
}

Status BatchWriter::Add(Document document) { return state_->Add(std::move(document)); }

Status BatchWriter::Flush() { return state_->Flush(); }

}  // namespace kalends
