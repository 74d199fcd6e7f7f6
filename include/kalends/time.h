#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "kalends/status.h"

namespace kalends {

// A point in time: microseconds since 1970-01-01T00:00:00Z, negative before.
struct TimeUs {
  std::int64_t value = 0;
  friend auto operator<=>(const TimeUs&, const TimeUs&) = default;
};

// Half-open: times t with begin <= t < end.
struct TimeRange {
  TimeUs begin{INT64_MIN};
  TimeUs end{INT64_MAX};
  bool Contains(TimeUs time) const { return begin <= time && time < end; }
  bool IsEmpty() const { return begin >= end; }
  friend bool operator==(const TimeRange&, const TimeRange&) = default;
};

// The clock of the operating system.
TimeUs Now();

// Reads ISO-8601: a date (its midnight), or date and time with up to nine digits of a second's fraction (below a
// microsecond only zeros are accepted), and `Z` or an offset `+hh:mm`, `+hhmm`, `+hh`; without one the time is UTC.
// `T`, `t` or a space between. Leap second 60 is refused. Error kInvalidArgument says what was expected.
Result<TimeUs> ParseTime(std::string_view text);

// As ParseTime, and: epoch milliseconds, `now`, `today` (midnight UTC), and offsets back from `now` such as `-7d`,
// `-3mo`, `-24h`,
// `-30m`, `-10s`, `-2w`, `-1y`.
Result<TimeUs> ParseTimeArgument(std::string_view text, TimeUs now);

// `2024-01-31T15:00:00Z`, with `.mmm` or `.mmmmmm` where the fraction is not zero. Years outside 0000-9999 carry a sign
// and 6 digits.
std::string FormatTime(TimeUs time);

}  // namespace kalends
