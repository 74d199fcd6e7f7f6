#include "query/projection_plan.h"

#include <utility>

namespace kalends {

const ProjectionNode* ProjectionNode::Find(std::string_view child) const {
  const auto found = by_name.find(child);
  return found == by_name.end() ? nullptr : found->second;
}
ProjectionNode* ProjectionNode::Find(std::string_view child) {
  return const_cast<ProjectionNode*>(std::as_const(*this).Find(child));
}

ProjectionNode* ProjectionNode::Add(std::string_view child) {
  children.push_back(std::make_unique<ProjectionNode>());
  ProjectionNode* node = children.back().get();
  node->name = child;
  by_name.emplace(node->name, node);
  return node;
}

}  // namespace kalends
