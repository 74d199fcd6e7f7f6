// Angles in radians, and what is near to them.
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>
#include <vector>

#include "query/expression_operators.h"
#include "query/expression_parser.h"

namespace kalends {
namespace {

using Function = double (*)(double);

template <Function kFunction>
Result<Value> Apply(const OperatorCall& call) {
  if (!call[0].is_number()) return WrongType(call, "a number", call[0]);
  return Value::Double(kFunction(call[0].ToDouble()));
}

// The same for numbers x with min <= x <= max, NaN too.
template <Function kFunction, double (*kMin)(), double (*kMax)()>
Result<Value> ApplyWithin(const OperatorCall& call) {
  if (!call[0].is_number()) return WrongType(call, "a number", call[0]);
  const double number = call[0].ToDouble();
  if (number < kMin() || number > kMax()) {
    return Wrong(call, "expected a number from ", kMin(), " to ", kMax(), ", found ", number);
  }
  return Value::Double(kFunction(number));
}

double Lowest() { return std::numeric_limits<double>::lowest(); }
double Highest() { return std::numeric_limits<double>::max(); }
double MinusOne() { return -1; }
double One() { return 1; }
double Infinite() { return std::numeric_limits<double>::infinity(); }

double Sin(double x) { return std::sin(x); }
double Cos(double x) { return std::cos(x); }
double Tan(double x) { return std::tan(x); }
double Asin(double x) { return std::asin(x); }
double Acos(double x) { return std::acos(x); }
double Atan(double x) { return std::atan(x); }
double Sinh(double x) { return std::sinh(x); }
double Cosh(double x) { return std::cosh(x); }
double Tanh(double x) { return std::tanh(x); }
double Asinh(double x) { return std::asinh(x); }
double Acosh(double x) { return std::acosh(x); }
double Atanh(double x) { return std::atanh(x); }
double ToRadians(double x) { return x * (std::numbers::pi / 180); }
double ToDegrees(double x) { return x * (180 / std::numbers::pi); }
double Sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

Result<Value> Atan2(const OperatorCall& call) {
  for (const Value& argument : call.arguments) {
    if (!argument.is_number()) return WrongType(call, "a number", argument);
  }
  return Value::Double(std::atan2(call[0].ToDouble(), call[1].ToDouble()));
}

// An array is its argument, not a list of one.
Result<ExpressionNodePtr> ParseSigmoid(ExpressionParser& parser, const Value& operand, const std::string& where) {
  static constexpr OperatorEntry kSigmoid = NullPassing("$sigmoid", 1, 1, Apply<Sigmoid>);
  std::vector<ExpressionNodePtr> arguments(1);
  KALENDS_TRY(arguments[0], parser.Parse(operand, where));
  return parser.MakeCall(kSigmoid, std::move(arguments), where);
}

constexpr OperatorEntry kOperators[] = {
    NullPassing("$sin", 1, 1, ApplyWithin<Sin, Lowest, Highest>),
    NullPassing("$cos", 1, 1, ApplyWithin<Cos, Lowest, Highest>),
    NullPassing("$tan", 1, 1, ApplyWithin<Tan, Lowest, Highest>),
    NullPassing("$asin", 1, 1, ApplyWithin<Asin, MinusOne, One>),
    NullPassing("$acos", 1, 1, ApplyWithin<Acos, MinusOne, One>),
    NullPassing("$atan", 1, 1, Apply<Atan>),
    NullPassing("$atan2", 2, 2, Atan2),
    NullPassing("$sinh", 1, 1, Apply<Sinh>),
    NullPassing("$cosh", 1, 1, Apply<Cosh>),
    NullPassing("$tanh", 1, 1, Apply<Tanh>),
    NullPassing("$asinh", 1, 1, Apply<Asinh>),
    NullPassing("$acosh", 1, 1, ApplyWithin<Acosh, One, Infinite>),
    NullPassing("$atanh", 1, 1, ApplyWithin<Atanh, MinusOne, One>),
    NullPassing("$degreesToRadians", 1, 1, Apply<ToRadians>),
    NullPassing("$radiansToDegrees", 1, 1, Apply<ToDegrees>),
    Parsed("$sigmoid", ParseSigmoid),
};

}  // namespace

std::span<const OperatorEntry> TrigonometryOperators() { return kOperators; }

}  // namespace kalends
