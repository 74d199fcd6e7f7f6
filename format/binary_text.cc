#include "format/binary_text.h"

#include <array>
#include <cstdint>

namespace kalends {
namespace {

constexpr std::string_view kBase64Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kHexDigits = "0123456789abcdef";
constexpr std::uint8_t kNoDigit = 0xFF;

constexpr std::array<std::uint8_t, 256> DigitValues(std::string_view digits) {
  std::array<std::uint8_t, 256> values{};
  values.fill(kNoDigit);
  for (std::size_t i = 0; i < digits.size(); ++i)
    values[static_cast<unsigned char>(digits[i])] = static_cast<std::uint8_t>(i);
  return values;
}

constexpr std::array<std::uint8_t, 256> kBase64Values = DigitValues(kBase64Digits);
constexpr std::array<std::uint8_t, 256> kHexValues = [] {
  std::array<std::uint8_t, 256> values = DigitValues(kHexDigits);
  for (std::size_t i = 0; i < 6; ++i) values[std::size_t{'A'} + i] = static_cast<std::uint8_t>(10 + i);
  return values;
}();

std::uint32_t Byte(char c) { return static_cast<unsigned char>(c); }

}  // namespace

void AppendBase64(std::string_view bytes, std::string* out) {
  out->reserve(out->size() + (bytes.size() + 2) / 3 * 4);
  while (!bytes.empty()) {
    const std::size_t count = bytes.size() < 3 ? bytes.size() : 3;
    std::uint32_t group = Byte(bytes[0]) << 16U;
    if (count > 1) group |= Byte(bytes[1]) << 8U;
    if (count > 2) group |= Byte(bytes[2]);
    out->push_back(kBase64Digits[group >> 18U]);
    out->push_back(kBase64Digits[(group >> 12U) & 63U]);
    out->push_back(count > 1 ? kBase64Digits[(group >> 6U) & 63U] : '=');
    out->push_back(count > 2 ? kBase64Digits[group & 63U] : '=');
    bytes.remove_prefix(count);
  }
}

bool DecodeBase64(std::string_view text, std::string* bytes) {
  bytes->clear();
  if (text.size() % 4 != 0) return false;
  std::size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  text.remove_suffix(padding);
  bytes->reserve(text.size() / 4 * 3 + 3);
  std::uint32_t bits = 0;
  int bit_count = 0;
  for (const char c : text) {
    const std::uint8_t digit = kBase64Values[Byte(c)];
    if (digit == kNoDigit) return false;
    bits = (bits << 6U) | digit;
    bit_count += 6;
    if (bit_count < 8) continue;
    bit_count -= 8;
    bytes->push_back(static_cast<char>(bits >> bit_count));
    bits &= (1U << bit_count) - 1;
  }
  return bits == 0;
}

void AppendHex(std::string_view bytes, std::string* out) {
  for (const char c : bytes) {
    out->push_back(kHexDigits[Byte(c) >> 4U]);
    out->push_back(kHexDigits[Byte(c) & 15U]);
  }
}

bool DecodeHex(std::string_view text, std::string* bytes) {
  bytes->clear();
  if (text.size() % 2 != 0) return false;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const std::uint8_t high = kHexValues[Byte(text[i])];
    const std::uint8_t low = kHexValues[Byte(text[i + 1])];
    if (high == kNoDigit || low == kNoDigit) return false;
    bytes->push_back(static_cast<char>(high * 16 + low));
  }
  return true;
}

}  // namespace kalends
