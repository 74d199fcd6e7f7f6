#pragma once

#include <unistd.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <random>
#include <shared_mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "engine/database_impl.h"
#include "kalends/database.h"
#include "tests/faults/crash_journal.h"
#include "tests/faults/crash_model.h"
#include "tests/faults/fault_file_system.h"

// The child of the crash test: random operations from several threads until it is killed.
namespace kalends::crash {

inline constexpr const char* kCollection = "crash";

inline CollectionSpec CrashSpec() {
  CollectionSpec spec;
  spec.id_field = "_id";
  spec.time_fields = {"timestamp"};
  spec.indexes = {"thread", "group"};
  spec.text_fields = {"*"};
  return spec;
}

inline Result<std::unique_ptr<Database>> OpenFor(const Journal& journal, const std::shared_ptr<FileObserver>& observer,
                                                 std::function<void(const std::string&)> on_event) {
  DatabaseOptions options;
  options.create_if_missing = true;
  options.memory_bytes = journal.memory_bytes;
  options.on_event = std::move(on_event);
  return observer == nullptr ? Database::Open(journal.directory, options)
                             : OpenObserved(journal.directory, options, observer);
}

class LinesOf final : public LineSource {
 public:
  explicit LinesOf(std::vector<std::string> lines) : lines_(std::move(lines)) {}
  Result<bool> Next(std::string_view* line, std::uint64_t* number) override {
    if (next_ == lines_.size()) return false;
    *line = lines_[next_++];
    *number = next_;
    return true;
  }

 private:
  const std::vector<std::string> lines_;
  std::size_t next_ = 0;
};

class Child {
 public:
  explicit Child(Journal* journal) : journal_(journal) {
    if (journal->synced_sizes[0] != '\0') observer_ = std::make_shared<SyncedSizes>(journal->synced_sizes);
  }

  // Ends only with a failure.
  int Run() {
    if (!Open()) return 3;
    std::vector<std::thread> threads;
    for (std::uint32_t t = 0; t < kThreads; ++t) {
      threads.emplace_back([this, t] { Worker(this, t).Run(); });
    }
    for (std::thread& thread : threads) thread.join();
    return 3;
  }

 private:
  class Worker {
   public:
    Worker(Child* child, std::uint32_t thread)
        : child_(*child),
          t_(thread),
          journal_(child->journal_->threads[thread]),
          now_(child->journal_->base[thread]),
          random_(child->journal_->seed * kThreads + thread) {}

    void Run() {
      while (child_.journal_->failed == 0) {
        if (journal_.IsFull()) {
          std::this_thread::sleep_for(std::chrono::milliseconds(10));
          continue;
        }
        if (Below(child_.journal_->reopen_every) == 0) {
          child_.Reopen();
          continue;
        }
        const std::shared_lock open(child_.opening_);
        collection_ = child_.collection_;
        Step();
        collection_.reset();
      }
    }

   private:
    std::uint32_t Below(std::uint32_t end) { return static_cast<std::uint32_t>(random_() % end); }

    bool IsSynced() { return Below(child_.journal_->sync_every) == 0; }

    void Step() {
      if (Below(child_.journal_->seal_every) == 0) return SealAll();
      if (IsSynced()) return Sync();
      if (Below(300) == 0) return Verify();
      // Those that read all documents, or make threads, are rare: they take a hundred times as long.
      const std::uint32_t choice = Below(100);
      if (choice < 1) return DeleteGroup();
      if (choice < 2) return CountOwn();
      if (choice < 3) return FindGroup();
      if (choice < 4) return Below(2) == 0 ? DropMonth() : WriteInBatches();
      if (choice < 7) return ImportSome();
      if (choice < 9) return InsertTaken();
      if (choice < 11) return ReplaceMissing();
      if (choice < 26) return InsertOne();
      if (choice < 36) return InsertSeveral();
      if (choice < 66) return ReplaceOne();
      if (choice < 86) return DeleteOne();
      GetOne();
    }

