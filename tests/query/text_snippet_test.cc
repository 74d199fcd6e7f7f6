#include "query/text_snippet.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "kalends/document.h"
#include "query/filter.h"

namespace kalends {
namespace {

std::shared_ptr<const TextQuery> Asked(const std::string& search, TextOptions options = {.fields = {"*"}},
                                       bool case_sensitive = false) {
  const Document operand = DocumentBuilder().Add("$search", search).Add("$caseSensitive", case_sensitive).Build();
  const Document filter = DocumentBuilder().Add("$text", operand.value()).Build();
  FilterContext context;
  context.text = std::make_shared<const TextOptions>(std::move(options));
  return Filter::Parse(filter.value(), context).value()->text();
}

Document Doc(std::string_view json) { return Document::FromJson(json).value(); }
Document WithText(std::string_view text) { return DocumentBuilder().Add("text", text).Build(); }

// With the words found in brackets, and "..." where the string goes on.
std::string Shown(const Snippet& snippet) {
  std::string text = snippet.is_cut_before ? "..." : "";
  std::size_t at = 0;
  for (const Snippet::Match& match : snippet.matches) {
    text += snippet.text.substr(at, match.begin - at) + "[" +
            snippet.text.substr(match.begin, match.end - match.begin) + "]";
    at = match.end;
  }
  return text + snippet.text.substr(at) + (snippet.is_cut_behind ? "..." : "");
}
std::string SnippetIn(const std::shared_ptr<const TextQuery>& query, const Document& document) {
  const auto snippet = SnippetOf(query, document.value());
  return snippet.has_value() ? Shown(*snippet) : "none";
}

TEST(TextSnippet, ShowsWhatWasLookedFor) {
  EXPECT_EQ(SnippetIn(Asked("cafe tree*"), WithText("The Café (by the TREES) is a café.")),
            "The [Café] (by the [TREES]) is a [café].");
  EXPECT_EQ(SnippetIn(Asked("\"by the\" -is"), WithText("The Café by trees is by")), "[The] Café [by] trees is [by]");
  EXPECT_EQ(SnippetIn(Asked("Tree", {.fields = {"*"}}, true), WithText("tree Tree TREE")), "tree [Tree] TREE");
  EXPECT_EQ(SnippetIn(Asked("running", {.fields = {"*"}, .language = "english"}), WithText("He runs, the run is on")),
            "He [runs], the [run] is on");
}

TEST(TextSnippet, MarksCharactersInsideARun) {
  EXPECT_EQ(SnippetIn(Asked("京都"), WithText("see 東京都庁.")), "see 東[京都]庁.");
  EXPECT_EQ(SnippetIn(Asked("庁"), WithText("東京都庁")), "東京都[庁]");
  // Half-width characters are found as the full ones; where, the characters as they stand do not tell.
  EXPECT_EQ(SnippetIn(Asked("タワ"), WithText("ﾀﾜｰ")), "[ﾀﾜｰ]");
}

TEST(TextSnippet, IsOfTheStringWithMostOfIt) {
  const auto query = Asked("red green blue");
  EXPECT_EQ(SnippetIn(query, Doc(R"({"a": "red red red", "b": ["green and red", "blue"], "c": "red blue"})")),
            "[green] and [red]");
  EXPECT_EQ(SnippetIn(query, Doc(R"({"a": "red", "b": "red, red"})")), "[red], [red]");
  EXPECT_EQ(SnippetIn(query, Doc(R"({"a": "grey", "b": 5})")), "none");
  EXPECT_EQ(SnippetIn(Asked("-red"), Doc(R"({"a": "red"})")), "none");
  EXPECT_EQ(SnippetIn(Asked("red", {.fields = {"b"}}), Doc(R"({"a": "red", "b": "the red one"})")), "the [red] one");
}

// Some 200 bytes, with some words before the first match, in whole words.
TEST(TextSnippet, IsAPartOfALongString) {
  std::string text;
  for (int i = 0; i < 200; ++i) text += "word" + std::to_string(i) + " ";
  const auto near_end = SnippetOf(Asked("word150"), WithText(text).value());
  ASSERT_TRUE(near_end.has_value());
  EXPECT_TRUE(near_end->is_cut_before);
  EXPECT_TRUE(near_end->is_cut_behind);
  EXPECT_LE(near_end->text.size(), 201U);
  EXPECT_GE(near_end->text.size(), 150U);
  EXPECT_TRUE(near_end->text.starts_with("word14")) << near_end->text;
  EXPECT_NE(near_end->text.back(), ' ');
  EXPECT_NE(Shown(*near_end).find("[word150] word151"), std::string::npos);
  const auto at_begin = SnippetOf(Asked("word0"), WithText(text).value());
  EXPECT_FALSE(at_begin->is_cut_before);
  EXPECT_TRUE(Shown(*at_begin).starts_with("[word0] word1 "));
  // Where most matches are.
  const auto dense = SnippetOf(Asked("word3 word100 word101 word102"), WithText(text).value());
  EXPECT_EQ(dense->matches.size(), 3U);
}

// Neither inside a character nor far too long where there are no spaces.
TEST(TextSnippet, CutsBetweenCharacters) {
  std::string text;
  for (int i = 0; i < 200; ++i) text += i == 100 ? "東京" : "い";
  const auto snippet = SnippetOf(Asked("東京"), WithText(text).value());
  ASSERT_TRUE(snippet.has_value());
  EXPECT_TRUE(snippet->is_cut_before);
  EXPECT_TRUE(snippet->is_cut_behind);
  EXPECT_LE(snippet->text.size(), 203U);
  EXPECT_TRUE(Document::FromJson(WithText(snippet->text).ToJson()).has_value());
  ASSERT_EQ(snippet->matches.size(), 1U);
  EXPECT_EQ(snippet->text.substr(snippet->matches[0].begin, 6), "東京");
}

// Of any string, the matches are in the text, ascending, and apart.
TEST(TextSnippet, MatchesLieInItsText) {
  std::uint64_t random = 1;
  const auto next = [&random](std::uint64_t bound) {
    random = random * 6364136223846793005U + 1442695040888963407U;
    return (random >> 33U) % bound;
  };
  const std::vector<std::string> pieces = {"tree", "Trees", " ",       ", ", "東京", "京",
                                           "👍",    "é",     "e\u0301", "ﾀ",  "x",    "   "};
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    for (std::uint64_t i = next(120); i > 0; --i) text += pieces[next(pieces.size())];
    const Document document = WithText(text);
    const auto snippet = SnippetOf(Asked("tree* 京 é"), document.value());
    if (!snippet.has_value()) continue;
    ASSERT_NE(text.find(snippet->text), std::string::npos);
    ASSERT_FALSE(snippet->matches.empty()) << text;
    std::size_t end = 0;
    for (const Snippet::Match& match : snippet->matches) {
      ASSERT_LE(end, match.begin);
      ASSERT_LT(match.begin, match.end);
      ASSERT_LE(match.end, snippet->text.size());
      end = match.end;
    }
  }
}

}  // namespace
}  // namespace kalends
