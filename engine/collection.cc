#include "kalends/collection.h"

#include <utility>

#include "engine/collection_reader.h"
#include "engine/collection_writer.h"
#include "engine/database_impl.h"
#include "engine/importing.h"
#include "engine/updating.h"
#include "format/errors.h"

namespace kalends {

Collection::Collection(DatabaseImpl* database, std::shared_ptr<CollectionState> state)
    : database_(database), state_(std::move(state)) {}

const std::string& Collection::name() const { return state_->name; }

Result<CollectionSpec> Collection::spec() const {
  KALENDS_TRY([[maybe_unused]] const auto running, database_->BeginCall());
  KALENDS_TRY(const CollectionReader reader, CollectionReader::Open(*database_, state_));
  return reader.spec();
}

Result<OwnedValue> Collection::Insert(const Document& document, const WriteOptions& options) {
  KALENDS_TRY([[maybe_unused]] const auto running, database_->BeginCall());
  auto ids = CollectionWriter(*database_, state_, options).InsertMany({&document, 1});
  if (!ids.has_value()) {
    // There is but one document: its position says nothing.
    const std::string_view prefix = "document 0: ";
    const std::string& message = ids.error().message();
    return Error(ids.error().code(), message.starts_with(prefix) ? message.substr(prefix.size()) : message);
  }
  return std::move(ids->front());
}

Result<std::vector<OwnedValue>> Collection::InsertMany(std::span<const Document> documents,
                                                       const WriteOptions& options) {
  KALENDS_TRY([[maybe_unused]] const auto running, database_->BeginCall());
  return CollectionWriter(*database_, state_, options).InsertMany(documents);
}

Result<bool> Collection::Replace(const Value& id, const Document& document, const WriteOptions& options) {
  KALENDS_TRY([[maybe_unused]] const auto running, database_->BeginCall());
  return CollectionWriter(*database_, state_, options).Replace(id, document);
}

Result<bool> Collection::Delete(const Value& id, const WriteOptions& options) {
  KALENDS_TRY([[maybe_unused]] const auto running, database_->BeginCall());
  return CollectionWriter(*database_, state_, options).Delete(id);
}

Result<std::uint64_t> Collection::DeleteMany(const Query& query, const WriteOptions& options) {
  KALENDS_TRY([[maybe_unused]] const auto running, database_->BeginCall());
  return CollectionWriter(*database_, state_, options).DeleteMany(query);
}

Result<std::optional<Document>> Collection::Get(const Value& id) const {
  KALENDS_TRY([[maybe_unused]] const auto running, database_->BeginCall());
  KALENDS_TRY(const CollectionReader reader, CollectionReader::Open(*database_, state_));
  return reader.Get(id);
}

Result<Cursor> Collection::Find(const Query& query) const {
  KALENDS_TRY([[maybe_unused]] const auto running, database_->BeginCall());
  KALENDS_TRY(const CollectionReader reader, CollectionReader::Open(*database_, state_));
  return reader.Find(query);
}

Result<Page> Collection::FindPage(const Query& query) const {
  KALENDS_TRY([[maybe_unused]] const auto running, database_->BeginCall());
  KALENDS_TRY(const CollectionReader reader, CollectionReader::Open(*database_, state_));
  return reader.FindPage(query);
}

Result<std::uint64_t> Collection::Count(const Query& query) const {
  KALENDS_TRY([[maybe_unused]] const auto running, database_->BeginCall());
  KALENDS_TRY(const CollectionReader reader, CollectionReader::Open(*database_, state_));
  return reader.Count(query);
}

Result<std::vector<OwnedValue>> Collection::Distinct(std::string_view path, const Query& query) const {
  KALENDS_TRY([[maybe_unused]] const auto running, database_->BeginCall());
  KALENDS_TRY(const CollectionReader reader, CollectionReader::Open(*database_, state_));
  return reader.Distinct(path, query);
}

Result<FieldsReport> Collection::Fields(const CallOptions& call) const {
  KALENDS_TRY([[maybe_unused]] const auto running, database_->BeginCall());
  KALENDS_TRY(const CollectionReader reader, CollectionReader::Open(*database_, state_));
  return reader.Fields(call);
}

Result<std::optional<Snippet>> Collection::MakeSnippet(const SearchQuery& search, const Document& document) const {
  KALENDS_TRY([[maybe_unused]] const auto running, database_->BeginCall());
  KALENDS_TRY(const CollectionReader reader, CollectionReader::Open(*database_, state_));
  return reader.MakeSnippet(search, document);
}

Result<Document> Collection::Explain(const Query& query, ExplainedCall call) const {
  KALENDS_TRY([[maybe_unused]] const auto running, database_->BeginCall());
  KALENDS_TRY(const CollectionReader reader, CollectionReader::Open(*database_, state_));
  return reader.Explain(query, call);
}

Result<UpdateReport> Collection::Update(const Query& query, const Document& update, const UpdateOptions& options,
                                        UpdateReport* report) {
  KALENDS_TRY([[maybe_unused]] const auto running, database_->BeginCall());
  return UpdateDocuments(*database_, state_, query, update, options, report);
}

Result<ImportReport> Collection::Import(LineSource& source, const ImportOptions& options, ImportReport* report) {
  KALENDS_TRY([[maybe_unused]] const auto running, database_->BeginCall());
  return ImportLines(*database_, state_, source, options, report);
}

void Collection::Tell(const std::string& event) const { database_->Tell(event); }

Result<std::vector<Document>> Cursor::ToVector() {
  std::vector<Document> documents;
  Document document;
  while (true) {
    KALENDS_TRY(const bool more, Next(&document));
    if (!more) return documents;
    documents.push_back(document);
  }
}

}  // namespace kalends
