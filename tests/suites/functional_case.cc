// The schema of cases that were recorded as commands and replies:
//
//   {id, kind, cmd, simple, collections {name: [documents]} or setup [steps], command, expected or error_code, ...}
//
// Only the collection that the command names is filled; what is done to others cannot change its answer.

#include <string_view>

#include "format/errors.h"
#include "suites/command_request.h"
#include "suites/suite_case.h"

namespace kalends::suites {
namespace {

Status AddInsert(const Value& documents, Case* result) {
  if (!documents.is_array()) return Unsupported("setup: documents that are no array");
  InsertRequest request;
  for (const Value& document : documents.elements()) {
    if (!document.is_object()) return Unsupported("setup: a document that is no object");
    request.documents.push_back(document);
  }
  if (!request.documents.empty()) result->before.emplace_back(std::move(request));
  return {};
}

// Indexes do not change answers, but for one that refuses equal keys.
Status CheckIndex(const Value& options) {
  const Value unique = options.Get("unique");
  if (unique.type() == Type::kBool && unique.as_bool()) return Unsupported("setup: a unique index");
  return {};
}

Status AddCommand(const Value& command, std::string_view collection, Case* result) {
  if (!command.is_object() || command.fields().empty()) return Unsupported("setup: no command");
  const Field& name = command.fields().front();
  // A pipeline may write into any collection.
  if (name.name == "aggregate" || name.name == "bulkWrite") return Unsupported("setup: command ", name.name);
  if (!name.value.is_string() || name.value.as_string() != collection) return {};
  if (!command.Get("viewOn").is_missing()) return Unsupported("setup: a view");
  Result<Request> request = ReadCommand(command);
  if (!request.has_value()) return Unsupported("setup: ", request.error().message());
  result->before.push_back(std::move(*request));
  return {};
}

Status AddStep(const Value& step, std::string_view collection, Case* result) {
  const Value what = step.Get("do");
  if (!what.is_string()) return Unsupported("setup: no name");
  if (what.as_string() == "command") return AddCommand(step.Get("command"), collection, result);
  const Value name = step.Get("coll");
  if (name.is_string() && name.as_string() != collection) return {};
  if (what.as_string() == "insert") return AddInsert(step.Get("docs"), result);
  if (what.as_string() == "createIndex") {
    KALENDS_RETURN_IF_ERROR(CheckIndex(step.Get("options")));
    return CheckIndex(step.Get("spec"));
  }
  if (what.as_string() == "drop") {
    result->before.emplace_back(DeleteRequest{{Query{}}});
    return {};
  }
  if (what.as_string() == "create") {
    const Value options = step.Get("options");
    if (!options.is_object() || options.fields().empty()) return {};
    return Unsupported("setup: a collection with ", options.fields().front().name);
  }
  return Unsupported("setup: ", what.as_string());
}

Status AddSteps(const Value& steps, std::string_view collection, Case* result) {
  if (!steps.is_array()) return {};
  for (const Value& step : steps.elements()) KALENDS_RETURN_IF_ERROR(AddStep(step, collection, result));
  return {};
}

Status CheckScope(const Value& line) {
  const Value group = line.Get("group");
  if (group.is_string() && group.as_string() != "core" && group.as_string() != "write") {
    return Unsupported("group: ", group.as_string());
  }
  const Value required = line.Get("requires");
  if (required.is_object() && !required.fields().empty()) {
    return Unsupported("requires: ", required.fields().front().name);
  }
  if (!line.Get("db").is_missing()) return Unsupported("requires: another database");
  return {};
}

// The collection is there, whatever its name: what is wrong with a name alone is not met.
Status CheckCollectionName(const Value& name) {
  if (name.is_string() && !name.as_string().empty() && name.as_string().front() != '$') return {};
  return Unsupported("argument: a collection's name that is none");
}

// Not errors here: to insert nothing, and an id of null, which is as good as none.
Status CheckInsert(const Case& the_case) {
  const auto* insert = std::get_if<InsertRequest>(&the_case.question);
  if (insert == nullptr || !the_case.expectation.must_fail) return {};
  if (insert->documents.empty()) return Unsupported("argument: insert.documents that are none");
  for (const Value& document : insert->documents) {
    if (document.Get("_id").is_null()) return Unsupported("argument: insert.documents with an _id of null");
  }
  return {};
}

bool IsTrue(const Value& value) { return value.type() == Type::kBool && value.as_bool(); }

// An expected reply without `ok`: a value that is returned at all was ok.
Value WithoutOk(const Value& expected, Document* made) {
  if (!expected.is_object()) return expected;
  DocumentBuilder builder;
  for (const Field& field : expected.fields()) {
    if (field.name != "ok") builder.Add(field.name, field.value);
  }
  *made = builder.Build();
  return made->value();
}

Status ReadExpectation(Case* result) {
  const Value& line = result->line.value();
  const Value kind = line.Get("kind");
  const std::string_view name = kind.is_string() ? kind.as_string() : "";
  Expectation& expectation = result->expectation;
  // A write that fails is told of in a reply.
  expectation.must_fail = name == "error" || !line.Get("expected").Get("writeErrors").is_missing();
  if (expectation.must_fail) return {};
  if (name != "docs" && name != "raw" && name != "partial") return Unsupported("kind: ", name);
  expectation.documents = name == "docs";
  expectation.reply = WithoutOk(line.Get("expected"), &result->made);
  if (expectation.reply.is_missing()) return Unsupported("kind: nothing is expected");

  ComparisonRules& rules = expectation.rules;
  rules.only_expected_fields = name == "partial";
  rules.any_document_order = IsTrue(line.Get("ignore_doc_order"));
  const Value tier = line.Get("tier");
  rules.numbers = tier.is_string() && tier.as_string() == "bson" ? NumberRule::kExact : NumberRule::kIntLikeLong;
  if (const Value unordered = line.Get("ignore_order_in"); unordered.is_array()) {
    for (const Value& field : unordered.elements()) {
      if (field.is_string()) rules.unordered_fields.emplace_back(field.as_string());
    }
  }
  return {};
}

}  // namespace

Status ReadFunctionalCase(Case* result) {
  const Value& line = result->line.value();
  if (const Value id = line.Get("id"); id.is_string()) result->id = id.as_string();
  CollectOperators(line.Get("command"), &result->operators);
  CollectOperators(line.Get("setup"), &result->operators);
  const Value command = line.Get("command");
  if (!command.is_object() || command.fields().empty()) return Unsupported("command: none");
  if (result->operators.empty()) result->operators.emplace("(" + std::string(command.fields().front().name) + ")");

  KALENDS_RETURN_IF_ERROR(CheckScope(line));
  KALENDS_RETURN_IF_ERROR(ReadExpectation(result));
  Result<Request> question = ReadCommand(command);
  if (!question.has_value()) return question.error();
  result->question = std::move(*question);
  const Value name = command.fields().front().value;
  KALENDS_RETURN_IF_ERROR(CheckCollectionName(name));

  KALENDS_RETURN_IF_ERROR(CheckInsert(*result));
  if (const Value documents = line.Get("collections").Get(name.as_string()); !documents.is_missing()) {
    KALENDS_RETURN_IF_ERROR(AddInsert(documents, result));
  }
  KALENDS_RETURN_IF_ERROR(AddSteps(line.Get("indexes"), name.as_string(), result));
  return AddSteps(line.Get("setup"), name.as_string(), result);
}

}  // namespace kalends::suites
