#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "kalends/status.h"
#include "query/update_action.h"
#include "query/update_array_filters.h"
#include "query/update_tree.h"

namespace kalends {

// Walks the tree of an update's paths and a document side by side, once, and makes anew the objects and arrays in which
// something changes.
class UpdateWalk {
 public:
  UpdateWalk(const UpdateArrayFilters& filters, UpdateRun& run) : filters_(filters), run_(run) {}

  // What becomes of `root`, an object.
  Result<UpdateChange> Run(const UpdateNode& tree, const Value& root);

 private:
  // The nodes of several paths that meet at one value, though the tree does not say so: `a.$[]`, `a.$[x]` and others.
  using Nodes = std::span<const UpdateNode* const>;

  Result<UpdateChange> Walk(Nodes nodes, const UpdateTarget& target);
  Result<UpdateChange> WalkObject(Nodes nodes, const UpdateTarget& target);
  Result<UpdateChange> WalkArray(Nodes nodes, const UpdateTarget& target);
  Result<UpdateChange> WalkFiltered(Nodes nodes, const UpdateTarget& target);
  Status Pad(std::vector<Value>* elements, std::size_t size, std::string_view place);

  const UpdateArrayFilters& filters_;
  UpdateRun& run_;
};

}  // namespace kalends
