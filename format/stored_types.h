#pragma once

#include <cmath>
#include <cstdint>
#include <optional>
#include <string_view>

// How one value lies in an Object of record.fbs. Forms that take fewer bytes than the plain one are chosen only where
// the value comes back bit for bit: what cannot be rebuilt exactly is stored plainly.
namespace kalends {

// The numbers reach the disk: never reuse one.
enum class StoredType : std::uint8_t {
  kNull = 1,          // slot 0
  kBool = 2,          // slot 0 or 1
  kInt = 3,           // slot: the value, two's complement
  kLong = 4,          // slot: index into wide
  kDouble = 5,        // slot: index into wide; the bits
  kString = 6,        // slot: end in bytes
  kBinary = 7,        // slot: end in bytes; the subtype, then the content
  kDate = 8,          // slot: index into wide; milliseconds since 1970
  kObjectId = 9,      // slot: end in bytes; 12 bytes
  kArray = 10,        // slot: index into children
  kObject = 11,       // slot: index into children
  kEmptyArray = 12,   // slot 0
  kEmptyObject = 13,  // slot 0
  kUuidText = 14,     // slot: end in bytes; the 16 bytes of a string such as `0a8fc187-681a-4c42-9538-ba0f628ee289`
  kTimeText = 15,     // slot: index into wide; microseconds since 1970 of a string such as `2024-01-31T15:00:00.000Z`
  kDecimal1 = 16,     // A double. slot: an int32; the value is slot / 10
  kDecimal2 = 17,     // slot / 100
  kDecimal3 = 18,
  kDecimal4 = 19,
  kDecimal5 = 20,
  kDecimal6 = 21,  // slot / 1,000,000
};

struct Decimal {
  std::int32_t digits;
  int places;  // 1 to 6, the fewest that do.
};

inline double DecimalToDouble(std::int32_t digits, int places) {
  constexpr double kPowersOfTen[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6};
  // Both are exact, so the quotient is the double nearest to the decimal: what reading its digits gives.
  return digits / kPowersOfTen[places];
}

// The decimal that gives back exactly these bits. -0.0, NaN and infinities have none.
inline std::optional<Decimal> DoubleToDecimal(double value) {
  if (!(std::fabs(value) < 214748365.0) || (value == 0 && std::signbit(value))) return std::nullopt;
  // A decimal of fewer places is one of six, too. The product is below 2^48: its rounding error cannot reach another
  // integer.
  auto digits = static_cast<std::int64_t>(value * 1e6 + std::copysign(0.5, value));
  if (static_cast<double>(digits) / 1e6 != value) return std::nullopt;
  int places = 6;
  while (places > 1 && digits % 10 == 0) {
    digits /= 10;
    --places;
  }
  if (digits != static_cast<std::int32_t>(digits)) return std::nullopt;
  return Decimal{static_cast<std::int32_t>(digits), places};
}

inline constexpr std::size_t kUuidBytes = 16;
inline constexpr std::size_t kUuidTextBytes = 36;
// False when `text` is no UUID in lower case with hyphens.
bool PackUuid(std::string_view text, char* sixteen_bytes);
void UnpackUuid(const char* sixteen_bytes, char* text);

inline constexpr std::size_t kTimeTextBytes = 24;
// The microseconds since 1970 of `YYYY-MM-DDTHH:MM:SS.mmmZ`; nullopt for any other text, or a day that there is not.
std::optional<std::int64_t> PackTimeText(std::string_view text);
// False when it is no whole millisecond of the years 0000 to 9999.
bool UnpackTimeText(std::int64_t time_us, char* text);

}  // namespace kalends
