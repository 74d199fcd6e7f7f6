#include "tools/time_detection.h"

#include <gtest/gtest.h>

namespace kalends {
namespace {

std::string Detected(const std::vector<std::string_view>& lines) { return DetectTimeField(lines).value_or("none"); }

TEST(TimeDetection, PrefersTheUsualNamesInTheirOrder) {
  EXPECT_EQ(Detected({R"({"date":"2024-01-01","timestamp":"2024-01-01T10:00:00Z"})"}), "timestamp");
  EXPECT_EQ(Detected({R"({"born":"2024-01-01","created_at":1704067200})"}), "created_at");
}

TEST(TimeDetection, TakesAnotherFieldThatHoldsTimes) {
  EXPECT_EQ(Detected({R"({"id":7,"name":"x","ordered":"2024-01-01 10:00:00"})"}), "ordered");
  EXPECT_EQ(Detected({R"({"when":{"$date":"2024-01-01T00:00:00Z"}})"}), "when");
  EXPECT_EQ(Detected({R"({"size":5000,"at":1704067200123})"}), "at");
}

TEST(TimeDetection, SmallNumbersAreTimesOnlyUnderAUsualName) {
  EXPECT_EQ(Detected({R"({"count":12})"}), "none");
  EXPECT_EQ(Detected({R"({"ts":12})"}), "ts");
}

TEST(TimeDetection, NineOfTenDocumentsMustHaveIt) {
  std::vector<std::string_view> lines(9, R"({"timestamp":"2024-01-01"})");
  lines.emplace_back(R"({"timestamp":"soon"})");
  EXPECT_EQ(Detected(lines), "timestamp");
  lines.emplace_back(R"({})");
  EXPECT_EQ(Detected(lines), "none");
}

TEST(TimeDetection, PassesOverLinesThatAreNoDocuments) {
  EXPECT_EQ(Detected({"// a comment", R"({"time":"2024-01-01"})", ""}), "time");
  EXPECT_EQ(Detected({}), "none");
  EXPECT_EQ(Detected({"nonsense"}), "none");
}

TEST(TimeDetection, AFieldWhoseNameHasADotCannotBeAPath) {
  EXPECT_EQ(Detected({R"({"a.b":"2024-01-01","c":"2024-01-01"})"}), "c");
}

}  // namespace
}  // namespace kalends
