#pragma once

#include <memory>
#include <span>
#include <vector>

#include "engine/database_impl.h"
#include "kalends/collection.h"

namespace kalends {

// The single writes of a Collection: prepared, committed, and prepared again where something else was committed in
// between.
class CollectionWriter {
 public:
  CollectionWriter(DatabaseImpl& database, std::shared_ptr<CollectionState> collection, const WriteOptions& options);

  Result<std::vector<OwnedValue>> InsertMany(std::span<const Document> documents);
  Result<bool> Replace(const Value& id, const Document& document);
  Result<bool> Delete(const Value& id);
  Result<std::uint64_t> DeleteMany(const Query& query);

 private:
  DatabaseImpl& database_;
  std::shared_ptr<CollectionState> collection_;
  bool sync_;
};

}  // namespace kalends
