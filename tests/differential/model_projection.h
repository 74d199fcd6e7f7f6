#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "tests/differential/model_expression.h"
#include "tests/differential/model_filter.h"
#include "tests/differential/model_row.h"
#include "tests/differential/tree.h"
#include "tests/differential/tree_path.h"

namespace kalends::differential {

// Inclusion, exclusion, $slice and $elemMatch.
class ModelProjection {
 public:
  ModelProjection(const Tree& projection, const Setting& setting) : setting_(setting) {
    Read(projection, {});
    bool shows = false;
    bool hides = false;
    bool slices = false;
    bool has_element = false;
    bool knows_id = false;
    bool shows_id = false;
    for (const Entry& entry : entries_) {
      const bool is_id = entry.rest == Names{"_id"};
      knows_id = knows_id || is_id;
      shows_id = shows_id || (is_id && entry.kind == kShow);
      shows = shows || (entry.kind == kShow && !is_id);
      slices = slices || entry.kind == kSlice;
      has_element = has_element || entry.kind == kElement;
      hides = hides || (entry.kind == kHide && !is_id);
    }
    // Where nothing is shown or left out by name, $slice leaves all others in, $elemMatch alone does not.
    is_inclusion_ = shows || (!hides && (shows_id || (has_element && !slices)));
    if (is_inclusion_ && !knows_id) entries_.push_back({{"_id"}, kShow, {}});
  }

  Tree Apply(const Tree& root) const {
    if (entries_.empty()) return root;
    Tree shown = Project(root, entries_, true);
    for (const Entry& entry : entries_) {
      const Tree* const array = entry.kind == kElement ? root.Find(entry.rest[0]) : nullptr;
      if (array == nullptr) continue;
      ModelFilter filter(setting_);
      const auto found = std::find_if(array->items.begin(), array->items.end(), [&](const Tree& element) {
        return filter.MatchesElement(entry.operand, element);
      });
      const bool is_found = array->IsArray() && found != array->items.end();
      if (is_found) shown.Set(entry.rest[0], Array({*found}));
      if (!is_found && !is_inclusion_) shown.Unset(entry.rest[0]);
    }
    return shown;
  }

 private:
  enum Kind { kShow, kHide, kSlice, kElement };
  struct Entry {
    Names rest;
    Kind kind;
    Tree operand;
  };
  using Entries = std::vector<Entry>;

  void Read(const Tree& projection, const Names& before) {
    for (std::size_t i = 0; i < projection.items.size(); ++i) {
      const Tree& value = projection.items[i];
      Names path = before;
      for (std::string& name : Split(projection.names[i])) path.push_back(std::move(name));
      if (!value.IsObject()) {
        entries_.push_back({path, IsTrue(value) ? kShow : kHide, {}});
      } else if (value.names[0] == "$slice" || value.names[0] == "$elemMatch") {
        entries_.push_back({path, value.names[0] == "$slice" ? kSlice : kElement, value.items[0]});
      } else {
        Read(value, path);
      }
    }
  }

  Tree Project(const Tree& object, const Entries& entries, bool may_slice) const {
    Tree shown = Object();
    for (std::size_t i = 0; i < object.items.size(); ++i) {
      Entries below;
      for (const Entry& entry : entries) {
        if (entry.rest[0] == object.names[i]) below.push_back(entry);
        if (entry.rest[0] == object.names[i]) below.back().rest.erase(below.back().rest.begin());
      }
      Tree value = object.items[i];
      if (below.empty()) {
        if (is_inclusion_) continue;
      } else if (below[0].rest.empty()) {
        if (below[0].kind == kHide || (below[0].kind == kElement && is_inclusion_)) continue;
        if (below[0].kind == kSlice && may_slice && value.IsArray()) value = Slice(value, below[0].operand);
      } else {
        value = ProjectBelow(value, below, may_slice);
      }
      if (!value.Is(Type::kMissing)) shown.Set(object.names[i], std::move(value));
    }
    return shown;
  }

  Tree ProjectBelow(const Tree& value, const Entries& entries, bool may_slice) const {
    if (value.IsObject()) return Project(value, entries, may_slice);
    if (!value.IsArray()) return is_inclusion_ ? Tree() : value;
    Tree shown = Array();
    for (const Tree& element : value.items) {
      // Names reach into arrays within arrays, $slice does not.
      Tree one = ProjectBelow(element, entries, may_slice && !element.IsArray());
      if (!one.Is(Type::kMissing)) shown.items.push_back(std::move(one));
    }
    return shown;
  }

  static Tree Slice(const Tree& array, const Tree& operand) {
    const auto size = static_cast<std::int64_t>(array.items.size());
    std::int64_t begin = 0;
    std::int64_t count = operand.integer;
    if (operand.IsArray()) {
      begin = operand.items[0].integer;
      count = operand.items[1].integer;
      if (begin < 0) begin = std::max<std::int64_t>(size + begin, 0);
    } else if (count < 0) {
      begin = std::max<std::int64_t>(size + count, 0);
      count = size;
    }
    Tree slice = Array();
    for (std::int64_t i = begin; i < std::min(begin + count, size); ++i) {
      slice.items.push_back(array.items[static_cast<std::size_t>(i)]);
    }
    return slice;
  }

  const Setting& setting_;
  Entries entries_;
  bool is_inclusion_ = false;
};

}  // namespace kalends::differential
