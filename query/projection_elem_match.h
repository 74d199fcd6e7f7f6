#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "format/arena.h"
#include "kalends/status.h"
#include "kalends/value.h"
#include "query/filter.h"

namespace kalends {

// {$elemMatch: {...}} of a projection: the first element of an array that meets a condition. Immutable.
class ProjectionElemMatch {
 public:
  // `field` is its name in the document. Copies what it needs of `condition`. Errors name the operator.
  static Result<std::shared_ptr<const ProjectionElemMatch>> Parse(std::string_view field, const Value& condition);
  // An array of the element; kMissing where none meets it or `array` is none.
  Result<Value> Apply(const Value& array, Arena& arena) const;

 private:
  std::string field_;
  std::shared_ptr<const Filter> filter_;
};

}  // namespace kalends
