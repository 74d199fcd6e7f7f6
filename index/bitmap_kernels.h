#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

// What is done with bitmaps as they lie in columns: rows as little-endian words of 64, at any address. Once for each
// instruction set.
namespace kalends {

struct BitmapKernels {
  const char* name;
  // How many rows the first words have.
  std::uint32_t (*count)(const char* bitmap, std::size_t words);
  // The nth row of the bitmap has place n. Adds to `out`, which has as many words, the rows whose places are in
  // `places`, which has a bit for each row of the bitmap.
  void (*spread)(std::span<const std::uint64_t> places, const char* bitmap, std::span<std::uint64_t> out);
};

// Those that this processor can run. The first one runs everywhere, the last one is the fastest.
std::span<const BitmapKernels> AvailableBitmapKernels();

}  // namespace kalends
