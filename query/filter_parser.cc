#include "query/filter_parser.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "format/errors.h"
#include "kalends/limits.h"
#include "query/filter_operators.h"
#include "query/time_conditions.h"

namespace kalends {
namespace {

std::string Join(const std::string& place, std::string_view name) {
  return place.empty() ? std::string(name) : place + "." + std::string(name);
}
std::string At(const std::string& place, std::size_t index) { return place + "[" + std::to_string(index) + "]"; }
// For messages: the place of the whole filter has no name.
std::string Named(const std::string& place) { return place.empty() ? "filter" : place; }

bool IsOperatorName(std::string_view name) { return name.starts_with('$'); }

// {$gt: 1} holds operators; {}, {x: 1} and a reference {$ref: ..., $id: ...} are values to be equal to.
bool HoldsOperators(const Value& value) {
  if (!value.is_object() || value.fields().empty() || !IsOperatorName(value.fields().front().name)) return false;
  return value.Get("$ref").is_missing() || value.Get("$id").is_missing();
}

// What MongoDB takes for true.
bool IsTruthy(const Value& value) {
  if (value.is_missing() || value.is_null()) return false;
  if (value.type() == Type::kBool) return value.as_bool();
  return !value.is_number() || value.ToDouble() != 0;
}

bool IsScalar(const Value& value) {
  return !value.is_missing() && !value.is_null() && !value.is_array() && !value.is_object();
}

FilterNodePtr NegatedIf(bool negated, FilterNodePtr node) {
  return negated ? MakeNotNode(std::move(node)) : std::move(node);
}

class FilterParser {
 public:
  explicit FilterParser(const FilterContext& context) : context_(context) {}

  // {cost: 1, $or: [...]}: all of its fields must hold.
  Result<FilterNodePtr> ParseObject(const Value& object, const std::string& place, int depth) {
    if (!object.is_object()) {
      return InvalidArgument(Named(place), ": expected an object, found ", TypeName(object.type()));
    }
    KALENDS_RETURN_IF_ERROR(CheckDepth(place, depth));
    std::vector<FilterNodePtr> nodes;
    for (const Field& field : object.fields()) {
      auto node = IsOperatorName(field.name) ? ParseLogical(field, place, depth) : ParseField(field, place, depth);
      if (!node.has_value()) return node.error();
      nodes.push_back(std::move(node).value());
    }
    return MakeAndNode(std::move(nodes));
  }

 private:
  struct FieldPath {
    std::string_view path;
    std::string place;
    bool is_time;
    bool is_id;
  };

  static Status CheckDepth(const std::string& place, int depth) {
    if (depth <= kNestingDepthMax) return {};
    // The place of such a filter is long; its head is enough.
    return LimitExceeded(place.substr(0, 60), "...: a filter nests at most ", kNestingDepthMax, " deep");
  }

  Result<FilterNodePtr> ParseLogical(const Field& field, const std::string& place, int depth) {
    KALENDS_TRY(const FilterOperator which, FindFilterOperator(field.name, OperatorPlace::kTop, Named(place)));
    const std::string here = Join(place, field.name);
    if (!field.value.is_array() || field.value.elements().empty()) {
      return InvalidArgument(here, ": expected an array of at least one filter");
    }
    std::vector<FilterNodePtr> nodes;
    for (std::size_t i = 0; i < field.value.elements().size(); ++i) {
      KALENDS_TRY(FilterNodePtr node, ParseObject(field.value.elements()[i], At(here, i), depth + 1));
      nodes.push_back(std::move(node));
    }
    if (which == FilterOperator::kAnd) return MakeAndNode(std::move(nodes));
    return NegatedIf(which == FilterOperator::kNor, MakeOrNode(std::move(nodes)));
  }

  Result<FilterNodePtr> ParseField(const Field& field, const std::string& place, int depth) {
    const auto& times = context_.time_fields;
    const FieldPath path{.path = field.name,
                         .place = Join(place, field.name),
                         .is_time = std::find(times.begin(), times.end(), field.name) != times.end(),
                         .is_id = !context_.id_field.empty() && field.name == context_.id_field};
    if (HoldsOperators(field.value)) return ParseConditions(path, field.value, path.place, depth + 1);
    return MakeComparison(path, Comparison::kEqual, field.value, path.place);
  }

