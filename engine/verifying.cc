#include "engine/verifying.h"

#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "engine/catalog_codec.h"
#include "engine/derived_check.h"
#include "engine/id_lookup.h"
#include "engine/partition_reader.h"
#include "engine/rocks_status.h"
#include "format/errors.h"
#include "format/key_encoding.h"
#include "format/record_codec.h"
#include "format/varint.h"

namespace kalends {
namespace {

constexpr std::uint64_t kRowsBetweenChecks = 4096;

class Verifier {
 public:
  Verifier(DatabaseImpl& database, const std::function<void(const Fault&)>& on_fault, const CallOptions& call)
      : database_(database), view_(database.CurrentView()), on_fault_(on_fault), call_(call) {}

  Status Run(bool deep) {
    KALENDS_RETURN_IF_ERROR(VerifyCommits());
    for (const auto& [name, collection] : *view_->directory) {
      for (const auto& [month, slot] : collection->months) {
        auto ref = view_->Ref(slot);
        if (!ref.has_value()) {
          Report(view_->Slot(slot).partition->name(), "state", "", ref.error().message());
          continue;
        }
        KALENDS_RETURN_IF_ERROR(VerifyPartition(*collection, *ref, deep));
      }
    }
    if (!deep) return {};
    const rocksdb::Status checksums = database_.storage().db()->VerifyChecksum(rocksdb::ReadOptions());
    if (!checksums.ok()) Report("", "files", "", checksums.ToString());
    return {};
  }
  std::uint64_t faults() const { return faults_; }

 private:
  void Report(std::string partition, std::string part, std::string place, std::string problem) {
    ++faults_;
    on_fault_({std::move(partition), std::move(part), std::move(place), std::move(problem)});
  }

  Status CheckCall() const {
    if (call_.cancel != nullptr && call_.cancel->IsCancelled())
      return MakeError(ErrorCode::kCancelled, "the verification was cancelled");
    if (call_.deadline && std::chrono::steady_clock::now() >= *call_.deadline) {
      return MakeError(ErrorCode::kDeadlineExceeded, "the time for the verification is over");
    }
    return {};
  }

  // Commit entries follow each other without a gap, and every partition's rows end where the last that names it says.
  Status VerifyCommits() {
    rocksdb::ReadOptions options;
    options.snapshot = view_->snapshot->get();
    options.total_order_seek = true;
    const std::unique_ptr<rocksdb::Iterator> iterator(
        database_.storage().db()->NewIterator(options, database_.storage().catalog()));
    std::unordered_map<std::uint32_t, std::uint64_t> ends;
    std::uint64_t last = 0;
    for (iterator->Seek(CommitKey(database_.commit_floor())); iterator->Valid() && iterator->key().starts_with("c");
         iterator->Next()) {
      if (iterator->key().size() != 9) {
        Report("", "catalog", "", "a commit key of " + std::to_string(iterator->key().size()) + " bytes");
        continue;
      }
      const auto commit = ReadBigEndian<std::uint64_t>(ViewOf(iterator->key()), 1);
      const std::string place = "commit " + std::to_string(commit);
      if (last != 0 && commit != last + 1)
        Report("", "catalog", place, "commit " + std::to_string(last + 1) + " is missing");
      last = commit;
      const auto entry = DecodeCommit(ViewOf(iterator->value()));
      if (!entry.has_value()) {
        Report("", "catalog", place, entry.error().message());
        continue;
      }
      for (const CommitPart& part : entry->parts) {
        std::uint64_t& end = ends[part.generation.value];
        if (end != 0 && part.first_row.value != end) {
          Report("", "catalog", place,
                 "generation " + std::to_string(part.generation.value) + " goes on at row " +
                     std::to_string(part.first_row.value) + " where " + std::to_string(end) + " was expected");
        }
        end = part.first_row.value + part.rows;
      }
    }
    if (!iterator->status().ok()) Report("", "catalog", "", iterator->status().ToString());
    for (std::uint32_t slot = 0; slot < view_->slots(); ++slot) {
      const auto& partition = view_->Slot(slot).partition;
      if (partition == nullptr) continue;
      const auto end = ends.find(partition->generation().value);
      if (end == ends.end()) continue;
      const auto ref = view_->Ref(slot);
      if (ref.has_value() && ref->state->end.value != end->second) {
        Report(partition->name(), "rows", "",
               "rows end at " + std::to_string(ref->state->end.value) + " where the last commit says " +
                   std::to_string(end->second));
      }
    }
    return {};
  }

