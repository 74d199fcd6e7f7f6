#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/database_impl.h"
#include "engine/id_lookup.h"
#include "format/arena.h"
#include "format/record_codec.h"
#include "index/document_terms.h"
#include "query/partition_view.h"

namespace kalends {

// What must be known of a document before it is stored. Values lie where the document does, a made id in the arena.
struct Candidate {
  Value root;
  std::uint32_t json_bytes = 0;
  TimeUs time;
  bool time_is_arrival = false;
  Value id;
  bool id_is_made = false;
  IdHash hash;
  std::optional<Month> month;  // nullopt where plain.
};

// Examines, looks up and encodes documents for one WriteRequest, outside the writers' queue. One a thread.
class Preparer {
 public:
  Preparer(DatabaseImpl& database, std::shared_ptr<CollectionState> collection);

  // Takes a new view to look up against; the request starts anew. The Preparation lives until the next Begin, or the
  // end of the preparer.
  Status Begin(WriteRequest* request);
  const std::shared_ptr<const View>& view() const { return preparation_->view(); }
  const CollectionView& collection() const { return *collection_view_; }

  // Time, month and id of a document. `made_id` is used where it has none; where that is missing too, a UUIDv7 is made.
  // Errors: no time, a month out of bounds, an id that cannot be one, too large.
  Result<Candidate> Examine(const Value& root, std::size_t json_bytes, const Value& made_id, Arena& arena) const;
  // Encodes the row into the request, making its month where it does not exist.
  Status Add(const Candidate& candidate, bool replaces, WriteRequest* request);
  Status AddDeletion(const IdPlace& place, const Value& id, DeletionKind kind, WriteRequest* request);
  // The document at a place of the view.
  Status Read(const IdPlace& place, Arena& arena, StoredRow* row) const;

 private:
  Result<std::uint32_t> TargetOf(std::uint32_t slot, std::shared_ptr<Partition> partition, WriteRequest* request);
  Result<std::uint32_t> TargetOf(std::optional<Month> month, WriteRequest* request);

  DatabaseImpl& database_;
  std::shared_ptr<CollectionState> state_;
  std::optional<DatabaseImpl::Preparation> preparation_;
  std::shared_ptr<const CollectionView> collection_view_;
  Status AppendTerms(const Value& root, WriteRequest* request, PreparedRow* row);

  RecordEncoder encoder_;
  TextOptionsPtr text_;  // What `terms_` is for.
  std::optional<DocumentTerms> terms_;
  Month last_month_;  // The latest that is allowed.
};

// Starts the key dictionary of a new month with that of the newest one.
void InheritKeys(const View& view, const CollectionView& collection, Partition* partition);

// A UUIDv7 as text in the arena.
Value MakeUuid(Arena& arena);
// A UUID (version 8) as text, made of 128 bits.
Value UuidOfHash(const IdHash& hash, Arena& arena);

}  // namespace kalends
