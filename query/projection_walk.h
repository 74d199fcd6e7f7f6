#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "format/arena.h"
#include "kalends/status.h"
#include "kalends/value.h"
#include "query/partition_view.h"
#include "query/projection_plan.h"

namespace kalends {

// Applies the tree of a plan to one row, once. An expression is evaluated once, however many elements of an array its
// value goes into.
class ProjectionWalk {
 public:
  // All must outlive the walk.
  ProjectionWalk(const ProjectionPlan& plan, const StoredRow& row, std::optional<std::size_t> matched_index,
                 Arena& arena)
      : plan_(plan), row_(row), matched_index_(matched_index), arena_(arena), computed_(plan.expressions) {}

  Result<Value> Run() { return ProjectObject(plan_.root, row_.root, true); }

 private:
  Result<Value> ProjectObject(const ProjectionNode& node, const Value& object, bool may_slice);
  Result<Value> ProjectArray(const ProjectionNode& node, const Value& array, bool may_slice);
  Result<Value> ProjectMatched(const ProjectionNode& child, const Value& array, bool may_slice);
  Result<Value> ProjectBelow(const ProjectionNode& node, const Value& value, bool may_slice);
  Result<Value> ProjectField(const ProjectionNode& child, const Value& value, bool may_slice);
  Result<Value> MakeObject(const ProjectionNode& node);
  Result<Value> Compute(const ProjectionNode& leaf);

  const ProjectionPlan& plan_;
  const StoredRow& row_;
  std::optional<std::size_t> matched_index_;
  Arena& arena_;
  std::vector<std::optional<Value>> computed_;  // By expression_index.
  bool is_matched_shown_ = false;               // The positional path met its array.
};

}  // namespace kalends
