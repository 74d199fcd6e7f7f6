#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <utility>

#include "kalends/spec.h"
#include "tests/differential/tree.h"

namespace kalends::differential {

// What the model must know of the collection: its one time field, at the top of documents, or none (empty).
struct Setting {
  std::string time_field;
  TimeUnit unit = TimeUnit::kMilliseconds;
};

// A time in microseconds, of a date, a number in the unit or `YYYY-MM-DDThh:mm:ss[.ffffff]Z`.
inline std::optional<std::int64_t> TimeOf(const Tree& value, const Setting& setting) {
  if (value.Is(Type::kDate)) return value.integer * 1000;
  if (value.IsInteger()) return value.integer * (setting.unit == TimeUnit::kSeconds ? 1'000'000 : 1000);
  if (!value.Is(Type::kString)) return std::nullopt;
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  int length = 0;
  if (std::sscanf(value.text.c_str(), "%d-%u-%uT%d:%d:%d%n", &year, &month, &day, &hour, &minute, &second, &length) !=
      6) {
    return std::nullopt;
  }
  std::int64_t fraction = 0;
  std::int64_t weight = 100'000;
  const std::string rest = value.text.substr(static_cast<std::size_t>(length));
  for (std::size_t i = 1; i < rest.size() && rest[0] == '.' && rest[i] != 'Z'; ++i, weight /= 10) {
    fraction += weight * (rest[i] - '0');
  }
  const std::chrono::sys_days date(std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(day));
  const std::int64_t seconds = ((date.time_since_epoch().count() * 24LL + hour) * 60 + minute) * 60 + second;
  return seconds * 1'000'000 + fraction;
}

// A stored document.
struct Row {
  Tree root;
  std::int64_t time_us = 0;
  std::uint64_t sequence = 0;  // The order of commits, which decides between equal times.
};

}  // namespace kalends::differential
