#include "index/term_reader.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace kalends {
namespace {

using Terms = std::vector<std::string>;

Terms TermsOf(std::string_view text, std::string_view language, TextMode mode = {}) {
  TermReader reader(std::move(TextLanguage::Make(language)).value(), mode);
  Terms terms;
  reader.Start(text);
  for (std::string_view term; reader.Next(&term);) terms.emplace_back(term);
  EXPECT_EQ(reader.term_count(), terms.size());
  return terms;
}

Terms CjkTermsOf(std::string_view run) {
  Terms terms;
  CjkTerms reader(run);
  for (std::string_view term; reader.Next(&term);) terms.emplace_back(term);
  return terms;
}

TEST(CjkTerms, ArePairsAndTheLastCharacter) {
  EXPECT_EQ(CjkTermsOf("東京都"), (Terms{"東京", "京都", "都"}));
  EXPECT_EQ(CjkTermsOf("東京"), (Terms{"東京", "京"}));
  EXPECT_EQ(CjkTermsOf("東"), (Terms{"東"}));
  EXPECT_EQ(CjkTermsOf("𠮷野"), (Terms{"𠮷野", "野"}));
  EXPECT_TRUE(CjkTermsOf("").empty());
}

TEST(TermReader, StemsWordsAndDropsStopWords) {
  EXPECT_EQ(TermsOf("The houses are burning", "english"), (Terms{"hous", "burn"}));
  EXPECT_EQ(TermsOf("The houses are burning", "porter"), (Terms{"the", "hous", "ar", "burn"}));
  EXPECT_EQ(TermsOf("The houses are burning", "none"), (Terms{"the", "houses", "are", "burning"}));
  EXPECT_EQ(TermsOf("Die Häuser für uns", "german"), (Terms{"haus"}));
  EXPECT_EQ(TermsOf("Die Häuser für uns", "german", {.diacritic_sensitive = true}), (Terms{"haus"}));
  EXPECT_TRUE(TermsOf("to be or not to be", "english").empty());
}

TEST(TermReader, BoundsTermsThatStemmingMakesLonger) {
  std::string word;
  while (word.size() < 40) word += "џ";
  EXPECT_GT(TermsOf(word, "serbian")[0].size(), word.size());
  while (word.size() < kWordBytesMax) word += "џ";
  EXPECT_EQ(TermsOf(word, "serbian"), (Terms{word}));
}

TEST(TermReader, TakesCjkInPairs) {
  EXPECT_EQ(TermsOf("The 東京都 towers 👍", "english"), (Terms{"東京", "京都", "都", "tower", "👍"}));
  EXPECT_EQ(TermsOf("ﾄｳｷｮｳ", "none"), TermsOf("トウキョウ", "none"));
}

TEST(TermReader, StartsAnew) {
  TermReader reader{TextLanguage()};
  std::string_view term;
  reader.Start("東京都");
  ASSERT_TRUE(reader.Next(&term));
  reader.Start("a b");
  ASSERT_TRUE(reader.Next(&term));
  EXPECT_EQ(term, "a");
  ASSERT_TRUE(reader.Next(&term));
  EXPECT_EQ(reader.term_count(), 2U);
  EXPECT_FALSE(reader.Next(&term));
  EXPECT_EQ(reader.term_count(), 2U);
}

}  // namespace
}  // namespace kalends
