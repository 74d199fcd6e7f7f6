// The sample documents: the same ones on every machine, in order, spread over the months.

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <sstream>

#include "kalends/document.h"
#include "tests/tools/child_process.h"
#include "tools/generate_output.h"
#include "tools/generate_random.h"

namespace kalends {
namespace {

std::string Generate(const std::vector<std::string>& arguments) {
  const ScratchFolder folder;
  const Ended ended = ChildProcess(folder, KALENDS_GENERATE, arguments, "").Wait();
  EXPECT_EQ(ended.status, 0) << ended.error;
  return ended.out;
}

std::vector<Document> Documents(const std::string& lines) {
  std::vector<Document> documents;
  std::istringstream in(lines);
  std::string line;
  while (std::getline(in, line)) {
    auto document = Document::FromJson(line);
    EXPECT_TRUE(document.has_value()) << line;
    if (document) documents.push_back(std::move(*document));
  }
  return documents;
}

// XXH3 and the like belong to lower floors: FNV-1a will do.
std::uint64_t Fingerprint(const std::string& text) {
  std::uint64_t hash = 0xCBF29CE484222325U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  return hash;
}

// Of 2,000 messages with seed 7.
constexpr std::uint64_t kMessagesFingerprint = 17422887579306168464U;

TEST(Random, GivesTheSameNumbersOnEveryMachine) {
  Random random(1);
  EXPECT_EQ(random.Next(), 12966619160104079557U);
  EXPECT_EQ(random.Next(), 9600361134598540522U);
}

TEST(Random, ZipfDrawsTheFirstMostOften) {
  Random random(1);
  const Zipf zipf(100, 1);
  std::map<std::uint32_t, int> drawn;
  for (int i = 0; i < 100000; ++i) ++drawn[zipf.Draw(random)];
  EXPECT_GT(drawn[0], drawn[9] * 5);
  EXPECT_GT(drawn[99], 0);
  EXPECT_EQ(drawn.rbegin()->first, 99U);
}

TEST(Generate, TheSameOptionsGiveTheSameBytes) {
  const std::string sample = Generate({"messages", "--count", "2000", "--seed", "7"});
  EXPECT_EQ(sample, Generate({"messages", "--count", "2000", "--seed", "7"}));
  EXPECT_NE(sample, Generate({"messages", "--count", "2000", "--seed", "8"}));
  EXPECT_EQ(Fingerprint(sample), kMessagesFingerprint)
      << "measurements with the generator can no longer be compared: is that meant?";
}

TEST(Generate, MessagesAreOrderedUniqueAndSpreadOverTheYear) {
  const auto documents =
      Documents(Generate({"messages", "--count", "12000", "--from", "2025-01-01", "--months", "12"}));
  ASSERT_EQ(documents.size(), 12000U);
  std::set<std::string> ids;
  std::map<std::string, int> months;
  std::map<std::string, int> sessions;
  std::string last;
  std::size_t bytes = 0;
  for (const Document& document : documents) {
    ids.emplace(document.Get("uuid").as_string());
    const std::string time(document.Get("timestamp").as_string());
    EXPECT_LE(last, time);
    last = time;
    ++months[time.substr(0, 7)];
    ++sessions[std::string(document.Get("sessionId").as_string())];
    bytes += document.json_bytes();
    EXPECT_TRUE(document.Get("message").Get("content").is_string());
  }
  EXPECT_EQ(ids.size(), 12000U);
  EXPECT_EQ(months.size(), 12U);
  for (const auto& [month, count] : months) EXPECT_NEAR(count, 1000, 100) << month;
  EXPECT_GT(sessions.size(), 100U);
  EXPECT_NEAR(static_cast<double>(bytes) / 12000, 900, 60);
}

TEST(Generate, SnapshotsComeFromEveryMonitorEachInterval) {
  const auto documents = Documents(Generate({"snapshots", "--monitors", "3", "--count", "7", "--interval", "60"}));
  ASSERT_EQ(documents.size(), 7U);
  EXPECT_EQ(documents[5].Get("monitor_id").as_string(), "monitor-2");
  EXPECT_EQ(documents[6].Get("timestamp").as_string(), "2025-01-01T00:02:00.000Z");
  for (const char* metric : {"cpu", "memory_mb", "latency_ms", "requests"}) {
    EXPECT_TRUE(documents[0].Get("metrics").Get(metric).is_number()) << metric;
  }
}

TEST(Generate, SmallDocumentsAreNumbered) {
  const auto documents = Documents(Generate({"small", "--count", "4", "--from", "2025-01-01", "--months", "4"}));
  ASSERT_EQ(documents.size(), 4U);
  EXPECT_EQ(documents[3].Get("_id").as_integer(), 3);
  EXPECT_EQ(documents[0].Get("ts").as_integer(), 1735689600000);
}

}  // namespace
}  // namespace kalends
