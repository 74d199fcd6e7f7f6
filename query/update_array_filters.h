#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "kalends/document.h"
#include "kalends/status.h"
#include "kalends/value.h"
#include "query/filter.h"

namespace kalends {

// The conditions that the names in `$[name]` stand for. Immutable once parsed: safe for any number of threads.
class UpdateArrayFilters {
 public:
  // Each filter holds conditions on one name: {name: 5}, {"name.field": {$gt: 5}}, also inside $and, $or and $nor.
  static Result<UpdateArrayFilters> Parse(std::span<const Document> filters);

  bool Contains(std::string_view name) const { return filters_.contains(name); }
  const auto& names() const { return filters_; }

  // True where the element meets the filter `name`, which is there; the empty name is met by all. An error is that of
  // an expression in the filter.
  Result<bool> Matches(std::string_view name, const Value& element, MatchScratch& scratch) const;

 private:
  std::map<std::string, std::shared_ptr<const Filter>, std::less<>> filters_;
};

}  // namespace kalends
