#pragma once

#include <algorithm>
#include <cstdint>

#include "kalends/time.h"

// Arithmetic of half-open time ranges.
namespace kalends {

inline constexpr TimeRange kNoTimes{TimeUs{INT64_MAX}, TimeUs{INT64_MIN}};

// The next microsecond; the last one stays.
inline TimeUs After(TimeUs time) { return time.value == INT64_MAX ? time : TimeUs{time.value + 1}; }

inline TimeRange Intersection(const TimeRange& a, const TimeRange& b) {
  const TimeRange both{std::max(a.begin, b.begin), std::min(a.end, b.end)};
  return both.IsEmpty() ? kNoTimes : both;
}

// The smallest range around both.
inline TimeRange Hull(const TimeRange& a, const TimeRange& b) {
  if (a.IsEmpty()) return b;
  if (b.IsEmpty()) return a;
  return {std::min(a.begin, b.begin), std::max(a.end, b.end)};
}

}  // namespace kalends
