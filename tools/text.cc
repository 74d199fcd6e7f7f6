#include "tools/text.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace kalends {
namespace {

struct CodePoint {
  char32_t value;
  std::size_t bytes;  // 0: the first byte begins no character.
};

// Reads the first character of `text`, which is not empty.
CodePoint FirstCodePoint(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < bytes) return {0xFFFD, 0};
  char32_t value = lead & (0xFFU >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xC0U) != 0x80) return {0xFFFD, 0};
    value = (value << 6U) | (byte(i) & 0x3FU);
  }
  constexpr std::array<char32_t, 5> kSmallest = {0, 0, 0x80, 0x800, 0x10000};
  if (value < kSmallest[bytes] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) return {0xFFFD, 0};
  return {value, bytes};
}

std::size_t ColumnsOf(char32_t c) {
  if (c < 0x300) return 1;
  const bool combines = c <= 0x36F || (c >= 0x200B && c <= 0x200F) || (c >= 0xFE00 && c <= 0xFE0F);
  if (combines) return 0;
  const bool wide = (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF) || (c >= 0xAC00 && c <= 0xD7A3) ||
                    (c >= 0xF900 && c <= 0xFAFF) || (c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF00 && c <= 0xFF60) ||
                    (c >= 0xFFE0 && c <= 0xFFE6) || (c >= 0x1F300 && c <= 0x1FAFF) || (c >= 0x20000 && c <= 0x3FFFD);
  return wide ? 2 : 1;
}

// The number at the beginning of `text`, and what follows it.
bool TakeNumber(std::string_view text, std::uint64_t* number, std::string_view* unit) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *number);
  *unit = text.substr(static_cast<std::size_t>(end - text.data()));
  return error == std::errc();
}

}  // namespace

std::string ValidUtf8(std::string_view text) {
  std::string valid;
  valid.reserve(text.size());
  while (!text.empty()) {
    const CodePoint first = FirstCodePoint(text);
    if (first.bytes == 0) {
      valid += "\xEF\xBF\xBD";
      text.remove_prefix(1);
    } else {
      valid += text.substr(0, first.bytes);
      text.remove_prefix(first.bytes);
    }
  }
  return valid;
}

std::size_t DisplayWidth(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) {
    const CodePoint first = FirstCodePoint(text);
    columns += ColumnsOf(first.value);
    text.remove_prefix(first.bytes == 0 ? 1 : first.bytes);
  }
  return columns;
}

std::string FitToWidth(std::string_view text, std::size_t columns) {
  std::string fitted;
  std::size_t used = 0;
  std::size_t end_of_cut = 0;  // Up to here it fits together with an ellipsis.
  while (!text.empty()) {
    const CodePoint first = FirstCodePoint(text);
    const std::size_t bytes = first.bytes == 0 ? 1 : first.bytes;
    used += ColumnsOf(first.value);
    if (used > columns) {
      fitted.resize(end_of_cut);
      return fitted + "…";
    }
    if (first.value < 0x20 || first.value == 0x7F) {
      fitted += ' ';  // Controls would move the cursor, or worse.
    } else {
      fitted += text.substr(0, bytes);
    }
    if (used < columns) end_of_cut = fitted.size();
    text.remove_prefix(bytes);
  }
  return fitted;
}

std::string WithThousands(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t i = digits.size(); i > 3;) {
    i -= 3;
    digits.insert(i, 1, ',');
  }
  return digits;
}

std::string HumanBytes(double bytes) {
  constexpr std::array kUnits = {"B", "KB", "MB", "GB", "TB"};
  std::size_t unit = 0;
  while (bytes >= 1000 && unit + 1 < kUnits.size()) {
    bytes /= 1000;
    ++unit;
  }
  std::array<char, 32> text;
  std::snprintf(text.data(), text.size(), unit == 0 ? "%.0f %s" : "%.1f %s", bytes, kUnits[unit]);
  return text.data();
}

std::string HumanSeconds(double seconds) {
  const auto whole = std::lround(seconds);
  std::array<char, 48> text;
  if (whole >= 3600) {
    std::snprintf(text.data(), text.size(), "%ld:%02ld:%02ld", whole / 3600, whole / 60 % 60, whole % 60);
  } else {
    std::snprintf(text.data(), text.size(), "%ld:%02ld", whole / 60, whole % 60);
  }
  return text.data();
}

Result<std::uint64_t> ParseByteSize(std::string_view text) {
  const Error error(ErrorCode::kInvalidArgument,
                    "'" + std::string(text) + "' is no size: expected bytes such as 512M or 2G");
  std::uint64_t number = 0;
  std::string_view unit;
  if (!TakeNumber(text, &number, &unit)) return error;
  std::string letters;
  for (const char c : unit) letters += static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  if (letters.ends_with('B')) letters.pop_back();
  if (letters.size() == 2 && letters[1] == 'I') letters.pop_back();
  constexpr std::string_view kLetters = "KMGT";
  unsigned shift = 0;
  if (!letters.empty()) {
    const std::size_t at = letters.size() == 1 ? kLetters.find(letters[0]) : std::string_view::npos;
    if (at == std::string_view::npos) return error;
    shift = 10 * (static_cast<unsigned>(at) + 1);
  }
  if (number > (UINT64_MAX >> shift)) return error;
  return number << shift;
}

Result<std::chrono::milliseconds> ParseDuration(std::string_view text) {
  struct Unit {
    std::string_view name;
    std::uint64_t milliseconds;
  };
  constexpr std::array kUnits = {Unit{"ms", 1},      Unit{"s", 1000},     Unit{"m", 60000},
                                 Unit{"h", 3600000}, Unit{"d", 86400000}, Unit{"w", 7 * 86400000ULL}};
  constexpr std::uint64_t kMost = 100ULL * 366 * 86400000;
  std::uint64_t number = 0;
  std::string_view name;
  if (TakeNumber(text, &number, &name)) {
    for (const Unit& unit : kUnits) {
      if (unit.name == name && number <= kMost / unit.milliseconds) {
        return std::chrono::milliseconds(number * unit.milliseconds);
      }
    }
  }
  return Error(
      ErrorCode::kInvalidArgument,
      "'" + std::string(text) + "' is no duration: expected a number and ms, s, m, h, d or w, such as 90d or 24h");
}

}  // namespace kalends
