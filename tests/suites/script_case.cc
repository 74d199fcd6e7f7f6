// The schemas of cases that were recorded from libraries written in JavaScript, which has one type of numbers:
//
//   match       {filter, doc, expected: true where it matches}
//   filter      {filter, documents, expected: those that match}
//   find        {filter, documents, projection, cursor_ops, expected}
//   expression  {expr, doc, expected: the value}, expression_error: it must fail
//   update      {filter, update, doc, expected: the document afterwards}, update_error: it must fail
//   upsert      {filter, update, expected: the document made}, upsert_update (with doc), upsert_error

#include <algorithm>
#include <string_view>

#include "format/errors.h"
#include "suites/suite_case.h"

namespace kalends::suites {
namespace {

const std::set<std::int64_t> kNumberTypes = {1, 16, 18};  // double, int, long.

Query NewQuery() {
  Query query;
  query.order = Order::kOldestFirst;
  return query;
}

// Such a filter asks what the recording does not tell: whether a number is an int or a double.
bool AsksTypeOfNumber(const Value& value) {
  if (value.is_array()) {
    const auto elements = value.elements();
    return std::any_of(elements.begin(), elements.end(), AsksTypeOfNumber);
  }
  if (!value.is_object()) return false;
  for (const Field& field : value.fields()) {
    if (field.name == "$type" && field.value.is_integer() && kNumberTypes.contains(field.value.as_integer()))
      return true;
    if (AsksTypeOfNumber(field.value)) return true;
  }
  return false;
}

Status ReadObject(const Value& line, std::string_view name, Document* object) {
  const Value value = line.Get(name);
  if (!value.is_object()) return Unsupported("argument: ", name, " of type ", TypeName(value.type()));
  *object = Document(value);
  return {};
}

Status AddDocuments(const Value& documents, Case* result) {
  InsertRequest request;
  for (const Value& document : documents.elements()) {
    if (!document.is_object()) return Unsupported("setup: a document that is no object");
    request.documents.push_back(document);
  }
  if (!request.documents.empty()) result->before.emplace_back(std::move(request));
  return {};
}

Status AddDocument(const Value& document, Case* result) { return AddDocuments(Value::Array({&document, 1}), result); }

void ExpectMade(Document made, Case* result) {
  result->made = std::move(made);
  result->expectation.reply = result->made.Get("documents");
}

Status ReadMatch(Case* result) {
  const Value& line = result->line.value();
  FindRequest request{NewQuery()};
  KALENDS_RETURN_IF_ERROR(ReadObject(line, "filter", &request.query.filter));
  KALENDS_RETURN_IF_ERROR(AddDocument(line.Get("doc"), result));
  result->question = std::move(request);
  const Value matches = line.Get("expected");
  if (matches.type() != Type::kBool) return Unsupported("kind: nothing is expected");
  DocumentBuilder builder;
  builder.BeginArray("documents");
  if (matches.as_bool()) builder.Add(line.Get("doc"));
  ExpectMade(builder.End().Build(), result);
  return {};
}

Status ReadFilter(Case* result) {
  const Value& line = result->line.value();
  FindRequest request{NewQuery()};
  KALENDS_RETURN_IF_ERROR(ReadObject(line, "filter", &request.query.filter));
  if (line.Get("projection").is_object()) request.query.projection = Document(line.Get("projection"));
  if (const Value steps = line.Get("cursor_ops"); steps.is_array() && !steps.elements().empty()) {
    return Unsupported("argument: cursor_ops");
  }
  if (!line.Get("documents").is_array()) return Unsupported("argument: no documents");
  KALENDS_RETURN_IF_ERROR(AddDocuments(line.Get("documents"), result));
  result->question = std::move(request);
  result->expectation.reply = line.Get("expected");
  return {};
}

// A computed field of a projection. Inside $cond, so that no value of it is taken for a flag or a projection operator.
Status ReadExpression(Case* result) {
  const Value& line = result->line.value();
  KALENDS_RETURN_IF_ERROR(AddDocument(line.Get("doc"), result));
  FindRequest request{NewQuery()};
  DocumentBuilder projection;
  projection.Add("_id", 0).BeginObject("value").BeginArray("$cond");
  projection.Add(Value::Bool(true)).Add(line.Get("expr")).Add(Value::Null()).End().End();
  request.query.projection = projection.Build();
  result->question = std::move(request);
  DocumentBuilder expected;
  expected.BeginArray("documents").BeginObject().Add("value", line.Get("expected")).End().End();
  ExpectMade(expected.Build(), result);
  return {};
}

// Updates are judged by the documents afterwards, errors by the update itself.
Status ReadUpdate(Case* result, bool upsert) {
  const Value& line = result->line.value();
  if (!line.Get("doc").is_missing()) KALENDS_RETURN_IF_ERROR(AddDocument(line.Get("doc"), result));
  UpdateStatement statement{NewQuery(), {}, {}};
  KALENDS_RETURN_IF_ERROR(ReadObject(line, "filter", &statement.query.filter));
  KALENDS_RETURN_IF_ERROR(ReadObject(line, "update", &statement.update));
  statement.options.upsert = upsert;
  UpdateRequest request{{std::move(statement)}};
  if (result->expectation.must_fail) {
    result->question = std::move(request);
    return {};
  }
  result->before.emplace_back(std::move(request));
  FindRequest look{NewQuery()};
  // The recorder left out the id of what was made.
  if (upsert && line.Get("expected").Get("_id").is_missing()) {
    look.query.projection = DocumentBuilder().Add("_id", 0).Build();
  }
  result->question = std::move(look);
  DocumentBuilder builder;
  builder.BeginArray("documents").Add(line.Get("expected")).End();
  ExpectMade(builder.Build(), result);
  return {};
}

Status ReadByKind(std::string_view kind, Case* result) {
  constexpr std::string_view kError = "_error";
  if (kind.ends_with(kError)) {
    result->expectation.must_fail = true;
    kind.remove_suffix(kError.size());
  }
  if (kind == "match") return ReadMatch(result);
  if (kind == "filter" || kind == "find") return ReadFilter(result);
  if (kind == "expression") return ReadExpression(result);
  if (kind == "update") return ReadUpdate(result, false);
  if (kind == "upsert" || kind == "upsert_update") return ReadUpdate(result, true);
  return Unsupported("command: ", kind);
}

}  // namespace

Status ReadScriptCase(Case* result) {
  const Value& line = result->line.value();
  if (const Value test = line.Get("test"); test.is_string()) result->id += " " + std::string(test.as_string());
  for (const char* part : {"filter", "update", "projection", "expr", "pipeline"}) {
    CollectOperators(line.Get(part), &result->operators);
  }
  const Value kind = line.Get("kind");
  if (!kind.is_string()) return Unsupported("kind: none");
  if (result->operators.empty()) result->operators.emplace("(" + std::string(kind.as_string()) + ")");
  if (!line.Get("skip").is_missing()) return Unsupported("kind: not recorded");
  if (!line.Get("has_undefined").is_missing()) return Unsupported("type: $undefined");
  // A function of the recorded test that looks at the answer.
  if (!line.Get("expected").Get("$fn").is_missing()) return Unsupported("kind: judged by code");
  if (AsksTypeOfNumber(line.Get("filter"))) return Unsupported("type: of a number, which JavaScript does not tell");
  if (!line.Get("has_custom_class").is_missing()) return Unsupported("type: a class of JavaScript");
  result->expectation.documents = true;
  result->expectation.rules.numbers = NumberRule::kByValue;
  result->expectation.rules.missing_is_null = true;  // JavaScript's undefined was recorded as null.
  return ReadByKind(kind.as_string(), result);
}

}  // namespace kalends::suites
