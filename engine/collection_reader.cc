#include "engine/collection_reader.h"

#include <algorithm>
#include <utility>

#include "engine/explanation.h"
#include "engine/fields.h"
#include "engine/find_by_id.h"
#include "engine/find_source.h"
#include "engine/id_lookup.h"
#include "engine/partition_reader.h"
#include "format/checksum.h"
#include "format/errors.h"
#include "format/key_encoding.h"
#include "query/distinct.h"
#include "query/distinct_matches.h"
#include "query/text_scorer.h"
#include "query/text_snippet.h"

namespace kalends {
namespace {

// Reads one row into memory of its own.
Result<std::shared_ptr<DocumentMemory>> ReadRow(const PartitionReader& reader, RowId id, StoredRow* row) {
  auto memory = std::make_shared<DocumentMemory>();
  memory->arena = std::make_shared<Arena>();
  memory->Hold(reader.keys());
  KALENDS_RETURN_IF_ERROR(reader.ReadRows({&id, 1}, *memory->arena, {row, 1}));
  return memory;
}

// What a page token belongs to.
std::uint32_t QuestionOf(const std::string& collection, const Query& query, const FindPlan& plan) {
  std::string text = collection;
  for (const Document* part : {&query.filter, &query.sort}) {
    text += '\0';
    text += part->ToJson(JsonStyle::kCanonical);
  }
  text += plan.order == Order::kNewestFirst ? '-' : '+';
  return Checksum32(text);
}

}  // namespace

Result<CollectionReader> CollectionReader::Open(DatabaseImpl& database, const std::shared_ptr<CollectionState>& state) {
  if (database.closed()) return MakeError(ErrorCode::kCancelled, "the database was closed");
  std::shared_ptr<const View> view = database.CurrentView();
  if (view == nullptr) return MakeError(ErrorCode::kCancelled, "the database was closed");
  KALENDS_TRY(auto collection, database.CollectionIn(*view, *state));
  return CollectionReader(database, std::move(view), std::move(collection));
}

FilterContext CollectionReader::Context() const {
  FilterContext context;
  context.time_fields = spec().time_fields;
  context.time_unit = spec().time_unit;
  context.id_field = spec().id_field;
  context.text = collection_->text;
  return context;
}

Result<FindPlan> CollectionReader::PlanWithoutScores(const Query& query) const {
  const FilterContext context = Context();
  FindPlan plan;
  KALENDS_TRY(plan.filter, Filter::Parse(query.filter.value(), context));
  const TimeRange bounds = plan.filter->TimeBounds();
  plan.time = {std::max(query.time.begin, bounds.begin), std::min(query.time.end, bounds.end)};
  plan.order = query.order;
  KALENDS_TRY(SortSpec sort, SortSpec::Parse(query.sort.value(), context));
  if (sort.IsTimeOnly()) {
    plan.order = sort.IsDescending(0) ? Order::kNewestFirst : Order::kOldestFirst;
  } else if (sort.size() > 0) {
    plan.sort = std::make_shared<const SortSpec>(std::move(sort));
  }
  plan.skip = query.skip;
  plan.limit = query.limit;
  plan.sort_bytes_max = query.sort_bytes_max;
  plan.call = query.call;
  plan.threads = database_->threads();
  if (!query.after.empty()) {
    if (query.skip > 0) {
      return InvalidArgument("a page token and skip do not go together: the token says where the page begins");
    }
    KALENDS_TRY(PagePosition position, DecodePageToken(query.after, QuestionOf(collection_->state->name, query, plan)));
    plan.after = std::make_shared<const PagePosition>(std::move(position));
  }
  return plan;
}

Result<FindPlan> CollectionReader::Plan(const Query& query) const {
  KALENDS_TRY(FindPlan plan, PlanWithoutScores(query));
  if (plan.sort != nullptr && plan.sort->HasTextScore()) KALENDS_RETURN_IF_ERROR(AddScorer("sort", &plan));
  return plan;
}

Status CollectionReader::AddScorer(const char* wanted_by, FindPlan* plan) const {
  if (plan->filter->text() == nullptr)
    return InvalidArgument(wanted_by, ": {$meta: \"textScore\"} needs a $text in the filter, which gives the score");
  if (plan->scorer != nullptr) return {};
  KALENDS_TRY(plan->scorer, TextScorer::Make(plan->filter->text(), Partitions(*plan), plan->time, *plan));
  return {};
}

Status CollectionReader::AddScorer(const Projection* projection, FindPlan* plan) const {
  if (projection == nullptr || !projection->ShowsTextScore()) return {};
  return AddScorer("projection", plan);
}

Result<std::shared_ptr<const Projection>> CollectionReader::ProjectionOf(const Query& query) const {
  KALENDS_TRY(auto projection, Projection::Parse(query.projection.value(), Context(), query.filter.value()));
  if (projection->ShowsEverything()) projection.reset();
  return projection;
}

std::vector<std::shared_ptr<const PartitionView>> CollectionReader::Partitions(const FindPlan& plan) const {
  return OpenReaders(view_, *collection_, plan.time);
}

Result<std::optional<Document>> CollectionReader::Get(const Value& id) const {
  const IdHash hash = HashId(id, database_->seed());
  std::vector<std::optional<IdPlace>> places;
  // The row is read in any case, and nearly always the right one.
  for (const IdProof proof : {IdProof::kNone, IdProof::kRow}) {
    KALENDS_RETURN_IF_ERROR(FindIds(*view_, *collection_, {&hash, 1}, proof, &places));
    if (!places[0]) break;
    const PartitionReader reader(view_, places[0]->slot);
    StoredRow row;
    KALENDS_TRY(const auto memory, ReadRow(reader, places[0]->row, &row));
    if (HashId(IdOf(row.root, row.id, spec().id_field), database_->seed()) == hash)
      return std::optional<Document>(Document(row.root, memory, row.json_bytes));
  }
  return std::optional<Document>();
}

std::optional<Value> CollectionReader::IdOfOnly(const FindPlan& plan) {
  return plan.after == nullptr ? plan.filter->IdEquality() : std::nullopt;
}

FindExecutor CollectionReader::Executor(const FindPlan& plan) const {
  const auto id = IdOfOnly(plan);
  if (!id) return {Partitions(plan), plan};
  return FindExecutor(std::make_unique<FindById>(view_, collection_, HashId(*id, database_->seed()), plan));
}

Result<Cursor> CollectionReader::Find(const Query& query) const {
  KALENDS_TRY(FindPlan plan, Plan(query));
  KALENDS_TRY(auto projection, ProjectionOf(query));
  KALENDS_RETURN_IF_ERROR(AddScorer(projection.get(), &plan));
  FindExecutor executor = Executor(plan);
  return Cursor(std::make_unique<FindSource>(std::move(executor), std::move(plan), std::move(projection)));
}

Result<Page> CollectionReader::FindPage(const Query& query) const {
  KALENDS_TRY(FindPlan plan, Plan(query));
  KALENDS_TRY(auto projection, ProjectionOf(query));
  KALENDS_RETURN_IF_ERROR(AddScorer(projection.get(), &plan));
  Page page;
  KALENDS_TRY(page.total, Count(plan));
  const std::uint64_t limit = plan.limit.value_or(UINT64_MAX);
  if (limit < UINT64_MAX) plan.limit = limit + 1;  // One more tells whether there is a next page.
  const std::uint32_t question = QuestionOf(collection_->state->name, query, plan);
  FindSource source(Executor(plan), plan, std::move(projection));
  Document document;
  std::optional<PagePosition> last;
  while (true) {
    KALENDS_TRY(const bool more, source.Next(&document));
    if (!more) return page;
    if (page.documents.size() == limit) break;
    page.documents.push_back(std::move(document));
    if (page.documents.size() == limit) {
      KALENDS_TRY(last, source.Position());
    }
  }
  if (last) page.next = EncodePageToken(*last, question);
  return page;
}

Result<std::uint64_t> CollectionReader::Count(const Query& query) const {
  KALENDS_TRY(FindPlan plan, PlanWithoutScores(query));
  return Count(std::move(plan));
}

Result<std::uint64_t> CollectionReader::Count(FindPlan plan) const {
  plan.after = nullptr;
  if (!IdOfOnly(plan)) return CountMatches(Partitions(plan), plan);
  plan.skip = 0;
  plan.limit.reset();
  FindExecutor::Batch batch;
  KALENDS_TRY(const bool found, Executor(plan).Next(&batch));
  return found ? 1 : 0;
}

Result<std::vector<OwnedValue>> CollectionReader::Distinct(std::string_view path, const Query& query) const {
  KALENDS_RETURN_IF_ERROR(DistinctValues::CheckPath(path));
  KALENDS_TRY(const FindPlan plan, Plan(query));
  DistinctValues values(path, Context());
  if (IdOfOnly(plan)) {
    FindExecutor::Batch batch;
    KALENDS_TRY(const bool found, Executor(plan).Next(&batch));
    if (found) KALENDS_RETURN_IF_ERROR(values.Add(batch.rows.front()));
  } else {
    KALENDS_RETURN_IF_ERROR(CollectDistinct(Partitions(plan), plan, &values));
  }
  std::vector<OwnedValue> found;
  found.reserve(values.size());
  for (const Value& value : values.Values()) found.emplace_back(value);
  return found;
}

Result<FieldsReport> CollectionReader::Fields(const CallOptions& call) const {
  return FieldsOf(view_, *collection_, call);
}

Result<std::optional<Snippet>> CollectionReader::MakeSnippet(const SearchQuery& search,
                                                             const Document& document) const {
  SearchQuery without_filter = search;
  without_filter.query.filter = Document();
  KALENDS_TRY(const auto filter, Filter::Parse(without_filter.ToQuery().filter.value(), Context()));
  return SnippetOf(filter->text(), document.value());
}

Result<Document> CollectionReader::Explain(const Query& query, ExplainedCall call) const {
  Explanation explanation;
  KALENDS_TRY(FindPlan plan, Plan(query));
  KALENDS_TRY(const auto projection, ProjectionOf(query));
  KALENDS_RETURN_IF_ERROR(AddScorer(projection.get(), &plan));
  plan.stats = &explanation.stats;
  explanation.plan = plan;
  explanation.call = call;
  explanation.partitions_in_collection = collection_->months.size();
  explanation.planned = std::chrono::steady_clock::now();
  explanation.is_by_id = IdOfOnly(plan).has_value();
  if (call == ExplainedCall::kCount) {
    KALENDS_TRY(explanation.returned, Count(plan));
  } else {
    FindSource source(Executor(plan), plan, projection);
    Document document;
    while (true) {
      KALENDS_TRY(const bool more, source.Next(&document));
      if (!more) break;
      ++explanation.returned;
    }
  }
  for (const auto& partition : Partitions(plan)) {
    for (const std::string& path : partition->MissingIndexes())
      explanation.missing_indexes[path].push_back(partition->name());
  }
  return explanation.ToDocument();
}

}  // namespace kalends
