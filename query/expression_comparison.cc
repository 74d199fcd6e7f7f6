// Comparisons by the total order of all values: unlike those of filters they do not keep to one type.
#include "format/compare.h"
#include "query/expression_operators.h"

namespace kalends {
namespace {

template <bool (*kHolds)(std::weak_ordering)>
Result<Value> Comparison(const OperatorCall& call) {
  return Value::Bool(kHolds(Compare(call[0], call[1])));
}

bool IsEqual(std::weak_ordering order) { return order == 0; }
bool IsNotEqual(std::weak_ordering order) { return order != 0; }
bool IsGreater(std::weak_ordering order) { return order > 0; }
bool IsGreaterOrEqual(std::weak_ordering order) { return order >= 0; }
bool IsLess(std::weak_ordering order) { return order < 0; }
bool IsLessOrEqual(std::weak_ordering order) { return order <= 0; }

Result<Value> Cmp(const OperatorCall& call) {
  const std::weak_ordering order = Compare(call[0], call[1]);
  return Value::Int(order < 0 ? -1 : order > 0 ? 1 : 0);
}

constexpr OperatorEntry kOperators[] = {
    Positional("$cmp", 2, 2, Cmp),
    Positional("$eq", 2, 2, Comparison<IsEqual>),
    Positional("$ne", 2, 2, Comparison<IsNotEqual>),
    Positional("$gt", 2, 2, Comparison<IsGreater>),
    Positional("$gte", 2, 2, Comparison<IsGreaterOrEqual>),
    Positional("$lt", 2, 2, Comparison<IsLess>),
    Positional("$lte", 2, 2, Comparison<IsLessOrEqual>),
};

}  // namespace

std::span<const OperatorEntry> ComparisonOperators() { return kOperators; }

}  // namespace kalends
