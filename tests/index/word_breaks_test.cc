#include "index/word_breaks.h"

#include <gtest/gtest.h>

#include <random>
#include <sstream>
#include <vector>

#include "format/json_reader.h"
#include "tests/index/fts_test_data.h"

namespace kalends {
namespace {

using Segments = std::vector<std::string>;

Segments SegmentsOf(std::string_view text, WordBreaks::Rules rules = WordBreaks::Rules::kUnicode) {
  Segments segments;
  WordBreaks breaks(text, rules);
  for (std::string_view segment; breaks.Next(&segment);) segments.emplace_back(segment);
  return segments;
}

Segments TokensOf(std::string_view text) {
  Segments tokens;
  WordBreaks breaks(text, WordBreaks::Rules::kTokens);
  for (std::string_view segment; breaks.NextToken(&segment);) tokens.emplace_back(segment);
  return tokens;
}

TEST(WordBreaks, FollowsEveryCaseOfUnicode) {
  if (!std::filesystem::exists(TextCasesPath())) GTEST_SKIP() << "no " << TextCasesPath() << "; set KALENDS_TEST_DATA";
  std::istringstream lines(TextCases()["uax29-wordbreak.jsonl"]);
  JsonReader reader;
  int cases = 0;
  for (std::string line; std::getline(lines, line); ++cases) {
    Arena arena;
    const Result<Value> value = reader.Read(line, arena);
    ASSERT_TRUE(value.has_value()) << line;
    const Value text = value->Get("text");
    Segments expected;
    for (const Value& word : value->Get("words").elements()) expected.emplace_back(word.as_string());
    EXPECT_EQ(SegmentsOf(text.as_string()), expected) << line;
  }
  EXPECT_GT(cases, 1000);
}

TEST(WordBreaks, JoinsWordsByOneMarkOfPunctuation) {
  EXPECT_EQ(SegmentsOf("I can't."), (Segments{"I", " ", "can't", "."}));
  EXPECT_EQ(SegmentsOf("3.14, 1,000;x"), (Segments{"3.14", ",", " ", "1,000", ";", "x"}));
  EXPECT_EQ(SegmentsOf("a.1 1.a a:b 1:2 a''b"),
            (Segments{"a", ".", "1", " ", "1", ".", "a", " ", "a:b", " ", "1", ":", "2", " ", "a", "'", "'", "b"}));
  EXPECT_EQ(SegmentsOf("“a”b—c’d’ e\u2028f漢"),
            (Segments{"“", "a", "”", "b", "—", "c’d", "’", " ", "e", "\u2028", "f", "漢"}));
  EXPECT_EQ(SegmentsOf("_a1_ __"), (Segments{"_a1_", " ", "__"}));
  EXPECT_EQ(SegmentsOf("a\r\n  b"), (Segments{"a", "\r\n", "  ", "b"}));
}

// The table of ASCII against the rules: a mark at the end makes the segment go by them, and joins it.
TEST(WordBreaks, ReadsAsciiAsTheRulesDo) {
  constexpr std::string_view kBytes = "aB1_.':,;\" -\r\n\t";
  std::mt19937 random(29);
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (unsigned i = 0; i < 1 + random() % 7; ++i) text += kBytes[random() % kBytes.size()];
    Segments expected;
    for (std::size_t at = 0; at < text.size();) {
      // Segments do not depend on what is before them, unless by the space behind which they begin.
      std::string rest = text.substr(at);
      const std::string marked = rest.substr(0, 1) + "\u00AD" + rest.substr(1);
      const bool marks_join = rest[0] != '\r' && rest[0] != '\n' && rest[0] != ' ';
      std::string first = SegmentsOf(marks_join ? marked : rest)[0];
      if (marks_join) first.erase(1, 2);
      expected.push_back(first);
      at += first.size();
    }
    ASSERT_EQ(SegmentsOf(text), expected) << testing::PrintToString(text);
  }
}

TEST(WordBreaks, KeepsBytesThatAreNoUtf8Apart) {
  EXPECT_EQ(SegmentsOf("a\xFF\xFE"
                       "b\xC3"),
            (Segments{"a", "\xFF", "\xFE", "b", "\xC3"}));
  EXPECT_EQ(SegmentsOf("\xED\xA0\x80"), (Segments{"\xED", "\xA0", "\x80"}));  // A surrogate.
  EXPECT_EQ(SegmentsOf("\xFF\u0301"), (Segments{"\xFF", "\u0301"}));
  EXPECT_EQ(SegmentsOf("a'\xFF"), (Segments{"a", "'", "\xFF"}));
}

TEST(WordBreaks, CoversAnyBytes) {
  std::mt19937 random(30);
  for (int round = 0; round < 5'000; ++round) {
    std::string text(random() % 24, '\0');
    for (char& byte : text) byte = static_cast<char>(random() % 3 == 0 ? 'a' + random() % 3 : 0x80 + random() % 128);
    for (const WordBreaks::Rules rules : {WordBreaks::Rules::kUnicode, WordBreaks::Rules::kTokens}) {
      std::string all;
      for (const std::string& segment : SegmentsOf(text, rules)) {
        ASSERT_FALSE(segment.empty());
        all += segment;
      }
      ASSERT_EQ(all, text);
    }
  }
}

TEST(WordBreaks, GathersRunsOfCjk) {
  EXPECT_EQ(SegmentsOf("東京タワーへ行く", WordBreaks::Rules::kTokens), (Segments{"東京タワーへ行く"}));
  EXPECT_EQ(SegmentsOf("abc.東京_x 서울A", WordBreaks::Rules::kTokens),
            (Segments{"abc", ".", "東京", "_x", " ", "서울", "A"}));
  EXPECT_EQ(SegmentsOf("東\uFE00京", WordBreaks::Rules::kTokens), (Segments{"東\uFE00京"}));
  EXPECT_EQ(SegmentsOf("日\u200D\U0001F600", WordBreaks::Rules::kTokens), (Segments{"日\u200D", "\U0001F600"}));
  EXPECT_EQ(SegmentsOf("タワー行", WordBreaks::Rules::kUnicode), (Segments{"タワー", "行"}));
}

TEST(WordBreaks, SkipsWhatIsNoToken) {
  EXPECT_EQ(TokensOf("-- Hi, __ there! \u00A9 \u2122 \u2026 x"), (Segments{"Hi", "there", "x"}));
  EXPECT_EQ(TokensOf("-\u0301e\u0301"), (Segments{"e\u0301"}));
  EXPECT_EQ(TokensOf(" \u200D\U0001F600"), (Segments{"\U0001F600"}));
  EXPECT_TRUE(TokensOf("...").empty());
  EXPECT_TRUE(TokensOf("").empty());
}

}  // namespace
}  // namespace kalends
