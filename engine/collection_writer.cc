#include "engine/collection_writer.h"

#include <unordered_map>
#include <utility>

#include "engine/collection_reader.h"
#include "engine/preparing.h"
#include "format/compare.h"
#include "format/errors.h"
#include "format/key_encoding.h"
#include "query/find.h"

namespace kalends {
namespace {

constexpr int kAttemptsMax = 1000;
constexpr std::size_t kDeletionsPerCommit = 10'000;

std::size_t SizeOf(const Document& document) {
  return document.json_bytes() != 0 ? document.json_bytes() : document.ToJson().size();
}

Error Busy() {
  return MakeError(ErrorCode::kBusy, "other writers changed the same documents ", kAttemptsMax,
                   " times in between; try again later");
}

Error Duplicate(const Value& id, const std::string& collection) {
  return AlreadyExists("a document with the id ", ToJson(id), " exists in ", collection);
}

std::string AtDocument(std::size_t position) { return "document " + std::to_string(position); }

}  // namespace

CollectionWriter::CollectionWriter(DatabaseImpl& database, std::shared_ptr<CollectionState> collection,
                                   const WriteOptions& options)
    : database_(database),
      collection_(std::move(collection)),
      sync_(options.durability.value_or(database.options().durability) == Durability::kSync) {}

Result<std::vector<OwnedValue>> CollectionWriter::InsertMany(std::span<const Document> documents) {
  if (documents.empty()) return std::vector<OwnedValue>();
  Preparer preparer(database_, collection_);
  Arena arena;
  std::vector<Candidate> candidates(documents.size());
  std::vector<IdHash> hashes(documents.size());
  std::vector<std::optional<IdPlace>> places;
  for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
    WriteRequest request;
    KALENDS_RETURN_IF_ERROR(preparer.Begin(&request));
    std::unordered_map<IdHash, std::size_t> positions;
    for (std::size_t i = 0; i < documents.size(); ++i) {
      // A made id stays the same over attempts.
      auto examined = preparer.Examine(documents[i].value(), SizeOf(documents[i]),
                                       candidates[i].id_is_made ? candidates[i].id : Value(), arena);
      if (!examined.has_value()) return WithContext(AtDocument(i), examined.error());
      candidates[i] = *examined;
      hashes[i] = examined->hash;
      const auto [before, is_new] = positions.emplace(examined->hash, i);
      if (!is_new)
        return WithContext(AtDocument(i), AlreadyExists("it has the same id as document ", before->second, ": ",
                                                        ToJson(examined->id)));
    }
    KALENDS_RETURN_IF_ERROR(FindIds(*preparer.view(), preparer.collection(), hashes, IdProof::kRow, &places));
    for (std::size_t i = 0; i < documents.size(); ++i) {
      if (places[i]) return WithContext(AtDocument(i), Duplicate(candidates[i].id, collection_->name));
    }
    for (std::size_t i = 0; i < documents.size(); ++i) {
      const Status added = preparer.Add(candidates[i], false, &request);
      if (!added.ok()) return WithContext(AtDocument(i), added.error());
    }
    request.sync = sync_;
    database_.Commit(&request);
    KALENDS_RETURN_IF_ERROR(request.status);
    if (!request.conflict) {
      std::vector<OwnedValue> ids;
      ids.reserve(candidates.size());
      for (const Candidate& candidate : candidates) ids.emplace_back(candidate.id);
      return ids;
    }
    // Looking up again says whether the id is still taken; whoever took it may have deleted it since.
  }
  return Busy();
}