  Status VerifyPartition(const CollectionView& collection, const PartitionRef& ref, bool deep) {
    const PartitionReader reader(view_, ref.partition->slot);
    auto runs = reader.Runs({});
    if (!runs.has_value()) {
      Report(reader.name(), "columns", "", runs.error().message());
      return {};
    }
    RowId next;
    DerivedCheck derived(ref.partition, ref.state,
                         [&](const std::string& part, const std::string& place, const std::string& problem) {
                           Report(reader.name(), part, place, problem);
                         });
    for (const auto& run : *runs) {
      const std::string place = "row " + std::to_string(run->first_row().value);
      if (run->first_row() != next)
        Report(reader.name(), "state", place, "rows " + std::to_string(next.value) + " and on are in no segment");
      next.value = run->first_row().value + run->rows();
      const Status loaded = run->Load();
      if (!loaded.ok()) Report(reader.name(), "columns", place, loaded.error().message());
      if (deep) KALENDS_RETURN_IF_ERROR(VerifyRows(collection, ref, reader, *run, loaded.ok(), &derived));
      if (!loaded.ok()) continue;
      for (const std::uint32_t position : {0U, run->rows() - 1}) {
        const TimeUs time = run->TimeAt(run->OffsetAtPosition(position));
        if (!reader.has_deletions() && (time < run->min_time() || time > run->max_time())) {
          Report(reader.name(), "state", place, "a time of the column is outside its minimum and maximum");
        }
      }
    }
    if (next != ref.state->end) Report(reader.name(), "state", "", "the runs end at row " + std::to_string(next.value));
    return {};
  }

  // Every row of a run: there or deleted, readable, its time in the month and in the column, its values in columns and
  // lists, its id found.
  Status VerifyRows(const CollectionView& collection, const PartitionRef& ref, const PartitionReader& reader,
                    const RowRun& run, bool has_times, DerivedCheck* derived) {
    rocksdb::ReadOptions options;
    options.snapshot = view_->snapshot->get();
    options.total_order_seek = true;
    options.fill_cache = false;
    const std::unique_ptr<rocksdb::Iterator> iterator(
        database_.storage().db()->NewIterator(options, ref.partition->families().rows->handle()));
    iterator->Seek(RowKey(run.first_row()));
    RecordDecoder decoder;
    Arena arena;
    std::vector<IdHash> hashes;
    std::vector<RowId> rows;
    derived->BeginRun(run.first_row());
    for (std::uint32_t offset = 0; offset < run.rows(); ++offset) {
      if (offset % kRowsBetweenChecks == 0) KALENDS_RETURN_IF_ERROR(CheckCall());
      const RowId row{run.first_row().value + offset};
      const std::string place = "row " + std::to_string(row.value);
      const bool is_here = iterator->Valid() && iterator->key() == RowKey(row);
      const bool is_deleted = reader.IsDeleted(row);
      if (is_here == is_deleted)
        Report(reader.name(), "rows", place, is_here ? "it was deleted but is there" : "it is missing");
      if (!is_here) {
        if (!is_deleted) derived->SkipRow();
        continue;
      }
      arena.Reset();
      const auto parts =
          decoder.Decode(ViewOf(iterator->value()), ref.partition->keys(), ref.partition->dictionaries(), arena);
      iterator->Next();
      if (!parts.has_value()) {
        Report(reader.name(), "rows", place, parts.error().message());
        derived->SkipRow();
        continue;
      }
      if (is_deleted) continue;
      if (!reader.range().Contains(parts->time))
        Report(reader.name(), "rows", place, "its time " + FormatTime(parts->time) + " is outside the month");
      if (has_times && run.TimeAt(offset) != parts->time) {
        Report(reader.name(), "columns", place,
               "the column has the time " + FormatTime(run.TimeAt(offset)) + ", the row " + FormatTime(parts->time));
      }
      derived->AddRow(row, parts->time, parts->root);
      rows.push_back(row);
      hashes.push_back(HashId(IdOf(parts->root, parts->id, collection.spec->id_field), database_.seed()));
    }
    if (!iterator->status().ok()) Report(reader.name(), "rows", "", iterator->status().ToString());
    derived->EndRun();
    std::vector<std::optional<IdPlace>> places;
    const Status found = FindIds(*view_, collection, hashes, IdProof::kNone, &places);
    if (!found.ok()) {
      Report(reader.name(), "index", "", found.error().message());
      return {};
    }
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (places[i] && places[i]->slot == ref.partition->slot && places[i]->row == rows[i]) continue;
      Report(reader.name(), "index", "row " + std::to_string(rows[i].value),
             places[i] ? "its id is found in another row, " + std::to_string(places[i]->row.value)
                       : "its id is not found");
    }
    return {};
  }

  DatabaseImpl& database_;
  const std::shared_ptr<const View> view_;
  const std::function<void(const Fault&)>& on_fault_;
  const CallOptions& call_;
  std::uint64_t faults_ = 0;
};

}  // namespace

Result<std::uint64_t> VerifyDatabase(DatabaseImpl& database, bool deep,
                                     const std::function<void(const Fault&)>& on_fault, const CallOptions& call) {
  if (database.closed()) return MakeError(ErrorCode::kCancelled, "the database was closed");
  Verifier verifier(database, on_fault, call);
  KALENDS_RETURN_IF_ERROR(verifier.Run(deep));
  return verifier.faults();
}

}  // namespace kalends
