#include "index/text_language.h"

#include <gtest/gtest.h>

#include <sstream>

#include "tests/index/fts_test_data.h"

namespace kalends {
namespace {

TextLanguage Language(std::string_view name) {
  Result<TextLanguage> language = TextLanguage::Make(name);
  EXPECT_TRUE(language.has_value()) << name;
  return std::move(language).value();
}

TEST(TextLanguage, IsFoundByNameAndCode) {
  EXPECT_TRUE(Language("none").is_none());
  EXPECT_EQ(Language("german").name(), "german");
  EXPECT_EQ(Language("de").name(), "german");
  for (const std::string& name : TextLanguage::Names()) EXPECT_EQ(Language(name).name(), name);
  const Result<TextLanguage> unknown = TextLanguage::Make("klingon");
  ASSERT_FALSE(unknown.has_value());
  EXPECT_EQ(unknown.error().code(), ErrorCode::kInvalidArgument);
  EXPECT_NE(unknown.error().message().find("\"klingon\""), std::string::npos);
  EXPECT_NE(unknown.error().message().find("porter"), std::string::npos);
  EXPECT_FALSE(TextLanguage::Make("").has_value());
}

TEST(TextLanguage, NoneKeepsWordsAsTheyAre) {
  TextLanguage none;
  EXPECT_EQ(none.Stem("running"), "running");
  EXPECT_EQ(none.Term("the"), "the");
  EXPECT_FALSE(none.IsStopWord("the"));
  EXPECT_TRUE(none.KeepsFirstCharacter({.case_sensitive = true}));
}

TEST(TextLanguage, KnowsStopWords) {
  EXPECT_TRUE(Language("english").IsStopWord("the"));
  EXPECT_TRUE(Language("english").IsStopWord("don't"));
  EXPECT_FALSE(Language("english").IsStopWord("house"));
  EXPECT_TRUE(Language("german").IsStopWord("für"));
  EXPECT_TRUE(Language("german").IsStopWord("fur"));
  EXPECT_TRUE(Language("german").IsStopWord("dass"));
  EXPECT_TRUE(Language("russian").IsStopWord("её"));
  EXPECT_FALSE(Language("porter").IsStopWord("the"));
  EXPECT_FALSE(Language("tamil").IsStopWord("the"));
  for (const char* name : {"danish", "dutch", "english", "finnish", "french", "german", "italian", "norwegian",
                           "portuguese", "russian", "spanish", "swedish"}) {
    EXPECT_GT(StopWordsOf(name).size(), 80U) << name;
  }
}

TEST(TextLanguage, MakesTerms) {
  TextLanguage english = Language("english");
  const std::string uncached = "wordsofmorethanthirtybytesarenotcached";
  for (int round = 0; round < 100; ++round) {  // With and without the cache.
    EXPECT_EQ(english.Term("running"), "run");
    EXPECT_EQ(english.Term("the"), "");
    EXPECT_EQ(english.Term(uncached), "wordsofmorethanthirtybytesarenotcach");
    EXPECT_EQ(english.Stem("the"), "the");
  }
  // A stem may be empty, a term is not.
  EXPECT_EQ(Language("porter").Stem("s"), "");
  EXPECT_EQ(Language("porter").Term("s"), "s");
}

TEST(TextLanguage, MovesWithItsStemmer) {
  TextLanguage a = Language("english");
  TextLanguage b = std::move(a);
  EXPECT_EQ(b.Stem("houses"), "hous");
  a = std::move(b);
  EXPECT_EQ(a.Term("houses"), "hous");
}

// The vocabularies of Snowball, word by word: Debian's version is older than the cases, so that a few stems differ.
struct Vocabulary {
  const char* language;
  double share;
};
class SnowballVocabulary : public testing::TestWithParam<Vocabulary> {};

TEST_P(SnowballVocabulary, IsStemmedAlike) {
  if (!std::filesystem::exists(TextCasesPath())) GTEST_SKIP() << "no " << TextCasesPath() << "; set KALENDS_TEST_DATA";
  TextLanguage language = Language(GetParam().language);
  std::istringstream lines(TextCases()[std::string("snowball-") + GetParam().language + ".tsv"]);
  int words = 0;
  int alike = 0;
  for (std::string line; std::getline(lines, line);) {
    const std::size_t tab = line.find('\t');
    ASSERT_NE(tab, std::string::npos) << line;
    const std::string word = line.substr(0, tab);
    const std::string stem = line.substr(tab + 1);
    ++words;
    alike += language.Stem(word) == stem ? 1 : 0;
    // From the cache, or not; twice, so that it is.
    if (language.IsStopWord(word) || language.Stem(word).empty()) continue;
    const std::string expected(language.Stem(word));
    ASSERT_EQ(language.Term(word), expected);
    ASSERT_EQ(language.Term(word), expected);
  }
  EXPECT_GT(words, 25'000);
  EXPECT_GE(alike, words * GetParam().share) << alike << " of " << words;
  RecordProperty("words", words);
  RecordProperty("alike", alike);
}

INSTANTIATE_TEST_SUITE_P(, SnowballVocabulary,
                         testing::Values(Vocabulary{"porter", 1.0}, Vocabulary{"english", 0.998},
                                         Vocabulary{"german", 0.96}, Vocabulary{"spanish", 0.99}),
                         [](const auto& info) { return std::string(info.param.language); });

TEST(TextLanguage, SaysWhetherFirstCharactersStay) {
  EXPECT_TRUE(Language("english").KeepsFirstCharacter());
  EXPECT_FALSE(Language("english").KeepsFirstCharacter({.case_sensitive = true}));      // "Yes" becomes "yes".
  EXPECT_FALSE(Language("german").KeepsFirstCharacter({.diacritic_sensitive = true}));  // "äpfel" becomes "apfel".
  EXPECT_FALSE(Language("indonesian").KeepsFirstCharacter());
  EXPECT_FALSE(Language("turkish").KeepsFirstCharacter());
}

// All words of up to four letters and some longer ones.
TEST(TextLanguage, KeepsFirstCharactersWhereItSaysSo) {
  constexpr std::string_view kEnds[] = {"",      "ing",   "ed",   "s",   "ies", "ungen", "heit",
                                        "ement", "mente", "amos", "ene", "lar", "ne",    "ak"};
  for (const std::string& name : TextLanguage::Names()) {
    TextLanguage language = Language(name);
    if (!language.KeepsFirstCharacter()) continue;
    for (int code = 0; code < 26 * 26 * 26; ++code) {
      for (const std::string_view end : kEnds) {
        std::string word;
        for (int rest = code; rest > 0 || word.empty(); rest /= 26) word += static_cast<char>('a' + rest % 26);
        word += end;
        const std::string_view stem = language.Stem(word);
        ASSERT_TRUE(stem.empty() || stem[0] == word[0]) << name << ": " << word << " becomes " << stem;
      }
    }
  }
}

}  // namespace
}  // namespace kalends