    // --- The journal ---
    Operation& Intend(std::vector<Change> changes, std::uint32_t steps, bool is_synced) {
      Operation& operation = journal_.operation[journal_.operations];
      operation.first_change = journal_.changes;
      operation.changes = static_cast<std::uint32_t>(changes.size());
      operation.steps = steps;
      operation.is_synced = is_synced;
      operation.end = 0;
      for (const Change& change : changes) journal_.change[journal_.changes++] = change;
      operation.begin = child_.journal_->clock++;
      ++journal_.operations;
      return operation;
    }
    void Returned(Operation& operation) {
      operation.end = child_.journal_->clock++;
      for (std::uint32_t c = operation.first_change; c < operation.first_change + operation.changes; ++c) {
        now_[journal_.change[c].key] = journal_.change[c].version;
      }
    }

    std::uint32_t NewVersion() { return ++journal_.last_version; }
    Document DocumentOf(const Change& change) { return *Document::FromJson(JsonOf(t_, change.key, change.version)); }
    OwnedValue Id(std::uint32_t key) { return *OwnedValue::FromJson(IdOf(t_, key)); }
    WriteOptions Durable(bool is_synced) {
      WriteOptions options;
      if (is_synced) options.durability = Durability::kSync;
      return options;
    }
    // Up to `count` keys, each once, that are there or not.
    std::vector<std::uint32_t> Keys(std::size_t count, std::optional<bool> there) {
      std::vector<std::uint32_t> keys;
      const std::uint32_t begin = Below(kKeys);
      const std::uint32_t stride = 1 + 30 * Below(3);  // Prime to the number of keys.
      static_assert(kKeys == 150);
      for (std::uint32_t i = 0; i < kKeys && keys.size() < count; ++i) {
        const std::uint32_t key = (begin + i * stride) % kKeys;
        if (!there || (now_[key] != 0) == *there) keys.push_back(key);
      }
      return keys;
    }
    template <class R>
    bool Check(const R& result, const char* what) {
      if (result.has_value()) return true;
      child_.journal_->Fail(std::string(what) + ": " + result.error().message());
      return false;
    }
    bool Check(const Status& status, const char* what) {
      if (!status.ok()) child_.journal_->Fail(std::string(what) + ": " + status.error().message());
      return status.ok();
    }
    void Expect(bool condition, const std::string& what) {
      if (!condition) child_.journal_->Fail("thread " + std::to_string(t_) + ": " + what);
    }
    std::string Name(std::uint32_t key) const {
      return "key " + std::to_string(key) + " (version " + std::to_string(now_[key]) + ")";
    }

