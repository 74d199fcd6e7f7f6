#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/differential/random_trees.h"
#include "tests/engine/text_model.h"

namespace kalends::text_model {

using differential::Random;

// Makes texts, entries and questions of a small stock of words, so that they often meet.
class RandomTexts {
 public:
  explicit RandomTexts(Random& random) : random_(random) {}

  Entry MakeEntry(int id, std::int64_t time) {
    Entry entry;
    entry.id = id;
    entry.time = time;
    entry.n = static_cast<int>(random_.Below(100));
    const Text user = MakeText(1, false);
    entry.user = user.raw;
    entry.texts.emplace_back("user", user);
    entry.texts.emplace_back("title", MakeText(random_.Below(4), true));
    for (std::uint32_t i = random_.Below(3); i > 0; --i) entry.texts.emplace_back("body.parts", MakeText(8, true));
    entry.texts.emplace_back("body.note", MakeText(random_.Below(3), true));
    entry.texts.emplace_back("body.secret", MakeText(2, true));
    for (std::uint32_t i = random_.Below(3); i > 0; --i) entry.texts.emplace_back("list.t", MakeText(3, true));
    for (std::uint32_t i = random_.Below(3); i > 0; --i) entry.texts.emplace_back("tags", MakeText(1, false));
    return entry;
  }

  // `seen`: entries of which phrases are taken.
  Question MakeQuestion(const std::vector<const Entry*>& seen) {
    Question question;
    question.all = random_.OneIn(3);
    question.mode = {random_.OneIn(5), random_.OneIn(5)};
    const std::uint32_t kinds = random_.Below(6);
    for (std::uint32_t i = 1 + random_.Below(3); i > 0; --i) {
      Item item;
      item.is_negated = random_.OneIn(5);
      if (kinds >= 4 && random_.OneIn(2)) {
        item.kind = Item::Kind::kPhrase;
        item.text = MakePhrase(seen);
      } else if (kinds == 3 && random_.OneIn(2)) {
        item.kind = Item::Kind::kPrefix;
        item.text.tokens = {random_.OneOf(Prefixes())};
      } else {
        item.text.tokens = {random_.OneIn(4) ? MakeRun(1 + random_.Below(4)) : random_.OneOf(Words())};
      }
      question.items.push_back(std::move(item));
    }
    for (std::size_t i = 0; i < question.items.size(); ++i) {
      const Item& item = question.items[i];
      // What is glued to the word before it belongs to the same negation.
      const bool is_glued = i > 0 && random_.OneIn(6) && item.kind != Item::Kind::kPhrase &&
                            question.items[i - 1].kind == Item::Kind::kWord &&
                            question.items[i - 1].is_negated == item.is_negated;
      if (is_glued) {
        question.search += random_.OneOf(std::vector<std::string>{",", "/", "-"});
      } else {
        if (i > 0 || random_.OneIn(8)) question.search += random_.OneOf(std::vector<std::string>{" ", "  ", "\n"});
        if (item.is_negated) question.search += '-';
      }
      if (item.kind == Item::Kind::kPhrase) {
        question.search += '"' + item.text.raw + '"';
      } else {
        question.search += item.text.tokens[0].raw + (item.kind == Item::Kind::kPrefix ? "*" : "");
      }
    }
    return question;
  }

  Text MakeText(std::uint32_t tokens, bool with_runs) {
    std::vector<Token> list;
    for (std::uint32_t i = 0; i < tokens; ++i)
      list.push_back(with_runs && random_.OneIn(4) ? MakeRun(1 + random_.Below(5)) : random_.OneOf(Words()));
    return Written(std::move(list));
  }

  static const std::vector<Token>& Words() {
    static const std::vector<Token> kWords = [] {
      std::vector<Token> words;
      for (const char* word : {"tree", "trees", "run", "runs", "running", "connect", "connected", "connection",
                               "connections", "the", "and", "is", "river", "stone"}) {
        const std::string lower = word;
        std::string capital = lower;
        capital[0] = static_cast<char>(capital[0] & ~0x20);
        for (const std::string& raw : {lower, lower, capital}) words.push_back(Word(raw, {lower, raw, lower, raw}));
      }
      for (const auto& [raw, lower] : std::vector<std::pair<const char*, const char*>>{
               {"TREE", "tree"}, {"RIVER", "river"}, {"THE", "the"}, {"2024", "2024"}, {"v2", "v2"}, {"👍", "👍"}})
        words.push_back(Word(raw, {lower, raw, lower, raw}));
      words.push_back(Word("ＴＲＥＥ", {"tree", "TREE", "tree", "TREE"}));
      words.push_back(Word("café", {"cafe", "cafe", "café", "café"}));
      words.push_back(Word("cafe\u0301", {"cafe", "cafe", "café", "café"}));
      words.push_back(Word("Café", {"cafe", "Cafe", "café", "Café"}));
      words.push_back(Word("CAFÉ", {"cafe", "CAFE", "café", "CAFÉ"}));
      words.push_back(Word("cafe", {"cafe", "cafe", "cafe", "cafe"}));
      words.push_back(Word("straße", {"strasse", "straße", "strasse", "straße"}));
      words.push_back(Word("Strasse", {"strasse", "Strasse", "strasse", "Strasse"}));
      words.push_back(Word("Größe", {"grosse", "Große", "grösse", "Größe"}));
      words.push_back(Word("Йод", {"йод", "Йод", "йод", "Йод"}));
      words.push_back(Word("йод", {"йод", "йод", "йод", "йод"}));
      return words;
    }();
    return kWords;
  }

