#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "format/arena.h"
#include "format/time_field.h"
#include "kalends/document.h"
#include "query/expression.h"
#include "query/filter.h"
#include "query/projection.h"
#include "query/sort_key.h"
#include "query/update.h"

// The examples of the query language as text: what comes of them, as canonical Extended JSON, so that types count.
namespace kalends {

inline const FilterContext kExampleContext{
    .time_fields = {"timestamp"},
    .id_field = "_id",
    .text = std::make_shared<const TextOptions>(TextOptions{.fields = {"*"}, .found_otherwise = {"timestamp", "_id"}})};
inline constexpr std::string_view kMadeId = "0194f3a0-0000-7000-8000-000000000000";

inline std::string ErrorText(const Error& error) {
  return std::string(ErrorCodeName(error.code())) + ": " + error.message();
}

// JSON values with commas between them, as an array.
inline OwnedValue List(std::string_view values) {
  const auto list = OwnedValue::FromJson("[" + std::string(values) + "]");
  return list.has_value() ? *list : OwnedValue(Value::String("no JSON: " + ErrorText(list.error())));
}
inline OwnedValue One(std::string_view value) {
  const auto one = OwnedValue::FromJson(value);
  return one.has_value() ? *one : OwnedValue(Value::String("no JSON: " + ErrorText(one.error())));
}

inline std::string Canonical(std::span<const Value> values) {
  std::string text;
  for (const Value& value : values) {
    text += (text.empty() ? "" : ", ") + (value.is_missing() ? "nothing" : ToJson(value, JsonStyle::kCanonical));
  }
  return text.empty() ? "nothing" : text;
}
// What an example says it gives, in the form of what it does give.
inline std::string Expected(std::string_view gives) {
  if (gives == "nothing") return "nothing";
  const OwnedValue list = List(gives);
  return list->is_array() ? Canonical(list->elements()) : std::string(list->as_string());
}

inline StoredRow RowOf(const Value& document) {
  const auto time = TimeOfDocument(document, kExampleContext.time_fields, kExampleContext.time_unit);
  return {.time = time.value_or(TimeUs{}),
          .id = document.Get("_id").is_missing() ? Value::String(kMadeId) : Value(),
          .root = document};
}

inline std::string Found(std::string_view documents, std::string_view filter_text) {
  const OwnedValue list = List(documents);
  if (!list->is_array()) return std::string(list->as_string());
  const auto filter = Filter::Parse(One(filter_text).value(), kExampleContext);
  if (!filter.has_value()) return ErrorText(filter.error());
  std::vector<Value> found;
  MatchScratch scratch;
  for (const Value& document : list->elements()) {
    if ((*filter)->Matches(RowOf(document), scratch)) found.push_back(document);
    if (scratch.error) return ErrorText(*scratch.error);
  }
  return Canonical(found);
}

inline std::string ValueOf(std::string_view document, std::string_view expression_text) {
  const OwnedValue root = One(document.empty() ? "{}" : document);
  const auto expression = Expression::Parse(One(expression_text).value(), kExampleContext, "expression");
  if (!expression.has_value()) return ErrorText(expression.error());
  Arena arena;
  const auto value = (*expression)->Evaluate(RowOf(root.value()), arena);
  return value.has_value() ? Canonical({&*value, 1}) : ErrorText(value.error());
}

// The element of an array that `where` matched, as updates and projections are told.
inline std::optional<std::size_t> MatchedIndex(const StoredRow& row, const Value& where) {
  if (where.is_missing()) return std::nullopt;
  const auto filter = Filter::Parse(where, kExampleContext);
  MatchScratch scratch;
  if (filter.has_value()) (*filter)->Matches(row, scratch);
  return scratch.array_index;
}

inline std::string Shown(std::string_view document, std::string_view projection_text, std::string_view where) {
  const OwnedValue root = One(document);
  const OwnedValue filter = where.empty() ? OwnedValue() : One(where);
  const auto projection = Projection::Parse(One(projection_text).value(), kExampleContext, filter.value());
  if (!projection.has_value()) return ErrorText(projection.error());
  Arena arena;
  const StoredRow row = RowOf(root.value());
  const auto shown = (*projection)->Apply(row, MatchedIndex(row, filter.value()), arena);
  return shown.has_value() ? Canonical({&*shown, 1}) : ErrorText(shown.error());
}

// Without a document: what an upsert inserts.
inline std::string Updated(std::string_view document, std::string_view update_text, std::string_view where,
                           std::string_view array_filters) {
  const OwnedValue root = One(document.empty() ? "{}" : document);
  const OwnedValue filter = where.empty() ? OwnedValue() : One(where);
  std::vector<Document> filters;
  const OwnedValue filter_list = array_filters.empty() ? List("") : One(array_filters);
  for (const Value& one : filter_list->elements()) filters.emplace_back(one);
  const auto update = Update::Parse(One(update_text).value(), {.array_filters = filters, .now = Now()});
  if (!update.has_value()) return ErrorText(update.error());
  Arena arena;
  bool modified = false;
  const auto index = MatchedIndex(RowOf(root.value()), filter.value());
  const auto updated = (*update)->Apply(root.value(), index, document.empty(), arena, &modified);
  return updated.has_value() ? Canonical({&*updated, 1}) : ErrorText(updated.error());
}

inline std::string Sorted(std::string_view documents, std::string_view sort_text) {
  const OwnedValue list = List(documents);
  const auto sort = SortSpec::Parse(One(sort_text).value(), kExampleContext);
  if (!sort.has_value()) return ErrorText(sort.error());
  struct Keyed {
    std::vector<Value> key;
    Value document;
  };
  Arena arena;
  std::vector<Keyed> rows;
  for (const Value& document : list->elements()) {
    rows.push_back({std::vector<Value>(sort->size()), document});
    const Status status = sort->Key(RowOf(document), arena, rows.back().key);
    if (!status.ok()) return ErrorText(status.error());
  }
  std::ranges::stable_sort(rows, [&](const Keyed& a, const Keyed& b) { return sort->CompareKeys(a.key, b.key) < 0; });
  std::vector<Value> sorted;
  for (const Keyed& row : rows) sorted.push_back(row.document);
  return Canonical(sorted);
}

}  // namespace kalends
