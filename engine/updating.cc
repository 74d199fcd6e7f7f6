// An update is a delete of the old row and a new row, in one commit, in the month of the new time. The filter's own
// view decides which documents are meant; a document that was changed since is matched and updated again as it is now.
#include "engine/updating.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "engine/collection_reader.h"
#include "engine/collection_writer.h"
#include "engine/preparing.h"
#include "format/compare.h"
#include "format/errors.h"
#include "format/key_encoding.h"
#include "query/call_guard.h"
#include "query/find.h"
#include "query/update.h"

namespace kalends {
namespace {

constexpr int kAttemptsMax = 1000;
constexpr std::size_t kDocumentsPerCommit = 10'000;
constexpr std::size_t kBytesPerCommit = std::size_t{16} << 20U;

// `root` with the field `id_field` before all others, where it has none.
Value WithId(const Value& root, const std::string& id_field, const Value& id, Arena& arena) {
  if (id.is_missing() || id_field.find('.') != std::string::npos || !root.Get(id_field).is_missing()) return root;
  std::vector<Field> fields = {{id_field, id}};
  fields.insert(fields.end(), root.fields().begin(), root.fields().end());
  return Value::Object(arena.Copy(std::span<const Field>(fields)));
}

class Updating {
 public:
  Updating(DatabaseImpl& database, std::shared_ptr<CollectionState> collection, const UpdateOptions& options)
      : database_(database),
        collection_(std::move(collection)),
        options_(options),
        sync_(options.write.durability.value_or(database.options().durability) == Durability::kSync) {}

  // What was done, also where it ended with an error.
  const UpdateReport& report() const { return report_; }

  Result<UpdateReport> Run(const Query& query, const Document& update) {
    UpdateContext context;
    context.array_filters = options_.array_filters;
    context.now = Now();
    guard_.emplace(query.call);
    KALENDS_TRY(update_, Update::Parse(update.value(), context));
    if (update_->is_replacement() && options_.many) {
      return InvalidArgument("update: a replacement document changes one document only; use operators such as $set");
    }
    KALENDS_RETURN_IF_ERROR(CheckRenames(update.value().Get("$rename")));
    for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
      KALENDS_TRY(const std::uint64_t found, UpdateMatches(query));
      if (report_.matched > 0) return report_;
      // What was found does not match any more: another document may, or none, which is for a new look to tell.
      if (found > 0) continue;
      if (!options_.upsert) return report_;
      KALENDS_TRY(const bool inserted, Upsert(query));
      if (inserted) return report_;
    }
    return Busy();
  }

 private:
  // A document that the query found, as it was then.
  struct Found {
    StoredRow row;
    const PartitionView* partition;
    RowId row_id;
    IdHash hash;
  };
  struct Tally {
    std::uint64_t matched = 0;
    std::uint64_t modified = 0;
    std::uint64_t moved = 0;
  };

  static Error Busy() {
    return MakeError(ErrorCode::kBusy, "other writers changed the same documents ", kAttemptsMax,
                     " times in between; try again later");
  }

  // Also where the document would keep its id by chance.
  Status CheckRenames(const Value& renames) {
    KALENDS_TRY(const CollectionReader reader, CollectionReader::Open(database_, collection_));
    const std::string& id_field = reader.spec().id_field;
    if (!renames.is_object() || id_field.empty()) return {};
    for (const Field& field : renames.fields()) {
      if (field.name != id_field && (field.value.type() != Type::kString || field.value.as_string() != id_field))
        continue;
      return InvalidArgument("update.$rename.", field.name, ": ", id_field, " is the id, which cannot be renamed");
    }
    return {};
  }

