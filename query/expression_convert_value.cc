#include "query/expression_convert_value.h"

#include <charconv>
#include <cmath>
#include <string_view>

#include "format/binary_text.h"
#include "format/errors.h"
#include "kalends/time.h"
#include "query/expression_arguments.h"

namespace kalends {
namespace {

Error CannotConvert(const Value& value, Type to) {
  if (value.type() == Type::kBinary) {
    return Unsupported("the conversion of ", TypeName(value.type()), " to ", TypeName(to), " is not supported");
  }
  return InvalidArgument("cannot convert ", TypeName(value.type()), " to ", TypeName(to));
}
Error NotA(std::string_view what, std::string_view text) {
  constexpr std::size_t kShownMax = 60;
  return InvalidArgument("'", text.substr(0, kShownMax), "' is no ", what);
}

Result<double> ParseDouble(std::string_view text) {
  std::string_view digits = text;
  const bool is_negative = digits.starts_with('-');
  if (is_negative || digits.starts_with('+')) digits.remove_prefix(1);
  auto form = std::chars_format::general;
  if (digits.starts_with("0x") || digits.starts_with("0X")) {
    form = std::chars_format::hex;
    digits.remove_prefix(2);
  }
  double number = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number, form);
  // A second sign would be read too.
  if (digits.empty() || digits.front() == '-' || read.ec != std::errc() || read.ptr != digits.data() + digits.size()) {
    return NotA("number", text);
  }
  return is_negative ? -number : number;
}

Result<std::int64_t> ParseInteger(std::string_view text) {
  std::string_view digits = text;
  if (digits.starts_with('+')) digits.remove_prefix(1);
  std::int64_t number = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (digits.size() + 1 == text.size() && digits.starts_with('-')) return NotA("whole number", text);
  if (read.ec != std::errc() || read.ptr != digits.data() + digits.size()) return NotA("whole number", text);
  return number;
}

// The integer of a number, a bool, a text or, for longs, a date.
Result<std::int64_t> ToInteger(const Value& value, Type to) {
  if (value.is_integer()) return value.as_integer();
  if (value.type() == Type::kBool) return value.as_bool() ? 1 : 0;
  if (value.is_string()) return ParseInteger(value.as_string());
  if (value.type() == Type::kDate && to == Type::kLong) return value.as_date_ms();
  if (value.type() != Type::kDouble) return CannotConvert(value, to);
  const double number = std::trunc(value.as_double());
  if (!(number >= -0x1p63 && number < 0x1p63)) return InvalidArgument(value.as_double(), " is out of range");
  return static_cast<std::int64_t>(number);
}

Result<Value> ToDouble(const Value& value) {
  if (value.is_number()) return Value::Double(value.ToDouble());
  if (value.type() == Type::kBool) return Value::Double(value.as_bool() ? 1 : 0);
  if (value.type() == Type::kDate) return Value::Double(static_cast<double>(value.as_date_ms()));
  if (!value.is_string()) return CannotConvert(value, Type::kDouble);
  KALENDS_TRY(const double number, ParseDouble(value.as_string()));
  return Value::Double(number);
}

bool IsSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r') || c == '\0'; }

// Spaces around a time, between its day and its hour and before its zone have no meaning.
std::string WithoutSpaces(std::string_view text) {
  std::string kept;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i).starts_with("\xC2\xA0")) {
      ++i;
      kept += ' ';
    } else {
      kept += IsSpace(text[i]) ? ' ' : text[i];
    }
  }
  kept.erase(0, kept.find_first_not_of(' '));
  kept.erase(kept.find_last_not_of(' ') + 1);
  constexpr std::size_t kDayChars = 10;
  if (kept.size() > kDayChars && kept[kDayChars] == ' ') {
    kept.erase(kDayChars + 1, kept.find_first_not_of(' ', kDayChars) - kDayChars - 1);
  }
  const std::size_t zone = kept.find_first_of("Zz+-", std::min(kept.size(), kDayChars));
  if (zone == std::string::npos) return kept;
  const std::size_t end = kept.find_last_not_of(' ', zone - 1) + 1;
  if (end > kDayChars + 1) kept.erase(end, zone - end);
  return kept;
}

Result<Value> ToDate(const Value& value) {
  switch (value.type()) {
    case Type::kDate:
      return value;
    case Type::kLong:
    case Type::kDouble: {
      KALENDS_TRY(const std::int64_t milliseconds, ToInteger(value, Type::kLong));
      return Value::DateMs(milliseconds);
    }
    case Type::kObjectId: {
      // Signed, as MongoDB reads them.
      std::uint32_t seconds = 0;
      for (const char byte : value.as_object_id().substr(0, 4))
        seconds = seconds << 8U | static_cast<std::uint8_t>(byte);
      return Value::DateMs(std::int64_t{static_cast<std::int32_t>(seconds)} * 1000);
    }
    case Type::kString: {
      const Result<TimeUs> time = ParseTime(WithoutSpaces(value.as_string()));
      if (!time.has_value()) return NotA("date", value.as_string());
      const std::int64_t us = time->value;
      return Value::DateMs(us / 1000 - (us % 1000 < 0 ? 1 : 0));
    }
    default:
      return CannotConvert(value, Type::kDate);
  }
}

Result<Value> ToText(const Value& value, Evaluation& evaluation) {
  std::string text;
  switch (value.type()) {
    case Type::kString:
      return value;
    case Type::kBool:
      return Value::String(value.as_bool() ? "true" : "false");
    case Type::kInt:
    case Type::kLong:
    case Type::kDouble:
      text = TextOfNumber(value);
      break;
    case Type::kDate:
      text = TextOfDate(value.as_date_ms());
      break;
    case Type::kObjectId:
      AppendHex(value.as_object_id(), &text);
      break;
    default:
      return CannotConvert(value, Type::kString);
  }
  return evaluation.String(text);
}

Result<Value> ToObjectId(const Value& value, Evaluation& evaluation) {
  if (value.type() == Type::kObjectId) return value;
  if (!value.is_string()) return CannotConvert(value, Type::kObjectId);
  std::string bytes;
  if (value.as_string().size() != 24 || !DecodeHex(value.as_string(), &bytes)) {
    return NotA("ObjectId: 24 hexadecimal digits", value.as_string());
  }
  KALENDS_TRY(const Value copy, evaluation.String(bytes));
  return Value::ObjectId(copy.as_string().data());
}

}  // namespace

Result<Value> ConvertValue(const Value& value, Type to, Evaluation& evaluation) {
  switch (to) {
    case Type::kInt: {
      KALENDS_TRY(const std::int64_t number, ToInteger(value, to));
      if (number < INT32_MIN || number > INT32_MAX) return InvalidArgument(number, " is out of range");
      return Value::Int(static_cast<std::int32_t>(number));
    }
    case Type::kLong: {
      KALENDS_TRY(const std::int64_t number, ToInteger(value, to));
      return Value::Long(number);
    }
    case Type::kDouble:
      return ToDouble(value);
    case Type::kBool:
      if (value.type() == Type::kBool) return value;
      return Value::Bool(!value.is_number() || value.ToDouble() != 0);
    case Type::kString:
      return ToText(value, evaluation);
    case Type::kDate:
      return ToDate(value);
    case Type::kObjectId:
      return ToObjectId(value, evaluation);
    default:
      return CannotConvert(value, to);
  }
}

}  // namespace kalends
