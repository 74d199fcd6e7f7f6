#include "kalends/time.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>

#include "format/calendar.h"
#include "format/errors.h"

namespace kalends {
namespace {

constexpr std::int64_t kUsPerSecond = 1'000'000;
constexpr std::int64_t kSecondsPerDay = 86'400;
constexpr std::size_t kQuotedBytesMax = 64;

constexpr char kExpected[] =
    "expected ISO-8601 such as 2024-01-31, 2024-01-31T15:00:00.123Z or 2024-01-31T15:00:00+01:00";
constexpr char kSignedYear[] = "a year with a sign has six digits";
constexpr char kOutOfRange[] = "it is outside -290308-12-21T19:59:05.224192Z to +294247-01-10T04:00:54.775807Z";

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// What a message repeats of the user's text: not all of a long one, and no part of a character.
std::string Quoted(std::string_view text) {
  if (text.size() <= kQuotedBytesMax) return "'" + std::string(text) + "'";
  std::size_t size = kQuotedBytesMax;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) --size;
  return "'" + std::string(text.substr(0, size)) + "...'";
}

class Cursor {
 public:
  explicit Cursor(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {}

  bool is_at_end() const { return at_ == end_; }
  char peek() const { return at_ == end_ ? '\0' : *at_; }
  bool Take(char c) {
    if (at_ == end_ || *at_ != c) return false;
    ++at_;
    return true;
  }
  bool TakeOneOf(char a, char b) { return Take(a) || Take(b); }
  template <class Integer>
  bool TakeDigits(int count, Integer* value) {
    if (end_ - at_ < count) return false;
    Integer sum = 0;
    for (int i = 0; i < count; ++i) {
      if (!IsDigit(at_[i])) return false;
      sum = sum * 10 + (at_[i] - '0');
    }
    at_ += count;
    *value = sum;
    return true;
  }

 private:
  const char* at_;
  const char* end_;
};

// The functions below return what is wrong, or null.

const char* TakeDate(Cursor* in, CivilDate* date) {
  if (in->peek() == '+' || in->peek() == '-') {
    const bool is_negative = in->Take('-');
    if (!is_negative) in->Take('+');
    if (!in->TakeDigits(6, &date->year)) return kSignedYear;
    if (is_negative) date->year = -date->year;
  } else if (!in->TakeDigits(4, &date->year)) {
    return kExpected;
  }
  if (!in->Take('-') || !in->TakeDigits(2, &date->month) || !in->Take('-') || !in->TakeDigits(2, &date->day)) {
    return kExpected;
  }
  if (date->month < 1 || date->month > 12) return "the month is not 01 to 12";
  if (date->day < 1 || date->day > DaysInMonth(date->year, date->month)) return "its month has no such day";
  return nullptr;
}

const char* TakeFraction(Cursor* in, std::int64_t* us) {
  std::int64_t fraction = 0;
  int count = 0;
  for (int digit = 0; in->TakeDigits(1, &digit); ++count) {
    if (count == 9) return "a second's fraction has at most nine digits";
    if (count < 6) fraction = fraction * 10 + digit;
    if (count >= 6 && digit != 0) return "times are kept to the microsecond: digits below it must be zeros";
  }
  if (count == 0) return "digits of a second's fraction are missing after the point";
  for (; count < 6; ++count) fraction *= 10;
  *us = fraction;
  return nullptr;
}

const char* TakeClock(Cursor* in, std::int64_t* seconds, std::int64_t* us) {
  std::int64_t hour = 0;
  std::int64_t minute = 0;
  std::int64_t second = 0;
  if (!in->TakeDigits(2, &hour) || !in->Take(':') || !in->TakeDigits(2, &minute)) return kExpected;
  const bool has_seconds = in->Take(':');
  if (has_seconds && !in->TakeDigits(2, &second)) return kExpected;
  if (hour > 23) return "the hour is not 00 to 23";
  if (minute > 59) return "the minute is not 00 to 59";
  if (second > 59) return "the second is not 00 to 59 (leap seconds are not kept)";
  *seconds = (hour * 60 + minute) * 60 + second;
  return has_seconds && in->Take('.') ? TakeFraction(in, us) : nullptr;
}

// `Z`, `+hh:mm`, `+hhmm`, `+hh`, or nothing.
const char* TakeOffset(Cursor* in, std::int64_t* seconds) {
  if (in->is_at_end() || in->TakeOneOf('Z', 'z')) return nullptr;
  const bool is_negative = in->Take('-');
  if (!is_negative && !in->Take('+')) return kExpected;
  std::int64_t hour = 0;
  std::int64_t minute = 0;
  if (!in->TakeDigits(2, &hour)) return kExpected;
  if (!in->is_at_end()) {
    in->Take(':');
    if (!in->TakeDigits(2, &minute)) return kExpected;
  }
  if (hour > 23 || minute > 59) return "the offset is not within -23:59 to +23:59";
  *seconds = (hour * 60 + minute) * 60;
  if (is_negative) *seconds = -*seconds;
  return nullptr;
}

const char* ReadTime(std::string_view text, TimeUs* time) {
  Cursor in(text);
  CivilDate date;
  if (const char* problem = TakeDate(&in, &date)) return problem;
  std::int64_t seconds = 0;
  std::int64_t us = 0;
  std::int64_t offset = 0;
  if (!in.is_at_end()) {
    if (!in.TakeOneOf('T', 't') && !in.Take(' ')) return kExpected;
    if (const char* problem = TakeClock(&in, &seconds, &us)) return problem;
    if (const char* problem = TakeOffset(&in, &offset)) return problem;
    if (!in.is_at_end()) return kExpected;
  }
  seconds += DaysFromCivil(date) * kSecondsPerDay - offset;  // Six digits of years: far from overflow.
  if (seconds < 0) {  // Toward zero first: the seconds of the first instants are not representable by themselves.
    seconds += 1;
    us -= kUsPerSecond;
  }
  if (__builtin_mul_overflow(seconds, kUsPerSecond, &time->value) ||
      __builtin_add_overflow(time->value, us, &time->value)) {
    return kOutOfRange;
  }
  return nullptr;
}

// Unsigned, because the first representable day begins before the first representable instant.
std::int64_t UsOfDay(TimeUs time) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(time.value) -
                                   static_cast<std::uint64_t>(DayOf(time)) * std::uint64_t{kUsPerDay});
}