  // {$gt: 1, $lt: 5} under a field: each may be met by another element of an array.
  Result<FilterNodePtr> ParseConditions(const FieldPath& path, const Value& conditions, const std::string& place,
                                        int depth) {
    KALENDS_RETURN_IF_ERROR(CheckDepth(place, depth));
    std::vector<FilterNodePtr> nodes;
    for (const Field& condition : conditions.fields()) {
      if (!IsOperatorName(condition.name)) {
        return InvalidArgument(place, ": ", condition.name, " stands beside operators but is none");
      }
      KALENDS_TRY(FilterNodePtr node, ParseCondition(path, condition, place, depth));
      nodes.push_back(std::move(node));
    }
    return MakeAndNode(std::move(nodes));
  }

  Result<FilterNodePtr> ParseCondition(const FieldPath& path, const Field& condition, const std::string& place,
                                       int depth) {
    KALENDS_TRY(const FilterOperator which, FindFilterOperator(condition.name, OperatorPlace::kUnderField, place));
    const Value& operand = condition.value;
    const std::string here = Join(place, condition.name);
    switch (which) {
      case FilterOperator::kEqual:
        return MakeComparison(path, Comparison::kEqual, operand, here);
      case FilterOperator::kNotEqual: {
        KALENDS_TRY(FilterNodePtr equal, MakeComparison(path, Comparison::kEqual, operand, here));
        return MakeNotNode(std::move(equal));
      }
      case FilterOperator::kGreater:
        return MakeComparison(path, Comparison::kGreater, operand, here);
      case FilterOperator::kGreaterOrEqual:
        return MakeComparison(path, Comparison::kGreaterOrEqual, operand, here);
      case FilterOperator::kLess:
        return MakeComparison(path, Comparison::kLess, operand, here);
      case FilterOperator::kLessOrEqual:
        return MakeComparison(path, Comparison::kLessOrEqual, operand, here);
      case FilterOperator::kIn:
      case FilterOperator::kNotIn: {
        KALENDS_TRY(FilterNodePtr in, MakeIn(path, operand, here));
        return NegatedIf(which == FilterOperator::kNotIn, std::move(in));
      }
      case FilterOperator::kNot: {
        if (!HoldsOperators(operand))
          return InvalidArgument(here, ": expected an object of operators, such as {$gt: 1}");
        KALENDS_TRY(FilterNodePtr conditions, ParseConditions(path, operand, here, depth + 1));
        return MakeNotNode(std::move(conditions));
      }
      case FilterOperator::kExists: {
        FilterNodePtr exists = MakePathNode(Path(path.path), MakeExistsTest());
        if (path.is_time) exists = MakeIfTimedNode(context_, true, std::move(exists));
        return NegatedIf(!IsTruthy(operand), std::move(exists));
      }
      case FilterOperator::kAnd:
      case FilterOperator::kOr:
      case FilterOperator::kNor:
        break;  // FindFilterOperator refuses them under a field.
    }
    return InvalidArgument(here, ": cannot stand under a field");
  }

  Result<FilterNodePtr> MakeComparison(const FieldPath& path, Comparison comparison, const Value& operand,
                                       const std::string& here) {
    if (path.is_time) return MakeTimeComparison(context_, path.path, comparison, operand, here);
    auto test = MakeComparisonTest(comparison, operand);
    if (!path.is_id) return MakePathNode(Path(path.path), std::move(test));
    std::optional<Value> equality;
    if (comparison == Comparison::kEqual) equality = AsIdEquality(path, operand);
    return MakeIdNode(Path(path.path), std::move(test), equality);
  }

  Result<FilterNodePtr> MakeIn(const FieldPath& path, const Value& operand, const std::string& here) {
    if (!operand.is_array()) return InvalidArgument(here, ": expected an array, found ", TypeName(operand.type()));
    const std::span<const Value> operands = operand.elements();
    for (std::size_t i = 0; i < operands.size(); ++i) {
      if (HoldsOperators(operands[i]))
        return InvalidArgument(At(here, i), ": operators cannot stand in a list of values");
    }
    if (path.is_time) return MakeTimeIn(context_, path.path, operands, here);
    auto test = MakeInTest(operands);
    if (!path.is_id) return MakePathNode(Path(path.path), std::move(test));
    std::optional<Value> equality;
    if (operands.size() == 1) equality = AsIdEquality(path, operands.front());
    return MakeIdNode(Path(path.path), std::move(test), equality);
  }

  // A path with dots may meet several values in arrays, none of which is the id: then only a scan finds all that match.
  static std::optional<Value> AsIdEquality(const FieldPath& path, const Value& operand) {
    if (!IsScalar(operand) || path.path.find('.') != std::string_view::npos) return std::nullopt;
    return operand;
  }

  const FilterContext& context_;
};

}  // namespace

Result<FilterNodePtr> ParseFilterNodes(const Value& filter, const FilterContext& context) {
  return FilterParser(context).ParseObject(filter, "", 1);
}

}  // namespace kalends
