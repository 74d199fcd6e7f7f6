// A search finds the same by the terms of segments, by those of tails, and by reading the documents, whatever is in
// these: characters of many scripts, stemmed and not.
#include <random>
#include <string>
#include <vector>

#include "tests/differential/random_trees.h"
#include "tests/engine/segment_test_support.h"

namespace kalends {
namespace {

using differential::Random;

// Characters that are split, folded or stemmed in some way.
std::string RandomString(Random& random, std::uint32_t pieces) {
  static const std::vector<std::string> kPieces = {
      "a",      "b",      "A",  "ing",    "s",      "s",      "ed", "é",  "e\u0301", "É",    "ß",      "ẞ",
      "ﬁ",      "ö",      "İ",  "ı",      "σ",      "Σ",      "ς",  "ά",  "й",       "и",    "ё",      "Џ",
      "џ",      "љ",      "1",  "2.5",    "_",      "'",      "’",  ".",  ",",       ":",    "-",      " ",
      " ",      " ",      "\n", "東",     "京",     "東",     "京", "カ", "ｶ",       "か",   "\u3099", "ー",
      "々",     "한",     "국", "\u1112", "\u1161", "㈱",     "㎏", "㍻", "①",       "ａ",   "👍",      "\u200D",
      "❤",      "\uFE0F", "🇩🇪", "\u00AD", "\u0301", "\u05B0", "ש",  "ب",  "\u064E",  "ก",    "า",      "不",
      "\uF900", "Ⅷ",      "ª",  "²",      "ǆ",      "ⓐ",      "々", "〇", "\uFF9E",  "🏽", "𠮷",     "\u2126",
      "ͅ",       "ᾳ",      "½",  "℡",      "ﷺ"};
  std::string text;
  for (std::uint32_t i = 0; i < pieces; ++i) text += random.OneOf(kPieces);
  return text;
}

std::string RandomSearch(Random& random, const std::vector<std::string>& texts) {
  std::string search;
  for (std::uint32_t i = 1 + random.Below(2); i > 0; --i) {
    std::string part = RandomString(random, 1 + random.Below(3));
    if (random.OneIn(2)) {  // From a text, at the bounds of characters.
      const std::string& text = random.OneOf(texts);
      const auto is_inside = [&](std::size_t at) {
        return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
      };
      std::size_t begin = random.Below(text.size() + 1);
      while (is_inside(begin)) ++begin;
      std::size_t end = std::min<std::size_t>(text.size(), begin + 1 + random.Below(12));
      while (is_inside(end)) ++end;
      part = text.substr(begin, end - begin);
    }
    const bool is_phrase = random.OneIn(3);
    if (i == 1 && random.OneIn(4)) search += " -";
    search += is_phrase ? "\"" + part + "\"" : part + (random.OneIn(4) ? "* " : " ");
  }
  return search;
}

class SearchConsistency : public ::testing::Test {
 protected:
  static CollectionSpec SpecOf(const std::string& language) {
    CollectionSpec spec;
    spec.plain = true;
    spec.time_fields = {};
    if (!language.empty()) spec.text_fields = {"t"};
    if (!language.empty()) spec.text_language = language;
    return spec;
  }
  static void Insert(Collection collection, const std::vector<std::string>& texts) {
    std::vector<Document> documents;
    for (std::size_t i = 0; i < texts.size(); ++i)
      documents.push_back(DocumentBuilder().Add("_id", static_cast<int>(i)).Add("t", texts[i]).Build());
    Must(collection.InsertMany(documents));
  }

  // Tells the first difference: all of it would be pages.
  static void ExpectSame(const std::vector<std::string>& found, const std::vector<std::string>& expected,
                         const SearchQuery& search) {
    if (found == expected) return;
    std::size_t i = 0;
    while (i < found.size() && i < expected.size() && found[i] == expected[i]) ++i;
    ADD_FAILURE() << search.ToQuery().filter.ToJson() << (search.by_score ? " by score" : "") << "\nfound "
                  << (i < found.size() ? found[i] : "no more") << "\nexpected "
                  << (i < expected.size() ? expected[i] : "no more");
  }

