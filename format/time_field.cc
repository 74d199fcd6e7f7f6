#include "format/time_field.h"

#include <cmath>

namespace kalends {
namespace {

// Where kAuto changes its unit, by absolute value: seconds reach to the year 5138, milliseconds and microseconds as
// far.
constexpr double kSecondsMax = 1e11;
constexpr double kMillisecondsMax = 1e14;
constexpr double kMicrosecondsMax = 1e17;

// Microseconds of one unit; 0 where kAuto finds no unit for a number of this size. Size is a double or, because a
// double would round, an integer.
template <class Size>
std::int64_t UsPerUnit(Size size, TimeUnit unit) {
  switch (unit) {
    case TimeUnit::kSeconds:
      return 1'000'000;
    case TimeUnit::kMilliseconds:
      return 1'000;
    case TimeUnit::kMicroseconds:
      return 1;
    case TimeUnit::kAuto:
      break;
  }
  if (size < static_cast<Size>(kSecondsMax)) return 1'000'000;
  if (size < static_cast<Size>(kMillisecondsMax)) return 1'000;
  if (size < static_cast<Size>(kMicrosecondsMax)) return 1;
  return 0;
}

std::optional<TimeUs> TimeOfInteger(std::int64_t number, TimeUnit unit) {
  const auto bits = static_cast<std::uint64_t>(number);
  const std::int64_t us_per_unit = UsPerUnit(number < 0 ? 0 - bits : bits, unit);
  std::int64_t us = 0;
  if (us_per_unit == 0 || __builtin_mul_overflow(number, us_per_unit, &us)) return std::nullopt;
  return TimeUs{us};
}

std::optional<TimeUs> TimeOfDouble(double number, TimeUnit unit) {
  if (!std::isfinite(number)) return std::nullopt;
  const std::int64_t us_per_unit = UsPerUnit(std::fabs(number), unit);
  const double us = std::round(number * static_cast<double>(us_per_unit));
  if (us_per_unit == 0 || us < -0x1p63 || us >= 0x1p63) return std::nullopt;
  return TimeUs{static_cast<std::int64_t>(us)};
}

std::optional<TimeUs> TimeOfText(std::string_view text) {
  // Most texts that are no times are seen at once, without the cost of making an error.
  if (text.size() < 10 || text.find('-', 1) == std::string_view::npos) return std::nullopt;
  const char first = text.front();
  if ((first < '0' || first > '9') && first != '+' && first != '-') return std::nullopt;
  const Result<TimeUs> time = ParseTime(text);
  if (!time.has_value()) return std::nullopt;
  return *time;
}

}  // namespace

bool HasEmptyPart(std::string_view path) {
  return path.empty() || path.front() == '.' || path.back() == '.' || path.find("..") != std::string_view::npos;
}

Value ValueAtPath(const Value& root, std::string_view path) {
  if (!root.is_object()) return {};
  if (const Value value = root.Get(path); !value.is_missing()) return value;
  for (std::size_t dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.', dot + 1)) {
    const Value child = root.Get(path.substr(0, dot));
    if (const Value value = ValueAtPath(child, path.substr(dot + 1)); !value.is_missing()) return value;
  }
  return {};
}

std::optional<TimeUs> TimeOfValue(const Value& value, TimeUnit unit) {
  switch (value.type()) {
    case Type::kDate: {
      std::int64_t us = 0;
      if (__builtin_mul_overflow(value.as_date_ms(), 1000, &us)) return std::nullopt;
      return TimeUs{us};
    }
    case Type::kString:
      return TimeOfText(value.as_string());
    case Type::kInt:
    case Type::kLong:
      return TimeOfInteger(value.as_integer(), unit);
    case Type::kDouble:
      return TimeOfDouble(value.as_double(), unit);
    default:
      return std::nullopt;
  }
}

std::optional<TimeUs> TimeOfDocument(const Value& root, std::span<const std::string> paths, TimeUnit unit) {
  for (const std::string& path : paths) {
    if (const auto time = TimeOfValue(ValueAtPath(root, path), unit)) return time;
  }
  return std::nullopt;
}

}  // namespace kalends
