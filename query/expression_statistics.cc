// The accumulators that are expressions too: over their arguments, or over the elements of a single one that is an
// array.
#include <cmath>

#include "format/compare.h"
#include "query/expression_operators.h"
#include "query/expression_sum.h"

namespace kalends {
namespace {

std::span<const Value> Values(const OperatorCall& call) {
  return call.size() == 1 && call[0].is_array() ? call[0].elements() : call.arguments;
}

Result<Value> Sum(const OperatorCall& call) {
  NumberSum sum;
  for (const Value& value : Values(call)) {
    if (value.is_number()) sum.Add(value);
  }
  return sum.Total();
}

Result<Value> Average(const OperatorCall& call) {
  NumberSum sum;
  std::size_t count = 0;
  for (const Value& value : Values(call)) {
    if (!value.is_number()) continue;
    sum.Add(value);
    ++count;
  }
  return count == 0 ? Value::Null() : Value::Double(sum.TotalDouble() / static_cast<double>(count));
}

template <bool kGreatest>
Result<Value> Extreme(const OperatorCall& call) {
  Value best;
  for (const Value& value : Values(call)) {
    if (IsNullish(value)) continue;
    if (best.is_missing() || (kGreatest ? Compare(value, best) > 0 : Compare(value, best) < 0)) best = value;
  }
  return best.is_missing() ? Value::Null() : best;
}

// Welford's method: one pass, and no difference of large sums.
template <bool kSample>
Result<Value> StandardDeviation(const OperatorCall& call) {
  double count = 0;
  double mean = 0;
  double squares = 0;
  for (const Value& value : Values(call)) {
    if (!value.is_number()) continue;
    const double number = value.ToDouble();
    count += 1;
    const double delta = number - mean;
    mean += delta / count;
    squares += delta * (number - mean);
  }
  const double divisor = kSample ? count - 1 : count;
  if (divisor <= 0 || !std::isfinite(squares)) return Value::Null();
  return Value::Double(std::sqrt(squares / divisor));
}

constexpr OperatorEntry kOperators[] = {
    Positional("$sum", 0, kAnyNumber, Sum),
    Positional("$avg", 0, kAnyNumber, Average),
    Positional("$min", 0, kAnyNumber, Extreme<false>),
    Positional("$max", 0, kAnyNumber, Extreme<true>),
    Positional("$stdDevPop", 0, kAnyNumber, StandardDeviation<false>),
    Positional("$stdDevSamp", 0, kAnyNumber, StandardDeviation<true>),
};

}  // namespace

std::span<const OperatorEntry> StatisticsOperators() { return kOperators; }

}  // namespace kalends
