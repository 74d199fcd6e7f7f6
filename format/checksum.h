#pragma once

#include <cstdint>
#include <string_view>

namespace kalends {

// The low 32 bits of XXH3-64: the checksum of every format of Kalends.
std::uint32_t Checksum32(std::string_view bytes);

}  // namespace kalends
