#include "query/projection_walk.h"

#include <algorithm>
#include <span>

#include "format/errors.h"

namespace kalends {
namespace {

using Kind = ProjectionNode::Kind;

}  // namespace

// Fields stay in the order of the document; those that are computed follow in the order of the projection, except below
// a field that the document has.
Result<Value> ProjectionWalk::ProjectObject(const ProjectionNode& node, const Value& object, bool may_slice) {
  std::vector<Field> fields;
  std::vector<const ProjectionNode*> met;  // Whose computed fields are in `fields` already.
  for (const Field& field : object.fields()) {
    const ProjectionNode* child = node.Find(field.name);
    if (child == nullptr) {
      if (!plan_.is_inclusion) fields.push_back(field);
      continue;
    }
    KALENDS_TRY(const Value value, ProjectField(*child, field.value, may_slice));
    if (!value.is_missing()) fields.push_back({.name = field.name, .value = value});
    if (child->kind == Kind::kInner && child->has_computed) met.push_back(child);
  }
  if (!node.has_computed) return Value::Object(arena_.Copy(std::span<const Field>(fields)));

  std::sort(met.begin(), met.end());
  for (const auto& child : node.children) {
    if (!child->has_computed || std::binary_search(met.begin(), met.end(), child.get())) continue;
    KALENDS_TRY(const Value value, Compute(*child));
    if (!value.is_missing()) fields.push_back({.name = child->name, .value = value});
  }
  return Value::Object(arena_.Copy(std::span<const Field>(fields)));
}

// What is shown of a field at its place; kMissing: nothing.
Result<Value> ProjectionWalk::ProjectField(const ProjectionNode& child, const Value& value, bool may_slice) {
  if (child.is_positional && value.is_array() && !is_matched_shown_) return ProjectMatched(child, value, may_slice);
  switch (child.kind) {
    case Kind::kInner:
      return ProjectBelow(child, value, may_slice);
    case Kind::kNamed:
      return plan_.is_inclusion ? value : Value();
    case Kind::kKept:
      return child.slice.has_value() && may_slice ? child.slice->Apply(value) : value;
    case Kind::kElemMatch:
      if (plan_.is_inclusion) return Value();
      return child.elem_match->Apply(value, arena_);
    case Kind::kDropped:
    case Kind::kComputed:
      break;
  }
  return Value();
}

// Of the first array on the positional path the element that the filter matched, with what the path shows of it.
Result<Value> ProjectionWalk::ProjectMatched(const ProjectionNode& child, const Value& array, bool may_slice) {
  is_matched_shown_ = true;
  const std::span<const Value> elements = array.elements();
  if (!matched_index_.has_value()) {
    return InvalidArgument("projection.", plan_.positional, ": the filter matched no element of an array");
  }
  if (*matched_index_ >= elements.size()) {
    return InvalidArgument("projection.", plan_.positional, ": the filter matched element ", *matched_index_,
                           " of an array, but this one has ", elements.size());
  }
  Value element = elements[*matched_index_];
  if (child.kind == Kind::kInner) {
    KALENDS_TRY(element, ProjectBelow(child, element, may_slice));
  }
  if (element.is_missing()) {
    return InvalidArgument("projection.", plan_.positional, ": element ", *matched_index_,
                           " of the array, which the filter matched, has nothing on the path");
  }
  return Value::Array(arena_.Copy(std::span<const Value>(&element, 1)));
}

Result<Value> ProjectionWalk::ProjectBelow(const ProjectionNode& node, const Value& value, bool may_slice) {
  if (value.is_object()) return ProjectObject(node, value, may_slice);
  if (value.is_array()) return ProjectArray(node, value, may_slice);
  if (node.has_computed) return MakeObject(node);
  return plan_.is_inclusion ? Value() : value;
}

Result<Value> ProjectionWalk::ProjectArray(const ProjectionNode& node, const Value& array, bool may_slice) {
  std::vector<Value> elements;
  elements.reserve(array.elements().size());
  for (const Value& element : array.elements()) {
    // Names reach into arrays within arrays, but $slice does not.
    KALENDS_TRY(const Value value, ProjectBelow(node, element, may_slice && !element.is_array()));
    if (!value.is_missing()) elements.push_back(value);
  }
  return Value::Array(arena_.Copy(std::span<const Value>(elements)));
}

// The computed fields below `node` where the document has no object for them.
Result<Value> ProjectionWalk::MakeObject(const ProjectionNode& node) {
  std::vector<Field> fields;
  for (const auto& child : node.children) {
    if (!child->has_computed) continue;
    KALENDS_TRY(const Value value, Compute(*child));
    if (!value.is_missing()) fields.push_back({.name = child->name, .value = value});
  }
  return Value::Object(arena_.Copy(std::span<const Field>(fields)));
}

Result<Value> ProjectionWalk::Compute(const ProjectionNode& node) {
  if (node.kind == Kind::kInner) return MakeObject(node);
  if (node.kind == Kind::kElemMatch) return node.elem_match->Apply(row_.root.Get(node.name), arena_);
  if (node.expression == nullptr) return Value::Double(row_.text_score);
  std::optional<Value>& value = computed_[node.expression_index];
  if (!value.has_value()) {
    KALENDS_TRY(value, node.expression->Evaluate(row_, arena_));
  }
  return *value;
}

}  // namespace kalends
