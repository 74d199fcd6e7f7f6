#include "index/bitmap_kernels.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "format/varint.h"
#include "index/row_bits.h"

namespace kalends {
namespace {

TEST(BitmapKernels, AllAgree) {
  std::mt19937_64 random(6);
  for (int round = 0; round < 200; ++round) {
    std::string bitmap;
    std::vector<bool> plain;
    std::vector<std::uint64_t> places(20);
    for (std::uint64_t& word : places) word = random() & random();
    std::uint32_t place = 0;
    for (int i = 0; i < 20; ++i) {
      const std::uint64_t word = random() % 5 == 0 ? 0 : random() % 5 == 0 ? ~std::uint64_t{0} : random() & random();
      AppendLittleEndian(word, &bitmap);
      for (int bit = 0; bit < 64; ++bit) {
        const bool in = (word >> bit & 1U) != 0;
        plain.push_back(in && (places[place / 64] >> (place % 64) & 1U) != 0);
        if (in) ++place;
      }
    }
    places.resize((place + 63) / 64);
    for (const BitmapKernels& kernels : AvailableBitmapKernels()) {
      SCOPED_TRACE(kernels.name);
      ASSERT_EQ(kernels.count(bitmap.data(), 20), place);
      RowBits out(20 * 64);
      kernels.spread(places, bitmap.data(), out.words());
      for (std::uint32_t row = 0; row < out.rows(); ++row) ASSERT_EQ(out.Test(row), plain[row]);
    }
  }
}

}  // namespace
}  // namespace kalends
