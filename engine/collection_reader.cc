#include "engine/collection_reader.h"

#include <algorithm>
#include <utility>

#include "engine/id_lookup.h"
#include "engine/partition_reader.h"
#include "format/errors.h"
#include "format/key_encoding.h"

namespace kalends {
namespace {

// What a document that was read needs as long as it lives: the arena of its values, and the names of its fields.
struct DocumentMemory {
  std::shared_ptr<Arena> arena;
  std::vector<std::shared_ptr<KeyDictionary>> keys;

  void Hold(const std::shared_ptr<KeyDictionary>& dictionary) {
    if (keys.empty() || keys.back() != dictionary) keys.push_back(dictionary);
  }
};

// Reads one row as a document that may outlive everything.
Result<Document> ReadDocument(const PartitionReader& reader, RowId id, StoredRow* row) {
  auto memory = std::make_shared<DocumentMemory>();
  memory->arena = std::make_shared<Arena>();
  memory->Hold(reader.keys());
  KALENDS_RETURN_IF_ERROR(reader.ReadRows({&id, 1}, *memory->arena, {row, 1}));
  return Document(row->root, std::move(memory), row->json_bytes);
}

// Documents share the memory of their batch; one that is kept keeps its batch.
class FindSource : public Cursor::Source {
 public:
  FindSource(std::vector<std::shared_ptr<const PartitionView>> partitions, FindPlan plan)
      : executor_(std::move(partitions), std::move(plan)) {}

  Result<bool> Next(Document* document) override {
    if (failed_) return *failed_;
    if (at_ == batch_.rows.size()) {
      batch_ = {};
      at_ = 0;
      auto more = executor_.Next(&batch_);
      if (!more.has_value()) {
        failed_ = more.error();
        return *failed_;
      }
      if (!*more) return false;
      memory_ = std::make_shared<DocumentMemory>();
      memory_->arena = batch_.arena;
      for (const PartitionView* partition : batch_.partitions) memory_->Hold(static_cast<const PartitionReader*>(partition)->keys());
    }
    const StoredRow& row = batch_.rows[at_++];
    *document = Document(row.root, memory_, row.json_bytes);
    return true;
  }

 private:
  FindExecutor executor_;
  FindExecutor::Batch batch_;
  std::shared_ptr<DocumentMemory> memory_;
  std::size_t at_ = 0;
  std::optional<Error> failed_;
};

// One document, or none.
class SingleSource : public Cursor::Source {
 public:
  explicit SingleSource(std::optional<Document> document) : document_(std::move(document)) {}
  Result<bool> Next(Document* document) override {
    if (!document_) return false;
    *document = std::move(*document_);
    document_.reset();
    return true;
  }

 private:
  std::optional<Document> document_;
};

}  // namespace

Result<CollectionReader> CollectionReader::Open(DatabaseImpl& database, const std::shared_ptr<CollectionState>& state) {
  if (database.closed()) return MakeError(ErrorCode::kCancelled, "the database was closed");
  std::shared_ptr<const View> view = database.CurrentView();
  if (view == nullptr) return MakeError(ErrorCode::kCancelled, "the database was closed");
  KALENDS_TRY(auto collection, database.CollectionIn(*view, *state));
  return CollectionReader(database, std::move(view), std::move(collection));
}

Result<FindPlan> CollectionReader::Plan(const Query& query) const {
  FilterContext context;
  context.time_fields = spec().time_fields;
  context.time_unit = spec().time_unit;
  context.id_field = spec().id_field;
  FindPlan plan;
  KALENDS_TRY(plan.filter, Filter::Parse(query.filter.value(), context));
  const TimeRange bounds = plan.filter->TimeBounds();
  plan.time = {std::max(query.time.begin, bounds.begin), std::min(query.time.end, bounds.end)};
  plan.order = query.order;
  plan.skip = query.skip;
  plan.limit = query.limit;
  plan.call = query.call;
  return plan;
}

std::vector<std::shared_ptr<const PartitionView>> CollectionReader::Partitions(const FindPlan& plan) const {
  return OpenReaders(view_, *collection_, plan.time);
}

Result<std::optional<Document>> CollectionReader::Get(const Value& id) const {
  const IdHash hash = HashId(id, database_->seed());
  std::vector<std::optional<IdPlace>> places;
  KALENDS_RETURN_IF_ERROR(FindIds(*view_, *collection_, {&hash, 1}, &places));
  if (!places[0]) return std::optional<Document>();
  const PartitionReader reader(view_, places[0]->slot);
  StoredRow row;
  KALENDS_TRY(Document document, ReadDocument(reader, places[0]->row, &row));
  const Value stored = IdOf(row.root, row.id, spec().id_field);
  if (HashId(stored, database_->seed()) != hash) {
    return Corruption("partition ", reader.name(), ": the index names row ", places[0]->row.value, " for the id ",
                      ToJson(id), ", which holds ", ToJson(stored), "; run `kalends migrate --rebuild index`");
  }
  return std::optional<Document>(std::move(document));
}

Result<Cursor> CollectionReader::Find(const Query& query) const {
  KALENDS_TRY(FindPlan plan, Plan(query));
  if (const auto id = plan.filter->IdEquality()) {
    const IdHash hash = HashId(*id, database_->seed());
    std::vector<std::optional<IdPlace>> places;
    KALENDS_RETURN_IF_ERROR(FindIds(*view_, *collection_, {&hash, 1}, &places));
    if (!places[0] || plan.skip > 0 || plan.limit == 0U) return Cursor(std::make_unique<SingleSource>(std::nullopt));
    const PartitionReader reader(view_, places[0]->slot);
    StoredRow row;
    KALENDS_TRY(Document document, ReadDocument(reader, places[0]->row, &row));
    MatchScratch scratch;
    const bool matches = plan.filter->Matches(row, scratch);
    if (scratch.error) return *scratch.error;
    if (!plan.time.Contains(row.time) || !matches)
      return Cursor(std::make_unique<SingleSource>(std::nullopt));
    return Cursor(std::make_unique<SingleSource>(std::move(document)));
  }
  auto partitions = Partitions(plan);
  return Cursor(std::make_unique<FindSource>(std::move(partitions), std::move(plan)));
}

Result<std::uint64_t> CollectionReader::Count(const Query& query) const {
  KALENDS_TRY(const FindPlan plan, Plan(query));
  return CountMatches(Partitions(plan), plan);
}

}  // namespace kalends
