#include "format/stored_types.h"

#include <array>
#include <cstring>

#include "format/calendar.h"

namespace kalends {
namespace {

constexpr std::uint8_t kNoDigit = 0x80;

constexpr std::array<std::uint8_t, 256> MakeHexDigits() {
  std::array<std::uint8_t, 256> digits{};
  for (auto& digit : digits) digit = kNoDigit;
  for (int i = 0; i < 10; ++i) digits['0' + i] = static_cast<std::uint8_t>(i);
  for (int i = 0; i < 6; ++i) digits['a' + i] = static_cast<std::uint8_t>(10 + i);
  return digits;
}
constexpr std::array<std::uint8_t, 256> kHexDigits = MakeHexDigits();
// Where the two digits of each byte stand in the text.
constexpr std::uint8_t kUuidPlaces[kUuidBytes] = {0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34};

constexpr std::int64_t kMillisecond = 1000;
constexpr std::int64_t kSecond = 1000 * kMillisecond;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;

std::uint8_t HexDigit(char digit) { return kHexDigits[static_cast<unsigned char>(digit)]; }

// Reads decimal digits; what is none is remembered in `wrong`.
int ReadDigits(const char* text, int count, unsigned* wrong) {
  int value = 0;
  for (int i = 0; i < count; ++i) {
    const unsigned digit = static_cast<unsigned char>(text[i]) - unsigned{'0'};
    *wrong |= static_cast<unsigned>(digit > 9);
    value = value * 10 + static_cast<int>(digit & 0xFU);
  }
  return value;
}

void WriteDigits(std::int64_t value, int count, char* text) {
  for (int i = count; i-- > 0; value /= 10) text[i] = static_cast<char>('0' + value % 10);
}

int DaysInMonth(int year, int month) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return month == 2 && leap ? 29 : kDays[month - 1];
}

}  // namespace

bool PackUuid(std::string_view text, char* sixteen_bytes) {
  if (text.size() != kUuidTextBytes || text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-') {
    return false;
  }
  unsigned seen = 0;
  for (std::size_t i = 0; i < kUuidBytes; ++i) {
    const unsigned high = HexDigit(text[kUuidPlaces[i]]);
    const unsigned low = HexDigit(text[kUuidPlaces[i] + 1U]);
    seen |= high | low;
    sixteen_bytes[i] = static_cast<char>((high << 4U) | low);
  }
  return (seen & kNoDigit) == 0;
}

void UnpackUuid(const char* sixteen_bytes, char* text) {
  constexpr char kDigits[] = "0123456789abcdef";
  text[8] = text[13] = text[18] = text[23] = '-';
  for (std::size_t i = 0; i < kUuidBytes; ++i) {
    const auto byte = static_cast<unsigned char>(sixteen_bytes[i]);
    text[kUuidPlaces[i]] = kDigits[byte >> 4U];
    text[kUuidPlaces[i] + 1U] = kDigits[byte & 0xFU];
  }
}

std::optional<std::int64_t> PackTimeText(std::string_view text) {
  if (text.size() != kTimeTextBytes || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' ||
      text[16] != ':' || text[19] != '.' || text[23] != 'Z') {
    return std::nullopt;
  }
  unsigned wrong = 0;
  const int year = ReadDigits(text.data(), 4, &wrong);
  const int month = ReadDigits(text.data() + 5, 2, &wrong);
  const int day = ReadDigits(text.data() + 8, 2, &wrong);
  const int hour = ReadDigits(text.data() + 11, 2, &wrong);
  const int minute = ReadDigits(text.data() + 14, 2, &wrong);
  const int second = ReadDigits(text.data() + 17, 2, &wrong);
  const int millisecond = ReadDigits(text.data() + 20, 3, &wrong);
  if (wrong != 0 || month < 1 || month > 12 || day < 1 || day > DaysInMonth(year, month) || hour > 23 || minute > 59 ||
      second > 59) {
    return std::nullopt;
  }
  return DaysFromCivil({year, month, day}) * kDay + hour * kHour + minute * kMinute + second * kSecond +
         millisecond * kMillisecond;
}

bool UnpackTimeText(std::int64_t time_us, char* text) {
  if (time_us % kMillisecond != 0) return false;
  std::int64_t days = time_us / kDay;
  std::int64_t rest = time_us % kDay;
  if (rest < 0) {
    rest += kDay;
    --days;
  }
  const CivilDate date = CivilFromDays(days);
  if (date.year < 0 || date.year > 9999) return false;
  std::memcpy(text, "0000-00-00T00:00:00.000Z", kTimeTextBytes);
  WriteDigits(date.year, 4, text);
  WriteDigits(date.month, 2, text + 5);
  WriteDigits(date.day, 2, text + 8);
  WriteDigits(rest / kHour, 2, text + 11);
  WriteDigits(rest / kMinute % 60, 2, text + 14);
  WriteDigits(rest / kSecond % 60, 2, text + 17);
  WriteDigits(rest / kMillisecond % 1000, 3, text + 20);
  return true;
}

}  // namespace kalends
