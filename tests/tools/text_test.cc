#include "tools/text.h"

#include <gtest/gtest.h>

namespace kalends {
namespace {

TEST(Text, InvalidUtf8IsReplacedByteByByte) {
  EXPECT_EQ(ValidUtf8("a\xFFz"), "a\xEF\xBF\xBDz");
  EXPECT_EQ(ValidUtf8("\xE4\xB8\xAD\xE6"), "\xE4\xB8\xAD\xEF\xBF\xBD");
  EXPECT_EQ(ValidUtf8("\xED\xA0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD") << "a lone surrogate";
  EXPECT_EQ(ValidUtf8("\xC0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD") << "an overlong NUL";
  EXPECT_EQ(ValidUtf8("\xF0\x9F\x8E\x89"), "\xF0\x9F\x8E\x89");
}

TEST(Text, WideCharactersTakeTwoColumns) {
  EXPECT_EQ(DisplayWidth("abc"), 3U);
  EXPECT_EQ(DisplayWidth("日志"), 4U);
  EXPECT_EQ(DisplayWidth("e\xCC\x81"), 1U) << "a combining accent";
}

TEST(Text, FitsTextIntoColumns) {
  EXPECT_EQ(FitToWidth("abc", 3), "abc");
  EXPECT_EQ(FitToWidth("abcd", 3), "ab…");
  EXPECT_EQ(FitToWidth("日志文件", 5), "日志…");
  EXPECT_EQ(FitToWidth("a\nb\x1B[m", 10), "a b [m");
}

TEST(Text, ReadsSizes) {
  EXPECT_EQ(*ParseByteSize("512"), 512U);
  EXPECT_EQ(*ParseByteSize("64K"), 65536U);
  EXPECT_EQ(*ParseByteSize("256MiB"), 256U << 20U);
  EXPECT_EQ(*ParseByteSize("2gb"), std::uint64_t{2} << 30U);
  for (const char* text : {"", "M", "-1", "1.5G", "12X", "99999999999T", "1 G"})
    EXPECT_FALSE(ParseByteSize(text).has_value()) << text;
}

TEST(Text, ReadsDurations) {
  using std::chrono::milliseconds;
  EXPECT_EQ(*ParseDuration("500ms"), milliseconds(500));
  EXPECT_EQ(*ParseDuration("30s"), milliseconds(30000));
  EXPECT_EQ(*ParseDuration("24h"), milliseconds(86400000));
  EXPECT_EQ(*ParseDuration("90d"), milliseconds(90LL * 86400000));
  for (const char* text : {"", "5", "s", "1y", "-5s", "1.5h", "99999999999999d"})
    EXPECT_FALSE(ParseDuration(text).has_value()) << text;
}

TEST(Text, WritesNumbersForPeople) {
  EXPECT_EQ(WithThousands(0), "0");
  EXPECT_EQ(WithThousands(999), "999");
  EXPECT_EQ(WithThousands(1234567), "1,234,567");
  EXPECT_EQ(HumanBytes(999), "999 B");
  EXPECT_EQ(HumanBytes(1234567), "1.2 MB");
  EXPECT_EQ(HumanSeconds(7), "0:07");
  EXPECT_EQ(HumanSeconds(3723), "1:02:03");
}

}  // namespace
}  // namespace kalends
