#include "index/row_bits.h"

#include "index/bitmap_kernels.h"

namespace kalends {

std::uint32_t RowBits::Count() const {
  static const BitmapKernels& kernels = AvailableBitmapKernels().back();
  return kernels.count(reinterpret_cast<const char*>(words_.data()), words_.size());
}

}  // namespace kalends
