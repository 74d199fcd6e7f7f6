#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/database_impl.h"
#include "kalends/collection.h"
#include "query/find.h"
#include "query/projection.h"

namespace kalends {

// A collection in one view: what the reading functions of Collection are made of.
class CollectionReader {
 public:
  static Result<CollectionReader> Open(DatabaseImpl& database, const std::shared_ptr<CollectionState>& state);

  const CollectionSpec& spec() const { return *collection_->spec; }
  // Reads filter, sort and token; skip, limit and the rest are as given.
  Result<FindPlan> Plan(const Query& query) const;
  // Walks what the plan asks for.
  FindExecutor Executor(const FindPlan& plan) const;
  Result<std::optional<Document>> Get(const Value& id) const;
  Result<Cursor> Find(const Query& query) const;
  Result<Page> FindPage(const Query& query) const;
  Result<std::uint64_t> Count(const Query& query) const;
  Result<std::vector<OwnedValue>> Distinct(std::string_view path, const Query& query) const;
  Result<FieldsReport> Fields(const CallOptions& call) const;
  Result<std::optional<Snippet>> MakeSnippet(const SearchQuery& search, const Document& document) const;
  Result<Document> Explain(const Query& query, ExplainedCall call) const;

 private:
  CollectionReader(DatabaseImpl& database, std::shared_ptr<const View> view,
                   std::shared_ptr<const CollectionView> collection)
      : database_(&database), view_(std::move(view)), collection_(std::move(collection)) {}
  FilterContext Context() const;
  Result<FindPlan> PlanWithoutScores(const Query& query) const;  // Whose order does not matter.
  Result<std::uint64_t> Count(FindPlan plan) const;
  // Counts what the scores of the filter's $text are made of; kInvalidArgument where it has none.
  Status AddScorer(const char* wanted_by, FindPlan* plan) const;
  Status AddScorer(const Projection* projection, FindPlan* plan) const;
  std::vector<std::shared_ptr<const PartitionView>> Partitions(const FindPlan& plan) const;
  // Null where documents are shown as they are.
  Result<std::shared_ptr<const Projection>> ProjectionOf(const Query& query) const;
  // Where the filter names the id there is at most one row, and the indexes of ids know it.
  static std::optional<Value> IdOfOnly(const FindPlan& plan);

  DatabaseImpl* database_;
  std::shared_ptr<const View> view_;
  std::shared_ptr<const CollectionView> collection_;
};

}  // namespace kalends
