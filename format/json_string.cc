#include "format/json_string.h"

#include <array>
#include <cstdint>
#include <cstring>

namespace kalends {
namespace {

constexpr std::size_t kUnicodeEscapeBytes = 6;  // Such as \u0041.

// What stands for the character after a backslash; 0 for none.
constexpr std::array<char, 256> kEscaped = [] {
  std::array<char, 256> table{};
  table['"'] = '"';
  table['\\'] = '\\';
  table['/'] = '/';
  table['b'] = '\b';
  table['f'] = '\f';
  table['n'] = '\n';
  table['r'] = '\r';
  table['t'] = '\t';
  return table;
}();

// The 16-bit unit of the escape at `p`; -1 when it is none.
std::int32_t ReadUnit(const char* p, const char* end) {
  if (static_cast<std::size_t>(end - p) < kUnicodeEscapeBytes || p[0] != '\\' || p[1] != 'u') return -1;
  std::int32_t unit = 0;
  for (int i = 2; i < 6; ++i) {
    const char c = p[i];
    const char lower = static_cast<char>(c | 0x20);
    if (c >= '0' && c <= '9') {
      unit = unit * 16 + (c - '0');
    } else if (lower >= 'a' && lower <= 'f') {
      unit = unit * 16 + (lower - 'a' + 10);
    } else {
      return -1;
    }
  }
  return unit;
}

char* AppendUtf8(std::uint32_t point, char* out) {
  const auto put = [&out](std::uint32_t byte) { *out++ = static_cast<char>(byte); };
  if (point < 0x80) {
    put(point);
  } else if (point < 0x800) {
    put(0xC0U | (point >> 6U));
    put(0x80U | (point & 0x3FU));
  } else if (point < 0x10000) {
    put(0xE0U | (point >> 12U));
    put(0x80U | ((point >> 6U) & 0x3FU));
    put(0x80U | (point & 0x3FU));
  } else {
    put(0xF0U | (point >> 18U));
    put(0x80U | ((point >> 12U) & 0x3FU));
    put(0x80U | ((point >> 6U) & 0x3FU));
    put(0x80U | (point & 0x3FU));
  }
  return out;
}

// Decodes the \u escape at *from, and the second half of its pair, to *to and moves both on. The reason where it
// cannot.
const char* UnescapeUnicode(char** from, const char* end, char** to) {
  const std::int32_t unit = ReadUnit(*from, end);
  if (unit < 0) return "\\u must be followed by four hexadecimal digits";
  std::uint32_t point = static_cast<std::uint32_t>(unit);
  std::size_t read = kUnicodeEscapeBytes;
  if (unit >= 0xDC00 && unit <= 0xDFFF) return "the second half of a surrogate pair stands alone";
  if (unit >= 0xD800 && unit <= 0xDBFF) {
    const std::int32_t second = ReadUnit(*from + kUnicodeEscapeBytes, end);
    if (second < 0xDC00 || second > 0xDFFF) return "the first half of a surrogate pair stands alone";
    point = 0x10000U + ((point - 0xD800U) << 10U) + (static_cast<std::uint32_t>(second) - 0xDC00U);
    read = 2 * kUnicodeEscapeBytes;
  }
  *from += read;
  *to = AppendUtf8(point, *to);
  return nullptr;
}

}  // namespace

UnescapedString Unescape(char* backslash, char* end) {
  char* from = backslash;
  char* to = backslash;
  while (from < end) {
    if (*from != '\\') {
      auto* next = static_cast<char*>(std::memchr(from, '\\', static_cast<std::size_t>(end - from)));
      if (next == nullptr) next = end;
      const auto run = static_cast<std::size_t>(next - from);
      std::memmove(to, from, run);
      to += run;
      from = next;
      continue;
    }
    const char escaped = kEscaped[static_cast<unsigned char>(from[1])];
    if (escaped != 0) {
      *to++ = escaped;
      from += 2;
    } else if (from[1] == 'u') {
      if (const char* const reason = UnescapeUnicode(&from, end, &to); reason != nullptr) return {from, reason};
    } else {
      return {from, "unknown escape"};
    }
  }
  return {to, nullptr};
}

}  // namespace kalends
