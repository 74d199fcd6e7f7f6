#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "kalends/status.h"
#include "kalends/time.h"

// Calendar months (UTC) and ISO weeks, proleptic Gregorian.
namespace kalends {

// A month: 12 * year + (month - 1).
struct Month {
  std::int32_t index = 0;
  static Month Of(TimeUs time);
  static Month FromYearMonth(int year, int month) { return {year * 12 + month - 1}; }
  // `2024-01`; kInvalidArgument otherwise.
  static Result<Month> Parse(std::string_view text);
  int year() const;   // Floor division: right before year 0.
  int month() const;  // 1 to 12.
  TimeUs begin() const;
  TimeUs end() const { return Month{index + 1}.begin(); }
  std::string ToString() const;  // `2024-01`.
  friend auto operator<=>(const Month&, const Month&) = default;
};

inline constexpr std::int64_t kUsPerDay = 86'400'000'000;

// The days since 1970-01-01 of the UTC day that holds `time`, rounded down.
constexpr std::int64_t DayOf(TimeUs time) { return time.value / kUsPerDay - (time.value % kUsPerDay < 0 ? 1 : 0); }
// Midnight (UTC) of a day; the first or the last representable instant where that is beyond them.
TimeUs BeginOfDay(std::int64_t days);
int DaysInMonth(std::int64_t year, int month);

struct CivilDate {
  std::int64_t year = 1970;
  int month = 1;  // 1 to 12.
  int day = 1;    // 1 to 31.
};
std::int64_t DaysFromCivil(const CivilDate& date);  // Days since 1970-01-01.
CivilDate CivilFromDays(std::int64_t days);

struct IsoWeek {
  std::int64_t year;  // The ISO year: that of the week's Thursday.
  int week;           // 1 to 53.
};
IsoWeek IsoWeekOf(TimeUs time);
TimeUs IsoWeekBegin(TimeUs time);  // Monday, 00:00 UTC.
int IsoWeekday(TimeUs time);       // 1 Monday to 7 Sunday.

// `messages_2024_01`, and back; years of five digits or before 0 are written with all their digits and sign.
std::string PartitionName(std::string_view collection, Month month);

}  // namespace kalends
