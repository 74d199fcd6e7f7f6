#include "format/calendar.h"

#include <gtest/gtest.h>

#include <ctime>
#include <random>

namespace kalends {
namespace {

TimeUs At(std::string_view text) { return ParseTime(text).value(); }

std::string WeekOf(std::string_view text) {
  const IsoWeek week = IsoWeekOf(At(text));
  return std::to_string(week.year) + "-W" + std::to_string(week.week);
}

TEST(Month, HoldsEveryInstantFromItsBeginToItsEnd) {
  EXPECT_EQ(Month::Of(At("2024-01-31T23:59:59.999999Z")).ToString(), "2024-01");
  EXPECT_EQ(Month::Of(At("2024-02-01")).ToString(), "2024-02");
  EXPECT_EQ(Month::Of(At("1969-12-31T23:59:59.999999Z")).ToString(), "1969-12");
  EXPECT_EQ(Month::Of(At("1900-01-01")).ToString(), "1900-01");
  EXPECT_EQ(Month::Of(At("0000-01-01")).index, 0);
  EXPECT_EQ(Month::Of(At("-000001-12-31T23:59:59Z")).index, -1);
}

TEST(Month, KnowsYearAndMonthBeforeYearZeroToo) {
  const Month month{-1};
  EXPECT_EQ(month.year(), -1);
  EXPECT_EQ(month.month(), 12);
  EXPECT_EQ(Month::FromYearMonth(2024, 12).month(), 12);
  EXPECT_EQ(Month::FromYearMonth(2024, 12).year(), 2024);
}

TEST(Month, BeginsAndEndsInAnyYear) {
  EXPECT_EQ(Month::FromYearMonth(2024, 2).begin(), At("2024-02-01"));
  EXPECT_EQ(Month::FromYearMonth(2024, 2).end(), At("2024-03-01"));
  EXPECT_EQ(Month::FromYearMonth(1899, 12).end(), At("1900-01-01"));
  EXPECT_EQ(Month::FromYearMonth(-44, 3).begin(), At("-000044-03-01"));
  EXPECT_EQ(Month::FromYearMonth(200'000, 1).begin(), At("+200000-01-01"));
  // Beyond what 64 bits of microseconds hold: the first and the last instant.
  EXPECT_EQ(Month::FromYearMonth(1'000'000, 1).begin().value, INT64_MAX);
  EXPECT_EQ(Month::FromYearMonth(-1'000'000, 1).begin().value, INT64_MIN);
}

TEST(Month, HoldsAnyTimeAnywhere) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 20'000; ++i) {
    const TimeUs time{static_cast<std::int64_t>(random())};
    const Month month = Month::Of(time);
    ASSERT_LE(month.begin(), time);
    ASSERT_LT(time, month.end());
  }
  EXPECT_EQ(Month::Of({INT64_MIN}).ToString(), "-290308-12");
  EXPECT_EQ(Month::Of({INT64_MAX}).ToString(), "+294247-01");
}

TEST(Month, IsReadFromItsText) {
  for (const char* text : {"2024-01", "1900-12", "0000-01", "9999-12", "+012345-06", "-000001-12"}) {
    const Result<Month> month = Month::Parse(text);
    ASSERT_TRUE(month.has_value()) << text;
    EXPECT_EQ(month->ToString(), text);
  }
}

TEST(Month, RefusesOtherTexts) {
  for (const char* text : {"", "2024", "2024-1", "2024-13", "2024-00", "2024_01", "2024-01-01", "x024-01", "202401",
                           "12345-01", "+2024-01", "-1-01", " 2024-01", "2024-01 "}) {
    const Result<Month> month = Month::Parse(text);
    ASSERT_FALSE(month.has_value()) << text;
    EXPECT_EQ(month.error().code(), ErrorCode::kInvalidArgument);
    EXPECT_NE(month.error().message().find("2024-01"), std::string::npos);
  }
}

TEST(CivilDate, AgreesWithTheSystemOnEveryDayFrom1900To2200) {
  std::tm fields{};
  for (std::int64_t day = -25'567; day <= 84'005; ++day) {
    const std::time_t seconds = day * 86'400;
    gmtime_r(&seconds, &fields);
    const CivilDate date = CivilFromDays(day);
    ASSERT_EQ(date.year, fields.tm_year + 1900);
    ASSERT_EQ(date.month, fields.tm_mon + 1);
    ASSERT_EQ(date.day, fields.tm_mday);
    ASSERT_EQ(DaysFromCivil(date), day);
    ASSERT_LE(date.day, DaysInMonth(date.year, date.month));
  }
}

TEST(CivilDate, IsItsOwnInverseOverMillionsOfYears) {
  std::mt19937_64 random(2);
  std::uniform_int_distribution<std::int64_t> days(-1'000'000'000, 1'000'000'000);
  for (int i = 0; i < 20'000; ++i) {
    const std::int64_t day = days(random);
    const CivilDate date = CivilFromDays(day);
    ASSERT_EQ(DaysFromCivil(date), day);
    ASSERT_GE(date.day, 1);
    ASSERT_LE(date.day, DaysInMonth(date.year, date.month));
  }
}

TEST(DayOf, RoundsDown) {
  EXPECT_EQ(DayOf({0}), 0);
  EXPECT_EQ(DayOf({kUsPerDay - 1}), 0);
  EXPECT_EQ(DayOf({-1}), -1);
  EXPECT_EQ(DayOf({-kUsPerDay}), -1);
  EXPECT_EQ(BeginOfDay(DayOf(At("2024-01-31T15:00Z"))), At("2024-01-31"));
}

TEST(IsoWeek, BelongsToTheYearOfItsThursday) {
  EXPECT_EQ(WeekOf("2024-01-01"), "2024-W1");
  EXPECT_EQ(WeekOf("2023-01-01"), "2022-W52");
  EXPECT_EQ(WeekOf("2021-01-03"), "2020-W53");
  EXPECT_EQ(WeekOf("2020-12-31"), "2020-W53");
  EXPECT_EQ(WeekOf("2021-01-04"), "2021-W1");
  EXPECT_EQ(WeekOf("2024-12-30"), "2025-W1");
  EXPECT_EQ(WeekOf("1969-12-29"), "1970-W1");
  EXPECT_EQ(WeekOf("2026-12-31T23:59:59.999999Z"), "2026-W53");
}

TEST(IsoWeek, BeginsOnMonday) {
  EXPECT_EQ(IsoWeekBegin(At("2021-01-03T12:00:00Z")), At("2020-12-28"));
  EXPECT_EQ(IsoWeekBegin(At("2020-12-28")), At("2020-12-28"));
  EXPECT_EQ(IsoWeekBegin(At("1970-01-01")), At("1969-12-29"));
  EXPECT_EQ(IsoWeekBegin({INT64_MIN}).value, INT64_MIN);
  EXPECT_EQ(IsoWeekday(At("2024-01-31T15:00Z")), 3);
  EXPECT_EQ(IsoWeekday(At("1969-12-28T23:59:59.999999Z")), 7);
}

TEST(IsoWeek, AgreesWithTheSystemOnEveryDayFrom1900To2200) {
  std::tm fields{};
  char text[32];
  for (std::int64_t day = -25'567; day <= 84'005; ++day) {
    const std::time_t seconds = day * 86'400;
    gmtime_r(&seconds, &fields);
    std::strftime(text, sizeof text, "%G-%V-%u", &fields);
    const TimeUs time{day * kUsPerDay + 1};
    const IsoWeek week = IsoWeekOf(time);
    char ours[64];
    std::snprintf(ours, sizeof ours, "%04d-%02d-%d", static_cast<int>(week.year), week.week, IsoWeekday(time));
    ASSERT_STREQ(ours, text);
    ASSERT_EQ(IsoWeekBegin(time).value, (day - IsoWeekday(time) + 1) * kUsPerDay);
  }
}

TEST(PartitionName, IsCollectionYearAndMonth) {
  EXPECT_EQ(PartitionName("messages", Month::FromYearMonth(2024, 1)), "messages_2024_01");
  EXPECT_EQ(PartitionName("a-b", Month::FromYearMonth(1900, 12)), "a-b_1900_12");
  EXPECT_EQ(PartitionName("messages", Month::FromYearMonth(12345, 1)), "messages_+012345_01");
  EXPECT_EQ(PartitionName("messages", Month::FromYearMonth(-44, 3)), "messages_-000044_03");
}

}  // namespace
}  // namespace kalends
