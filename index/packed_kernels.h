#pragma once

#include <cstdint>
#include <span>

// How a piece of PackedIntegers is unpacked, once for each instruction set. Not for others.
namespace kalends {

// The packed values of a piece: 16 lanes, a row of 16 values a place. A value takes 1 to 64 bits.
struct PackedWords {
  const char* words = nullptr;
  std::uint32_t places = 0;
  unsigned width = 0;
};

// Value = base + difference * step; differences above `limit`, which no encoder writes, are taken as `limit`.
struct PackedScale {
  std::uint64_t base = 0;
  std::uint64_t step = 1;
  std::uint64_t limit = 0;
};

struct PackedKernels {
  const char* name;
  // Writes 16 values a place.
  void (*decode)(const PackedWords& words, const PackedScale& scale, std::uint64_t* out);
  // Writes a bit a value, 64 in a word: whether the difference is in [low, high]. The last word is filled up with 0.
  void (*select)(const PackedWords& words, std::uint64_t low, std::uint64_t high, std::uint64_t* out);
};

// Those that this processor can run. The first one runs everywhere, the last one is the fastest.
std::span<const PackedKernels> AvailablePackedKernels();

}  // namespace kalends
