#include "query/update_tree.h"

#include <utility>

#include "format/errors.h"

namespace kalends {

Status UpdateNode::Add(const std::vector<UpdatePart>& path, UpdateActionPtr action) {
  UpdateNode* node = this;
  for (const UpdatePart& part : path) {
    UpdateNode* child = node->Child(part);
    if (child == nullptr) return UpdateConflict(action->place(), node == this ? part.path : node->path_);
    node = child;
  }
  if (!node->HoldsNothing()) return UpdateConflict(action->place(), node->path_);
  node->action_ = std::move(action);
  return {};
}

const std::string& UpdateNode::place() const {
  const UpdateNode* node = this;
  while (!node->action_) {
    node = node->matched_            ? node->matched_.get()
           : node->filtered_.empty() ? node->fields_.begin()->second.get()
                                     : node->filtered_.begin()->second.get();
  }
  return node->action_->place();
}

UpdateNode* UpdateNode::Child(const UpdatePart& part) {
  if (action_) return nullptr;
  const bool is_filtered = part.kind == UpdatePart::Kind::kFiltered;
  if (is_filtered ? HoldsFields() : !filtered_.empty()) return nullptr;
  std::unique_ptr<UpdateNode>& child = part.kind == UpdatePart::Kind::kMatched ? matched_
                                       : is_filtered                           ? filtered_[part]
                                                                               : fields_[part];
  if (!child) child = std::make_unique<UpdateNode>(part.path);
  return child.get();
}

Error UpdateConflict(std::string_view place, std::string_view path) {
  return InvalidArgument(place, ": conflicts with another path of the update at ", ShortName(path));
}

}  // namespace kalends
