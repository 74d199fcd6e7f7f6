#include "query/update_walk.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "format/errors.h"

namespace kalends {
namespace {

using Kind = UpdateChange::Kind;
using Nodes = std::span<const UpdateNode* const>;

// MongoDB's bound for the nulls that an array is filled up with to reach an index.
constexpr std::size_t kPaddingMax = 1'500'000;

// Calls visit(part, nodes) for each name that one of the nodes has, in order.
template <class Visit>
Status ForEachField(Nodes nodes, const Visit& visit) {
  if (nodes.size() == 1) {
    for (const auto& [part, child] : nodes.front()->fields()) {
      const UpdateNode* const one = child.get();
      KALENDS_RETURN_IF_ERROR(visit(part, Nodes(&one, 1)));
    }
    return {};
  }
  std::map<UpdatePart, std::vector<const UpdateNode*>> merged;
  for (const UpdateNode* node : nodes) {
    for (const auto& [part, child] : node->fields()) merged[part].push_back(child.get());
  }
  for (const auto& [part, children] : merged) KALENDS_RETURN_IF_ERROR(visit(part, Nodes(children)));
  return {};
}

// Finds fields by name: so many names are looked up that a search for each would take a time of names times fields.
class FieldFinder {
 public:
  FieldFinder(Nodes nodes, std::span<const Field> fields) : fields_(fields) {
    std::size_t names = 0;
    for (const UpdateNode* node : nodes) names += node->fields().size();
    if (names <= kNamesSearched) return;
    for (std::size_t i = 0; i < fields_.size(); ++i) places_.emplace(fields_[i].name, i);
  }

  // The number of fields where there is none.
  std::size_t Find(std::string_view name) const {
    if (!places_.empty()) {
      const auto place = places_.find(name);
      return place == places_.end() ? fields_.size() : place->second;
    }
    std::size_t i = 0;
    while (i < fields_.size() && fields_[i].name != name) ++i;
    return i;
  }

 private:
  static constexpr std::size_t kNamesSearched = 8;
  std::span<const Field> fields_;
  std::unordered_map<std::string_view, std::size_t> places_;
};

// The fields of an object as they change.
class ChangedFields {
 public:
  explicit ChangedFields(std::span<const Field> before) : before_(before) {}

  void Change(std::size_t place, std::string_view name, const UpdateChange& change) {
    if (change.kind == Kind::kSame) return;
    if (place == before_.size()) {
      if (change.kind == Kind::kSet) added_.push_back({name, change.value});
      return;
    }
    if (after_.empty()) after_.assign(before_.begin(), before_.end());
    after_[place].value = change.value;  // kMissing for what is removed.
    if (change.kind == Kind::kRemoved) has_removed_ = true;
  }

  UpdateChange Finish(Arena& arena) {
    if (after_.empty() && added_.empty()) return UpdateChange::Same();
    if (after_.empty()) after_.assign(before_.begin(), before_.end());
    if (has_removed_) std::erase_if(after_, [](const Field& field) { return field.value.is_missing(); });
    after_.insert(after_.end(), added_.begin(), added_.end());
    return UpdateChange::Set(Value::Object(arena.Copy(std::span<const Field>(after_))));
  }

