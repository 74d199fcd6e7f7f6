#pragma once

#include <array>
#include <cstdint>
#include <cstdio>
#include <string>

#include "format/calendar.h"
#include "kalends/time.h"

// What the crash test stores: every document follows from (thread, key, version), so that a store is described by one
// version a key.
namespace kalends::crash {

inline constexpr std::uint32_t kThreads = 4;
inline constexpr std::uint32_t kKeys = 150;  // Of one thread.
inline constexpr std::uint32_t kOwnMonths = 3;
inline constexpr std::uint32_t kGroups = 12;

// Versions count up and are never used twice for a key; 0: the document is not there.
using Versions = std::array<std::array<std::uint32_t, kKeys>, kThreads>;

inline std::uint64_t Mixed(std::uint64_t x) {
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31U);
}
inline std::uint64_t Mixed(std::uint32_t thread, std::uint32_t key, std::uint32_t version) {
  return Mixed((std::uint64_t{version} << 32U | thread << 20U | key) + 0x9e3779b97f4a7c15U);
}

// Three months that all threads share and three of each thread alone, which it drops now and then.
struct ModelMonth {
  int year;
  int month;
  bool is_own;
};
inline ModelMonth MonthOf(std::uint32_t thread, std::uint32_t key, std::uint32_t version) {
  const std::uint64_t mixed = Mixed(thread, key, version);
  const int month = 1 + static_cast<int>(mixed / 8 % kOwnMonths);
  if (mixed % 8 < 5) return {2023, month, false};
  return {2000 + static_cast<int>(thread), month, true};
}

inline TimeUs TimeOf(std::uint32_t thread, std::uint32_t key, std::uint32_t version) {
  const ModelMonth where = MonthOf(thread, key, version);
  const Month month = Month::FromYearMonth(where.year, where.month);
  const std::uint64_t mixed = Mixed(Mixed(thread, key, version));
  // The first and the last instant of a month more often than chance would have it.
  if (mixed % 16 == 0) return month.begin();
  if (mixed % 16 == 1) return {month.end().value - 1};
  return {
      month.begin().value +
      static_cast<std::int64_t>((mixed >> 8U) % static_cast<std::uint64_t>(month.end().value - month.begin().value))};
}

// The id as JSON: of some keys a number, of others a text.
inline std::string IdOf(std::uint32_t thread, std::uint32_t key) {
  if (key % 2 == 0) return std::to_string(thread * 100'000 + key);
  return "\"" + std::to_string(thread) + "-" + std::to_string(key) + "\"";
}

inline std::string JsonOf(std::uint32_t thread, std::uint32_t key, std::uint32_t version) {
  std::uint64_t mixed = Mixed(thread, key, version) ^ 0x5555;
  std::string text = "{\"_id\":" + IdOf(thread, key) + ",\"thread\":" + std::to_string(thread) +
                     ",\"key\":" + std::to_string(key) + ",\"group\":" + std::to_string(key % kGroups) +
                     ",\"version\":" + std::to_string(version) + ",\"timestamp\":\"" +
                     FormatTime(TimeOf(thread, key, version)) + "\",\"note\":\"";
  // Most are small, one in 64 is large; the text does not compress, so that write buffers fill.
  const std::uint64_t words = mixed % 64 == 0 ? 1500 : 4 + mixed / 64 % 60;
  for (std::uint64_t word = 0; word < words; ++word) {
    mixed = Mixed(mixed + word);
    char digits[20];
    std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(mixed));
    text.append(digits, 16);
    text += ' ';
  }
  return text + "\"}";
}

}  // namespace kalends::crash