  void Compare(Random& random, const std::vector<std::string>& texts, const std::string& language,
               const std::string& other_language, int searches) {
    const std::string name = language + std::to_string(++number_);
    Collection by_rows = database_.Create("r" + name, SpecOf(""));
    Collection sealed = database_.Create("s" + name, SpecOf(language));
    Insert(by_rows, texts);
    Insert(sealed, texts);
    Must(database_.impl().SealAll());
    Must(database_.impl().SetSpec("r" + name, SpecOf(language)));
    Collection tail = database_.Create("t" + name, SpecOf(language));
    Insert(tail, texts);
    int telling = 0;
    for (int i = 0; i < searches; ++i) {
      SearchQuery search;
      search.text = RandomSearch(random, texts);
      search.all = random.OneIn(3);
      search.case_sensitive = random.OneIn(6);
      search.diacritic_sensitive = random.OneIn(6);
      if (random.OneIn(3)) search.language = other_language;
      search.query.projection = Doc(R"({"score": {"$meta": "textScore"}})");
      const auto found_in = [&](const Collection& collection) {
        std::vector<std::string> found;
        for (const Document& document : All(collection, search.ToQuery())) found.push_back(document.ToJson());
        return found;
      };
      const std::vector<std::string> expected = found_in(by_rows);
      telling += expected.empty() ? 0 : 1;
      ExpectSame(found_in(sealed), expected, search);
      ExpectSame(found_in(tail), expected, search);
      search.by_score = true;
      const std::vector<std::string> ordered = found_in(by_rows);
      ExpectSame(found_in(sealed), ordered, search);
      ExpectSame(found_in(tail), ordered, search);
      if (HasFailure()) return;
    }
    EXPECT_GT(telling * 4, searches);
  }

  ScratchDirectory directory_;
  SegmentedDatabase database_{directory_.path()};
  int number_ = 0;
};

TEST_F(SearchConsistency, OfManyScripts) {
  const std::vector<std::string> languages = {"none",   "english", "porter", "serbian", "turkish",
                                              "german", "french",  "greek",  "russian", "arabic"};
  Random random(IsLongRun() ? std::random_device()() : 1);
  for (const std::string& language : languages) {
    SCOPED_TRACE(language);
    std::vector<std::string> texts;
    for (int i = 0; i < 60; ++i) texts.push_back(RandomString(random, random.Below(25)));
    Compare(random, texts, language, random.OneOf(languages), IsLongRun() ? 3000 : 150);
    if (HasFailure()) return;
  }
}

// Where a word is cut, and where its stem would be longer than a term may be.
TEST_F(SearchConsistency, OfVeryLongWords) {
  Random random(1);
  for (const char* language : {"none", "english", "serbian"}) {
    SCOPED_TRACE(language);
    std::vector<std::string> texts;
    for (const char* letter : {"a", "z", "џ", "љ", "東"}) {
      for (const std::size_t size : {40U, 63U, 64U, 65U, 96U, 97U, 127U, 128U, 129U, 300U}) {
        std::string word;
        for (std::size_t i = 0; i < size; ++i) word += letter;
        texts.push_back(word);
        texts.push_back(word + "s");
      }
    }
    Collection sealed = database_.Create(std::string("sealed_") + language, SpecOf(language));
    Collection by_rows = database_.Create(std::string("rows_") + language, SpecOf(""));
    Insert(sealed, texts);
    Insert(by_rows, texts);
    Must(database_.impl().SealAll());
    Must(database_.impl().SetSpec(std::string("rows_") + language, SpecOf(language)));
    for (const std::string& text : texts) {
      for (const std::string& search : {text, "\"" + text + "\"", text + "*", text.substr(0, 60) + "*"}) {
        SearchQuery asked;
        asked.text = search;
        asked.query.projection = Doc(R"({"score": {"$meta": "textScore"}})");
        const std::uint64_t expected = Must(by_rows.Count(asked.ToQuery()));
        EXPECT_GE(expected, 1U) << search;
        EXPECT_EQ(Must(sealed.Count(asked.ToQuery())), expected) << search;
      }
    }
  }
}

}  // namespace
}  // namespace kalends
