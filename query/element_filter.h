#pragma once

#include <memory>
#include <string>

#include "kalends/status.h"
#include "kalends/value.h"
#include "query/filter.h"

namespace kalends {

// A condition on one value, as `$pull` puts it to the elements of an array: an object of operators tests the value
// itself, another object is a filter on an element that is an object, anything else is to be equal (a regular
// expression matches strings). Immutable: safe for any number of threads.
class ElementFilter {
 public:
  // Copies what it needs of `condition`. Errors begin with `where`.
  static Result<std::shared_ptr<const ElementFilter>> Parse(const Value& condition, const std::string& where);
  virtual ~ElementFilter() = default;
  virtual bool Matches(const Value& element, MatchScratch& scratch) const = 0;
};

}  // namespace kalends
