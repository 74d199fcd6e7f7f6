#pragma once

#include <cstdint>

namespace kalends {

// Of (value, row) pairs: their number, and a sum of their hashes, which does not depend on their order.
struct PairSum {
  std::uint64_t count = 0;
  std::uint64_t digest = 0;

  void Add(std::uint64_t hash, std::uint32_t row, std::uint64_t times = 1) {
    count += times;
    digest += times * Mixed(hash + Mixed(row));
  }

  static std::uint64_t Mixed(std::uint64_t bits) {  // The finisher of SplitMix64.
    bits = (bits ^ (bits >> 30U)) * 0xbf58476d1ce4e5b9U;
    bits = (bits ^ (bits >> 27U)) * 0x94d049bb133111ebU;
    return bits ^ (bits >> 31U);
  }

  friend bool operator==(const PairSum&, const PairSum&) = default;
};

}  // namespace kalends
