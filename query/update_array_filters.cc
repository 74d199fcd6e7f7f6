#include "query/update_array_filters.h"

#include <algorithm>
#include <utility>

#include "format/errors.h"
#include "kalends/limits.h"
#include "query/update_path.h"

namespace kalends {
namespace {

bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsAlphanumeric(char c) { return IsLower(c) || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

// Finds the one name that the conditions of an array filter begin with.
class NameFinder {
 public:
  explicit NameFinder(std::string_view where) : where_(where) {}

  Status InFilter(const Value& filter, int depth) {
    if (depth > kNestingDepthMax) return LimitExceeded(where_, ": nests more than ", kNestingDepthMax, " deep");
    if (!filter.is_object()) return InvalidArgument(where_, ": expected an object, found ", TypeName(filter.type()));
    for (const auto& [name, condition] : filter.fields()) {
      if (name == "$and" || name == "$or" || name == "$nor") {
        KALENDS_RETURN_IF_ERROR(InList(condition, depth));
      } else if (name.starts_with('$')) {
        return InvalidArgument(where_, ": ", ShortName(name), " cannot stand in an array filter");
      } else {
        KALENDS_RETURN_IF_ERROR(Note(name.substr(0, name.find('.'))));
      }
    }
    return {};
  }

  Result<std::string> Name() const {
    if (!has_name_) return InvalidArgument(where_, ": expected a condition on a name that $[name] uses");
    return std::string(name_);
  }

 private:
  Status InList(const Value& list, int depth) {
    if (!list.is_array()) return InvalidArgument(where_, ": expected an array, found ", TypeName(list.type()));
    for (const Value& filter : list.elements()) KALENDS_RETURN_IF_ERROR(InFilter(filter, depth + 1));
    return {};
  }

  Status Note(std::string_view name) {
    if (name.empty() || !IsLower(name.front()) || !std::all_of(name.begin(), name.end(), IsAlphanumeric)) {
      return InvalidArgument(where_, ": a name begins with a lowercase letter and goes on with letters and digits; \"",
                             ShortName(name), "\" does not");
    }
    if (has_name_ && name != name_) {
      return InvalidArgument(where_, ": expected one name, found ", ShortName(name_), " and ", ShortName(name));
    }
    name_ = name;
    has_name_ = true;
    return {};
  }

  std::string_view where_;
  std::string_view name_;
  bool has_name_ = false;
};

}  // namespace

Result<UpdateArrayFilters> UpdateArrayFilters::Parse(std::span<const Document> filters) {
  UpdateArrayFilters parsed;
  for (std::size_t i = 0; i < filters.size(); ++i) {
    const std::string where = "array filter " + std::to_string(i);
    NameFinder finder(where);
    KALENDS_RETURN_IF_ERROR(finder.InFilter(filters[i].value(), 1));
    KALENDS_TRY(std::string name, finder.Name());
    if (parsed.Contains(name)) return InvalidArgument(where, ": another array filter has the name ", ShortName(name));
    auto filter = Filter::Parse(filters[i].value(), {});
    if (!filter.has_value()) return WithContext(where, filter.error());
    parsed.filters_.emplace(std::move(name), std::move(*filter));
  }
  return parsed;
}

Result<bool> UpdateArrayFilters::Matches(std::string_view name, const Value& element, MatchScratch& scratch) const {
  if (name.empty()) return true;
  const Field field = {name, element};
  scratch.arena.Reset();
  const bool matches = filters_.find(name)->second->Matches(
      {.time = {}, .id = {}, .root = Value::Object({&field, 1}), .json_bytes = 0}, scratch);
  if (scratch.error.has_value()) return WithContext("array filter " + std::string(name), *scratch.error);
  return matches;
}

}  // namespace kalends
