#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace kalends {

// xoshiro256**, seeded by splitmix64. Integers alone: the same seed gives the same documents on every machine, which
// the distributions of the standard library and floating point would not.
class Random {
 public:
  explicit Random(std::uint64_t seed) {
    for (std::uint64_t& word : state_) {
      seed += 0x9E3779B97F4A7C15U;
      std::uint64_t mixed = (seed ^ (seed >> 30U)) * 0xBF58476D1CE4E5B9U;
      mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBU;
      word = mixed ^ (mixed >> 31U);
    }
  }

  std::uint64_t Next() {
    const std::uint64_t result = Rotate(state_[1] * 5, 7) * 9;
    const std::uint64_t shifted = state_[1] << 17U;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = Rotate(state_[3], 45);
    return result;
  }

  // From 0 to `end` - 1.
  std::uint32_t Below(std::uint32_t end) { return static_cast<std::uint32_t>(((Next() >> 32U) * end) >> 32U); }
  // From `first` to `last`.
  std::uint32_t Between(std::uint32_t first, std::uint32_t last) { return first + Below(last - first + 1); }
  // True `per_mille` times in a thousand.
  bool Chance(std::uint32_t per_mille) { return Below(1000) < per_mille; }
  // The mean of four numbers below `end`: a bell.
  std::uint32_t Bell(std::uint32_t end) { return (Below(end) + Below(end) + Below(end) + Below(end)) / 4; }

 private:
  static std::uint64_t Rotate(std::uint64_t word, unsigned bits) { return (word << bits) | (word >> (64U - bits)); }
  std::uint64_t state_[4];
};

// Numbers from 0 to size - 1 by Zipf's law: number i is drawn in proportion to 1 / (i + offset). A larger offset is
// flatter.
class Zipf {
 public:
  Zipf(std::uint32_t size, std::uint32_t offset) : table_(kEntries) {
    std::vector<std::uint64_t> sums(size);
    std::uint64_t sum = 0;
    for (std::uint32_t i = 0; i < size; ++i) {
      sum += (std::uint64_t{1} << 40U) / (i + offset);
      sums[i] = sum;
    }
    std::uint32_t number = 0;
    for (std::uint64_t entry = 0; entry < kEntries; ++entry) {
      // In two steps: the product would not fit.
      const std::uint64_t position = sum / kEntries * entry + sum % kEntries * entry / kEntries;
      while (sums[number] <= position) ++number;
      table_[entry] = number;
    }
  }
  std::uint32_t Draw(Random& random) const { return table_[random.Next() >> (64U - kEntriesBits)]; }

 private:
  static constexpr unsigned kEntriesBits = 16;
  static constexpr std::uint64_t kEntries = std::uint64_t{1} << kEntriesBits;
  std::vector<std::uint32_t> table_;
};

}  // namespace kalends