char* WriteDigits(std::int64_t value, int count, char* out) {
  for (int i = count - 1; i >= 0; --i) {
    out[i] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
  return out + count;
}

// `now` less so many months: the same day and time of day, or the month's last day where it has no such day.
bool MonthsBack(TimeUs now, std::int64_t count, TimeUs* time) {
  constexpr std::int64_t kMonthsMax = std::int64_t{12} * 600'000;  // More than all that are representable.
  if (count > kMonthsMax) return false;
  const CivilDate date = CivilFromDays(DayOf(now));
  const Month month{Month::FromYearMonth(static_cast<int>(date.year), date.month).index -
                    static_cast<std::int32_t>(count)};
  const int day = std::min(date.day, DaysInMonth(month.year(), month.month()));
  const std::int64_t days = DaysFromCivil({month.year(), month.month(), day});
  if (BeginOfDay(days).value == INT64_MIN) return false;
  time->value = BeginOfDay(days).value + UsOfDay(now);
  return true;
}

bool UnitsBack(TimeUs now, std::int64_t count, std::int64_t unit_seconds, TimeUs* time) {
  std::int64_t us = 0;
  return !__builtin_mul_overflow(count, unit_seconds * kUsPerSecond, &us) &&
         !__builtin_sub_overflow(now.value, us, &time->value);
}

// A whole number of at most 18 digits, which cannot overflow.
bool ReadNumber(std::string_view digits, std::int64_t* value) {
  return !digits.empty() && digits.size() <= 18 && Cursor(digits).TakeDigits(static_cast<int>(digits.size()), value);
}

struct Unit {
  std::string_view name;
  std::int64_t seconds;
  std::int64_t months;
};
constexpr std::array<Unit, 7> kUnits = {{{"s", 1, 0},
                                         {"m", 60, 0},
                                         {"h", 3600, 0},
                                         {"d", kSecondsPerDay, 0},
                                         {"w", 7 * kSecondsPerDay, 0},
                                         {"mo", 0, 1},
                                         {"y", 0, 12}}};

}  // namespace

