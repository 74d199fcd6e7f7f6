#include <gtest/gtest.h>
#include <zstd.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

#include "suites/case_lines.h"
#include "suites/place.h"
#include "suites/run_suites.h"

namespace kalends::suites {
namespace {

std::string Cases(const std::string& name) { return KALENDS_SOURCE_DIR "/tests/suites/cases-" + name + ".ndjson"; }

struct Ran {
  Tally total;
  std::string output;
};

Ran RunFiles(const SuiteOptions& options) {
  std::ostringstream out;
  const Result<Report> report = RunSuites(options, out);
  if (!report.has_value()) {
    ADD_FAILURE() << report.error().message();
    return {};
  }
  return {report->total(), out.str()};
}

Ran RunFile(const std::string& name) { return RunFiles({.files = {Cases(name)}, .only = ""}); }

std::size_t LinesOf(const std::string& name) { return ReadCaseLines(Cases(name)).value().size(); }

void ExpectAllPass(const std::string& name) {
  const Ran ran = RunFile(name);
  EXPECT_EQ(ran.total.passed, LinesOf(name)) << ran.output;
  EXPECT_EQ(ran.total.failed, 0U);
}

TEST(SuiteRunner, PassesRightAnswersToCommands) { ExpectAllPass("commands"); }
TEST(SuiteRunner, PassesRightAnswersInTheSchemaOfScripts) { ExpectAllPass("script"); }
TEST(SuiteRunner, PassesRightAnswersToUpdates) { ExpectAllPass("update"); }

TEST(SuiteRunner, CountsEachWrongExpectationAsFailed) {
  const Ran ran = RunFile("wrong");
  EXPECT_EQ(ran.total.failed, LinesOf("wrong")) << ran.output;
  EXPECT_EQ(ran.total.passed, 0U);
  EXPECT_NE(ran.output.find("FAILED in plain: wrong/value\n  expected [{\"_id\":1,\"n\":6}]\n"
                            "  got      [{\"_id\":1,\"n\":5}]\n"),
            std::string::npos)
      << ran.output;
}

TEST(SuiteRunner, CountsWhatCannotBeAskedAsUnsupported) {
  const Ran ran = RunFile("unsupported");
  EXPECT_EQ(ran.total.unsupported, LinesOf("unsupported")) << ran.output;
  EXPECT_NE(ran.output.find("argument: find.hint"), std::string::npos) << ran.output;
}

TEST(SuiteRunner, ShowsApartWhatFailsAsItIsNotThere) {
  const Ran ran = RunFiles({.files = {Cases("commands")}, .only = "own/error-of"});
  EXPECT_EQ(ran.total.passed, 1U);
  EXPECT_EQ(ran.total.refused, 1U);
}

TEST(SuiteRunner, EndsWithTheTotals) {
  const Ran ran = RunFiles({.files = {Cases("commands"), Cases("wrong")}, .only = "find", .tables_only = true});
  EXPECT_EQ(ran.output.find("FAILED"), std::string::npos);
  EXPECT_TRUE(ran.output.ends_with("\n4 passed, 0 failed, 0 unsupported\n")) << ran.output;
}

TEST(SuiteRunner, ReadsCompressedFiles) {
  const std::string path = ::testing::TempDir() + "kalends-suite-cases.zst";
  std::ifstream plain(Cases("commands"), std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(plain), std::istreambuf_iterator<char>()};
  std::string compressed(ZSTD_compressBound(text.size()), '\0');
  compressed.resize(ZSTD_compress(compressed.data(), compressed.size(), text.data(), text.size(), 3));
  std::ofstream(path, std::ios::binary) << compressed;
  EXPECT_EQ(ReadCaseLines(path).value(), ReadCaseLines(Cases("commands")).value());
  std::ofstream(path, std::ios::binary) << compressed.substr(0, compressed.size() / 2);
  EXPECT_FALSE(ReadCaseLines(path).has_value());
  std::remove(path.c_str());
}

TEST(SuiteRunner, RefusesAFileThatIsNotThere) {
  std::ostringstream out;
  EXPECT_FALSE(RunSuites({.files = {"/nowhere/cases.ndjson"}, .only = ""}, out).has_value());
}

// The reason to have it: documents in every month, in segments and tails, found in the order in which they were given.
TEST(RollingPlace, SpreadsDocumentsOverMonthsSegmentsAndTails) {
  const auto database = Database::OpenInMemory().value();
  const auto place = MakeRollingPlace(database.get()).value();
  for (int round = 0; round < 3; ++round) {
    ASSERT_TRUE(place->Begin().ok());
    std::vector<Document> documents;
    std::vector<Value> values;
    for (int i = 0; i < 18; ++i) documents.push_back(Document::FromJson("{\"_id\":" + std::to_string(i) + "}").value());
    for (const Document& document : documents) values.push_back(document.value());
    ASSERT_TRUE(place->Insert(values).ok());

    Query query;
    query.order = Order::kOldestFirst;
    const auto found = place->collection().Find(query).value().ToVector().value();
    ASSERT_EQ(found.size(), values.size());
    for (int i = 0; i < 18; ++i) EXPECT_EQ(found[i].Get("_id").as_integer(), i);
    const auto stats = database->Stats("rolling").value();
    ASSERT_EQ(stats.partitions.size(), 3U);
    for (const PartitionStats& month : stats.partitions) {
      EXPECT_EQ(month.documents, 6U) << month.name;
      EXPECT_GE(month.segments, 2U) << month.name;
      EXPECT_GE(month.tail, 2U) << month.name;
    }
  }
}

}  // namespace
}  // namespace kalends::suites