  // Returns how many the query found.
  Result<std::uint64_t> UpdateMatches(const Query& query) {
    std::uint64_t found_in_all = 0;
    KALENDS_TRY(CollectionReader reader, CollectionReader::Open(database_, collection_));
    KALENDS_TRY(FindPlan plan, reader.Plan(query));
    if (!options_.many) plan.limit = std::min<std::uint64_t>(plan.limit.value_or(1), 1);
    filter_ = plan.filter;
    time_ = plan.time;
    FindExecutor executor = reader.Executor(plan);
    id_field_ = reader.spec().id_field;
    for (bool more = true; more;) {
      std::vector<Found> found;
      std::vector<std::shared_ptr<Arena>> arenas;
      std::size_t bytes = 0;
      while (found.size() < kDocumentsPerCommit && bytes < kBytesPerCommit) {
        FindExecutor::Batch batch;
        KALENDS_TRY(more, executor.Next(&batch));
        if (!more) break;
        for (std::size_t i = 0; i < batch.rows.size(); ++i) {
          const IdHash hash = HashId(IdOf(batch.rows[i].root, batch.rows[i].id, id_field_), database_.seed());
          found.push_back({batch.rows[i], batch.partitions[i], batch.row_ids[i], hash});
          bytes += batch.rows[i].json_bytes;
        }
        arenas.push_back(std::move(batch.arena));
      }
      found_in_all += found.size();
      if (!found.empty()) KALENDS_RETURN_IF_ERROR(CommitUpdates(found));
    }
    return found_in_all;
  }

  // In as many commits as keep their memory small: an update may make much of little.
  Status CommitUpdates(const std::vector<Found>& found) {
    Preparer preparer(database_, collection_);
    std::vector<std::optional<IdPlace>> places;
    std::vector<IdHash> hashes;
    Arena arena;
    std::size_t begin = 0;
    for (int attempt = 0; begin < found.size();) {
      if (attempt == kAttemptsMax) return Busy();
      arena.Reset();
      WriteRequest request;
      KALENDS_RETURN_IF_ERROR(preparer.Begin(&request));
      hashes.clear();
      for (std::size_t i = begin; i < found.size(); ++i) hashes.push_back(found[i].hash);
      KALENDS_RETURN_IF_ERROR(FindIds(*preparer.view(), preparer.collection(), hashes, IdProof::kRow, &places));
      Tally tally;
      std::size_t end = begin;
      while (end < found.size() && request.records.size() + arena.bytes_reserved() < kBytesPerCommit) {
        KALENDS_RETURN_IF_ERROR(guard_->Check());
        const auto& place = places[end - begin];
        // Without a place it was deleted since.
        if (place) KALENDS_RETURN_IF_ERROR(Prepare(preparer, found[end], *place, arena, &request, &tally));
        ++end;
      }
      if (!request.rows.empty()) {
        request.sync = sync_;
        database_.Commit(&request);
        KALENDS_RETURN_IF_ERROR(request.status);
        if (request.conflict) {
          ++attempt;
          continue;
        }
      }
      report_.matched += tally.matched;
      report_.modified += tally.modified;
      report_.moved += tally.moved;
      begin = end;
      attempt = 0;
    }
    return {};
  }

  Status Prepare(Preparer& preparer, const Found& found, const IdPlace& place, Arena& arena, WriteRequest* request,
                 Tally* tally) {
    StoredRow row = found.row;
    MatchScratch scratch;
    const bool is_same = place.row == found.row_id &&
                         preparer.view()->Slot(place.slot).partition->generation() == found.partition->generation();
    if (!is_same) KALENDS_RETURN_IF_ERROR(preparer.Read(place, arena, &row));
    // Also where it is the same row: which element of an array met the filter is known only then.
    const bool matches = filter_->Matches(row, scratch);
    if (scratch.error) return *scratch.error;
    if (!matches || !time_.Contains(row.time)) return {};
    ++tally->matched;
    const Value id = IdOf(row.root, row.id, id_field_);
    const Status status = PrepareMatch(preparer, row, id, place, scratch.array_index, arena, request, tally);
    if (!status.ok()) return WithContext("update of the document " + ToJson(id), status.error());
    return {};
  }

