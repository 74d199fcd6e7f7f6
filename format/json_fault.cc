#include "format/json_fault.h"

#include <cstdint>

namespace kalends {
namespace {

std::uint32_t Byte(std::string_view text, std::size_t i) { return static_cast<unsigned char>(text[i]); }

// The length of the UTF-8 character at `i`; 0 when it is not valid.
std::size_t CharacterBytes(std::string_view text, std::size_t i) {
  const std::uint32_t first = Byte(text, i);
  if (first < 0x80) return 1;
  if (first < 0xC2 || first > 0xF4) return 0;
  const std::size_t bytes = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  if (text.size() - i < bytes) return 0;
  for (std::size_t k = 1; k < bytes; ++k) {
    if ((Byte(text, i + k) & 0xC0U) != 0x80U) return 0;
  }
  const std::uint32_t second = Byte(text, i + 1);
  if (first == 0xE0 && second < 0xA0) return 0;  // Longer than needed.
  if (first == 0xED && second > 0x9F) return 0;  // A surrogate.
  if (first == 0xF0 && second < 0x90) return 0;  // Longer than needed.
  if (first == 0xF4 && second > 0x8F) return 0;  // Above U+10FFFF.
  return bytes;
}

}  // namespace

JsonFault FindJsonFault(std::string_view json) {
  constexpr std::size_t kNoString = std::string_view::npos;
  std::size_t opened = kNoString;  // Where the string began that is open.
  for (std::size_t i = 0; i < json.size();) {
    const std::size_t bytes = CharacterBytes(json, i);
    if (bytes == 0) return {i, "invalid UTF-8"};
    const char c = json[i];
    if (opened == kNoString) {
      if (c == '"') opened = i;
      if (c == '\\') return {i, "unexpected backslash"};
    } else if (c == '"') {
      opened = kNoString;
    } else if (Byte(json, i) < 0x20) {
      return {i, "a control character in a string must be escaped"};
    } else if (c == '\\' && i + 1 < json.size() && Byte(json, i + 1) >= 0x20 && Byte(json, i + 1) < 0x80) {
      ++i;
    }
    i += bytes;
  }
  if (opened != kNoString) return {opened, "the string that begins here is not closed"};
  return {0, "malformed JSON"};
}

}  // namespace kalends
