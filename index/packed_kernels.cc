// One body, written with the vector types of GCC and clang, is compiled for each instruction set; which one runs is
// decided once, by asking the processor. All 16 lanes of a place are at the same bit of their words, so that shifts and
// the branch for a value that reaches into the next word are the same for all of them.
#include "index/packed_kernels.h"

#include <array>
#include <bit>
#include <cstddef>
#include <cstring>

#include "index/load.h"

#define KALENDS_INLINE [[gnu::always_inline]] inline

namespace kalends {
namespace {

constexpr std::size_t kLanes = 16;
constexpr std::size_t kWordBytes = 8;
constexpr std::size_t kRowBytes = kLanes * kWordBytes;
constexpr std::uint32_t kPlacesInWord = 64 / kLanes;  // Of a bitmap.
constexpr std::uint64_t kSign = std::uint64_t{1} << 63U;

using Lanes4 = std::uint64_t __attribute__((vector_size(32)));
using SignedLanes4 = std::int64_t __attribute__((vector_size(32)));
using Lanes8 = std::uint64_t __attribute__((vector_size(64)));
using SignedLanes8 = std::int64_t __attribute__((vector_size(64)));

template <class Lanes>
inline constexpr std::size_t kLanesOf = sizeof(Lanes) / kWordBytes;

// Vectors are handed over by reference: by value they would need a calling convention of their own.
template <class Lanes>
KALENDS_INLINE void LoadLanes(const char* bytes, Lanes& lanes) {
  if constexpr (std::endian::native == std::endian::little) {
    std::memcpy(&lanes, bytes, sizeof lanes);
  } else {
    for (std::size_t i = 0; i < kLanesOf<Lanes>; ++i) lanes[i] = Load<std::uint64_t>(bytes + i * kWordBytes);
  }
}

// The differences of a place, of the lanes whose words begin at `words`: two vectors of them, to have two chains of
// operations at once.
template <class Lanes>
KALENDS_INLINE void Unpack(const char* words, std::uint32_t place, unsigned width, std::uint64_t mask, Lanes& first,
                           Lanes& second) {
  const std::uint32_t bit = place * width;
  const unsigned shift = bit % 64;
  words += bit / 64 * kRowBytes;
  LoadLanes(words, first);
  LoadLanes(words + sizeof(Lanes), second);
  first >>= shift;
  second >>= shift;
  if (shift + width > 64) {
    Lanes first_rest;
    Lanes second_rest;
    LoadLanes(words + kRowBytes, first_rest);
    LoadLanes(words + kRowBytes + sizeof(Lanes), second_rest);
    first |= first_rest << (64 - shift);
    second |= second_rest << (64 - shift);
  }
  first &= mask;
  second &= mask;
}

std::uint64_t MaskOf(unsigned width) { return ~std::uint64_t{0} >> (64 - width); }

// There is an instruction for signed comparison alone: both sides are moved by 2^63.
template <class Lanes, class SignedLanes, bool kHasStep>
KALENDS_INLINE void Scale(const PackedScale& scale, Lanes& lanes) {
  const Lanes limit = Lanes{} + (scale.limit + kSign);
  const Lanes above = (Lanes)((SignedLanes)(lanes + kSign) > (SignedLanes)limit);
  lanes = (lanes & ~above) | (above & scale.limit);
  if constexpr (kHasStep) lanes *= scale.step;
  lanes += scale.base;
}

template <class Lanes, class SignedLanes, bool kHasStep>
KALENDS_INLINE void DecodeAll(const PackedWords& packed, const PackedScale& scale, std::uint64_t* out) {
  const std::uint64_t mask = MaskOf(packed.width);
  for (std::size_t lane = 0; lane < kLanes; lane += 2 * kLanesOf<Lanes>) {
    for (std::uint32_t place = 0; place < packed.places; ++place) {
      Lanes first;
      Lanes second;
      Unpack(packed.words + lane * kWordBytes, place, packed.width, mask, first, second);
      Scale<Lanes, SignedLanes, kHasStep>(scale, first);
      Scale<Lanes, SignedLanes, kHasStep>(scale, second);
      std::uint64_t* to = out + place * kLanes + lane;
      std::memcpy(to, &first, sizeof first);
      std::memcpy(to + kLanesOf<Lanes>, &second, sizeof second);
    }
  }
}

template <class Lanes, class SignedLanes>
KALENDS_INLINE void Decode(const PackedWords& packed, const PackedScale& scale, std::uint64_t* out) {
  if (scale.step == 1) {
    DecodeAll<Lanes, SignedLanes, false>(packed, scale, out);
  } else {
    DecodeAll<Lanes, SignedLanes, true>(packed, scale, out);
  }
}

// A value is in the range when value - low, modulo 2^64, is at most high - low.
template <class Lanes, class SignedLanes>
KALENDS_INLINE void Select(const PackedWords& packed, std::uint64_t low, std::uint64_t high, std::uint64_t* out) {
  const std::uint64_t mask = MaskOf(packed.width);
  const std::uint64_t offset = kSign - low;
  const Lanes top = Lanes{} + (high - low + kSign);
  for (std::size_t lane = 0; lane < kLanes; lane += 2 * kLanesOf<Lanes>) {
    Lanes first_bits;
    for (std::size_t i = 0; i < kLanesOf<Lanes>; ++i) first_bits[i] = std::uint64_t{1} << (lane + i);
    for (std::uint32_t begin = 0; begin < packed.places; begin += kPlacesInWord) {
      const std::uint32_t end = begin + kPlacesInWord < packed.places ? begin + kPlacesInWord : packed.places;
      Lanes bits = first_bits;
      Lanes selected = {};
      for (std::uint32_t place = begin; place < end; ++place) {
        Lanes first;
        Lanes second;
        Unpack(packed.words + lane * kWordBytes, place, packed.width, mask, first, second);
        const Lanes first_outside = (Lanes)((SignedLanes)(first + offset) > (SignedLanes)top);
        const Lanes second_outside = (Lanes)((SignedLanes)(second + offset) > (SignedLanes)top);
        selected |= (bits & ~first_outside) | ((bits << kLanesOf<Lanes>)&~second_outside);
        bits <<= kLanes;
      }
      std::uint64_t word = lane == 0 ? 0 : out[begin / kPlacesInWord];
      for (std::size_t i = 0; i < kLanesOf<Lanes>; ++i) word |= selected[i];
      out[begin / kPlacesInWord] = word;
    }
  }
}

void DecodePlain(const PackedWords& packed, const PackedScale& scale, std::uint64_t* out) {
  Decode<Lanes4, SignedLanes4>(packed, scale, out);
}
void SelectPlain(const PackedWords& packed, std::uint64_t low, std::uint64_t high, std::uint64_t* out) {
  Select<Lanes4, SignedLanes4>(packed, low, high, out);
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) void DecodeAvx2(const PackedWords& packed, const PackedScale& scale,
                                                std::uint64_t* out) {
  Decode<Lanes4, SignedLanes4>(packed, scale, out);
}
__attribute__((target("avx2"))) void SelectAvx2(const PackedWords& packed, std::uint64_t low, std::uint64_t high,
                                                std::uint64_t* out) {
  Select<Lanes4, SignedLanes4>(packed, low, high, out);
}
// "dq" multiplies 64 bits.
__attribute__((target("avx512f,avx512dq"))) void DecodeAvx512(const PackedWords& packed, const PackedScale& scale,
                                                              std::uint64_t* out) {
  Decode<Lanes8, SignedLanes8>(packed, scale, out);
}
__attribute__((target("avx512f,avx512dq"))) void SelectAvx512(const PackedWords& packed, std::uint64_t low,
                                                              std::uint64_t high, std::uint64_t* out) {
  Select<Lanes8, SignedLanes8>(packed, low, high, out);
}

constexpr std::array<PackedKernels, 3> kKernels = {
    {{"plain", DecodePlain, SelectPlain}, {"avx2", DecodeAvx2, SelectAvx2}, {"avx512", DecodeAvx512, SelectAvx512}}};

std::size_t CountAvailable() {
  if (!__builtin_cpu_supports("avx2")) return 1;
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") ? 3 : 2;
}
#else
constexpr std::array<PackedKernels, 1> kKernels = {{{"plain", DecodePlain, SelectPlain}}};

std::size_t CountAvailable() { return 1; }
#endif

}  // namespace

std::span<const PackedKernels> AvailablePackedKernels() {
  static const std::size_t available = CountAvailable();
  return {kKernels.data(), available};
}

}  // namespace kalends
