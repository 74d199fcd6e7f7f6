#include "engine/crc32c.h"

#include <gtest/gtest.h>

#include <string>

namespace kalends {
namespace {

TEST(Crc32c, GivesTheValuesOfRfc3720) {
  EXPECT_EQ(Crc32c("123456789"), 0xE3069283U);
  EXPECT_EQ(Crc32c(std::string(32, '\0')), 0x8A9136AAU);
  EXPECT_EQ(Crc32c(std::string(32, '\xFF')), 0x62A8AB43U);
  EXPECT_EQ(Crc32c(""), 0U);
}

TEST(Crc32c, IsTheSameWithAndWithoutTheInstruction) {
  std::string bytes;
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(Crc32c(bytes), PortableCrc32c(bytes)) << bytes.size() << " bytes";
    bytes.push_back(static_cast<char>(i * 37));
  }
}

TEST(Crc32c, IsMaskedAsRocksMasksIt) { EXPECT_EQ(MaskCrc32c(0x12345678), 0xACF02468U + 0xA282EAD8U); }

}  // namespace
}  // namespace kalends
