#pragma once

#include <cstdint>
#include <span>

namespace kalends {

// `bitmap` is a set of rows as little-endian words of 64; the nth row that is in it has place n. Adds to `out`, which
// has as many words, the rows whose places are in `places`, which has a bit for each row of the bitmap.
using BitSpreader = void (*)(std::span<const std::uint64_t> places, const char* bitmap, std::span<std::uint64_t> out);

// Those that this processor can run. The first one runs everywhere, the last one is the fastest.
std::span<const BitSpreader> AvailableBitSpreaders();

}  // namespace kalends