 private:
  std::span<const Field> before_;
  std::vector<Field> after_;
  std::vector<Field> added_;
  bool has_removed_ = false;
};

}  // namespace

Result<UpdateChange> UpdateWalk::Run(const UpdateNode& tree, const Value& root) {
  if (tree.HoldsNothing()) return UpdateChange::Same();
  const UpdateNode* const node = &tree;
  return Walk({&node, 1}, {.value = root, .depth = 0, .obstacle = nullptr, .is_in_array = false});
}

Result<UpdateChange> UpdateWalk::Walk(Nodes nodes, const UpdateTarget& target) {
  if (nodes.size() == 1 && nodes.front()->action() != nullptr) return nodes.front()->action()->Apply(target, run_);
  bool holds_fields = false;
  bool holds_filters = false;
  for (const UpdateNode* node : nodes) {
    holds_fields |= node->HoldsFields();
    holds_filters |= !node->filtered().empty();
    if (node->action() != nullptr || (holds_fields && holds_filters)) {
      return UpdateConflict(node->place(), nodes.front() == node ? nodes.back()->path() : nodes.front()->path());
    }
  }
  if (holds_filters) return WalkFiltered(nodes, target);
  return target.value.is_array() ? WalkArray(nodes, target) : WalkObject(nodes, target);
}

Result<UpdateChange> UpdateWalk::WalkObject(Nodes nodes, const UpdateTarget& target) {
  for (const UpdateNode* node : nodes) {
    if (node->matched() == nullptr) continue;
    return InvalidArgument(node->matched()->place(), ": the positional operator $ needs an array, found ",
                           TypeName(target.value.type()));
  }
  const std::span<const Field> fields = target.value.is_object() ? target.value.fields() : std::span<const Field>();
  const bool is_in_the_way = !target.value.is_missing() && !target.value.is_object();
  const FieldFinder finder(nodes, fields);
  ChangedFields changed(fields);
  KALENDS_RETURN_IF_ERROR(ForEachField(nodes, [&](const UpdatePart& part, Nodes children) -> Status {
    const std::size_t place = finder.Find(part.name);
    const UpdateObstacle obstacle = {part.path, target.value};
    const UpdateTarget child = {.value = place < fields.size() ? fields[place].value : Value(),
                                .depth = target.depth + 1,
                                .obstacle = is_in_the_way ? &obstacle : target.obstacle,
                                .is_in_array = target.is_in_array};
    KALENDS_TRY(const UpdateChange change, Walk(children, child));
    changed.Change(place, part.name, change);
    return {};
  }));
  return changed.Finish(run_.arena);
}

Result<UpdateChange> UpdateWalk::WalkArray(Nodes nodes, const UpdateTarget& target) {
  const std::span<const Value> before = target.value.elements();
  UpdateTarget child = {.value = {}, .depth = target.depth + 1, .obstacle = nullptr, .is_in_array = true};
  // By index: `1`, `01` and `$` may be the same element.
  std::map<std::size_t, std::vector<const UpdateNode*>> by_index;
  KALENDS_RETURN_IF_ERROR(ForEachField(nodes, [&](const UpdatePart& part, Nodes children) -> Status {
    if (part.index.has_value()) {
      std::vector<const UpdateNode*>& there = by_index[*part.index];
      there.insert(there.end(), children.begin(), children.end());
      return {};
    }
    const UpdateObstacle obstacle = {part.path, target.value};  // A name means nothing in an array.
    child.obstacle = &obstacle;
    const auto nothing = Walk(children, child);  // An error, or nothing to do.
    child.obstacle = nullptr;
    return nothing.has_value() ? Status() : Status(nothing.error());
  }));
  for (const UpdateNode* node : nodes) {
    if (node->matched() == nullptr) continue;
    if (!run_.matched_index.has_value()) {
      return InvalidArgument(node->matched()->place(),
                             ": the positional operator $ needs a filter that an element of the array met");
    }
    by_index[*run_.matched_index].push_back(node->matched());
  }
  std::vector<Value> after;
  bool is_changed = false;
  for (const auto& [index, children] : by_index) {
    child.value = index < before.size() ? before[index] : Value();
    KALENDS_TRY(UpdateChange change, Walk(children, child));
    // What is removed leaves a null, so that the others keep their indexes.
    if (change.kind == Kind::kRemoved && !child.value.is_null()) change = UpdateChange::Set(Value::Null());
    if (change.kind != Kind::kSet) continue;
    if (!is_changed) after.assign(before.begin(), before.end());
    is_changed = true;
    KALENDS_RETURN_IF_ERROR(Pad(&after, index, children.front()->place()));
    if (index < after.size()) {
      after[index] = change.value;
    } else {
      after.push_back(change.value);
    }
  }
  if (!is_changed) return UpdateChange::Same();
  return UpdateChange::Set(Value::Array(run_.arena.Copy(std::span<const Value>(after))));
}

Result<UpdateChange> UpdateWalk::WalkFiltered(Nodes nodes, const UpdateTarget& target) {
  if (!target.value.is_array()) {
    return InvalidArgument(nodes.front()->place(), ": an array must be there to update its elements, found ",
                           TypeName(target.value.type()));
  }
  const std::span<const Value> before = target.value.elements();
  std::vector<Value> after;
  std::vector<const UpdateNode*> children;
  for (std::size_t i = 0; i < before.size(); ++i) {
    children.clear();
    for (const UpdateNode* node : nodes) {
      for (const auto& [part, child] : node->filtered()) {
        KALENDS_TRY(const bool matches, filters_.Matches(part.name, before[i], run_.scratch));
        if (matches) children.push_back(child.get());
      }
    }
    if (children.empty()) continue;
    KALENDS_TRY(
        UpdateChange change,
        Walk(children, {.value = before[i], .depth = target.depth + 1, .obstacle = nullptr, .is_in_array = true}));
    if (change.kind == Kind::kRemoved && !before[i].is_null()) change = UpdateChange::Set(Value::Null());
    if (change.kind != Kind::kSet) continue;
    if (after.empty()) after.assign(before.begin(), before.end());
    after[i] = change.value;
  }
  if (after.empty()) return UpdateChange::Same();
  return UpdateChange::Set(Value::Array(run_.arena.Copy(std::span<const Value>(after))));
}

Status UpdateWalk::Pad(std::vector<Value>* elements, std::size_t size, std::string_view place) {
  if (size <= elements->size()) return {};
  const std::size_t missing = size - elements->size();
  if (missing > kPaddingMax - run_.padding) {
    return LimitExceeded(place, ": the array would be filled up with more than ", kPaddingMax, " nulls");
  }
  run_.padding += missing;
  elements->resize(size, Value::Null());
  return {};
}

}  // namespace kalends
