#pragma once

#include <cstdint>
#include <string_view>

// CRC-32C (Castagnoli), the checksum of RocksDB's logs. Formats of Kalends use Checksum32.
namespace kalends {

std::uint32_t Crc32c(std::string_view bytes);

// As RocksDB stores it: a checksum of bytes that hold checksums is weak, so it is turned and shifted.
inline std::uint32_t MaskCrc32c(std::uint32_t crc) { return ((crc >> 15U) | (crc << 17U)) + 0xA282EAD8U; }

// Without the instruction of the processor; for the test that both agree.
std::uint32_t PortableCrc32c(std::string_view bytes);

}  // namespace kalends
