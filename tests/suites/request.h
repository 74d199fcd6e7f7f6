#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "kalends/collection.h"
#include "kalends/query.h"
#include "kalends/value.h"

// What a case asks, in the words of the library. Values lie in the line of the case, which outlives them.
namespace kalends::suites {

struct InsertRequest {
  std::vector<Value> documents;  // Objects.
};

struct FindRequest {
  Query query;
};

struct CountRequest {
  Query query;
};

struct DistinctRequest {
  std::string path;
  Query query;
};

struct UpdateStatement {
  Query query;
  Document update;
  UpdateOptions options;
};
struct UpdateRequest {
  std::vector<UpdateStatement> statements;
};

struct DeleteRequest {
  std::vector<Query> queries;
};

// Changes or removes the first that is found, and returns it as it was or as it became.
struct FindAndModifyRequest {
  Query query;  // Its projection is of what is returned.
  bool remove = false;
  Document update;
  UpdateOptions options;
  bool returns_new = false;
};

using Request = std::variant<InsertRequest, FindRequest, CountRequest, DistinctRequest, UpdateRequest, DeleteRequest,
                             FindAndModifyRequest>;

}  // namespace kalends::suites
