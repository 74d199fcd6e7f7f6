#include "suites/execute.h"

#include <algorithm>
#include <limits>

#include "format/errors.h"
#include "suites/check_pages.h"

namespace kalends::suites {
namespace {

// Replies count in ints.
Value Number(std::uint64_t count) {
  return Value::Int(
      static_cast<std::int32_t>(std::min<std::uint64_t>(count, std::numeric_limits<std::int32_t>::max())));
}

Document Reply(std::string_view name, const Value& value) {
  DocumentBuilder builder;
  builder.Add(name, value);
  return builder.Build();
}

bool HoldsTime(const Value& value) {
  if (value.is_object()) {
    const auto fields = value.fields();
    return std::any_of(fields.begin(), fields.end(),
                       [](const Field& field) { return field.name == kTimeField || HoldsTime(field.value); });
  }
  if (!value.is_array()) return false;
  const auto elements = value.elements();
  return std::any_of(elements.begin(), elements.end(), HoldsTime);
}

void AddFieldsWithoutTime(const Value& object, DocumentBuilder* builder);

void AddElementsWithoutTime(const Value& array, DocumentBuilder* builder) {
  for (const Value& element : array.elements()) {
    if (element.is_object()) {
      builder->BeginObject();
      AddFieldsWithoutTime(element, builder);
      builder->End();
    } else if (element.is_array()) {
      builder->BeginArray();
      AddElementsWithoutTime(element, builder);
      builder->End();
    } else {
      builder->Add(element);
    }
  }
}

void AddFieldsWithoutTime(const Value& object, DocumentBuilder* builder) {
  for (const Field& field : object.fields()) {
    if (field.name == kTimeField) continue;
    if (!HoldsTime(field.value)) {
      builder->Add(field.name, field.value);
    } else if (field.value.is_object()) {
      builder->BeginObject(field.name);
      AddFieldsWithoutTime(field.value, builder);
      builder->End();
    } else {
      builder->BeginArray(field.name);
      AddElementsWithoutTime(field.value, builder);
      builder->End();
    }
  }
}

// A deep copy.
Document WithoutTime(const Value& document) {
  if (!HoldsTime(document)) return Document(document);
  DocumentBuilder builder;
  AddFieldsWithoutTime(document, &builder);
  return builder.Build();
}

Result<Document> Run(const InsertRequest& request, Place& place) {
  KALENDS_RETURN_IF_ERROR(place.Insert(request.documents));
  return Reply("n", Number(request.documents.size()));
}

Result<Document> Run(const FindRequest& request, Place& place) {
  KALENDS_TRY(Cursor cursor, place.collection().Find(request.query));
  KALENDS_TRY(const std::vector<Document> documents, cursor.ToVector());
  if (request.query.skip == 0 && !request.query.limit) {
    KALENDS_RETURN_IF_ERROR(CheckPages(request.query, documents, place.collection()));
  }
  DocumentBuilder builder;
  builder.BeginObject("cursor").BeginArray("firstBatch");
  for (const Document& document : documents) builder.Add(WithoutTime(document.value()).value());
  return builder.End().End().Build();
}

// Skip and limit are not heeded by Count.
Result<Document> Run(const CountRequest& request, Place& place) {
  const Query& query = request.query;
  KALENDS_TRY(std::uint64_t count, place.collection().Count(query));
  count -= std::min(count, query.skip);
  if (query.limit) count = std::min(count, *query.limit);
  return Reply("n", Number(count));
}

Result<Document> Run(const DistinctRequest& request, Place& place) {
  KALENDS_TRY(const std::vector<OwnedValue> values, place.collection().Distinct(request.path, request.query));
  DocumentBuilder builder;
  builder.BeginArray("values");
  for (const OwnedValue& value : values) {
    // An object for the function that knows documents alone.
    builder.Add(WithoutTime(Reply("value", value.value()).value()).Get("value"));
  }
  return builder.End().Build();
}

Result<Document> Run(const UpdateRequest& request, Place& place) {
  std::uint64_t matched = 0;
  std::uint64_t modified = 0;
  std::vector<std::pair<std::size_t, OwnedValue>> upserted;
  for (const UpdateStatement& statement : request.statements) {
    KALENDS_TRY(UpdateReport report, place.collection().Update(statement.query, statement.update, statement.options));
    matched += report.matched;
    modified += report.modified;
    if (report.upserted_id) {
      ++matched;  // MongoDB counts it in `n`.
      upserted.emplace_back(static_cast<std::size_t>(&statement - request.statements.data()),
                            *std::move(report.upserted_id));
    }
  }
  DocumentBuilder builder;
  builder.Add("n", Number(matched)).Add("nModified", Number(modified));
  if (!upserted.empty()) {
    builder.BeginArray("upserted");
    for (const auto& [position, id] : upserted) {
      builder.BeginObject().Add("index", Number(position)).Add("_id", id.value()).End();
    }
    builder.End();
  }
  return builder.Build();
}

Result<Document> Run(const DeleteRequest& request, Place& place) {
  std::uint64_t deleted = 0;
  for (const Query& query : request.queries) {
    KALENDS_TRY(const std::uint64_t count, place.collection().DeleteMany(query));
    deleted += count;
  }
  return Reply("n", Number(deleted));
}

// The first that is found, or nothing.
Result<std::optional<Document>> FindOne(const Query& query, Place& place) {
  KALENDS_TRY(Cursor cursor, place.collection().Find(query));
  Document document;
  KALENDS_TRY(const bool found, cursor.Next(&document));
  if (!found) return std::optional<Document>();
  return std::optional<Document>(std::move(document));
}

Query QueryOfId(const Value& id, const Document& projection) {
  Query query;
  DocumentBuilder filter;
  query.filter = filter.BeginObject("_id").Add("$eq", id).End().Build();
  query.projection = projection;
  return query;
}

Result<Document> Run(const FindAndModifyRequest& request, Place& place) {
  Query unprojected = request.query;
  unprojected.projection = Document();
  KALENDS_TRY(const std::optional<Document> before, FindOne(unprojected, place));
  KALENDS_TRY(std::optional<Document> value, FindOne(request.query, place));

  bool is_upsert = false;
  OwnedValue id(before ? before->Get("_id") : Value());
  if (request.remove) {
    KALENDS_TRY([[maybe_unused]] const std::uint64_t deleted, place.collection().DeleteMany(unprojected));
  } else {
    KALENDS_TRY(UpdateReport report, place.collection().Update(unprojected, request.update, request.options));
    is_upsert = report.upserted_id.has_value();
    if (is_upsert) id = *std::move(report.upserted_id);
    if (request.returns_new && !id->is_missing()) {
      KALENDS_TRY(value, FindOne(QueryOfId(id.value(), request.query.projection), place));
    }
  }
  DocumentBuilder builder;
  builder.BeginObject("lastErrorObject").Add("n", Number(before || is_upsert ? 1 : 0));
  if (!request.remove) builder.Add("updatedExisting", before.has_value());
  if (is_upsert) builder.Add("upserted", id.value());
  builder.End().Add("value", value ? WithoutTime(value->value()).value() : Value::Null());
  return builder.Build();
}

}  // namespace

Result<Document> Execute(const Request& request, Place& place) {
  return std::visit([&place](const auto& one) { return Run(one, place); }, request);
}

}  // namespace kalends::suites
