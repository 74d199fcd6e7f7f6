#include "query/multiple_of.h"

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>

namespace kalends {
namespace {

__extension__ using Wide = unsigned __int128;

// mantissa * 10^exponent; the sign does not matter to multiples.
struct Decimal {
  std::uint64_t mantissa;
  int exponent;
};

std::optional<Decimal> ToDecimal(const Value& number) {
  if (number.is_integer()) {
    const auto bits = static_cast<std::uint64_t>(number.as_integer());
    return Decimal{number.as_integer() < 0 ? 0 - bits : bits, 0};
  }
  if (!std::isfinite(number.as_double())) return std::nullopt;
  constexpr int kDigits = 15;
  char text[40];  // d.dddddddddddddde-308
  std::snprintf(text, sizeof(text), "%.*e", kDigits - 1, std::fabs(number.as_double()));
  Decimal decimal{0, 0};
  const char* at = text;
  for (; *at != 'e'; ++at) {
    if (*at >= '0' && *at <= '9') decimal.mantissa = decimal.mantissa * 10 + static_cast<std::uint64_t>(*at - '0');
  }
  decimal.exponent = static_cast<int>(std::strtol(at + 1, nullptr, 10)) - (kDigits - 1);
  return decimal;
}

void Normalize(Decimal* decimal) {
  while (decimal->mantissa != 0 && decimal->mantissa % 10 == 0) {
    decimal->mantissa /= 10;
    ++decimal->exponent;
  }
}

}  // namespace

bool IsMultipleOf(const Value& number, const Value& divisor) {
  std::optional<Decimal> a = ToDecimal(number);
  std::optional<Decimal> b = ToDecimal(divisor);
  if (!a.has_value() || !b.has_value() || b->mantissa == 0) return false;
  if (a->mantissa == 0) return true;
  Normalize(&*a);
  Normalize(&*b);
  // Without zeros at its end, a number of smaller exponent has digits where each multiple has zeros.
  if (a->exponent < b->exponent) return false;
  Wide rest = a->mantissa % b->mantissa;
  for (int i = b->exponent; i < a->exponent && rest != 0; ++i) rest = rest * 10 % b->mantissa;
  return rest == 0;
}

}  // namespace kalends
