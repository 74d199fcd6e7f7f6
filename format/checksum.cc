#include "format/checksum.h"

#include <xxhash.h>

namespace kalends {

std::uint32_t Checksum32(std::string_view bytes) {
  return static_cast<std::uint32_t>(XXH3_64bits(bytes.data(), bytes.size()));
}

}  // namespace kalends
