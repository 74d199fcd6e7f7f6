#include "format/json_number.h"

#include <charconv>
#include <limits>

namespace kalends {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

JsonNumber Refused(const char* where, const char* reason) { return {Value(), where, reason}; }

const char* SkipDigits(const char* p) {
  while (IsDigit(*p)) ++p;
  return p;
}

Value Integer(std::int64_t value) {
  if (value >= std::numeric_limits<std::int32_t>::min() && value <= std::numeric_limits<std::int32_t>::max()) {
    return Value::Int(static_cast<std::int32_t>(value));
  }
  return Value::Long(value);
}

JsonNumber Double(const char* begin, const char* end) {
  double value = 0;
  switch (ReadDouble(begin, end, &value)) {
    case DoubleRange::kFits:
      return {Value::Double(value), end, nullptr};
    case DoubleRange::kTooLarge:
      return Refused(begin, "the number is too large for a double");
    case DoubleRange::kNoNumber:
      break;
  }
  return Refused(begin, "malformed number");
}

// Reads fraction and exponent behind the digits that end at `p`.
JsonNumber ReadWithFraction(const char* begin, const char* p) {
  if (*p == '.') {
    const char* const fraction = ++p;
    p = SkipDigits(p);
    if (p == fraction) return Refused(p, "expected a digit after the decimal point");
  }
  if (*p == 'e' || *p == 'E') {
    ++p;
    if (*p == '+' || *p == '-') ++p;
    const char* const exponent = p;
    p = SkipDigits(p);
    if (p == exponent) return Refused(p, "expected a digit in the exponent");
  }
  if (!EndsToken(*p)) return Refused(p, "unexpected character in a number");
  return Double(begin, p);
}

// Whether a number that no double holds is too large rather than too small: its first digit other than 0 stands left of
// the point, the exponent applied. Only called far beyond either end, so the exact limit does not matter.
bool IsLarge(const char* begin, const char* end) {
  std::int64_t power = 0;  // Of ten, of the first digit other than 0.
  bool after_point = false;
  bool found = false;
  const char* p = begin;
  for (; p != end && *p != 'e' && *p != 'E'; ++p) {
    if (*p == '.') {
      after_point = true;
    } else if (IsDigit(*p)) {
      found = found || *p != '0';
      if (found && !after_point) ++power;
      if (!found && after_point) --power;
    }
  }
  std::int64_t exponent = 0;
  if (p != end) {
    const bool negative = p + 1 != end && p[1] == '-';
    p += p + 1 != end && (p[1] == '-' || p[1] == '+') ? 2 : 1;
    if (std::from_chars(p, end, exponent).ec != std::errc()) return !negative;  // Beyond 64 bits.
    if (negative) exponent = -exponent;
  }
  return exponent > -power;
}

}  // namespace

bool EndsToken(char c) {
  switch (c) {
    case ' ':
    case '\t':
    case '\n':
    case '\r':
    case ',':
    case ':':
    case '[':
    case ']':
    case '{':
    case '}':
      return true;
    default:
      return false;
  }
}

DoubleRange ReadDouble(const char* begin, const char* end, double* value) {
  const std::from_chars_result result = std::from_chars(begin, end, *value);
  if (result.ec == std::errc::result_out_of_range) {
    if (IsLarge(begin, end)) return DoubleRange::kTooLarge;
    *value = *begin == '-' ? -0.0 : 0.0;
    return DoubleRange::kFits;
  }
  return result.ec == std::errc() && result.ptr == end ? DoubleRange::kFits : DoubleRange::kNoNumber;
}

JsonNumber ReadJsonNumber(const char* text) {
  // 10^19 - 1 is the most that surely fits the 64 bits below.
  constexpr std::ptrdiff_t kDigitsMax = 19;
  const bool negative = *text == '-';
  const char* const digits = text + (negative ? 1 : 0);
  const char* p = digits;
  std::uint64_t magnitude = 0;
  for (; IsDigit(*p); ++p) magnitude = magnitude * 10 + static_cast<std::uint64_t>(*p - '0');
  if (p == digits) return Refused(p, "expected a digit after '-'");
  if (*digits == '0' && p - digits > 1) return Refused(digits, "a number must not begin with 0");
  if (!EndsToken(*p)) return ReadWithFraction(text, p);
  if (p - digits > kDigitsMax) return Double(text, p);
  if (negative) {
    if (magnitude == 0) return {Value::Double(-0.0), p, nullptr};
    if (magnitude > std::uint64_t{1} << 63U) return Double(text, p);
    return {Integer(static_cast<std::int64_t>(0 - magnitude)), p, nullptr};
  }
  if (magnitude > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) return Double(text, p);
  return {Integer(static_cast<std::int64_t>(magnitude)), p, nullptr};
}

}  // namespace kalends