Result<bool> CollectionWriter::Replace(const Value& id, const Document& document) {
  Preparer preparer(database_, collection_);
  Arena arena;
  std::vector<std::optional<IdPlace>> places;
  for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
    WriteRequest request;
    KALENDS_RETURN_IF_ERROR(preparer.Begin(&request));
    const IdHash hash = HashId(id, database_.seed());
    KALENDS_TRY(const Candidate candidate, preparer.Examine(document.value(), SizeOf(document), id, arena));
    if (candidate.hash != hash) {
      return InvalidArgument("the document has the id ", ToJson(candidate.id), " and cannot take the place of ",
                             ToJson(id), "; delete that one and insert this");
    }
    KALENDS_RETURN_IF_ERROR(FindIds(*preparer.view(), preparer.collection(), {&hash, 1}, IdProof::kRow, &places));
    if (!places[0]) return false;
    KALENDS_RETURN_IF_ERROR(preparer.AddDeletion(*places[0], id, DeletionKind::kUpdate, &request));
    KALENDS_RETURN_IF_ERROR(preparer.Add(candidate, true, &request));
    request.sync = sync_;
    database_.Commit(&request);
    KALENDS_RETURN_IF_ERROR(request.status);
    if (!request.conflict) return true;
  }
  return Busy();
}

Result<bool> CollectionWriter::Delete(const Value& id) {
  Preparer preparer(database_, collection_);
  std::vector<std::optional<IdPlace>> places;
  const IdHash hash = HashId(id, database_.seed());
  for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
    WriteRequest request;
    KALENDS_RETURN_IF_ERROR(preparer.Begin(&request));
    KALENDS_RETURN_IF_ERROR(FindIds(*preparer.view(), preparer.collection(), {&hash, 1}, IdProof::kRow, &places));
    if (!places[0]) return false;
    KALENDS_RETURN_IF_ERROR(preparer.AddDeletion(*places[0], id, DeletionKind::kDelete, &request));
    request.sync = sync_;
    database_.Commit(&request);
    KALENDS_RETURN_IF_ERROR(request.status);
    if (!request.conflict) return true;
  }
  return Busy();
}

Result<std::uint64_t> CollectionWriter::DeleteMany(const Query& query) {
  // The query's own view decides what goes; each commit then looks whether it is still there.
  KALENDS_TRY(CollectionReader reader, CollectionReader::Open(database_, collection_));
  KALENDS_TRY(const FindPlan plan, reader.Plan(query));
  FindExecutor executor = reader.Executor(plan);
  const std::string id_field = reader.spec().id_field;
  std::uint64_t deleted = 0;
  bool more = true;
  while (more) {
    std::vector<OwnedValue> ids;
    std::vector<std::pair<const PartitionView*, RowId>> rows;
    while (more && ids.size() < kDeletionsPerCommit) {
      FindExecutor::Batch batch;
      KALENDS_TRY(more, executor.Next(&batch));
      if (!more) break;
      for (std::size_t i = 0; i < batch.rows.size(); ++i) {
        ids.emplace_back(IdOf(batch.rows[i].root, batch.rows[i].id, id_field));
        rows.emplace_back(batch.partitions[i], batch.row_ids[i]);
      }
    }
    Preparer preparer(database_, collection_);
    std::vector<std::optional<IdPlace>> places;
    std::vector<IdHash> hashes;
    hashes.reserve(ids.size());
    for (const OwnedValue& id : ids) hashes.push_back(HashId(id.value(), database_.seed()));
    for (int attempt = 0; !ids.empty(); ++attempt) {
      if (attempt == kAttemptsMax) return Busy();
      WriteRequest request;
      KALENDS_RETURN_IF_ERROR(preparer.Begin(&request));
      KALENDS_RETURN_IF_ERROR(FindIds(*preparer.view(), preparer.collection(), hashes, IdProof::kRow, &places));
      for (std::size_t i = 0; i < ids.size(); ++i) {
        // Another document may have taken the id since: only the row that the query found goes.
        if (!places[i] || places[i]->row != rows[i].second) continue;
        if (preparer.view()->Slot(places[i]->slot).partition->generation() != rows[i].first->generation()) continue;
        KALENDS_RETURN_IF_ERROR(preparer.AddDeletion(*places[i], ids[i].value(), DeletionKind::kDelete, &request));
      }
      if (request.deletions.empty()) break;
      request.sync = sync_;
      database_.Commit(&request);
      KALENDS_RETURN_IF_ERROR(request.status);
      if (request.conflict) continue;
      deleted += request.deletions.size();
      break;
    }
  }
  return deleted;
}

}  // namespace kalends
