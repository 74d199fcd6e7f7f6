#include "query/expression_sum.h"

#include <cmath>

namespace kalends {
namespace {

// The rounding error of sum = a + b (Knuth), exact.
double ErrorOfSum(double a, double b, double sum) {
  const double b_part = sum - a;
  return (a - (sum - b_part)) + (b - b_part);
}

}  // namespace

Value IntegerValue(Int128 number, bool as_long) {
  if (!as_long && number >= INT32_MIN && number <= INT32_MAX) return Value::Int(static_cast<std::int32_t>(number));
  if (number >= INT64_MIN && number <= INT64_MAX) return Value::Long(static_cast<std::int64_t>(number));
  return Value::Double(static_cast<double>(number));
}

void NumberSum::Add(const Value& number) {
  if (number.type() == Type::kDouble) {
    has_double_ = true;
    AddDouble(number.as_double());
  } else {
    has_long_ = has_long_ || number.type() == Type::kLong;
    integers_ += number.as_integer();
  }
}

void NumberSum::AddDouble(double number) {
  special_ += number;
  const double sum = high_ + number;
  low_ += ErrorOfSum(high_, number, sum);
  high_ = sum;
}

double NumberSum::TotalDouble() const {
  if (!has_double_) return static_cast<double>(integers_);
  // The integers in two parts, of which each is exact as a double where they come from few longs.
  NumberSum total = *this;
  const auto head = static_cast<double>(integers_);
  total.AddDouble(head);
  total.AddDouble(static_cast<double>(integers_ - static_cast<Int128>(head)));
  const double sum = total.high_ + total.low_;
  return std::isfinite(sum) ? sum : total.special_;
}

Value NumberSum::Total() const {
  return has_double_ ? Value::Double(TotalDouble()) : IntegerValue(integers_, has_long_);
}

}  // namespace kalends