    // --- Operations ---
    void InsertOne() {
      const auto keys = Keys(1, false);
      if (keys.empty()) return;
      const bool is_synced = IsSynced();
      const Change change{keys[0], NewVersion(), 0};
      Operation& operation = Intend({change}, 1, is_synced);
      if (Check(collection_->Insert(DocumentOf(change), Durable(is_synced)), "insert")) Returned(operation);
    }
    void InsertTaken() {
      const auto keys = Keys(1, true);
      if (keys.empty()) return;
      const auto inserted = collection_->Insert(DocumentOf({keys[0], NewVersion(), 0}));
      Expect(!inserted.has_value() && inserted.error().code() == ErrorCode::kAlreadyExists,
             "insert of a taken id, " + Name(keys[0]) +
                 (inserted.has_value() ? ", was stored" : ": " + inserted.error().message()));
    }
    void InsertSeveral() {
      const auto keys = Keys(2 + Below(30), false);
      if (keys.empty()) return;
      const bool is_synced = IsSynced();
      std::vector<Change> changes;
      std::vector<Document> documents;
      for (const std::uint32_t key : keys) {
        changes.push_back({key, NewVersion(), 0});
        documents.push_back(DocumentOf(changes.back()));
      }
      Operation& operation = Intend(changes, 1, is_synced);
      if (Check(collection_->InsertMany(documents, Durable(is_synced)), "insert many")) Returned(operation);
    }
    void ReplaceOne() {
      const auto keys = Keys(1, true);
      if (keys.empty()) return;
      const bool is_synced = IsSynced();
      const Change change{keys[0], NewVersion(), 0};
      Operation& operation = Intend({change}, 1, is_synced);
      const auto replaced = collection_->Replace(Id(keys[0]).value(), DocumentOf(change), Durable(is_synced));
      if (!Check(replaced, "replace")) return;
      Expect(*replaced, "replace did not find " + Name(keys[0]));
      Returned(operation);
    }
    void ReplaceMissing() {
      const auto keys = Keys(1, false);
      if (keys.empty()) return;
      const auto replaced = collection_->Replace(Id(keys[0]).value(), DocumentOf({keys[0], NewVersion(), 0}));
      if (Check(replaced, "replace")) Expect(!*replaced, "replace found " + Name(keys[0]) + ", which was deleted");
    }
    void DeleteOne() {
      const std::uint32_t key = Below(kKeys);
      const bool is_there = now_[key] != 0;
      const bool is_synced = IsSynced() && is_there;
      std::vector<Change> changes;
      if (is_there) changes.push_back({key, 0, 0});
      Operation& operation = Intend(changes, is_there ? 1 : 0, is_synced);
      const auto deleted = collection_->Delete(Id(key).value(), Durable(is_synced));
      if (!Check(deleted, "delete")) return;
      Expect(*deleted == is_there, "delete of " + Name(key) + (*deleted ? " found it" : " did not find it"));
      Returned(operation);
    }
    Query GroupQuery(std::uint32_t group) {
      Query query;
      query.filter =
          *Document::FromJson("{\"thread\":" + std::to_string(t_) + ",\"group\":" + std::to_string(group) + "}");
      return query;
    }
    void DeleteGroup() {
      const std::uint32_t group = Below(kGroups);
      std::vector<Change> changes;
      for (std::uint32_t key = group; key < kKeys; key += kGroups) {
        if (now_[key] != 0) changes.push_back({key, 0, 0});
      }
      const std::uint64_t there = changes.size();
      Operation& operation = Intend(changes, there > 0 ? 1 : 0, false);
      const auto deleted = collection_->DeleteMany(GroupQuery(group));
      if (!Check(deleted, "delete many")) return;
      Expect(*deleted == there, "delete many deleted " + std::to_string(*deleted) + " of " + std::to_string(there));
      Returned(operation);
    }
    void ImportSome() {
      const auto keys = Keys(1 + Below(40), std::nullopt);
      ImportOptions options;
      options.batch = 1 + Below(16);
      options.threads = 1;
      options.on_duplicate = OnDuplicate::kReplace;
      std::vector<Change> changes;
      std::vector<std::string> lines;
      for (const std::uint32_t key : keys) {
        changes.push_back({key, NewVersion(), static_cast<std::uint32_t>(lines.size()) / options.batch});
        lines.push_back(JsonOf(t_, key, changes.back().version));
      }
      const std::uint64_t count = lines.size();
      LinesOf source(std::move(lines));
      Operation& operation = Intend(changes, changes.back().step + 1, false);
      const auto report = collection_->Import(source, options);
      if (!Check(report, "import")) return;
      Expect(report->inserted + report->replaced == count,
             "import stored " + std::to_string(report->inserted + report->replaced) + " of " + std::to_string(count));
      Returned(operation);
    }
    void WriteInBatches() {
      // Where its batches end depends on the clock, but they follow each other in the order of the documents.
      const auto keys = Keys(2 + Below(20), false);
      if (keys.empty()) return;
      BatchWriterOptions options;
      options.documents_max = 1 + Below(7);
      std::vector<Change> changes;
      for (const std::uint32_t key : keys)
        changes.push_back({key, NewVersion(), static_cast<std::uint32_t>(changes.size())});
      Operation& operation = Intend(changes, static_cast<std::uint32_t>(changes.size()), false);
      BatchWriter writer(*collection_, options);
      for (const Change& change : changes) {
        if (!Check(writer.Add(DocumentOf(change)), "batch writer")) return;
      }
      if (Check(writer.Flush(), "batch writer")) Returned(operation);
    }
    void DropMonth() {
      const int month = 1 + static_cast<int>(Below(kOwnMonths));
      std::vector<Change> changes;
      for (std::uint32_t key = 0; key < kKeys; ++key) {
        if (now_[key] == 0) continue;
        const ModelMonth where = MonthOf(t_, key, now_[key]);
        if (where.is_own && where.month == month) changes.push_back({key, 0, 0});
      }
      const std::uint64_t there = changes.size();
      Operation& operation = Intend(changes, there > 0 ? 1 : 0, true);
      const std::string name = Month::FromYearMonth(2000 + static_cast<int>(t_), month).ToString();
      const auto dropped = child_.database_->Drop(kCollection, name, false);
      if (!dropped.has_value() && dropped.error().code() == ErrorCode::kNotFound && there == 0) {
        operation.is_synced = false;
        return;
      }
      if (!Check(dropped, "drop")) return;
      Expect(dropped->documents == there, "drop of " + name + " counted " + std::to_string(dropped->documents) +
                                              " documents, not " + std::to_string(there));
      Returned(operation);
    }
    void SealAll() { Check(child_.database_->SealAll(), "seal all"); }
    void Sync() {
      Operation& operation = Intend({}, 0, true);
      if (Check(child_.database_->Sync(), "sync")) Returned(operation);
    }

