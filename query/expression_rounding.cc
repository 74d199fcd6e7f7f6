// Rounding to whole numbers and to decimal places, exactly as the double's decimal expansion says.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "query/expression_operators.h"
#include "query/expression_sum.h"
#include "query/filter_values.h"

namespace kalends {
namespace {

constexpr int kPlacesMin = -20;
constexpr int kPlacesMax = 100;

template <double (*Round)(double)>
Result<Value> WholeNumber(const OperatorCall& call) {
  if (!call[0].is_number()) return WrongType(call, "a number", call[0]);
  if (call[0].is_integer()) return call[0];
  return Value::Double(Round(call[0].as_double()));
}

enum class Rounding : std::uint8_t { kHalfToEven, kTowardZero };

Int128 RoundInteger(std::int64_t number, int zeros, Rounding rounding) {
  Int128 unit = 1;
  for (int i = 0; i < zeros; ++i) unit *= 10;
  const Int128 rest = number % unit;
  const Int128 whole = number - rest;
  if (rounding == Rounding::kTowardZero) return whole;
  const Int128 twice = 2 * (rest < 0 ? -rest : rest);
  if (twice < unit || (twice == unit && whole / unit % 2 == 0)) return whole;
  return rest < 0 ? whole - unit : whole + unit;
}

// `places` below zero: to multiples of ten, whose powers up to the 22nd are exact doubles.
double RoundToTens(double number, int zeros, Rounding rounding) {
  const double unit = std::pow(10.0, zeros);
  const double rest = std::fmod(number, unit);
  const double whole = std::copysign(number - rest, number);
  if (rounding == Rounding::kTowardZero) return whole;
  const double half = unit / 2;
  if (std::fabs(rest) < half || (std::fabs(rest) == half && std::fmod(whole / unit, 2) == 0)) return whole;
  return whole + std::copysign(unit, number);
}

double RoundDouble(double number, int places, Rounding rounding) {
  if (!std::isfinite(number)) return number;
  if (places < 0) return RoundToTens(number, -places, rounding);
  // The C library writes the exact expansion, a half to even. No double has digits past the 1074th place.
  char text[1500];
  if (rounding == Rounding::kHalfToEven) {
    std::snprintf(text, sizeof text, "%.*f", places, number);
  } else {
    std::snprintf(text, sizeof text, "%.1080f", number);
    char* const point = std::strchr(text, '.');
    if (point != nullptr) point[places == 0 ? 0 : places + 1] = '\0';
  }
  return std::strtod(text, nullptr);
}

template <Rounding kRounding>
Result<Value> ToPlaces(const OperatorCall& call) {
  const Value& number = call[0];
  if (!number.is_number()) return WrongType(call, "a number", number);
  int places = 0;
  if (call.size() == 2) {
    const auto given = ExactInteger(call[1]);
    if (!given.has_value()) return Wrong(call, "the place must be a whole number");
    if (*given < kPlacesMin || *given > kPlacesMax) {
      return Wrong(call, "the place must be from ", kPlacesMin, " to ", kPlacesMax, ", found ", *given);
    }
    places = static_cast<int>(*given);
  }
  if (!number.is_integer()) return Value::Double(RoundDouble(number.as_double(), places, kRounding));
  if (places >= 0) return number;
  const Int128 rounded = RoundInteger(number.as_integer(), -places, kRounding);
  if (rounded < INT64_MIN || rounded > INT64_MAX) return Wrong(call, "the rounded number overflows a long");
  return IntegerValue(rounded, number.type() == Type::kLong);
}

double Ceiling(double number) { return std::ceil(number); }
double Floor(double number) { return std::floor(number); }

constexpr OperatorEntry kOperators[] = {
    NullPassing("$ceil", 1, 1, WholeNumber<Ceiling>),
    NullPassing("$floor", 1, 1, WholeNumber<Floor>),
    NullPassing("$round", 1, 2, ToPlaces<Rounding::kHalfToEven>),
    NullPassing("$trunc", 1, 2, ToPlaces<Rounding::kTowardZero>),
};

}  // namespace

std::span<const OperatorEntry> RoundingOperators() { return kOperators; }

}  // namespace kalends
