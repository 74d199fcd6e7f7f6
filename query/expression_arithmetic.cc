// Sums, products and powers: int, long and double, an integer that overflows is a long, then a double; dates with
// milliseconds.
#include <cmath>
#include <limits>
#include <string_view>

#include "query/expression_operators.h"
#include "query/expression_sum.h"

namespace kalends {
namespace {

constexpr std::string_view kNumber = "a number";

bool IsLongOrInt(const Value& a, const Value& b) { return a.is_integer() && b.is_integer(); }
bool AnyLong(const Value& a, const Value& b) { return a.type() == Type::kLong || b.type() == Type::kLong; }

// Milliseconds that a number stands for; nullopt past 64 bits.
std::optional<std::int64_t> Milliseconds(const Value& number) {
  if (number.is_integer()) return number.as_integer();
  const double rounded = std::round(number.as_double());
  if (!(rounded >= -0x1p63 && rounded < 0x1p63)) return std::nullopt;
  return static_cast<std::int64_t>(rounded);
}

Result<Value> Add(const OperatorCall& call) {
  NumberSum sum;
  std::optional<std::int64_t> date;
  for (const Value& argument : call.arguments) {
    if (IsNullish(argument)) return Value::Null();
    if (argument.is_number()) {
      sum.Add(argument);
    } else if (argument.type() != Type::kDate) {
      return WrongType(call, "numbers and at most one date", argument);
    } else if (date.has_value()) {
      return Wrong(call, "only one date can be added");
    } else {
      date = argument.as_date_ms();
    }
  }
  if (!date.has_value()) return sum.Total();
  const auto added = Milliseconds(sum.Total());
  std::int64_t result = 0;
  if (!added.has_value() || __builtin_add_overflow(*date, *added, &result)) return Wrong(call, "the date overflows");
  return Value::DateMs(result);
}

Result<Value> Subtract(const OperatorCall& call) {
  const Value& a = call[0];
  const Value& b = call[1];
  if (IsLongOrInt(a, b)) {
    return IntegerValue(static_cast<Int128>(a.as_integer()) - b.as_integer(), AnyLong(a, b));
  }
  if (a.is_number() && b.is_number()) return Value::Double(a.ToDouble() - b.ToDouble());
  if (a.type() != Type::kDate || (b.type() != Type::kDate && !b.is_number())) {
    return Wrong(call, "cannot subtract ", TypeName(b.type()), " from ", TypeName(a.type()));
  }
  const auto subtracted = b.is_number() ? Milliseconds(b) : b.as_date_ms();
  std::int64_t result = 0;
  if (!subtracted.has_value() || __builtin_sub_overflow(a.as_date_ms(), *subtracted, &result)) {
    return Wrong(call, "the date overflows");
  }
  return b.is_number() ? Value::DateMs(result) : Value::Long(result);
}

Result<Value> Multiply(const OperatorCall& call) {
  std::int64_t integers = 1;
  double product = 1;
  bool is_double = false;
  bool has_long = false;
  for (const Value& argument : call.arguments) {
    if (IsNullish(argument)) return Value::Null();
    if (!argument.is_number()) return WrongType(call, kNumber, argument);
    product *= argument.ToDouble();
    has_long = has_long || argument.type() == Type::kLong;
    is_double =
        is_double || !argument.is_integer() || __builtin_mul_overflow(integers, argument.as_integer(), &integers);
  }
  return is_double ? Value::Double(product) : IntegerValue(integers, has_long);
}

Result<Value> Divide(const OperatorCall& call) {
  for (const Value& argument : call.arguments) {
    if (!argument.is_number()) return WrongType(call, kNumber, argument);
  }
  if (call[1].ToDouble() == 0) return Wrong(call, "cannot divide by zero");
  return Value::Double(call[0].ToDouble() / call[1].ToDouble());
}

Result<Value> Mod(const OperatorCall& call) {
  for (const Value& argument : call.arguments) {
    if (!argument.is_number()) return WrongType(call, kNumber, argument);
  }
  const Value& a = call[0];
  const Value& b = call[1];
  if (b.ToDouble() == 0) return Wrong(call, "cannot take the remainder of a division by zero");
  if (!IsLongOrInt(a, b)) return Value::Double(std::fmod(a.ToDouble(), b.ToDouble()));
  // The smallest long by -1 would overflow.
  return IntegerValue(b.as_integer() == -1 ? 0 : a.as_integer() % b.as_integer(), AnyLong(a, b));
}

Result<Value> Abs(const OperatorCall& call) {
  const Value& number = call[0];
  if (!number.is_number()) return WrongType(call, kNumber, number);
  if (!number.is_integer()) return Value::Double(std::fabs(number.as_double()));
  if (number.as_integer() == INT64_MIN) return Wrong(call, "the smallest long has no absolute value");
  return IntegerValue(std::abs(number.as_integer()), number.type() == Type::kLong);
}

Result<Value> Sqrt(const OperatorCall& call) {
  if (!call[0].is_number()) return WrongType(call, kNumber, call[0]);
  const double number = call[0].ToDouble();
  if (number < 0) return Wrong(call, "a negative number has no square root");
  return Value::Double(std::sqrt(number));
}

// base^exponent; nullopt past 64 bits.
std::optional<std::int64_t> IntegerPower(std::int64_t base, std::int64_t exponent) {
  std::int64_t result = 1;
  while (true) {
    if ((exponent & 1) != 0 && __builtin_mul_overflow(result, base, &result)) return std::nullopt;
    exponent >>= 1;
    if (exponent == 0) return result;
    if (__builtin_mul_overflow(base, base, &base)) return std::nullopt;
  }
}

Result<Value> Pow(const OperatorCall& call) {
  for (const Value& argument : call.arguments) {
    if (!argument.is_number()) return WrongType(call, kNumber, argument);
  }
  const Value& base = call[0];
  const Value& exponent = call[1];
  if (base.ToDouble() == 0 && exponent.ToDouble() < 0) return Wrong(call, "zero has no power of a negative exponent");
  if (IsLongOrInt(base, exponent)) {
    const std::int64_t b = base.as_integer();
    const std::int64_t e = exponent.as_integer();
    const bool as_long = AnyLong(base, exponent);
    if (b == 1 || (b == -1 && e % 2 == 0)) return IntegerValue(1, as_long);
    if (b == -1) return IntegerValue(-1, as_long);
    if (e >= 0) {
      if (const auto power = IntegerPower(b, e)) return IntegerValue(*power, as_long);
    }
  }
  return Value::Double(std::pow(base.ToDouble(), exponent.ToDouble()));
}

Result<Value> Exp(const OperatorCall& call) {
  if (!call[0].is_number()) return WrongType(call, kNumber, call[0]);
  return Value::Double(std::exp(call[0].ToDouble()));
}

template <double (*Logarithm)(double)>
Result<Value> LogOf(const OperatorCall& call) {
  if (!call[0].is_number()) return WrongType(call, kNumber, call[0]);
  if (call[0].ToDouble() <= 0) return Wrong(call, "only a positive number has a logarithm");
  return Value::Double(Logarithm(call[0].ToDouble()));
}

Result<Value> Log(const OperatorCall& call) {
  for (const Value& argument : call.arguments) {
    if (!argument.is_number()) return WrongType(call, kNumber, argument);
  }
  const double number = call[0].ToDouble();
  const double base = call[1].ToDouble();
  if (number <= 0) return Wrong(call, "only a positive number has a logarithm");
  if (base <= 0 || base == 1) return Wrong(call, "the base must be positive and not 1");
  return Value::Double(std::log(number) / std::log(base));
}

double NaturalLogarithm(double number) { return std::log(number); }
double DecimalLogarithm(double number) { return std::log10(number); }

constexpr OperatorEntry kOperators[] = {
    Positional("$add", 0, kAnyNumber, Add),
    NullPassing("$subtract", 2, 2, Subtract),
    Positional("$multiply", 0, kAnyNumber, Multiply),
    NullPassing("$divide", 2, 2, Divide),
    NullPassing("$mod", 2, 2, Mod),
    NullPassing("$abs", 1, 1, Abs),
    NullPassing("$sqrt", 1, 1, Sqrt),
    NullPassing("$pow", 2, 2, Pow),
    NullPassing("$exp", 1, 1, Exp),
    NullPassing("$ln", 1, 1, LogOf<NaturalLogarithm>),
    NullPassing("$log", 2, 2, Log),
    NullPassing("$log10", 1, 1, LogOf<DecimalLogarithm>),
};

}  // namespace

std::span<const OperatorEntry> ArithmeticOperators() { return kOperators; }

}  // namespace kalends
