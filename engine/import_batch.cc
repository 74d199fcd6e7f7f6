#include "engine/import_batch.h"

#include <algorithm>
#include <utility>

#include "format/errors.h"
#include "format/key_encoding.h"
#include "format/time_field.h"

namespace kalends {

ImportWorker::ImportWorker(DatabaseImpl& database, std::shared_ptr<CollectionState> collection,
                           const ImportOptions& options)
    : options_(options), preparer_(database, std::move(collection)) {}

void ImportWorker::Reject(ImportBatch* batch, std::size_t item, Error error) {
  batch->items[item].outcome = ImportBatch::Outcome::kRejected;
  batch->items[item].error = std::move(error);
  if (options_.on_error != OnError::kStop) return;
  batch->items.resize(item + 1);
  batch->lines.resize(item + 1);
  batch->is_last = true;
}

void ImportWorker::Parse(ImportBatch* batch) {
  batch->items.assign(batch->lines.size(), {});
  for (std::size_t i = 0; i < batch->items.size(); ++i) {
    const ImportBatch::Line& line = batch->lines[i];
    auto root = reader_.ReadObject(std::string_view(batch->text).substr(line.begin, line.bytes), *batch->arena);
    if (root.has_value()) {
      batch->items[i].root = *root;
    } else {
      Reject(batch, i, root.error());
    }
  }
}

Status ImportWorker::Examine(ImportBatch* batch) {
  const CollectionSpec& spec = *preparer_.collection().spec;
  for (std::size_t i = 0; i < batch->items.size(); ++i) {
    ImportBatch::Item& item = batch->items[i];
    if (item.root.is_missing()) continue;  // No JSON.
    // The first attempt learns what does not depend on the view; a later one keeps arrival times and made ids.
    if (item.candidate.root.is_missing()) {
      const Value id = ValueAtPath(item.root, spec.id_field);
      item.needs_id = id.is_missing() || id.is_null();
      if (item.needs_id && !options_.new_ids) item.content = HashDocument(item.root, 0);
    }
    Value made_id;
    if (item.needs_id && !options_.new_ids) {
      // The nth of equal documents has an id of its own, and the same one when the file is imported again.
      made_id = UuidOfHash({item.content.high, item.content.low + 0x9E3779B97F4A7C15U * item.ordinal}, *batch->arena);
    } else if (item.needs_id) {
      made_id = item.candidate.id;
    }
    auto candidate = preparer_.Examine(item.root, batch->lines[i].bytes, made_id, *batch->arena);
    if (!candidate.has_value()) {
      item.untimed = !spec.plain && !TimeOfDocument(item.root, spec.time_fields, spec.time_unit);
      Reject(batch, i, candidate.error());
      continue;
    }
    item.untimed = candidate->time_is_arrival && !spec.time_fields.empty();
    item.candidate = *candidate;
    item.outcome = ImportBatch::Outcome::kInserted;
    item.error.reset();
  }
  return {};
}

Status ImportWorker::Resolve(ImportBatch* batch) {
  using Outcome = ImportBatch::Outcome;
  std::vector<IdHash> hashes;
  std::vector<std::size_t> of_hash;
  for (std::size_t i = 0; i < batch->items.size(); ++i) {
    if (batch->items[i].outcome == Outcome::kRejected) continue;
    hashes.push_back(batch->items[i].candidate.hash);
    of_hash.push_back(i);
  }
  std::vector<std::optional<IdPlace>> places;
  KALENDS_RETURN_IF_ERROR(FindIds(*preparer_.view(), preparer_.collection(), hashes, IdProof::kRow, &places));

  // What each id holds after the lines so far: a stored row, or a line of this batch.
  struct Holder {
    std::optional<IdPlace> stored;
    std::optional<std::size_t> item;
  };
  std::unordered_map<IdHash, Holder> holders;
  std::vector<std::optional<IdPlace>> replaced(batch->items.size());  // The stored row that an item takes the place of.
  for (std::size_t n = 0; n < of_hash.size(); ++n) {
    const std::size_t i = of_hash[n];
    if (i >= batch->items.size()) break;  // Cut by a rejection.
    ImportBatch::Item& item = batch->items[i];
    Holder& holder = holders.try_emplace(item.candidate.hash, Holder{places[n], std::nullopt}).first->second;
    if (!holder.stored && !holder.item) {
      holder.item = i;
      continue;
    }
    Value existing;
    if (holder.item) {
      existing = batch->items[*holder.item].root;
    } else {
      StoredRow row;
      KALENDS_RETURN_IF_ERROR(preparer_.Read(*holder.stored, *batch->arena, &row));
      existing = row.root;
    }
    if (Identical(existing, item.root)) {
      item.outcome = Outcome::kDuplicate;
    } else if (options_.on_duplicate == OnDuplicate::kSkip) {
      item.outcome = Outcome::kConflict;
    } else if (options_.on_duplicate == OnDuplicate::kError) {
      Reject(batch, i, AlreadyExists("another document with the id ", ToJson(item.candidate.id), " is there already"));
    } else {
      item.outcome = Outcome::kReplaced;
      replaced[i] = holder.stored;
      if (holder.item) {
        replaced[i] = replaced[*holder.item];
        batch->items[*holder.item].candidate.root = Value();  // It came and went within the batch: not stored.
      }
      holder.item = i;
    }
  }
  for (std::size_t i = 0; i < batch->items.size(); ++i) {
    ImportBatch::Item& item = batch->items[i];
    if (item.outcome != Outcome::kInserted && item.outcome != Outcome::kReplaced) continue;
    if (item.candidate.root.is_missing()) {
      // Named again by a later attempt.
      item.candidate.root = item.root;
      continue;
    }
    if (replaced[i])
      KALENDS_RETURN_IF_ERROR(
          preparer_.AddDeletion(*replaced[i], item.candidate.id, DeletionKind::kUpdate, &batch->request));
    Status added = preparer_.Add(item.candidate, replaced[i].has_value(), &batch->request);
    if (!added.ok() && added.error().code() != ErrorCode::kLimitExceeded) return added;
    // Too large in its stored form, or a month too many: the line's fault. A batch that stops there must not hold what
    // follows.
    if (!added.ok()) {
      Reject(batch, i, added.error());
      if (replaced[i]) batch->request.deletions.pop_back();
    }
  }
  return {};
}

Status ImportWorker::Prepare(ImportBatch* batch) {
  KALENDS_RETURN_IF_ERROR(preparer_.Begin(&batch->request));
  KALENDS_RETURN_IF_ERROR(Examine(batch));
  return Resolve(batch);
}

}  // namespace kalends
