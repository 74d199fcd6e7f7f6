// The document that an upsert begins with.
#include <utility>

#include "format/errors.h"
#include "kalends/limits.h"
#include "query/filter_values.h"
#include "query/update.h"
#include "query/update_action.h"
#include "query/update_path.h"
#include "query/update_tree.h"
#include "query/update_walk.h"

namespace kalends {
namespace {

// Collects the equalities of a filter as the paths of an update that sets them.
class Equalities {
 public:
  Status InFilter(const Value& filter, int depth) {
    if (depth > kNestingDepthMax)
      return LimitExceeded("upsert: the filter nests more than ", kNestingDepthMax, " deep");
    if (!filter.is_object()) return {};
    for (const auto& [name, condition] : filter.fields()) {
      if (name == "$and" || (name == "$or" && condition.is_array() && condition.elements().size() == 1)) {
        if (!condition.is_array()) continue;
        for (const Value& each : condition.elements()) KALENDS_RETURN_IF_ERROR(InFilter(each, depth + 1));
      } else if (!name.starts_with('$')) {
        KALENDS_RETURN_IF_ERROR(InCondition(name, condition));
      }
    }
    return {};
  }

  const UpdateNode& tree() const { return tree_; }

 private:
  Status InCondition(std::string_view path, const Value& condition) {
    if (!HoldsOperators(condition)) return Add(path, condition);
    for (const auto& [name, operand] : condition.fields()) {
      if (name == "$eq") KALENDS_RETURN_IF_ERROR(Add(path, operand));
      const bool is_list = name == "$all" || (name == "$in" && operand.is_array() && operand.elements().size() == 1);
      if (!is_list || !operand.is_array()) continue;
      for (const Value& member : operand.elements()) {
        // The others are regular expressions, or an $elemMatch in $all.
        if (!HoldsOperators(member)) KALENDS_RETURN_IF_ERROR(Add(path, member));
      }
    }
    return {};
  }

  Status Add(std::string_view path, const Value& value) {
    const std::string place = "upsert." + ShortName(path);
    KALENDS_TRY(const std::vector<UpdatePart> parts, ParseUpdatePath(path, place));
    KALENDS_TRY(UpdateActionPtr action, MakeSet({"$set", path, value, place, 0}));
    if (tree_.Add(parts, std::move(action)).ok()) return {};
    return InvalidArgument(place, ": the filter says twice what this path is to be equal to");
  }

  UpdateNode tree_;
};

}  // namespace

Result<Value> UpsertSeed(const Value& filter, Arena& arena) {
  Equalities equalities;
  KALENDS_RETURN_IF_ERROR(equalities.InFilter(filter, 1));
  UpdateRun run(arena, std::nullopt, /*inserting=*/true);
  const UpdateArrayFilters no_filters;
  KALENDS_TRY(const UpdateChange change, UpdateWalk(no_filters, run).Run(equalities.tree(), Value::Object({})));
  return change.kind == UpdateChange::Kind::kSet ? change.value : Value::Object({});
}

}  // namespace kalends
