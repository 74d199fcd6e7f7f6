#include "kalends/time.h"

#include <gtest/gtest.h>

#include <ctime>
#include <random>

#include "format/calendar.h"

namespace kalends {
namespace {

constexpr std::int64_t kSecond = 1'000'000;
constexpr TimeUs kJanuary31{1'706'713'200 * kSecond};  // 2024-01-31T15:00:00Z

std::int64_t Parsed(std::string_view text) {
  const Result<TimeUs> time = ParseTime(text);
  if (!time.has_value()) {
    ADD_FAILURE() << time.error().message();
    return 0;
  }
  return time->value;
}

std::string RefusalOf(std::string_view text) {
  const Result<TimeUs> time = ParseTime(text);
  if (time.has_value()) return "accepted";
  EXPECT_EQ(time.error().code(), ErrorCode::kInvalidArgument);
  return time.error().message();
}

TEST(ParseTime, ReadsTheCanonicalForm) {
  EXPECT_EQ(Parsed("1970-01-01T00:00:00Z"), 0);
  EXPECT_EQ(Parsed("2024-01-31T15:00:00Z"), kJanuary31.value);
  EXPECT_EQ(Parsed("2024-01-31T15:00:00.123Z"), kJanuary31.value + 123'000);
  EXPECT_EQ(Parsed("1969-12-31T23:59:59.999999Z"), -1);
}

TEST(ParseTime, ReadsTheOtherSpellingsOfTheSameInstant) {
  for (const char* text :
       {"2024-01-31T15:00Z", "2024-01-31T15:00", "2024-01-31T15:00:00", "2024-01-31 15:00:00", "2024-01-31t15:00:00z",
        "2024-01-31T16:00:00+01:00", "2024-01-31T16:00:00+0100", "2024-01-31T16:00:00+01", "2024-01-31T04:30-10:30",
        "2024-02-01T14:59:00+23:59", "2024-01-30T15:01:00-23:59", "2024-01-31T15:00:00-00:00", "2024-01-31T15:00:00.0Z",
        "+002024-01-31T15:00:00Z"}) {
    EXPECT_EQ(Parsed(text), kJanuary31.value) << text;
  }
}

TEST(ParseTime, ReadsADateAsItsMidnight) {
  EXPECT_EQ(Parsed("2024-01-31"), kJanuary31.value - 15 * 3600 * kSecond);
  EXPECT_EQ(Parsed("+012345-01-01"), Parsed("+012345-01-01T00:00:00Z"));
  EXPECT_EQ(Parsed("-000001-12-31"), Parsed("0000-01-01") - kUsPerDay);
}

TEST(ParseTime, ReadsFractionsOfOneToNineDigits) {
  EXPECT_EQ(Parsed("1970-01-01T00:00:00.1Z"), 100'000);
  EXPECT_EQ(Parsed("1970-01-01T00:00:00.12Z"), 120'000);
  EXPECT_EQ(Parsed("1970-01-01T00:00:00.123456Z"), 123'456);
  EXPECT_EQ(Parsed("1970-01-01T00:00:00.1234560Z"), 123'456);
  EXPECT_EQ(Parsed("1970-01-01T00:00:00.123456000+00:00"), 123'456);
  EXPECT_NE(RefusalOf("1970-01-01T00:00:00.1234567Z").find("microsecond"), std::string::npos);
  EXPECT_NE(RefusalOf("1970-01-01T00:00:00.1234560000Z").find("nine digits"), std::string::npos);
  EXPECT_NE(RefusalOf("1970-01-01T00:00:00.Z").find("missing"), std::string::npos);
  EXPECT_NE(RefusalOf("1970-01-01T00:00.5Z"), "accepted");
}

TEST(ParseTime, KnowsMonthsAndLeapYears) {
  EXPECT_EQ(Parsed("2024-03-01") - Parsed("2024-02-29"), kUsPerDay);
  EXPECT_EQ(Parsed("2000-03-01") - Parsed("2000-02-29"), kUsPerDay);
  for (const char* text : {"2023-02-29", "1900-02-29", "2024-02-30", "2024-04-31", "2024-01-32", "2024-01-00"}) {
    EXPECT_NE(RefusalOf(text).find("no such day"), std::string::npos) << text;
  }
  EXPECT_NE(RefusalOf("2024-13-01").find("01 to 12"), std::string::npos);
  EXPECT_NE(RefusalOf("2024-00-01").find("01 to 12"), std::string::npos);
}

TEST(ParseTime, RefusesClocksAndOffsetsThatDoNotExist) {
  EXPECT_NE(RefusalOf("2024-01-31T24:00:00Z").find("hour"), std::string::npos);
  EXPECT_NE(RefusalOf("2024-01-31T15:60:00Z").find("minute"), std::string::npos);
  EXPECT_NE(RefusalOf("2024-06-30T23:59:60Z").find("leap"), std::string::npos);
  EXPECT_NE(RefusalOf("2024-01-31T15:00:00+24:00").find("offset"), std::string::npos);
  EXPECT_NE(RefusalOf("2024-01-31T15:00:00+01:60").find("offset"), std::string::npos);
}

TEST(ParseTime, RefusesWhatIsNoTime) {
  for (const char* text : {"",
                           "x",
                           "2024",
                           "2024-01",
                           "24-01-31",
                           "2024-1-31",
                           "2024-01-31T",
                           "2024-01-31T15",
                           "2024-01-31T15:",
                           "2024-01-31T15:00:",
                           "2024-01-31T15:00:0",
                           "2024-01-31Z",
                           "2024-01-31+01:00",
                           "2024-01-31T15:00:00ZZ",
                           "2024-01-31T15:00:00 Z",
                           "2024-01-31T15:00:00+1",
                           "2024-01-31T15:00:00+01:",
                           "2024-01-31T15:00:00+01:0",
                           " 2024-01-31",
                           "2024-01-31 ",
                           "12345-01-01",
                           "+12345-01-01",
                           "2024/01/31",
                           "1706713200",
                           "2024-01-31T15:00:00,5Z"}) {
    EXPECT_NE(RefusalOf(text).find("is no time: "), std::string::npos) << text;
  }
}

TEST(ParseTime, RepeatsOnlyTheBeginningOfALongText) {
  std::string text(63, 'x');
  const std::string shown = "'" + text + "...'";
  text += "ä";
  text.append(100'000, 'x');
  const std::string refusal = RefusalOf(text);
  EXPECT_LT(refusal.size(), 300U);
  EXPECT_NE(refusal.find(shown), std::string::npos) << refusal;  // Not half an ä.
}

TEST(ParseTime, ReachesTheFirstAndTheLastInstantAndNoFurther) {
  EXPECT_EQ(Parsed("-290308-12-21T19:59:05.224192Z"), INT64_MIN);
  EXPECT_EQ(Parsed("+294247-01-10T04:00:54.775807Z"), INT64_MAX);
  EXPECT_EQ(Parsed("+294247-01-11T03:59:54.775807+23:59"), INT64_MAX);
  for (const char* text : {"-290308-12-21T19:59:05.224191Z", "+294247-01-10T04:00:54.775808Z", "-999999-01-01",
                           "+999999-12-31", "+294247-01-10T04:00:54.775807-00:01"}) {
    EXPECT_NE(RefusalOf(text).find("outside"), std::string::npos) << text;
  }
}

TEST(ParseTime, NeverReadsPastACutText) {
  const std::string whole = "+002024-01-31T15:00:00.123456789+01:00";
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const std::vector<char> exact(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    (void)ParseTime({exact.data(), exact.size()});  // The sanitizers look on.
  }
}

TEST(ParseTime, AgreesWithTheSystemFrom1900To2200) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 20'000; ++i) {
    std::tm fields{};
    fields.tm_year = static_cast<int>(random() % 301);
    fields.tm_mon = static_cast<int>(random() % 12);
    fields.tm_mday = static_cast<int>(random() % 28) + 1;
    fields.tm_hour = static_cast<int>(random() % 24);
    fields.tm_min = static_cast<int>(random() % 60);
    fields.tm_sec = static_cast<int>(random() % 60);
    char text[40];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &fields);
    ASSERT_EQ(Parsed(text), timegm(&fields) * kSecond) << text;
    ASSERT_EQ(FormatTime({timegm(&fields) * kSecond}), text);
  }
}

TEST(FormatTime, WritesTheFractionOnlyAsFarAsItGoes) {
  EXPECT_EQ(FormatTime(kJanuary31), "2024-01-31T15:00:00Z");
  EXPECT_EQ(FormatTime({kJanuary31.value + 7'000}), "2024-01-31T15:00:00.007Z");
  EXPECT_EQ(FormatTime({kJanuary31.value + 7'001}), "2024-01-31T15:00:00.007001Z");
  EXPECT_EQ(FormatTime({-1}), "1969-12-31T23:59:59.999999Z");
}

TEST(FormatTime, SignsYearsThatFourDigitsCannotHold) {
  EXPECT_EQ(FormatTime({Parsed("0000-01-01")}), "0000-01-01T00:00:00Z");
  EXPECT_EQ(FormatTime({Parsed("0000-01-01") - 1}), "-000001-12-31T23:59:59.999999Z");
  EXPECT_EQ(FormatTime({Parsed("9999-12-31T23:59:59Z") + kSecond}), "+010000-01-01T00:00:00Z");
  EXPECT_EQ(FormatTime({INT64_MIN}), "-290308-12-21T19:59:05.224192Z");
  EXPECT_EQ(FormatTime({INT64_MAX}), "+294247-01-10T04:00:54.775807Z");
}

TEST(FormatTime, IsReadBackAsTheSameInstant) {
  std::mt19937_64 random(2);
  const std::int64_t first = Parsed("0000-01-01");
  const std::int64_t last = Parsed("9999-12-31T23:59:59.999999Z");
  std::uniform_int_distribution<std::int64_t> in_four_digits(first, last);
  std::uniform_int_distribution<std::int64_t> anywhere(INT64_MIN, INT64_MAX);
  for (int i = 0; i < 20'000; ++i) {
    for (const std::int64_t us : {in_four_digits(random), anywhere(random)}) {
      ASSERT_EQ(Parsed(FormatTime({us})), us) << us;
      const std::int64_t whole_second = us / kSecond * kSecond;
      ASSERT_EQ(Parsed(FormatTime({whole_second})), whole_second);
    }
  }
}

std::string Argument(std::string_view text, std::string_view now = "2024-03-31T15:00:00.5Z") {
  const Result<TimeUs> time = ParseTimeArgument(text, TimeUs{Parsed(now)});
  return time.has_value() ? FormatTime(*time) : time.error().message();
}

TEST(ParseTimeArgument, ReadsTimesMillisecondsAndWords) {
  EXPECT_EQ(Argument("2024-01-31"), "2024-01-31T00:00:00Z");
  EXPECT_EQ(Argument("2024-01-31T16:00:00+01:00"), "2024-01-31T15:00:00Z");
  EXPECT_EQ(Argument("-000044-03-15"), "-000044-03-15T00:00:00Z");
  EXPECT_EQ(Argument("1706713200123"), "2024-01-31T15:00:00.123Z");
  EXPECT_EQ(Argument("0"), "1970-01-01T00:00:00Z");
  EXPECT_EQ(Argument("-1000"), "1969-12-31T23:59:59Z");
  EXPECT_EQ(Argument("now"), "2024-03-31T15:00:00.500Z");
  EXPECT_EQ(Argument("today"), "2024-03-31T00:00:00Z");
}

TEST(ParseTimeArgument, CountsBackFromNow) {
  EXPECT_EQ(Argument("-10s"), "2024-03-31T14:59:50.500Z");
  EXPECT_EQ(Argument("-30m"), "2024-03-31T14:30:00.500Z");
  EXPECT_EQ(Argument("-24h"), "2024-03-30T15:00:00.500Z");
  EXPECT_EQ(Argument("-7d"), "2024-03-24T15:00:00.500Z");
  EXPECT_EQ(Argument("-2w"), "2024-03-17T15:00:00.500Z");
  EXPECT_EQ(Argument("-3mo"), "2023-12-31T15:00:00.500Z");
  EXPECT_EQ(Argument("-1y"), "2023-03-31T15:00:00.500Z");
}

TEST(ParseTimeArgument, StaysInAMonthThatIsShorter) {
  EXPECT_EQ(Argument("-1mo"), "2024-02-29T15:00:00.500Z");
  EXPECT_EQ(Argument("-13mo"), "2023-02-28T15:00:00.500Z");
  EXPECT_EQ(Argument("-1y", "2024-02-29"), "2023-02-28T00:00:00Z");
}

TEST(ParseTimeArgument, RefusesWhatItCannotReadAndSaysWhatItCan) {
  for (const char* text : {"", "-", "-d", "-7x", "-7dd", "7d", "+7d", "yesterday", "- 7d", "-7 d", "1.5", "NOW"}) {
    EXPECT_NE(Argument(text).find("a time back from now: -7d"), std::string::npos) << text;
  }
  EXPECT_NE(Argument("2024-02-30").find("no such day"), std::string::npos);
}

TEST(ParseTimeArgument, RefusesWhatIsOutOfRange) {
  for (const char* text : {"9223372036854776", "-9223372036854776", "99999999999999999999", "-300000y", "-9999999999y",
                           "-3600000mo", "-999999999999999999d", "-99999999999999999999s", "-9223372036854775807s"}) {
    EXPECT_NE(Argument(text).find("outside"), std::string::npos) << text << ": " << Argument(text);
  }
}

TEST(Now, IsTheClock) {
  const std::int64_t before = std::time(nullptr);
  EXPECT_GE(Now().value, before * kSecond);
  EXPECT_LE(Now().value, (before + 3600) * kSecond);
}

}  // namespace
}  // namespace kalends
