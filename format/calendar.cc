// Days are counted from 1970-01-01. The year is taken to begin in March, so that the leap day is its last: a month's
// first day is then a linear function of the month, and 400 years are always 146,097 days (the method of
// "chrono-compatible low-level date algorithms").
#include "format/calendar.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "format/errors.h"

namespace kalends {
namespace {

constexpr std::int64_t kDaysPerEra = 146'097;      // 400 years.
constexpr std::int64_t kDaysFromMarch0 = 719'468;  // From 0000-03-01 to 1970-01-01.

constexpr std::int64_t FloorDivide(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

// 1970-01-01 was a Thursday. 0 Monday to 6 Sunday.
std::int64_t WeekdayOfDay(std::int64_t days) {
  const std::int64_t shifted = days + 3;
  return shifted - FloorDivide(shifted, 7) * 7;
}

void AppendPadded(std::int64_t value, std::size_t width, std::string* out) {
  const std::string digits = std::to_string(value);
  out->append(width - std::min(width, digits.size()), '0');
  out->append(digits);
}

// Four digits, or a sign and at least six: as FormatTime does.
void AppendYearMonth(Month month, char separator, std::string* out) {
  const int year = month.year();
  if (year >= 0 && year <= 9999) {
    AppendPadded(year, 4, out);
  } else {
    out->push_back(year < 0 ? '-' : '+');
    AppendPadded(std::abs(std::int64_t{year}), 6, out);
  }
  out->push_back(separator);
  AppendPadded(month.month(), 2, out);
}

// -1 unless all are digits.
int DigitsOf(std::string_view text) {
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  return value;
}

}  // namespace

std::int64_t DaysFromCivil(const CivilDate& date) {
  const std::int64_t year = date.year - (date.month <= 2 ? 1 : 0);
  const std::int64_t era = FloorDivide(year, 400);
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t month_from_march = date.month + (date.month > 2 ? -3 : 9);
  const std::int64_t day_of_year = (153 * month_from_march + 2) / 5 + date.day - 1;
  const std::int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * kDaysPerEra + day_of_era - kDaysFromMarch0;
}

CivilDate CivilFromDays(std::int64_t days) {
  const std::int64_t shifted = days + kDaysFromMarch0;
  const std::int64_t era = FloorDivide(shifted, kDaysPerEra);
  const std::int64_t day_of_era = shifted - era * kDaysPerEra;
  const std::int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t month_from_march = (5 * day_of_year + 2) / 153;
  CivilDate date;
  date.day = static_cast<int>(day_of_year - (153 * month_from_march + 2) / 5 + 1);
  date.month = static_cast<int>(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
  date.year = era * 400 + year_of_era + (date.month <= 2 ? 1 : 0);
  return date;
}

TimeUs BeginOfDay(std::int64_t days) {
  std::int64_t us = 0;
  if (__builtin_mul_overflow(days, kUsPerDay, &us)) return {days < 0 ? INT64_MIN : INT64_MAX};
  return {us};
}

int DaysInMonth(std::int64_t year, int month) {
  static constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return month == 2 && is_leap ? 29 : kDays[static_cast<std::size_t>(month - 1)];
}

Month Month::Of(TimeUs time) {
  const CivilDate date = CivilFromDays(DayOf(time));
  return FromYearMonth(static_cast<int>(date.year), date.month);
}

Result<Month> Month::Parse(std::string_view text) {
  const bool is_signed = !text.empty() && (text.front() == '+' || text.front() == '-');
  const std::string_view digits = text.substr(is_signed ? 1 : 0);
  const std::size_t year_digits = is_signed ? 6 : 4;
  if (digits.size() == year_digits + 3 && digits[year_digits] == '-') {
    const int year = DigitsOf(digits.substr(0, year_digits));
    const int month = DigitsOf(digits.substr(year_digits + 1));
    if (year >= 0 && month >= 1 && month <= 12) return FromYearMonth(text.front() == '-' ? -year : year, month);
  }
  return InvalidArgument("'", text.substr(0, 64), "' is no month; expected year and month such as 2024-01");
}

int Month::year() const { return static_cast<int>(FloorDivide(index, 12)); }
int Month::month() const { return static_cast<int>(index - FloorDivide(index, 12) * 12) + 1; }
TimeUs Month::begin() const { return BeginOfDay(DaysFromCivil({year(), month(), 1})); }

std::string Month::ToString() const {
  std::string text;
  AppendYearMonth(*this, '-', &text);
  return text;
}

IsoWeek IsoWeekOf(TimeUs time) {
  const std::int64_t day = DayOf(time);
  const std::int64_t thursday = day - WeekdayOfDay(day) + 3;
  const std::int64_t year = CivilFromDays(thursday).year;
  return {year, static_cast<int>((thursday - DaysFromCivil({year, 1, 1})) / 7) + 1};
}

TimeUs IsoWeekBegin(TimeUs time) {
  const std::int64_t day = DayOf(time);
  return BeginOfDay(day - WeekdayOfDay(day));
}

int IsoWeekday(TimeUs time) { return static_cast<int>(WeekdayOfDay(DayOf(time))) + 1; }

std::string PartitionName(std::string_view collection, Month month) {
  std::string name(collection);
  name.push_back('_');
  AppendYearMonth(month, '_', &name);
  return name;
}

}  // namespace kalends
