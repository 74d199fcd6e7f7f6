#pragma once

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "format/stored_types.h"

// What the writer and the reader of columns share; the layout is at the head of column.cc.
namespace kalends {

inline constexpr std::uint8_t kColumnVersion = 1;
inline constexpr std::size_t kColumnHeaderBytes = 6;
inline constexpr std::size_t kColumnStreamHeaderBytes = 8;
inline constexpr std::size_t kColumnChecksumBytes = 4;
inline constexpr std::size_t kObjectIdBytes = 12;
inline constexpr std::uint32_t kColumnRankRows = 1024;  // Of a bitmap, counted together when it is opened.

inline constexpr std::uint64_t kCodeOfZero = std::uint64_t{1} << 63U;

inline std::uint64_t IntegerCode(std::int64_t value) { return static_cast<std::uint64_t>(value) + kCodeOfZero; }
inline std::int64_t IntegerOfCode(std::uint64_t code) { return static_cast<std::int64_t>(code - kCodeOfZero); }

// -0.0 is next below 0.0; NaNs are at both ends.
inline std::uint64_t OrderedDoubleCode(double value) {
  const auto bits = std::bit_cast<std::uint64_t>(value);
  return (bits & kCodeOfZero) != 0 ? ~bits : bits | kCodeOfZero;
}
inline double DoubleOfOrderedCode(std::uint64_t code) {
  return std::bit_cast<double>((code & kCodeOfZero) != 0 ? code & ~kCodeOfZero : ~code);
}
inline constexpr std::uint64_t kMinusInfinityCode = 0x000F'FFFF'FFFF'FFFF;
inline constexpr std::uint64_t kPlusInfinityCode = 0xFFF0'0000'0000'0000;

inline constexpr int kDecimalPlacesMax = 15;
// Up to here both digits and power are exact doubles, so that their quotient is the double next to the decimal.
inline constexpr std::int64_t kDecimalDigitsMax = std::int64_t{1} << 53U;
inline constexpr double kPowersOfTen[kDecimalPlacesMax + 1] = {1,   1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                               1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};

inline double DoubleOfDigits(std::int64_t digits, int places) {
  return static_cast<double>(digits) / kPowersOfTen[places];
}
// The digits that give back exactly these bits; -0.0, NaN and infinities have none.
inline std::optional<std::int64_t> DigitsOfDouble(double value, int places) {
  const double scaled = value * kPowersOfTen[places];
  if (!(std::fabs(scaled) < static_cast<double>(kDecimalDigitsMax))) return std::nullopt;
  const auto digits = static_cast<std::int64_t>(scaled + std::copysign(0.5, scaled));
  const double back = DoubleOfDigits(digits, places);
  if (std::bit_cast<std::uint64_t>(back) != std::bit_cast<std::uint64_t>(value)) return std::nullopt;
  return digits;
}

}  // namespace kalends
