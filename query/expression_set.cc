// Arrays as sets: equal elements count once, their order has no meaning. Sets that are made come out sorted, but for a
// difference, which keeps the order of what it takes from.
#include <algorithm>
#include <vector>

#include "format/compare.h"
#include "query/expression_arguments.h"
#include "query/expression_operators.h"
#include "query/filter_values.h"

namespace kalends {
namespace {

bool IsBefore(const Value& a, const Value& b) { return Compare(a, b) < 0; }

// Sorted, each value once: of equal ones the first.
std::vector<Value> AsSet(const Value& array) {
  std::vector<Value> set(array.elements().begin(), array.elements().end());
  std::ranges::stable_sort(set, IsBefore);
  set.erase(std::unique(set.begin(), set.end(), EqualByMongo), set.end());
  return set;
}

bool Contains(const std::vector<Value>& set, const Value& value) {
  return std::binary_search(set.begin(), set.end(), value, IsBefore);
}

template <bool kIntersection>
Result<Value> Combine(const OperatorCall& call) {
  std::vector<Value> set;
  bool first = true;
  for (const Value& array : call.arguments) {
    if (IsNullish(array)) return Value::Null();
    KALENDS_RETURN_IF_ERROR(CheckArray(call, array));
    std::vector<Value> other = AsSet(array);
    if (first) {
      set = std::move(other);
    } else if (kIntersection) {
      std::erase_if(set, [&](const Value& value) { return !Contains(other, value); });
    } else {
      std::vector<Value> both;
      std::ranges::set_union(set, other, std::back_inserter(both), IsBefore);
      set = std::move(both);
    }
    first = false;
  }
  return call.evaluation.Array(set);
}

Result<Value> Difference(const OperatorCall& call) {
  for (const Value& array : call.arguments) KALENDS_RETURN_IF_ERROR(CheckArray(call, array));
  std::vector<Value> result;
  std::vector<Value> left = AsSet(call[0]);
  const std::vector<Value> right = AsSet(call[1]);
  std::erase_if(left, [&](const Value& value) { return Contains(right, value); });
  std::vector<bool> taken(left.size(), false);
  for (const Value& element : call[0].elements()) {
    const auto found = std::ranges::lower_bound(left, element, IsBefore);
    if (found == left.end() || !EqualByMongo(*found, element)) continue;
    const auto index = static_cast<std::size_t>(found - left.begin());
    if (!taken[index]) result.push_back(element);
    taken[index] = true;
  }
  return call.evaluation.Array(result);
}

Result<Value> Equals(const OperatorCall& call) {
  for (const Value& array : call.arguments) KALENDS_RETURN_IF_ERROR(CheckArray(call, array));
  const std::vector<Value> first = AsSet(call[0]);
  for (const Value& array : call.arguments.subspan(1)) {
    if (!std::ranges::equal(first, AsSet(array), EqualByMongo)) return Value::Bool(false);
  }
  return Value::Bool(true);
}

Result<Value> IsSubset(const OperatorCall& call) {
  for (const Value& array : call.arguments) KALENDS_RETURN_IF_ERROR(CheckArray(call, array));
  const std::vector<Value> set = AsSet(call[1]);
  return Value::Bool(
      std::ranges::all_of(call[0].elements(), [&](const Value& element) { return Contains(set, element); }));
}

Result<Value> AnyTrue(const OperatorCall& call) {
  KALENDS_RETURN_IF_ERROR(CheckArray(call, call[0]));
  return Value::Bool(std::ranges::any_of(call[0].elements(), IsTruthy));
}

Result<Value> AllTrue(const OperatorCall& call) {
  KALENDS_RETURN_IF_ERROR(CheckArray(call, call[0]));
  return Value::Bool(std::ranges::all_of(call[0].elements(), IsTruthy));
}

constexpr OperatorEntry kOperators[] = {
    Positional("$setUnion", 0, kAnyNumber, Combine<false>),
    Positional("$setIntersection", 0, kAnyNumber, Combine<true>),
    NullPassing("$setDifference", 2, 2, Difference),
    Positional("$setEquals", 2, kAnyNumber, Equals),
    Positional("$setIsSubset", 2, 2, IsSubset),
    Positional("$anyElementTrue", 1, 1, AnyTrue),
    Positional("$allElementsTrue", 1, 1, AllTrue),
};

}  // namespace

std::span<const OperatorEntry> SetOperators() { return kOperators; }

}  // namespace kalends
