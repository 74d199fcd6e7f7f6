#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

// Little-endian base-128 integers, and fixed-width integers in both byte orders. Big-endian is for keys: bytes then
// compare as numbers.
namespace kalends {

inline void AppendVarint(std::uint64_t value, std::string* out) {
  while (value >= 0x80) {
    out->push_back(static_cast<char>(value | 0x80U));
    value >>= 7U;
  }
  out->push_back(static_cast<char>(value));
}

// Takes one integer from the front of `bytes`; nullopt when it is cut or longer than 64 bits.
inline std::optional<std::uint64_t> TakeVarint(std::string_view* bytes) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64 && !bytes->empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes->front());
    bytes->remove_prefix(1);
    if (shift == 63 && byte > 1) return std::nullopt;
    value |= std::uint64_t{byte & 0x7FU} << shift;
    if (byte < 0x80) return value;
  }
  return std::nullopt;
}

template <class Integer>
void AppendBigEndian(Integer value, std::string* out) {
  for (int shift = static_cast<int>(sizeof(Integer)) * 8 - 8; shift >= 0; shift -= 8) {
    out->push_back(static_cast<char>(value >> static_cast<unsigned>(shift)));
  }
}

// `bytes` must hold sizeof(Integer) bytes from `offset` on.
template <class Integer>
Integer ReadBigEndian(std::string_view bytes, std::size_t offset = 0) {
  Integer value = 0;
  for (std::size_t i = 0; i < sizeof(Integer); ++i) {
    value = static_cast<Integer>((value << 8U) | static_cast<unsigned char>(bytes[offset + i]));
  }
  return value;
}

template <class Integer>
void AppendLittleEndian(Integer value, std::string* out) {
  for (std::size_t i = 0; i < sizeof(Integer); ++i) out->push_back(static_cast<char>(value >> (8 * i)));
}

template <class Integer>
Integer ReadLittleEndian(std::string_view bytes, std::size_t offset = 0) {
  Integer value = 0;
  for (std::size_t i = sizeof(Integer); i-- > 0;) {
    value = static_cast<Integer>((value << 8U) | static_cast<unsigned char>(bytes[offset + i]));
  }
  return value;
}

}  // namespace kalends