 private:
  static Token Word(const std::string& raw, std::array<std::string, 4> forms) {
    Token token;
    token.raw = raw;
    token.forms = std::move(forms);
    return token;
  }

  static const std::vector<Token>& Prefixes() {
    static const std::vector<Token> kPrefixes = {Word("tr", {"tr", "tr", "tr", "tr"}),
                                                 Word("Tr", {"tr", "Tr", "tr", "Tr"}),
                                                 Word("run", {"run", "run", "run", "run"}),
                                                 Word("con", {"con", "con", "con", "con"}),
                                                 Word("cafe", {"cafe", "cafe", "cafe", "cafe"}),
                                                 Word("CAFÉ", {"cafe", "CAFE", "café", "CAFÉ"}),
                                                 Word("stra", {"stra", "stra", "stra", "stra"}),
                                                 Word("й", {"й", "й", "й", "й"}),
                                                 Word("t", {"t", "t", "t", "t"}),
                                                 Word("20", {"20", "20", "20", "20"}),
                                                 Word("zz", {"zz", "zz", "zz", "zz"})};
    return kPrefixes;
  }

  Token MakeRun(std::uint32_t size) {
    static const std::vector<std::pair<const char*, const char*>> kCharacters = {
        {"東", "東"}, {"東", "東"}, {"京", "京"}, {"京", "京"}, {"都", "都"}, {"カ", "カ"},
        {"ｶ", "カ"},  {"な", "な"}, {"한", "한"}, {"국", "국"}, {"𠮷", "𠮷"}};
    Token run;
    run.is_cjk = true;
    for (std::uint32_t i = 0; i < size; ++i) {
      const auto& [raw, folded] = random_.OneOf(kCharacters);
      run.raw_characters.emplace_back(raw);
      run.characters.emplace_back(folded);
    }
    Join(&run);
    return run;
  }
  static void Join(Token* run) {
    run->raw.clear();
    for (const std::string& character : run->raw_characters) run->raw += character;
    std::string text;
    for (const std::string& character : run->characters) text += character;
    run->forms.fill(text);
  }

  Text Written(std::vector<Token> tokens) {
    static const std::vector<std::string> kBetween = {" ",   " ", " ", ", ", ". ", "! ",
                                                      " - ", "-", "/", "\n", "; ", " ("};
    Text text;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      const bool can_touch = i > 0 && tokens[i].is_cjk != tokens[i - 1].is_cjk;
      if (i > 0 && !(can_touch && random_.OneIn(3))) text.raw += random_.OneOf(kBetween);
      text.raw += tokens[i].raw;
    }
    text.tokens = std::move(tokens);
    return text;
  }

  // Mostly what stands in an entry, from within a run to within a run.
  Text MakePhrase(const std::vector<const Entry*>& seen) {
    std::vector<Token> tokens;
    if (!seen.empty() && !random_.OneIn(4)) {
      const Text& text = random_.OneOf(random_.OneOf(seen)->texts).second;
      if (!text.tokens.empty()) {
        const std::size_t begin = random_.Below(text.tokens.size());
        const std::size_t end = std::min(text.tokens.size(), begin + 1 + random_.Below(3));
        tokens.assign(text.tokens.begin() + static_cast<std::ptrdiff_t>(begin),
                      text.tokens.begin() + static_cast<std::ptrdiff_t>(end));
        Cut(&tokens.front(), true);
        Cut(&tokens.back(), false);
      }
    }
    if (tokens.empty()) return MakeText(1 + random_.Below(3), true);
    for (Token& token : tokens) {
      if (token.is_cjk || random_.OneIn(2)) continue;
      const Token& other = random_.OneOf(Words());
      if (other.forms[0] == token.forms[0]) token = other;
    }
    return Written(std::move(tokens));
  }

  void Cut(Token* token, bool at_begin) {
    if (!token->is_cjk || token->characters.size() < 2) return;
    const auto count = static_cast<std::ptrdiff_t>(random_.Below(token->characters.size()));
    for (auto* characters : {&token->characters, &token->raw_characters}) {
      if (at_begin) {
        characters->erase(characters->begin(), characters->begin() + count);
      } else {
        characters->erase(characters->end() - count, characters->end());
      }
    }
    Join(token);
  }

  Random& random_;
};

}  // namespace kalends::text_model
