// The query language against a model that shares no code with the engine: random questions over random documents and
// over real ones. The real ones lie outside the project: KALENDS_TEST_DATA names their folder. KALENDS_SEED repeats one
// run; what fails is made smaller before it is told.
#include <zstd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "tests/differential/random_questions.h"
#include "tests/differential/random_trees.h"
#include "tests/differential/shrink.h"
#include "tests/differential/trial.h"
#include "tests/engine/engine_test_support.h"

namespace kalends {
namespace {

using differential::Stock;

void AskAll(const Stock& stock, const differential::Vocabulary& vocabulary, differential::Random& random,
            int questions) {
  differential::Trial trial(stock);
  differential::RandomQuestions maker(random, vocabulary, stock.setting);
  for (int i = 0; i < questions; ++i) {
    const differential::Question question = maker.Make();
    const auto difference = trial.Check(question);
    if (difference) {
      FAIL() << "question " << i << ", as small as it gets:\n"
             << differential::Shrink(stock, question, *difference).Run();
    }
  }
  // A generator of questions that match all or nothing would find no fault.
  EXPECT_GT(trial.telling() * 8, questions);
}

// The tail alone, or segments too; one partition without times, or months; with deleted documents or without.
Stock RandomStock(differential::Random& random, bool has_time) {
  Stock stock;
  stock.setting.time_field = has_time ? "t" : "";
  const int count = static_cast<int>(30 + random.Below(120));
  for (int id = 0; id < count; ++id) {
    stock.entries.push_back({differential::RandomDocument(random, id, has_time), false});
  }
  if (!random.OneIn(3)) stock.seal_every = 10 + random.Below(60);
  for (const char* path : {"a", "a.b", "b", "b.0", "c", "n"}) {
    if (random.OneIn(3)) stock.indexes.emplace_back(path);
  }
  const std::uint32_t deleted = random.Below(3);  // Of ten.
  for (Stock::Entry& entry : stock.entries) entry.is_deleted = random.Below(10) < deleted;
  return stock;
}

std::vector<differential::Tree> DocumentsOf(const Stock& stock) {
  std::vector<differential::Tree> documents;
  for (const Stock::Entry& entry : stock.entries) documents.push_back(entry.document);
  return documents;
}

template <class Run>
void ForSeeds(std::uint64_t runs, const Run& run) {
  const char* const given = std::getenv("KALENDS_SEED");
  const std::uint64_t first = given != nullptr ? std::strtoull(given, nullptr, 10) : 1;
  if (given != nullptr) runs = 1;
  for (std::uint64_t seed = first; seed < first + runs; ++seed) {
    SCOPED_TRACE("KALENDS_SEED=" + std::to_string(seed));
    differential::Random random(seed);
    run(random);
    if (::testing::Test::HasFatalFailure()) return;
  }
}

TEST(Differential, RandomDocumentsAreAnsweredAsTheModelDoes) {
  ForSeeds(IsLongRun() ? 240 : 10, [](differential::Random& random) {
    const bool has_time = random.OneIn(2);
    const Stock stock = RandomStock(random, has_time);
    const std::vector<differential::Tree> documents = DocumentsOf(stock);
    AskAll(stock, differential::SmallVocabulary(documents, stock.setting.time_field), random, 150);
  });
}

std::filesystem::path RealFile(const std::string& name) {
  const char* const given = std::getenv("KALENDS_TEST_DATA");
  const std::filesystem::path root =
      given != nullptr ? std::filesystem::path(given) : std::filesystem::path(KALENDS_SOURCE_DIR) / "../shared";
  return root / "data" / name;
}

// The beginning of a file of lines.
std::vector<differential::Tree> RealDocuments(const std::filesystem::path& path, std::size_t count) {
  std::ifstream file(path, std::ios::binary);
  const std::string compressed((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  std::string text(std::size_t{2} << 20U, '\0');
  ZSTD_DStream* const stream = ZSTD_createDStream();
  ZSTD_inBuffer in{compressed.data(), compressed.size(), 0};
  ZSTD_outBuffer out{text.data(), text.size(), 0};
  while (in.pos < in.size && out.pos < out.size) {
    if (ZSTD_isError(ZSTD_decompressStream(stream, &out, &in)) != 0U) break;
  }
  ZSTD_freeDStream(stream);
  text.resize(out.pos);
  std::vector<differential::Tree> documents;
  for (std::size_t begin = 0; documents.size() < count;) {
    const std::size_t end = text.find('\n', begin);
    if (end == std::string::npos) break;
    const auto document = Document::FromJson(std::string_view(text).substr(begin, end - begin));
    begin = end + 1;
    if (!document.has_value()) continue;
    documents.push_back(differential::FromValue(document->value()));
    documents.back().Set("_id", differential::Int(static_cast<std::int64_t>(documents.size())));
  }
  return documents;
}

void AskAboutRealDocuments(const std::string& name, const differential::Setting& setting) {
  const std::filesystem::path path = RealFile(name);
  // The data lie outside the project, and not everybody has them. Where the file is there, it must be read.
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no real data in " << path << "; set KALENDS_TEST_DATA";
  std::vector<differential::Tree> documents = RealDocuments(path, 250);
  ASSERT_FALSE(documents.empty()) << path;
  ForSeeds(IsLongRun() ? 40 : 2, [&](differential::Random& random) {
    Stock stock;
    stock.setting = setting;
    for (const differential::Tree& document : documents) {
      const bool fits = setting.time_field.empty() || document.Find(setting.time_field) != nullptr;
      if (fits) stock.entries.push_back({document, random.OneIn(10)});
    }
    stock.seal_every = random.OneIn(2) ? 0 : 70;
    const std::vector<differential::Tree> stored = DocumentsOf(stock);
    AskAll(stock, differential::DocumentVocabulary(stored, setting.time_field), random, 40);
  });
}

TEST(Differential, RealMessagesAreAnsweredAsTheModelDoes) { AskAboutRealDocuments("messages/m-claude.jsonl.zst", {}); }
TEST(Differential, RealEventsAreAnsweredAsTheModelDoes) {
  AskAboutRealDocuments("events/aider-analytics.jsonl.zst", {"time", TimeUnit::kSeconds});
}

}  // namespace
}  // namespace kalends
