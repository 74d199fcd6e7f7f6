#include "suites/command_request.h"

#include <cmath>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "format/errors.h"

namespace kalends::suites {
namespace {

// How an argument is taken, by its name.
using Setters = std::map<std::string_view, std::function<Status(const Value&)>>;

// Gives each field of `object` from the `first` on to its setter. An argument without one is not let pass: it could
// change the answer.
Status ReadArguments(std::string_view where, const Value& object, std::size_t first, const Setters& setters) {
  for (const Field& field : object.fields().subspan(first)) {
    const auto setter = setters.find(field.name);
    if (setter == setters.end()) return Unsupported("argument: ", where, ".", field.name);
    if (const Status status = setter->second(field.value); !status.ok()) {
      return Unsupported("argument: ", where, ".", field.name, " that is ", status.error().message());
    }
  }
  return {};
}

Error WrongType() { return Unsupported("of another type"); }

auto To(Document* document) {
  return [document](const Value& value) -> Status {
    if (!value.is_object()) return WrongType();
    *document = Document(value);
    return {};
  };
}

auto To(bool* flag) {
  return [flag](const Value& value) -> Status {
    if (value.type() != Type::kBool) return WrongType();
    *flag = value.as_bool();
    return {};
  };
}

// MongoDB takes numbers for some flags.
auto ToLoose(bool* flag) {
  return [flag](const Value& value) -> Status {
    if (value.is_number()) {
      *flag = value.ToDouble() != 0;
      return {};
    }
    return To(flag)(value);
  };
}

Result<std::int64_t> ReadInteger(const Value& value) {
  if (value.is_integer()) return value.as_integer();
  if (value.type() != Type::kDouble || std::abs(value.as_double()) > 1e15) return WrongType();
  return static_cast<std::int64_t>(value.as_double());  // MongoDB cuts the fraction.
}

auto ToSkip(Query* query) {
  return [query](const Value& value) -> Status {
    KALENDS_TRY(const std::int64_t integer, ReadInteger(value));
    if (integer < 0) return Unsupported("negative");
    query->skip = static_cast<std::uint64_t>(integer);
    return {};
  };
}

// A limit of 0 is none. `count` takes a negative one as its amount.
auto ToLimit(Query* query, bool negative_allowed) {
  return [query, negative_allowed](const Value& value) -> Status {
    KALENDS_TRY(const std::int64_t integer, ReadInteger(value));
    if (integer < 0 && !negative_allowed) return Unsupported("negative");
    if (integer == INT64_MIN) return Unsupported("the least of all");
    if (integer != 0) query->limit = static_cast<std::uint64_t>(std::abs(integer));
    return {};
  };
}

auto To(std::vector<Document>* documents) {
  return [documents](const Value& value) -> Status {
    if (!value.is_array()) return WrongType();
    for (const Value& element : value.elements()) {
      if (!element.is_object()) return Unsupported("an array with an element of type ", TypeName(element.type()));
      documents->emplace_back(element);
    }
    return {};
  };
}

auto ToUpdate(Document* update) {
  return [update](const Value& value) -> Status {
    if (value.is_array()) return Unsupported("a pipeline");
    return To(update)(value);
  };
}

// The order of insertion is the order in time.
Query NewQuery() {
  Query query;
  query.order = Order::kOldestFirst;
  return query;
}

Result<Request> ReadFind(const Value& command) {
  FindRequest request{NewQuery()};
  Query& query = request.query;
  KALENDS_RETURN_IF_ERROR(ReadArguments("find", command, 1,
                                        {{"filter", To(&query.filter)},
                                         {"projection", To(&query.projection)},
                                         {"sort", To(&query.sort)},
                                         {"skip", ToSkip(&query)},
                                         {"limit", ToLimit(&query, false)}}));
  return Request(std::move(request));
}

Result<Request> ReadCount(const Value& command) {
  CountRequest request{NewQuery()};
  Query& query = request.query;
  KALENDS_RETURN_IF_ERROR(ReadArguments(
      "count", command, 1, {{"query", To(&query.filter)}, {"skip", ToSkip(&query)}, {"limit", ToLimit(&query, true)}}));
  return Request(std::move(request));
}

Result<Request> ReadDistinct(const Value& command) {
  DistinctRequest request{"", NewQuery()};
  const auto to_path = [&request](const Value& value) -> Status {
    if (!value.is_string()) return WrongType();
    request.path = value.as_string();
    return {};
  };
  KALENDS_RETURN_IF_ERROR(
      ReadArguments("distinct", command, 1, {{"key", to_path}, {"query", To(&request.query.filter)}}));
  if (command.Get("key").is_missing()) return Unsupported("argument: distinct without key");
  return Request(std::move(request));
}

// The documents of an array argument that must be there.
Result<std::vector<Value>> ReadObjects(std::string_view where, const Value& array) {
  if (!array.is_array()) return Unsupported("argument: ", where, " of type ", TypeName(array.type()));
  std::vector<Value> objects;
  for (const Value& element : array.elements()) {
    if (!element.is_object()) return Unsupported("argument: ", where, " with ", TypeName(element.type()));
    objects.push_back(element);
  }
  return objects;
}

Status IgnoreHere(const Value& /*value*/) { return {}; }  // Read elsewhere.

Result<Request> ReadUpdate(const Value& command) {
  KALENDS_RETURN_IF_ERROR(ReadArguments("update", command, 1, {{"updates", IgnoreHere}}));
  KALENDS_TRY(const std::vector<Value> statements, ReadObjects("update.updates", command.Get("updates")));
  UpdateRequest request;
  for (const Value& object : statements) {
    UpdateStatement statement{NewQuery(), {}, {}};
    KALENDS_RETURN_IF_ERROR(ReadArguments("updates", object, 0,
                                          {{"q", To(&statement.query.filter)},
                                           {"u", ToUpdate(&statement.update)},
                                           {"multi", To(&statement.options.many)},
                                           {"upsert", To(&statement.options.upsert)},
                                           {"arrayFilters", To(&statement.options.array_filters)}}));
    if (object.Get("q").is_missing() || object.Get("u").is_missing()) {
      return Unsupported("argument: updates without q or u");
    }
    request.statements.push_back(std::move(statement));
  }
  return Request(std::move(request));
}

Result<Request> ReadDelete(const Value& command) {
  KALENDS_RETURN_IF_ERROR(ReadArguments("delete", command, 1, {{"deletes", IgnoreHere}}));
  KALENDS_TRY(const std::vector<Value> statements, ReadObjects("delete.deletes", command.Get("deletes")));
  DeleteRequest request;
  for (const Value& object : statements) {
    Query query = NewQuery();
    KALENDS_RETURN_IF_ERROR(
        ReadArguments("deletes", object, 0, {{"q", To(&query.filter)}, {"limit", ToLimit(&query, false)}}));
    if (object.Get("q").is_missing() || object.Get("limit").is_missing() || query.limit > 1U) {
      return Unsupported("argument: deletes without q, or with a limit that is not 0 or 1");
    }
    request.queries.push_back(std::move(query));
  }
  return Request(std::move(request));
}

Result<Request> ReadInsert(const Value& command) {
  KALENDS_RETURN_IF_ERROR(ReadArguments("insert", command, 1, {{"documents", IgnoreHere}}));
  KALENDS_TRY(std::vector<Value> documents, ReadObjects("insert.documents", command.Get("documents")));
  return Request(InsertRequest{std::move(documents)});
}

// MongoDB does not look at the sort where the query gives an `_id`; the library always does.
auto ToSort(Document* sort) {
  return [sort](const Value& value) -> Status {
    if (!value.is_object()) return WrongType();
    for (const Field& field : value.fields()) {
      if (!field.value.is_number()) return Unsupported("of other values than numbers");
    }
    return To(sort)(value);
  };
}

Result<Request> ReadFindAndModify(const Value& command) {
  FindAndModifyRequest request;
  request.query = NewQuery();
  request.query.limit = 1;
  KALENDS_RETURN_IF_ERROR(ReadArguments("findAndModify", command, 1,
                                        {{"query", To(&request.query.filter)},
                                         {"sort", ToSort(&request.query.sort)},
                                         {"fields", To(&request.query.projection)},
                                         {"remove", ToLoose(&request.remove)},
                                         {"update", ToUpdate(&request.update)},
                                         {"new", ToLoose(&request.returns_new)},
                                         {"upsert", ToLoose(&request.options.upsert)},
                                         {"arrayFilters", To(&request.options.array_filters)}}));
  const bool has_update = !command.Get("update").is_missing();
  if (request.remove == has_update || (request.remove && (request.returns_new || request.options.upsert))) {
    return Unsupported("argument: findAndModify that contradicts itself");
  }
  return Request(std::move(request));
}

}  // namespace

Result<Request> ReadCommand(const Value& command) {
  static const std::map<std::string_view, Result<Request> (*)(const Value&)> kReaders = {
      {"find", ReadFind},     {"count", ReadCount},   {"distinct", ReadDistinct},
      {"update", ReadUpdate}, {"delete", ReadDelete}, {"findAndModify", ReadFindAndModify},
      {"insert", ReadInsert}};
  if (!command.is_object() || command.fields().empty()) return Unsupported("command: none");
  const auto reader = kReaders.find(command.fields().front().name);
  if (reader == kReaders.end()) return Unsupported("command: ", command.fields().front().name);
  return reader->second(command);
}

}  // namespace kalends::suites
