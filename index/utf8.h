#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace kalends {

// What stands for a byte that begins no well-formed character. It is in no Unicode text.
inline constexpr char32_t kNoCharacter = 0xFFFFFFFF;

struct Utf8Character {
  char32_t code = kNoCharacter;
  std::uint32_t size = 1;  // Bytes.
};

// The character that begins at `at`, which is below text.size(). Surrogates and longer forms than needed are none.
inline Utf8Character DecodeUtf8(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[at + i]); };
  const auto continues = [&](std::size_t i) { return at + i < text.size() && (byte(i) & 0xC0U) == 0x80U; };
  const char32_t first = byte(0);
  if (first < 0x80) return {first, 1};
  if (first < 0xC2 || !continues(1)) return {};
  if (first < 0xE0) return {(first & 0x1FU) << 6U | (byte(1) & 0x3FU), 2};
  if (!continues(2)) return {};
  if (first < 0xF0) {
    const char32_t code = (first & 0x0FU) << 12U | (byte(1) & 0x3FU) << 6U | (byte(2) & 0x3FU);
    if (code < 0x800 || (code >= 0xD800 && code < 0xE000)) return {};
    return {code, 3};
  }
  if (first > 0xF4 || !continues(3)) return {};
  const char32_t code = (first & 0x07U) << 18U | (byte(1) & 0x3FU) << 12U | (byte(2) & 0x3FU) << 6U | (byte(3) & 0x3FU);
  if (code < 0x10000 || code > 0x10FFFF) return {};
  return {code, 4};
}

inline void AppendUtf8(char32_t code, std::string* out) {
  const auto append = [&](char32_t byte) { out->push_back(static_cast<char>(byte)); };
  if (code < 0x80) return append(code);
  if (code < 0x800) {
    append(0xC0U | code >> 6U);
  } else {
    if (code < 0x10000) {
      append(0xE0U | code >> 12U);
    } else {
      append(0xF0U | code >> 18U);
      append(0x80U | (code >> 12U & 0x3FU));
    }
    append(0x80U | (code >> 6U & 0x3FU));
  }
  append(0x80U | (code & 0x3FU));
}

}  // namespace kalends
