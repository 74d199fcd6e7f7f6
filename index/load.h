#pragma once

#include <bit>
#include <cstring>

#include "format/varint.h"

namespace kalends {

// A little-endian integer at any address, in one load. The caller knows that the bytes are there.
template <class Integer>
Integer Load(const char* bytes) {
  if constexpr (std::endian::native == std::endian::little) {
    Integer value;
    std::memcpy(&value, bytes, sizeof value);
    return value;
  } else {
    return ReadLittleEndian<Integer>({bytes, sizeof(Integer)});
  }
}

}  // namespace kalends
