#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "engine/database_impl.h"
#include "kalends/collection.h"
#include "query/find.h"

namespace kalends {

// A collection in one view: what the reading functions of Collection are made of.
class CollectionReader {
 public:
  static Result<CollectionReader> Open(DatabaseImpl& database, const std::shared_ptr<CollectionState>& state);

  const CollectionSpec& spec() const { return *collection_->spec; }
  Result<FindPlan> Plan(const Query& query) const;
  std::vector<std::shared_ptr<const PartitionView>> Partitions(const FindPlan& plan) const;
  Result<std::optional<Document>> Get(const Value& id) const;
  Result<Cursor> Find(const Query& query) const;
  Result<std::uint64_t> Count(const Query& query) const;

 private:
  CollectionReader(DatabaseImpl& database, std::shared_ptr<const View> view,
                   std::shared_ptr<const CollectionView> collection)
      : database_(&database), view_(std::move(view)), collection_(std::move(collection)) {}
  DatabaseImpl* database_;
  std::shared_ptr<const View> view_;
  std::shared_ptr<const CollectionView> collection_;
};

}  // namespace kalends