  Status PrepareMatch(Preparer& preparer, const StoredRow& row, const Value& id, const IdPlace& place,
                      std::optional<std::size_t> array_index, Arena& arena, WriteRequest* request, Tally* tally) {
    bool modified = false;
    KALENDS_TRY(Value root, update_->Apply(row.root, array_index, /*inserting=*/false, arena, &modified));
    if (update_->is_replacement() && row.id.is_missing()) {
      root = WithId(root, id_field_, id, arena);
      modified = ToJson(root, JsonStyle::kCanonical) != ToJson(row.root, JsonStyle::kCanonical);
    }
    if (!modified) return {};
    KALENDS_TRY(Candidate candidate, preparer.Examine(root, JsonBytes(root), row.id, arena));
    if (candidate.hash != HashId(id, database_.seed())) {
      return InvalidArgument("it would change the id ", ToJson(id), " to ", ToJson(candidate.id),
                             "; an id stays: delete the document and insert another");
    }
    if (candidate.time_is_arrival) {  // It arrived when it arrived.
      candidate.time = row.time;
      if (candidate.month) candidate.month = Month::Of(row.time);
    }
    const auto& before = preparer.view()->Slot(place.slot).partition->entry().month;
    KALENDS_RETURN_IF_ERROR(preparer.AddDeletion(place, id, DeletionKind::kUpdate, request));
    KALENDS_RETURN_IF_ERROR(preparer.Add(candidate, true, request));
    ++tally->modified;
    if (before != candidate.month) ++tally->moved;
    return {};
  }

  // False where another writer inserted the id in between.
  Result<bool> Upsert(const Query& query) {
    Arena arena;
    KALENDS_TRY(const Value seed, UpsertSeed(query.filter.value(), arena));
    bool modified = false;
    KALENDS_TRY(Value root, update_->Apply(seed, std::nullopt, /*inserting=*/true, arena, &modified));
    if (update_->is_replacement()) root = WithId(root, id_field_, seed.Get(id_field_), arena);
    const Value asked_id = IdOf(seed, Value(), id_field_);
    const Value made_id = IdOf(root, Value(), id_field_);
    if (!asked_id.is_missing() && Compare(asked_id, made_id) != 0) {
      return InvalidArgument("upsert: the filter asks for the id ", ToJson(asked_id), " and the update sets ",
                             made_id.is_missing() ? "none" : ToJson(made_id));
    }
    const Document document(root);
    auto ids = CollectionWriter(database_, collection_, options_.write).InsertMany({&document, 1});
    if (ids.has_value()) {
      report_.upserted_id = std::move(ids->front());
      return true;
    }
    // Whoever holds the id may have come between the look and the insert: then there is something to match now. Where
    // there is not, the filter excludes the one that holds it.
    if (ids.error().code() != ErrorCode::kAlreadyExists || upsert_met_id_) return WithContext("upsert", ids.error());
    upsert_met_id_ = true;
    return false;
  }

  std::size_t JsonBytes(const Value& root) {
    text_.clear();
    AppendJson(root, JsonStyle::kRelaxed, &text_);
    return text_.size();
  }

  DatabaseImpl& database_;
  const std::shared_ptr<CollectionState> collection_;
  const UpdateOptions& options_;
  const bool sync_;
  std::shared_ptr<const Update> update_;
  std::shared_ptr<const Filter> filter_;
  TimeRange time_;
  std::string id_field_;
  std::string text_;
  bool upsert_met_id_ = false;
  std::optional<CallGuard> guard_;
  UpdateReport report_;
};

}  // namespace

Result<UpdateReport> UpdateDocuments(DatabaseImpl& database, const std::shared_ptr<CollectionState>& collection,
                                     const Query& query, const Document& update, const UpdateOptions& options,
                                     UpdateReport* report) {
  Updating updating(database, collection, options);
  auto result = updating.Run(query, update);
  if (report != nullptr) *report = updating.report();
  return result;
}

}  // namespace kalends
