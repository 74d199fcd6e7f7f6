// How good the order by score is: the collection of 3,204 abstracts and 64 questions of the CACM with the judgements of
// people about 52 of these. Not part of this repository: KALENDS_TEST_DATA names its folder.
#include <algorithm>
#include <cctype>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "tests/engine/engine_test_support.h"
#include "tests/index/fts_test_data.h"

namespace kalends {
namespace {

struct Cacm {
  std::vector<Document> documents;
  std::map<std::int64_t, std::string> questions;
  std::map<std::int64_t, std::set<std::string>> relevant;
};

std::vector<Document> LinesOf(const std::string& lines) {
  std::vector<Document> documents;
  std::istringstream in(lines);
  for (std::string line; std::getline(in, line);) documents.push_back(Doc(line));
  return documents;
}

// A question as words alone: quotes and dashes mean something in a search.
std::string WordsOf(std::string_view question) {
  std::string words;
  for (const char c : question) words += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : ' ';
  return words;
}

Cacm Read(const std::map<std::string, std::string>& files) {
  Cacm cacm;
  cacm.documents = LinesOf(files.at("cacm.docs.jsonl"));
  for (const Document& line : LinesOf(files.at("cacm.queries.jsonl")))
    cacm.questions[line.Get("qid").as_integer()] = WordsOf(line.Get("query").as_string());
  for (const Document& line : LinesOf(files.at("cacm.qrels.jsonl"))) {
    if (line.Get("rel").as_integer() > 0) cacm.relevant[line.Get("qid").as_integer()].emplace(line.Get("doc").as_string());
  }
  return cacm;
}

double AveragePrecision(const std::vector<std::string>& ranked, const std::set<std::string>& relevant) {
  double sum = 0;
  double found = 0;
  for (std::size_t i = 0; i < ranked.size(); ++i) {
    if (relevant.contains(ranked[i])) sum += ++found / static_cast<double>(i + 1);
  }
  return sum / static_cast<double>(relevant.size());
}

// `plain`: in one partition, else in one for each of some 250 months.
double MeanAveragePrecision(const Cacm& cacm, const std::string& language, bool plain) {
  const auto database = MemoryDatabase();
  CollectionSpec spec;
  spec.plain = plain;
  spec.missing_time = MissingTime::kArrival;
  spec.text_fields = {"text"};
  spec.text_language = language;
  Collection articles = Must(database->CreateCollection("articles", spec));
  for (std::size_t begin = 0; begin < cacm.documents.size(); begin += 1000) {
    const std::size_t count = std::min<std::size_t>(1000, cacm.documents.size() - begin);
    Must(articles.InsertMany(std::span(cacm.documents).subspan(begin, count)));
    if (begin == 1000) Must(database->SealAll());
  }
  double sum = 0;
  for (const auto& [question, relevant] : cacm.relevant) {
    SearchQuery search;
    search.text = cacm.questions.at(question);
    search.by_score = true;
    search.query.projection = Doc(R"({"_id": 1})");
    std::vector<std::string> ranked;
    Cursor cursor = Must(articles.Search(search));
    for (const Document& document : Must(cursor.ToVector())) ranked.emplace_back(document.Get("_id").as_string());
    sum += AveragePrecision(ranked, relevant);
  }
  return sum / static_cast<double>(cacm.relevant.size());
}

// SQLite's FTS5 by its unicode61 and its porter tokenizer, ordered by bm25(), reaches .2749 and .3049.
TEST(Cacm, IsOrderedAsWellAsByOthers) {
  const std::string path = FtsDataPath("cacm.tar.zst");
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no " << path << "; set KALENDS_TEST_DATA";
  const Cacm cacm = Read(FilesOfArchive(path));
  ASSERT_EQ(cacm.documents.size(), 3204U);
  ASSERT_EQ(cacm.relevant.size(), 52U);
  const double plain = MeanAveragePrecision(cacm, "none", true);
  const double stemmed = MeanAveragePrecision(cacm, "porter", false);
  RecordProperty("map_none", std::to_string(plain));
  RecordProperty("map_porter", std::to_string(stemmed));
  EXPECT_GE(plain, 0.2549);
  EXPECT_GE(stemmed, 0.2849);
}

}  // namespace
}  // namespace kalends
