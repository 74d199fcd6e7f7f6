#include "index/token_reader.h"

#include <gtest/gtest.h>

#include <chrono>
#include <random>
#include <set>
#include <vector>

namespace kalends {
namespace {

using Texts = std::vector<std::string>;

// CJK runs in brackets.
Texts TokensOf(std::string_view text, TextMode mode = {}) {
  TokenReader reader(mode);
  Texts tokens;
  reader.Start(text);
  for (TextToken token; reader.Next(&token);) {
    const std::string read(token.text);
    tokens.push_back(token.kind == TextToken::Kind::kCjk ? "[" + read + "]" : read);
  }
  return tokens;
}

Texts SourcesOf(std::string_view text) {
  TokenReader reader;
  Texts sources;
  reader.Start(text);
  for (TextToken token; reader.Next(&token);) sources.emplace_back(text.substr(token.begin, token.end - token.begin));
  return sources;
}

std::string Repeated(std::string_view part, std::size_t bytes) {
  std::string text;
  text.reserve(bytes + part.size());
  while (text.size() < bytes) text += part;
  return text;
}

TEST(TokenReader, SplitsEnglish) {
  EXPECT_EQ(TokensOf("The U.S. can't pay $3.50 (or 1,000) -- OK?"),
            (Texts{"the", "u.s", "can't", "pay", "3.50", "or", "1,000", "ok"}));
  EXPECT_EQ(TokensOf("read_file() in src/a.cc; ___"), (Texts{"read_file", "in", "src", "a.cc"}));
  EXPECT_EQ(TokensOf("don’t"), TokensOf("DON'T"));
  EXPECT_EQ(TokensOf("Don't YOU", {.case_sensitive = true}), (Texts{"Don't", "YOU"}));
  EXPECT_TRUE(TokensOf("").empty());
  EXPECT_TRUE(TokensOf(" \t\n... -- \u2026 \u00A9\u2122").empty());
}

TEST(TokenReader, SplitsOtherAlphabets) {
  EXPECT_EQ(TokensOf("Größe: 5 Äpfel"), (Texts{"grosse", "5", "apfel"}));
  EXPECT_EQ(TokensOf("Größe", {.diacritic_sensitive = true}), (Texts{"grösse"}));
  EXPECT_EQ(TokensOf("Ἐν ἀρχῇ"), (Texts{"εν", "αρχη"}));
  EXPECT_EQ(TokensOf("Йод и ёж"), (Texts{"йод", "и", "ёж"}));
  EXPECT_EQ(TokensOf("שָׁלוֹם, עולם"), (Texts{"שלום", "עולם"}));
}

TEST(TokenReader, GathersRunsOfCjk) {
  EXPECT_EQ(TokensOf("東京タワーへ行く。"), (Texts{"[東京タワーへ行く]"}));
  EXPECT_EQ(TokensOf("서울 2024년에"), (Texts{"[서울]", "2024", "[년에]"}));
  EXPECT_EQ(TokensOf("iPhone15を買う"), (Texts{"iphone15", "[を買う]"}));
  EXPECT_EQ(TokensOf("東京A東京"), (Texts{"[東京]", "a", "[東京]"}));
  EXPECT_EQ(TokensOf("タ・ワ"), (Texts{"[タ]", "[ワ]"}));
  EXPECT_EQ(TokensOf("abc.東京_x"), (Texts{"abc", "[東京]", "_x"}));
  EXPECT_EQ(TokensOf("ﾀﾞ人々〇ー"), (Texts{"[ダ人々〇ー]"}));
  EXPECT_EQ(TokensOf("か\u3099く"), (Texts{"[がく]"}));
  EXPECT_EQ(TokensOf("\u1112\u1161\u11ABa"), (Texts{"[한]", "a"}));
}

TEST(TokenReader, TakesEmojiForWords) {
  EXPECT_EQ(TokensOf("ok 👍👍🏽!"), (Texts{"ok", "👍", "👍🏽"}));
  EXPECT_EQ(TokensOf("❤️"), (Texts{"❤"}));
  EXPECT_EQ(TokensOf("👩‍👩‍👧x"), (Texts{"👩‍👩‍👧", "x"}));
  EXPECT_EQ(TokensOf("🇩🇪🇫🇷"), (Texts{"🇩🇪", "🇫🇷"}));
  EXPECT_EQ(TokensOf("日\u200D🎉"), (Texts{"[日]", "🎉"}));
  EXPECT_EQ(TokensOf("-\u200D🎉"), (Texts{"🎉"}));
}

TEST(TokenReader, SaysWhereTheTokensWere) {
  EXPECT_EQ(SourcesOf("(Größe)  東京A \u00AD 👍!"), (Texts{"Größe", "東京", "A", "👍"}));
}

TEST(TokenReader, SkipsBytesThatAreNoUtf8) {
  EXPECT_EQ(TokensOf("a\xFF"
                     "b\xE6\x9D z"),
            (Texts{"a", "b", "z"}));
  EXPECT_EQ(TokensOf("東\xE6京"), (Texts{"[東]", "[京]"}));
}

TEST(TokenReader, ShortensLongWordsExactly) {
  const std::string longest(kWordBytesMax, 'x');
  EXPECT_EQ(TokensOf(longest), (Texts{longest}));
  const std::string word = longest + "Y";
  const std::string shortened = TokensOf(word)[0];
  EXPECT_EQ(shortened.size(), kWordBytesMax);
  EXPECT_EQ(shortened.substr(0, 96), std::string(96, 'x'));
  EXPECT_EQ(shortened, TokensOf(longest + "y")[0]);  // Of the folded form.
  EXPECT_NE(shortened, TokensOf(longest + "z")[0]);
  EXPECT_NE(shortened, TokensOf(longest + "yy")[0]);
  EXPECT_EQ(shortened.substr(96), "d38e76dd0e74f0209e13431e41e7c3ba");  // On disk: must stay.
  // Not inside a character.
  const std::string cyrillic = TokensOf("a" + Repeated("ж", 200))[0];
  EXPECT_EQ(cyrillic.size(), 95U + 32U);
  EXPECT_EQ(cyrillic.substr(93, 2), "ж");
  // What is long only before it is folded.
  EXPECT_EQ(TokensOf("e" + Repeated("\u0301", 200)), (Texts{"e"}));
}

TEST(TokenReader, ReadsTextsInAnyOrder) {
  TokenReader reader;
  TextToken token;
  reader.Start("Ünfinished text");
  ASSERT_TRUE(reader.Next(&token));
  reader.Start("Other");
  ASSERT_TRUE(reader.Next(&token));
  EXPECT_EQ(token.text, "other");
  EXPECT_FALSE(reader.Next(&token));
  EXPECT_FALSE(reader.Next(&token));
}

TEST(TokenReader, ReadsHostileTextsInTime) {
  constexpr std::size_t kBytes = std::size_t{4} << 20U;
  const std::string words[] = {
      Repeated("QmFzZTY0", kBytes),            // One word.
      Repeated("a.", kBytes),                  // One word of ASCII punctuation.
      "e" + Repeated("\u0301", kBytes),        // Marks that are dropped.
      "ж" + Repeated("\u0301\u0323", kBytes),  // Marks that must be ordered.
      Repeated("漢字", kBytes),
      Repeated("\u1161", kBytes),    // Vowels of Hangul, which join what is before them.
      Repeated("ﷺ", kBytes),         // 18 characters each.
      Repeated("a'\u0301", kBytes),  // Punctuation that looks ahead.
      Repeated("👩\u200D", kBytes),
      Repeated("\xFF", kBytes),
  };
  for (const std::string& text : words) {
    const auto begin = std::chrono::steady_clock::now();
    TokenReader reader;
    reader.Start(text);
    for (TextToken token; reader.Next(&token);) {
      ASSERT_LE(token.end, text.size());
      ASSERT_TRUE(token.kind == TextToken::Kind::kCjk || token.text.size() <= kWordBytesMax);
    }
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10)) << text.substr(0, 8);
  }
}

TEST(TokenReader, ReadsAnyBytes) {
  constexpr std::string_view kParts[] = {"a", "Z", "é", "漢",   "か",   "\u3099", "가", "\u200D", "👍", "\uFE0F",
                                         ".", "'", " ", "\xE3", "\x81", "\xFF",   "ا",  "\u064B", "_", "7"};
  std::mt19937 random(31);
  TokenReader reader;
  for (int round = 0; round < 50'000; ++round) {
    std::string text;
    for (unsigned i = 0; i < random() % 20; ++i) text += kParts[random() % std::size(kParts)];
    reader.Start(text);
    std::uint32_t last = 0;
    for (TextToken token; reader.Next(&token);) {
      ASSERT_LE(last, token.begin);
      ASSERT_LT(token.begin, token.end);
      ASSERT_LE(token.end, text.size());
      ASSERT_FALSE(token.text.empty());
      last = token.end;
    }
  }
}

}  // namespace
}  // namespace kalends
