#include "query/expression_arguments.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <string>

#include "format/calendar.h"
#include "query/filter_values.h"

namespace kalends {

Result<std::int32_t> AsInt32(const OperatorCall& call, const Value& value, std::string_view what) {
  const auto number = ExactInteger(value);
  if (!number.has_value() || *number < INT32_MIN || *number > INT32_MAX) {
    return Wrong(call, what, " must be a whole number of 32 bits",
                 value.is_number() ? std::string() : std::string(", found ") + TypeName(value.type()));
  }
  return static_cast<std::int32_t>(*number);
}

Result<std::int32_t> AsCount(const OperatorCall& call, const Value& value, std::int32_t min, std::string_view what) {
  KALENDS_TRY(const std::int32_t number, AsInt32(call, value, what));
  if (number < min) return Wrong(call, what, " must be at least ", min, ", found ", number);
  return number;
}

Status CheckArray(const OperatorCall& call, const Value& value) {
  if (value.is_array()) return {};
  return WrongType(call, "an array", value);
}

Status CheckString(const OperatorCall& call, const Value& value) {
  if (value.is_string()) return {};
  return WrongType(call, "a string", value);
}

std::string TextOfNumber(const Value& number) {
  if (number.is_integer()) return std::to_string(number.as_integer());
  const double value = number.as_double();
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-Infinity" : "Infinity";
  // The shortest digits that read back the same, with an exponent where MongoDB would have one.
  char text[64];
  const double size = std::fabs(value);
  const bool plain = size == 0 || (size >= 1e-4 && size < 1e17);
  const auto end =
      std::to_chars(text, text + sizeof text, value, plain ? std::chars_format::fixed : std::chars_format::scientific);
  return {text, end.ptr};
}

std::string TextOfDate(std::int64_t milliseconds) {
  constexpr std::int64_t kDay = 86'400'000;
  const std::int64_t day = milliseconds / kDay - (milliseconds % kDay < 0 ? 1 : 0);
  const CivilDate date = CivilFromDays(day);
  const auto rest = static_cast<int>(milliseconds - day * kDay);
  char text[64];
  std::snprintf(text, sizeof text, "%04lld-%02d-%02dT%02d:%02d:%02d.%03dZ", static_cast<long long>(date.year),
                date.month, date.day, rest / 3'600'000, rest / 60'000 % 60, rest / 1000 % 60, rest % 1000);
  return text;
}

Result<std::string_view> AsText(const OperatorCall& call, const Value& value) {
  if (value.is_string()) return value.as_string();
  if (IsNullish(value)) return std::string_view();
  std::string text;
  if (value.type() == Type::kDouble) {
    // Six digits, `inf` and `nan`: unlike $toString.
    char digits[64];
    std::snprintf(digits, sizeof digits, "%g", value.as_double());
    text = digits;
  } else if (value.is_number()) {
    text = TextOfNumber(value);
  } else if (value.type() == Type::kDate) {
    text = TextOfDate(value.as_date_ms());
  } else {
    return WrongType(call, "a string", value);
  }
  KALENDS_TRY(const Value copy, call.evaluation.String(text));
  return copy.as_string();
}

Result<std::optional<Extent>> AsExtent(const OperatorCall& call, std::size_t first, std::size_t size) {
  Extent extent{.begin = 0, .end = size};
  if (call.size() > first) {
    KALENDS_TRY(const std::int32_t begin, AsCount(call, call[first], 0, "the start"));
    extent.begin = static_cast<std::size_t>(begin);
  }
  if (call.size() > first + 1) {
    KALENDS_TRY(const std::int32_t end, AsCount(call, call[first + 1], 0, "the end"));
    extent.end = std::min(size, static_cast<std::size_t>(end));
  }
  if (extent.begin > extent.end) return std::optional<Extent>();
  return std::optional<Extent>(extent);
}

std::size_t CharacterBytes(char first) {
  const auto byte = static_cast<unsigned char>(first);
  if (byte >= 0xF0U) return 4;
  if (byte >= 0xE0U) return 3;
  return byte >= 0xC0U ? 2 : 1;
}

std::size_t CountCharacters(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char byte) { return !IsContinuation(byte); }));
}

std::size_t ByteOfCharacter(std::string_view text, std::size_t character) {
  std::size_t byte = 0;
  while (character > 0 && byte < text.size()) {
    byte += CharacterBytes(text[byte]);
    --character;
  }
  return std::min(byte, text.size());
}

}  // namespace kalends
