#include "index/bitmap_kernels.h"

#include <array>
#include <bit>

#include "index/load.h"

namespace kalends {
namespace {

constexpr std::size_t kWordBytes = sizeof(std::uint64_t);

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

std::uint32_t CountPlain(const char* bitmap, std::size_t words) {
  int count = 0;
  for (std::size_t i = 0; i < words; ++i) count += std::popcount(Load<std::uint64_t>(bitmap + i * kWordBytes));
  return static_cast<std::uint32_t>(count);
}

void SpreadPlain(std::span<const std::uint64_t> places, const char* bitmap, std::span<std::uint64_t> out) {
  std::size_t place = 0;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto rows = Load<std::uint64_t>(bitmap + i * kWordBytes);
    if (rows == 0) continue;
    const auto count = static_cast<unsigned>(std::popcount(rows));
    out[i] |= Deposit(BitsAt(places, place, count), rows);
    place += count;
  }
}

#if defined(__x86_64__)
// The same, where the compiler may use the instructions that count and deposit.
__attribute__((target("popcnt"))) std::uint32_t CountBmi2(const char* bitmap, std::size_t words) {
  long long count = 0;
  for (std::size_t i = 0; i < words; ++i) count += __builtin_popcountll(Load<std::uint64_t>(bitmap + i * kWordBytes));
  return static_cast<std::uint32_t>(count);
}

__attribute__((target("bmi2,popcnt"))) void SpreadBmi2(std::span<const std::uint64_t> places, const char* bitmap,
                                                       std::span<std::uint64_t> out) {
  std::size_t place = 0;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto rows = Load<std::uint64_t>(bitmap + i * kWordBytes);
    if (rows == 0) continue;
    const auto count = static_cast<unsigned>(__builtin_popcountll(rows));
    out[i] |= __builtin_ia32_pdep_di(BitsAt(places, place, count), rows);
    place += count;
  }
}

constexpr std::array<BitmapKernels, 2> kKernels = {
    {{"plain", CountPlain, SpreadPlain}, {"bmi2", CountBmi2, SpreadBmi2}}};

std::size_t CountAvailable() { return __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt") ? 2 : 1; }
#else
constexpr std::array<BitmapKernels, 1> kKernels = {{{"plain", CountPlain, SpreadPlain}}};

std::size_t CountAvailable() { return 1; }
#endif

}  // namespace

std::span<const BitmapKernels> AvailableBitmapKernels() {
  static const std::size_t available = CountAvailable();
  return {kKernels.data(), available};
}

}  // namespace kalends
