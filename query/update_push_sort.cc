#include "query/update_push_sort.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "format/compare.h"
#include "format/errors.h"
#include "query/update_path.h"

namespace kalends {
namespace {

constexpr std::size_t kKeysMax = 32;

Result<bool> ParseDescending(const Value& direction, const std::string& place) {
  if (direction.is_number() && direction.ToDouble() == 1) return false;
  if (direction.is_number() && direction.ToDouble() == -1) return true;
  return InvalidArgument(place, ": expected 1 or -1, found ",
                         direction.is_number() ? ToJson(direction) : TypeName(direction.type()));
}

// An array on the way is entered by index alone: it does not stand for its elements as it does in a query's sort.
Value KeyOf(Value value, const Path& path) {
  for (const Path::Part& part : path.parts()) {
    if (value.is_array() && part.index.has_value() && *part.index < value.elements().size() &&
        &part != &path.parts().front()) {
      value = value.elements()[*part.index];
    } else {
      value = value.Get(part.name);
    }
  }
  return value.is_missing() ? Value::Null() : value;
}

}  // namespace

Result<PushSort> PushSort::Parse(const Value& sort, const std::string& place) {
  PushSort parsed;
  if (!sort.is_object()) {
    KALENDS_TRY(parsed.is_descending_, ParseDescending(sort, place));
    return parsed;
  }
  if (sort.fields().empty()) return InvalidArgument(place, ": expected fields to sort by, found none");
  if (sort.fields().size() > kKeysMax) {
    return LimitExceeded(place, ": ", sort.fields().size(), " fields, at most ", kKeysMax, " are possible");
  }
  for (const auto& [name, direction] : sort.fields()) {
    const std::string where = place + "." + ShortName(name);
    KALENDS_TRY(const std::vector<UpdatePart> parts, ParseUpdatePath(name, where));
    for (const UpdatePart& part : parts) {
      if (part.kind != UpdatePart::Kind::kName) return InvalidArgument(where, ": expected names of fields alone");
    }
    KALENDS_TRY(const bool is_descending, ParseDescending(direction, where));
    parsed.keys_.push_back({Path(name), is_descending});
  }
  return parsed;
}

void PushSort::Sort(std::vector<Value>* elements) const {
  if (!keys_.empty()) return SortByFields(elements);
  std::stable_sort(elements->begin(), elements->end(), [this](const Value& a, const Value& b) {
    return is_descending_ ? Compare(b, a) < 0 : Compare(a, b) < 0;
  });
}

void PushSort::SortByFields(std::vector<Value>* elements) const {
  std::vector<Value> keys;  // One row of them an element.
  keys.reserve(elements->size() * keys_.size());
  for (const Value& element : *elements) {
    for (const Key& key : keys_) keys.push_back(KeyOf(element, key.path));
  }
  std::vector<std::size_t> order(elements->size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    for (std::size_t i = 0; i < keys_.size(); ++i) {
      const auto compared = Compare(keys[a * keys_.size() + i], keys[b * keys_.size() + i]);
      if (compared != 0) return keys_[i].is_descending ? compared > 0 : compared < 0;
    }
    return false;
  });
  std::vector<Value> sorted;
  sorted.reserve(order.size());
  for (const std::size_t i : order) sorted.push_back((*elements)[i]);
  *elements = std::move(sorted);
}

}  // namespace kalends
