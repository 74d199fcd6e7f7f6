#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "kalends/status.h"
#include "query/update_action.h"
#include "query/update_path.h"

namespace kalends {

// The paths of an update, joined where they begin alike: one walk over a document then applies all of them. Names are
// views of the update's text. A node holds an action, or fields, or filters: what would hold two of them is a conflict
// between two paths, which is refused.
class UpdateNode {
 public:
  using Children = std::map<UpdatePart, std::unique_ptr<UpdateNode>>;

  explicit UpdateNode(std::string_view path = {}) : path_(path) {}

  // Adds an action at the end of a path. kInvalidArgument: another one is at this path, before its end or beyond it.
  Status Add(const std::vector<UpdatePart>& path, UpdateActionPtr action);

  std::string_view path() const { return path_; }
  // That of an action here or below, to begin an error with. Only where there is one.
  const std::string& place() const;
  const UpdateAction* action() const { return action_.get(); }
  const Children& fields() const { return fields_; }            // By name or index.
  const UpdateNode* matched() const { return matched_.get(); }  // `$`; beside fields.
  const Children& filtered() const { return filtered_; }        // `$[name]`.
  bool HoldsFields() const { return !fields_.empty() || matched_; }
  bool HoldsNothing() const { return !HoldsFields() && filtered_.empty() && !action_; }

 private:
  // The child for `part`, made where there is none; nullptr where it conflicts with what is here.
  UpdateNode* Child(const UpdatePart& part);

  std::string_view path_;
  UpdateActionPtr action_;
  Children fields_;
  std::unique_ptr<UpdateNode> matched_;
  Children filtered_;
};

// The error that the paths meet at `path`, which one of them changes and the other looks into.
Error UpdateConflict(std::string_view place, std::string_view path);

}  // namespace kalends
