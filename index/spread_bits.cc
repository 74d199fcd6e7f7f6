#include "index/spread_bits.h"

#include <bit>
#include <cstddef>

#include "index/load.h"

namespace kalends {
namespace {

// `count` bits from `place` on, 1 to 64.
[[gnu::always_inline]] inline std::uint64_t BitsAt(std::span<const std::uint64_t> places, std::size_t place,
                                                   unsigned count) {
  const unsigned shift = place % 64;
  std::uint64_t bits = places[place / 64] >> shift;
  if (shift + count > 64) bits |= places[place / 64 + 1] << (64 - shift);
  return bits & (~std::uint64_t{0} >> (64 - count));
}

// The bits of `source`, low bit first, put where `mask` has ones.
std::uint64_t Deposit(std::uint64_t source, std::uint64_t mask) {
  std::uint64_t result = 0;
  for (; source != 0; source >>= 1U, mask &= mask - 1) {
    if ((source & 1U) != 0) result |= mask & (~mask + 1);
  }
  return result;
}

void SpreadPlain(std::span<const std::uint64_t> places, const char* bitmap, std::span<std::uint64_t> out) {
  std::size_t place = 0;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto rows = Load<std::uint64_t>(bitmap + i * sizeof(std::uint64_t));
    if (rows == 0) continue;
    const auto count = static_cast<unsigned>(std::popcount(rows));
    out[i] |= Deposit(BitsAt(places, place, count), rows);
    place += count;
  }
}

#if defined(__x86_64__)
// The same with an instruction for the deposit, and for the count.
__attribute__((target("bmi2,popcnt"))) void SpreadBmi2(std::span<const std::uint64_t> places, const char* bitmap,
                                                       std::span<std::uint64_t> out) {
  std::size_t place = 0;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto rows = Load<std::uint64_t>(bitmap + i * sizeof(std::uint64_t));
    if (rows == 0) continue;
    const auto count = static_cast<unsigned>(__builtin_popcountll(rows));
    out[i] |= __builtin_ia32_pdep_di(BitsAt(places, place, count), rows);
    place += count;
  }
}
#endif

}  // namespace

std::span<const BitSpreader> AvailableBitSpreaders() {
#if defined(__x86_64__)
  static constexpr BitSpreader kSpreaders[] = {SpreadPlain, SpreadBmi2};
  static const bool has_bmi2 = __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt");
  return {kSpreaders, has_bmi2 ? 2U : 1U};
#else
  static constexpr BitSpreader kSpreaders[] = {SpreadPlain};
  return kSpreaders;
#endif
}

}  // namespace kalends
