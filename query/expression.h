#pragma once

#include <memory>
#include <string>

#include "format/arena.h"
#include "kalends/status.h"
#include "kalends/value.h"
#include "query/filter.h"
#include "query/partition_view.h"

namespace kalends {

// An expression of MongoDB's aggregation language, such as {$add: ["$price", 1]}, parsed. `$$NOW` is the instant of
// parsing, one for all rows. Immutable: safe for any number of threads.
class Expression {
 public:
  // Copies what it needs of `expression`. Errors begin with `where`, such as `$expr`, and name the operator.
  static Result<std::shared_ptr<const Expression>> Parse(const Value& expression, const FilterContext& context,
                                                         const std::string& where);
  virtual ~Expression() = default;
  // The value for a row; kMissing where there is none. It lives as long as the row, the arena and this. An error names
  // the operator: a wrong type, a division by zero; kLimitExceeded where one row would take too much memory or too many
  // steps (query/expression_node.h).
  virtual Result<Value> Evaluate(const StoredRow& row, Arena& arena) const = 0;
};

}  // namespace kalends