TimeUs Now() {
  const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::microseconds>(since_1970).count()};
}

Result<TimeUs> ParseTime(std::string_view text) {
  TimeUs time;
  if (const char* problem = ReadTime(text, &time)) return InvalidArgument(Quoted(text), " is no time: ", problem);
  return time;
}

Result<TimeUs> ParseTimeArgument(std::string_view text, TimeUs now) {
  if (text == "now") return now;
  if (text == "today") return BeginOfDay(DayOf(now));

  const bool is_negative = !text.empty() && text.front() == '-';
  const std::string_view unsigned_text = text.substr(is_negative ? 1 : 0);
  std::size_t digits = 0;
  while (digits < unsigned_text.size() && IsDigit(unsigned_text[digits])) ++digits;
  std::int64_t number = 0;
  TimeUs time;

  if (digits > 0 && digits == unsigned_text.size()) {
    if (!ReadNumber(unsigned_text, &number) || __builtin_mul_overflow(number, 1000, &time.value)) {
      return InvalidArgument(Quoted(text), " is no time in milliseconds: ", kOutOfRange);
    }
    return is_negative ? TimeUs{-time.value} : time;
  }
  for (const Unit& unit : kUnits) {
    if (!is_negative || digits == 0 || unsigned_text.substr(digits) != unit.name) continue;
    const bool is_in_range = ReadNumber(unsigned_text.substr(0, digits), &number) &&
                             (unit.months > 0 ? number < INT32_MAX && MonthsBack(now, number * unit.months, &time)
                                              : UnitsBack(now, number, unit.seconds, &time));
    if (!is_in_range) return InvalidArgument(Quoted(text), " before ", FormatTime(now), " is no time: ", kOutOfRange);
    return time;
  }
  if (const char* problem = ReadTime(text, &time)) {
    if (problem != kExpected && problem != kSignedYear) return InvalidArgument(Quoted(text), " is no time: ", problem);
    return InvalidArgument(
        Quoted(text), " is no time: ", kExpected,
        ", milliseconds since 1970, now, today, or a time back from now: -7d (y, mo, w, d, h, m, s)");
  }
  return time;
}

std::string FormatTime(TimeUs time) {
  std::array<char, 40> buffer;
  char* out = buffer.data();
  const CivilDate date = CivilFromDays(DayOf(time));
  const std::int64_t us_of_day = UsOfDay(time);
  if (date.year >= 0 && date.year <= 9999) {
    out = WriteDigits(date.year, 4, out);
  } else {
    *out++ = date.year < 0 ? '-' : '+';
    out = WriteDigits(date.year < 0 ? -date.year : date.year, 6, out);
  }
  *out++ = '-';
  out = WriteDigits(date.month, 2, out);
  *out++ = '-';
  out = WriteDigits(date.day, 2, out);
  *out++ = 'T';
  const std::int64_t second_of_day = us_of_day / kUsPerSecond;
  out = WriteDigits(second_of_day / 3600, 2, out);
  *out++ = ':';
  out = WriteDigits(second_of_day / 60 % 60, 2, out);
  *out++ = ':';
  out = WriteDigits(second_of_day % 60, 2, out);
  if (const std::int64_t us = us_of_day % kUsPerSecond; us != 0) {
    *out++ = '.';
    out = us % 1000 == 0 ? WriteDigits(us / 1000, 3, out) : WriteDigits(us, 6, out);
  }
  *out++ = 'Z';
  return {buffer.data(), out};
}

}  // namespace kalends