    void Verify() {
      std::string faults;
      const auto count = child_.database_->Verify(Below(2) == 0, [&faults](const Fault& fault) {
        faults += "; " + fault.partition + " " + fault.part + " " + fault.place + ": " + fault.problem;
      });
      if (Check(count, "verify")) Expect(*count == 0, "verify found faults" + faults);
    }

    // --- Questions: of its own keys a thread knows the answer exactly ---
    void GetOne() {
      const std::uint32_t key = Below(kKeys);
      const auto document = collection_->Get(Id(key).value());
      if (!Check(document, "get")) return;
      const std::string expected = now_[key] == 0 ? "" : JsonOf(t_, key, now_[key]);
      Expect((*document ? (*document)->ToJson() : "") == expected,
             "get of " + Name(key) + (*document ? " found " + (*document)->ToJson().substr(0, 200) : " found nothing"));
    }
    void CountOwn() {
      Query query;
      query.filter = *Document::FromJson("{\"thread\":" + std::to_string(t_) + "}");
      const auto count = collection_->Count(query);
      const auto there = static_cast<std::uint64_t>(kKeys - std::count(now_.begin(), now_.end(), 0U));
      if (Check(count, "count"))
        Expect(*count == there, "count is " + std::to_string(*count) + ", not " + std::to_string(there));
    }
    void FindGroup() {
      const std::uint32_t group = Below(kGroups);
      const auto page = collection_->FindPage(GroupQuery(group));
      if (!Check(page, "find")) return;
      std::vector<std::string> found;
      for (const Document& document : page->documents) found.push_back(document.ToJson());
      std::vector<std::string> expected;
      for (std::uint32_t key = group; key < kKeys; key += kGroups) {
        if (now_[key] != 0) expected.push_back(JsonOf(t_, key, now_[key]));
      }
      std::sort(found.begin(), found.end());
      std::sort(expected.begin(), expected.end());
      Expect(found == expected && page->total == expected.size(),
             "find of group " + std::to_string(group) + " found " + std::to_string(found.size()) +
                 " documents, total " + std::to_string(page->total) + "; there are " + std::to_string(expected.size()));
    }

    Child& child_;
    const std::uint32_t t_;
    ThreadJournal& journal_;
    std::array<std::uint32_t, kKeys> now_;
    std::mt19937_64 random_;
    std::optional<Collection> collection_;
  };

  bool Open() {
    auto opened = OpenFor(*journal_, observer_, [this](const std::string& event) {
      // A torn log and what is behind a gap are told too, and are as they should be after a crash.
      if (event.find("failed") != std::string::npos) journal_->Fail("event: " + event);
    });
    if (!opened.has_value()) {
      journal_->Fail("opening: " + opened.error().message());
      return false;
    }
    database_ = std::move(*opened);
    auto collection = database_->GetCollection(kCollection);
    if (!collection.has_value()) collection = database_->CreateCollection(kCollection, CrashSpec());
    if (!collection.has_value()) {
      journal_->Fail("making the collection: " + collection.error().message());
      return false;
    }
    collection_ = *collection;
    journal_->is_ready = 1;
    return true;
  }

  void Reopen() {
    const std::unique_lock lock(opening_);
    collection_.reset();
    const Status closed = database_->Close();
    if (!closed.ok()) return journal_->Fail("closing: " + closed.error().message());
    database_.reset();
    Open();
  }

  Journal* const journal_;
  std::shared_ptr<FileObserver> observer_;
  std::shared_mutex opening_;  // Shared: the database is in use.
  std::unique_ptr<Database> database_;
  std::optional<Collection> collection_;
};

}  // namespace kalends::crash
