#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "index/packed_integers.h"
#include "kalends/status.h"

namespace kalends {

// How many terms each row of a block has, for scoring; the layout is at the head of the .cc.
std::string EncodeTextLengths(std::span<const std::uint64_t> lengths);

// Reads in place: the bytes must outlive it. Immutable.
class TextLengths {
 public:
  static Result<TextLengths> Open(std::string_view bytes);
  std::uint32_t rows() const { return lengths_.count(); }
  std::uint64_t sum() const { return sum_; }  // Of all rows.
  std::uint64_t At(std::uint32_t row) const { return lengths_.At(row); }

 private:
  std::uint64_t sum_ = 0;
  PackedIntegers lengths_;
};

}  // namespace kalends
