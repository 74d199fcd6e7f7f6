#include "engine/importing.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <utility>

#include "engine/dictionaries.h"
#include "engine/import_batch.h"
#include "format/calendar.h"
#include "format/errors.h"

namespace kalends {
namespace {

constexpr std::size_t kBatchBytesMax = std::size_t{8} << 20U;
constexpr std::size_t kTrainingBytesMax = std::size_t{32} << 20U;
constexpr int kAttemptsMax = 1000;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool IsBlank(std::string_view line) { return line.find_first_not_of(" \t\r\n") == std::string_view::npos; }

// One import: the threads share it.
class Import {
 public:
  Import(DatabaseImpl& database, std::shared_ptr<CollectionState> collection, LineSource& source,
         const ImportOptions& options)
      : database_(database),
        collection_(std::move(collection)),
        source_(source),
        options_(options),
        start_(std::chrono::steady_clock::now()) {}

  Status Run(ImportReport* report) {
    KALENDS_RETURN_IF_ERROR(LearnDictionary());
    const int threads = options_.threads > 0 ? options_.threads : database_.threads();
    std::vector<std::thread> workers;
    workers.reserve(static_cast<std::size_t>(threads));
    // One more than there are cores: while one waits for its turn to commit, the others work.
    for (int i = 0; i < threads; ++i) workers.emplace_back([this] { Work(); });
    Work();
    for (std::thread& worker : workers) worker.join();
    report_.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    *report = report_;
    return status_;
  }

 private:
  void Work() {
    ImportWorker worker(database_, collection_, options_);
    ImportBatch batch;
    while (true) {
      batch.Clear();
      Status status = Take(&batch);
      if (status.ok() && batch.sequence == 0) return;  // Nothing is left.
      if (status.ok()) {
        worker.Parse(&batch);
        status = worker.Prepare(&batch);
      }
      std::unique_lock lock(turn_mutex_);
      turn_changed_.wait(lock, [this, &batch] { return committed_ + 1 == batch.sequence; });
      if (!stopped_) {
        lock.unlock();  // The turn keeps the others out.
        if (status.ok()) status = CommitInTurn(worker, &batch);
        lock.lock();
        if (!status.ok()) {
          status_ = status;
          stopped_ = true;
        }
        if (batch.is_last) stopped_ = true;
      }
      ++committed_;
      if (stopped_) ended_.store(true, std::memory_order_relaxed);
      turn_changed_.notify_all();
    }
  }

  // The next lines. Leaves sequence 0 at the end. An error belongs to the sequence that it sets.
  Status Take(ImportBatch* batch) {
    const std::lock_guard lock(source_mutex_);
    if (ended_.load(std::memory_order_relaxed)) return {};
    if (!learned_.empty()) {
      *batch = std::move(learned_.front());
      learned_.pop_front();
      batch->sequence = ++taken_;
      Status status = CheckCall();
      if (!status.ok()) {
        learned_.clear();
        source_ended_ = true;
      }
      return status;
    }
    if (source_ended_) return {};
    Status status = Fill(batch, options_.batch, kBatchBytesMax);
    if (!status.ok() || !batch->lines.empty()) batch->sequence = ++taken_;
    if (!status.ok()) source_ended_ = true;
    return status;
  }

  Status CheckCall() const {
    if (options_.call.cancel != nullptr && options_.call.cancel->IsCancelled()) {
      return MakeError(ErrorCode::kCancelled, "the import was cancelled; what was committed stays");
    }
    if (options_.call.deadline && std::chrono::steady_clock::now() >= *options_.call.deadline) {
      return MakeError(ErrorCode::kDeadlineExceeded, "the time for the import is over; what was committed stays");
    }
    return {};
  }

