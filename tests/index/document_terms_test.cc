#include "index/document_terms.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "index/term_index.h"
#include "kalends/document.h"

namespace kalends {
namespace {

using Terms = std::vector<std::string>;

DocumentTerms Reader(const TextOptions& options) { return std::move(DocumentTerms::Make(options)).value(); }

Terms TermsOf(DocumentTerms& reader, const Document& document) {
  Terms terms;
  reader.ForEach(document.value(), [&](std::string_view term) { terms.emplace_back(term); });
  return terms;
}

// With their hashes.
Terms StoredTermsOf(std::string_view stored) {
  Terms terms;
  StoredTerms reader(stored);
  std::string_view term;
  for (std::uint32_t hash = 0; reader.Next(&term, &hash);) {
    terms.emplace_back(term);
    EXPECT_EQ(hash, TermIndex::HashOf(term)) << term;
  }
  EXPECT_FALSE(StoredTerms(std::string_view()).Next(&term, nullptr));
  return terms;
}

TEST(DocumentTerms, AreThoseOfAllTexts) {
  const Document document =
      Document::FromJson(R"({"a": "The running dogs", "b": [{"c": "東京都 run"}, 7, "RUNS!"], "d": "never"})").value();
  DocumentTerms english = Reader({.fields = {"a", "b"}, .language = "english"});
  EXPECT_EQ(TermsOf(english, document), (Terms{"run", "dog", "東京", "京都", "都", "run", "run"}));
  DocumentTerms plain = Reader({.fields = {"*"}, .exclude = {"b"}});
  EXPECT_EQ(TermsOf(plain, document), (Terms{"the", "running", "dogs", "never"}));
}

TEST(DocumentTerms, ComeBackFromStoredTerms) {
  DocumentTerms reader = Reader({.fields = {"*"}});
  std::string stored;
  Terms all;
  const std::string longest(kWordBytesMax, 'y');
  for (const std::string& text : {std::string("one two, ONE"), std::string(), std::string("..."),
                                  std::string("한국어 é"), longest, std::string(1000, 'z')}) {
    const Document document = DocumentBuilder().Add("text", text).Build();
    reader.Append(document.value(), &stored);
    for (std::string& term : TermsOf(reader, document)) all.push_back(std::move(term));
  }
  ASSERT_EQ(all.size(), 9U);
  EXPECT_EQ(all[7], longest);
  EXPECT_EQ(StoredTermsOf(stored), all);
}

TEST(DocumentTerms, OfAnUnknownLanguageAreRefused) {
  const auto made = DocumentTerms::Make({.fields = {"*"}, .language = "klingon"});
  ASSERT_FALSE(made.has_value());
  EXPECT_EQ(made.error().code(), ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace kalends