  // Under source_mutex_, or before the threads are there.
  Status Fill(ImportBatch* batch, std::size_t lines_max, std::size_t bytes_max) {
    batch->lines.reserve(std::min<std::size_t>(lines_max, 10'000));
    while (batch->lines.size() < lines_max && batch->text.size() < bytes_max) {
      KALENDS_RETURN_IF_ERROR(CheckCall());
      std::string_view line;
      std::uint64_t number = 0;
      KALENDS_TRY(const bool more, source_.Next(&line, &number));
      if (!more) {
        source_ended_ = true;
        return {};
      }
      batch->bytes += line.size() + 1;
      if (number == 1 && line.starts_with(kByteOrderMark)) line.remove_prefix(kByteOrderMark.size());
      if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
      if (IsBlank(line)) continue;
      batch->lines.push_back({batch->text.size(), line.size(), number});
      batch->text.append(line);
    }
    return {};
  }

  // Equal documents without an id get one by how many of them came before: known only in turn. True where the batch
  // must be prepared again.
  bool NumberEqualOnes(ImportBatch* batch) {
    bool changed = false;
    for (ImportBatch::Item& item : batch->items) {
      if (!item.needs_id || options_.new_ids || item.candidate.root.is_missing()) continue;
      const std::uint32_t ordinal = equal_ones_[item.content]++;
      changed = changed || ordinal != item.ordinal;
      item.ordinal = ordinal;
    }
    return changed;
  }

  // A line that equals what the view held is not in the request, so its commit cannot tell that an earlier batch
  // replaced it since.
  bool MayHaveBecomeDifferent(const ImportBatch& batch) const {
    if (options_.on_duplicate != OnDuplicate::kReplace) return false;
    const auto is_duplicate = [](const ImportBatch::Item& item) {
      return item.outcome == ImportBatch::Outcome::kDuplicate;
    };
    if (std::none_of(batch.items.begin(), batch.items.end(), is_duplicate)) return false;
    const std::shared_ptr<const View> view = database_.CurrentView();
    return view != nullptr && view->commit != batch.request.checked;
  }

  Status CommitInTurn(ImportWorker& worker, ImportBatch* batch) {
    if (NumberEqualOnes(batch) || MayHaveBecomeDifferent(*batch)) KALENDS_RETURN_IF_ERROR(worker.Prepare(batch));
    for (int attempt = 0;; ++attempt) {
      batch->request.sync = options_.write.durability.value_or(database_.options().durability) == Durability::kSync;
      if (batch->request.rows.empty() && batch->request.deletions.empty()) break;
      database_.WaitForSealing(batch->request);
      database_.Commit(&batch->request);
      KALENDS_RETURN_IF_ERROR(batch->request.status);
      if (!batch->request.conflict) break;
      if (attempt == kAttemptsMax) {
        return MakeError(ErrorCode::kBusy, "other writers changed the same documents ", kAttemptsMax,
                         " times in between; import again");
      }
      KALENDS_RETURN_IF_ERROR(worker.Prepare(batch));
    }
    return Count(*batch);
  }

  Status Count(const ImportBatch& batch) {
    using Outcome = ImportBatch::Outcome;
    std::optional<Error> stopped_by;
    for (std::size_t i = 0; i < batch.items.size(); ++i) {
      const ImportBatch::Item& item = batch.items[i];
      ++report_.read;
      if (item.untimed) ++report_.untimed;
      switch (item.outcome) {
        case Outcome::kInserted:
          ++report_.inserted;
          break;
        case Outcome::kReplaced:
          ++report_.replaced;
          break;
        case Outcome::kDuplicate:
          ++report_.duplicates;
          break;
        case Outcome::kConflict:
          ++report_.conflicts;
          break;
        case Outcome::kRejected:
          ++report_.rejected;
          break;
      }
      if (item.outcome == Outcome::kRejected) {
        const ImportBatch::Line& line = batch.lines[i];
        if (options_.on_reject)
          options_.on_reject({line.number, std::string_view(batch.text).substr(line.begin, line.bytes), &*item.error});
        if (options_.on_error == OnError::kStop)
          stopped_by = WithContext("line " + std::to_string(line.number), *item.error);
      }
      report_.last_line = batch.lines[i].number;
    }
    for (const WriteTarget& target : batch.request.targets) {
      if (target.rows > 0) report_.partitions[target.partition->name()] += target.rows;
    }
    report_.bytes += batch.bytes;
    report_.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    if (options_.on_commit) options_.on_commit(report_);
    if (stopped_by) return *stopped_by;
    return {};
  }

  // Where the collection has no dictionary yet: trains one on the first documents, before any is written.
  Status LearnDictionary() {
    const std::shared_ptr<const View> view = database_.CurrentView();
    if (view == nullptr) return MakeError(ErrorCode::kCancelled, "the database was closed");
    KALENDS_TRY(const auto found, database_.CollectionIn(*view, *collection_));
    if (found->spec->codec != Codec::kZstdDictionary || !found->months.empty()) return {};
    std::size_t lines = 0;
    std::size_t bytes = 0;
    while (!source_ended_ && lines < kTrainingRows && bytes < kTrainingBytesMax) {
      ImportBatch& batch = learned_.emplace_back();
      Status status = Fill(&batch, options_.batch, kBatchBytesMax);
      if (!status.ok()) return status;
      lines += batch.lines.size();
      bytes += batch.text.size();
      if (batch.lines.empty()) learned_.pop_back();
    }
    if (lines < kTrainingRows) return {};
    KeyDictionary keys;
    RecordEncoder encoder;
    JsonReader reader;
    Arena arena;
    std::vector<std::string> samples;
    std::string ignored;
    for (const ImportBatch& batch : learned_) {
      for (const ImportBatch::Line& line : batch.lines) {
        arena.Reset();
        const auto root = reader.ReadObject(std::string_view(batch.text).substr(line.begin, line.bytes), arena);
        if (!root.has_value()) continue;  // The import itself rejects it.
        RecordParts parts;
        parts.root = *root;
        parts.json_bytes = static_cast<std::uint32_t>(line.bytes);
        ignored.clear();
        RecordCompression none;
        none.codec = Codec::kNone;
        if (encoder.Encode(parts, none, keys, &ignored).ok()) samples.emplace_back(encoder.last_raw());
      }
    }
    auto dictionary = ZstdDictionary::Train(samples, kSmallDictionaryBytes);
    if (!dictionary.has_value()) return {};  // Nothing to learn from them: records are compressed one by one.
    const std::lock_guard lock(collection_->seed_mutex);
    collection_->seed_dictionary = std::move(*dictionary);
    collection_->seed_keys.clear();
    for (std::uint32_t number = 0; number < keys.size(); ++number) {
      collection_->seed_keys.emplace_back(keys.Name(static_cast<std::uint16_t>(number)));
    }
    return {};
  }

  DatabaseImpl& database_;
  const std::shared_ptr<CollectionState> collection_;
  LineSource& source_;
  const ImportOptions& options_;
  const std::chrono::steady_clock::time_point start_;

  std::mutex source_mutex_;
  std::deque<ImportBatch> learned_;  // Read for training, not yet taken.
  bool source_ended_ = false;
  std::uint64_t taken_ = 0;
  std::atomic<bool> ended_{false};

  std::mutex turn_mutex_;
  std::condition_variable turn_changed_;
  std::uint64_t committed_ = 0;
  bool stopped_ = false;
  Status status_;

  // In turn alone.
  ImportReport report_;
  std::unordered_map<IdHash, std::uint32_t> equal_ones_;  // About 60 bytes a document without an id.
};

}  // namespace

Result<ImportReport> ImportLines(DatabaseImpl& database, const std::shared_ptr<CollectionState>& collection,
                                 LineSource& source, const ImportOptions& options, ImportReport* report) {
  if (options.batch == 0) return InvalidArgument("an import needs at least one line a commit (batch)");
  if (database.closed()) return MakeError(ErrorCode::kCancelled, "the database was closed");
  ImportReport own;
  ImportReport* out = report != nullptr ? report : &own;
  Import import(database, collection, source, options);
  KALENDS_RETURN_IF_ERROR(import.Run(out));
  return *out;
}

}  // namespace kalends
