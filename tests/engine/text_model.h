#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Full text as the specification tells it, over words that are known by construction: nothing here splits, folds or
// stems a text.
namespace kalends::text_model {

// A word, or a run of Chinese, Japanese or Korean, as it is written and as it is compared.
struct Token {
  bool is_cjk = false;
  std::string raw;
  // Without case and marks; with case; with marks; with both. The same for each where is_cjk.
  std::array<std::string, 4> forms;
  std::vector<std::string> characters;  // Of a run, as they are compared,
  std::vector<std::string> raw_characters;
};

// A string of a document, or what a search has in quotes.
struct Text {
  std::string raw;
  std::vector<Token> tokens;
};

struct Mode {
  bool case_sensitive = false;
  bool diacritic_sensitive = false;
  std::size_t form() const { return (case_sensitive ? 1U : 0U) + (diacritic_sensitive ? 2U : 0U); }
};

struct Spec {
  std::vector<std::string> fields = {"*"};
  std::vector<std::string> exclude;
  std::vector<std::string> indexes;
  std::string language = "none";

  bool IsText(const std::string& path) const {
    const auto names = [&path](const std::string& name) {
      return name == "*" || path == name || path.starts_with(name + ".");
    };
    const auto is = [&path](const std::string& name) { return path == name; };
    if (std::any_of(exclude.begin(), exclude.end(), names)) return false;
    if (std::none_of(fields.begin(), fields.end(), names)) return false;
    return std::none_of(indexes.begin(), indexes.end(), is) || std::any_of(fields.begin(), fields.end(), is);
  }
};

struct Entry {
  int id = 0;
  std::int64_t time = 0;  // Seconds; no two entries have the same.
  std::string user;
  int n = 0;
  std::vector<std::pair<std::string, Text>> texts;  // By path, also what is no text by the spec.
};

// A part of a search.
struct Item {
  enum class Kind : std::uint8_t { kWord, kPrefix, kPhrase };
  Kind kind = Kind::kWord;
  bool is_negated = false;
  Text text;  // One token, unless a phrase.
};

struct Question {
  std::vector<Item> items;
  std::string search;  // As it is written.
  bool all = false;
  Mode mode;
  std::optional<std::string> language;  // Else the spec's.
};

// Known by construction: run, runs and running are one word to English; so are those of the other families.
inline std::string Stem(const std::string& form, const std::string& language) {
  static const std::map<std::string, std::string> kFamilies = {
      {"run", "run"},           {"runs", "run"},           {"running", "run"},
      {"tree", "tree"},         {"trees", "tree"},         {"connect", "connect"},
      {"connected", "connect"}, {"connection", "connect"}, {"connections", "connect"}};
  if (language == "none" || form.empty()) return form;
  std::string lower = form;
  const bool is_upper = lower[0] >= 'A' && lower[0] <= 'Z';
  if (is_upper) lower[0] = static_cast<char>(lower[0] | 0x20);
  const auto found = kFamilies.find(lower);
  if (found == kFamilies.end()) return form;
  std::string stem = found->second;
  if (is_upper) stem[0] = static_cast<char>(stem[0] & ~0x20);
  return stem;
}
inline bool IsStopWord(const Token& token, const std::string& language) {
  return language != "none" && (token.forms[0] == "the" || token.forms[0] == "and" || token.forms[0] == "is");
}

class Model {
 public:
  std::map<int, Entry> entries;
  Spec spec;

  bool Matches(const Question& question, const Entry& entry) const {
    const std::string& language = LanguageOf(question);
    int words = 0;
    int words_found = 0;
    int phrases = 0;
    int phrases_found = 0;
    for (const Item& item : question.items) {
      const bool is_phrase = item.kind == Item::Kind::kPhrase;
      const bool is_plain_word = item.kind == Item::Kind::kWord && !item.text.tokens[0].is_cjk;
      if (is_plain_word && IsStopWord(item.text.tokens[0], language)) continue;
      const bool is_found = std::any_of(entry.texts.begin(), entry.texts.end(), [&](const auto& text) {
        return spec.IsText(text.first) && Has(text.second, item, question);
      });
      if (item.is_negated) {
        if (is_found) return false;
        continue;
      }
      (is_phrase ? phrases : words) += 1;
      (is_phrase ? phrases_found : words_found) += is_found ? 1 : 0;
    }
    if (words + phrases == 0 || phrases_found < phrases) return false;
    if (question.all) return words_found == words;
    return phrases > 0 || words_found > 0;
  }

  // By BM25, of each entry with a time in [begin, end).
  std::map<int, double> Scores(const Question& question, std::int64_t begin, std::int64_t end) const {
    const std::string& language = LanguageOf(question);
    std::set<std::pair<std::string, bool>> wanted;  // Whether it stands for all that begin so.
    for (const Item& item : question.items) {
      if (item.is_negated) continue;
      for (const Token& token : item.text.tokens) {
        if (item.kind == Item::Kind::kPrefix) {
          wanted.emplace(token.forms[0], true);
        } else if (!token.is_cjk) {
          if (!IsStopWord(token, language)) wanted.emplace(Stem(token.forms[0], language), false);
        } else if (token.characters.size() == 1) {
          wanted.emplace(token.characters[0], true);
        } else {
          for (std::size_t i = 0; i + 1 < token.characters.size(); ++i)
            wanted.emplace(token.characters[i] + token.characters[i + 1], false);
        }
      }
    }
    std::map<int, std::vector<std::string>> terms;
    double total = 0;
    for (const auto& [id, entry] : entries) {
      if (entry.time < begin || entry.time >= end) continue;
      terms[id] = TermsOf(entry, language);
      total += static_cast<double>(terms[id].size());
    }
    const auto documents = static_cast<double>(terms.size());
    const double mean = total > 0 ? total / documents : 1;
    std::map<int, double> scores;
    for (const auto& [text, is_prefix] : wanted) {
      std::map<int, double> counts;
      for (const auto& [id, of_entry] : terms) {
        for (const std::string& term : of_entry) {
          if (is_prefix ? term.starts_with(text) : term == text) counts[id] += 1;
        }
      }
      const auto having = static_cast<double>(counts.size());
      const double weight = std::log(1 + (documents - having + .5) / (having + .5));
      for (const auto& [id, count] : counts) {
        const double length = static_cast<double>(terms[id].size()) / mean;
        scores[id] += weight * count * 2.2 / (count + 1.2 * (.25 + .75 * length));
      }
    }
    return scores;
  }

  const std::string& LanguageOf(const Question& question) const {
    return question.language.has_value() ? *question.language : spec.language;
  }

 private:
  // A word or a character, and whether it follows the one before in the same run.
  struct Unit {
    std::string text;
    bool is_cjk;
    bool is_joined;
  };
  static std::vector<Unit> UnitsOf(const Text& text, std::size_t form) {
    std::vector<Unit> units;
    for (const Token& token : text.tokens) {
      if (!token.is_cjk) {
        units.push_back({token.forms[form], false, false});
        continue;
      }
      for (std::size_t i = 0; i < token.characters.size(); ++i) units.push_back({token.characters[i], true, i > 0});
    }
    return units;
  }

  static bool HasUnits(const Text& text, const Text& wanted, std::size_t form) {
    const std::vector<Unit> all = UnitsOf(text, form);
    const std::vector<Unit> part = UnitsOf(wanted, form);
    for (std::size_t at = 0; at + part.size() <= all.size(); ++at) {
      bool is_here = true;
      for (std::size_t i = 0; i < part.size(); ++i) {
        const Unit& unit = all[at + i];
        is_here = is_here && unit.text == part[i].text && unit.is_cjk == part[i].is_cjk &&
                  (i == 0 || unit.is_joined == part[i].is_joined);
      }
      if (is_here) return true;
    }
    return false;
  }

  bool Has(const Text& text, const Item& item, const Question& question) const {
    const std::size_t form = question.mode.form();
    const Token& wanted = item.text.tokens[0];
    if (item.kind == Item::Kind::kPhrase || wanted.is_cjk) return HasUnits(text, item.text, form);
    const std::string& language = LanguageOf(question);
    return std::any_of(text.tokens.begin(), text.tokens.end(), [&](const Token& token) {
      if (token.is_cjk) return false;
      if (item.kind == Item::Kind::kPrefix) return token.forms[form].starts_with(wanted.forms[form]);
      return !IsStopWord(token, language) && Stem(token.forms[form], language) == Stem(wanted.forms[form], language);
    });
  }

  std::vector<std::string> TermsOf(const Entry& entry, const std::string& language) const {
    std::vector<std::string> terms;
    for (const auto& [path, text] : entry.texts) {
      if (!spec.IsText(path)) continue;
      for (const Token& token : text.tokens) {
        if (!token.is_cjk) {
          if (!IsStopWord(token, language)) terms.push_back(Stem(token.forms[0], language));
          continue;
        }
        for (std::size_t i = 0; i < token.characters.size(); ++i)
          terms.push_back(token.characters[i] + (i + 1 < token.characters.size() ? token.characters[i + 1] : ""));
      }
    }
    return terms;
  }
};

}  // namespace kalends::text_model
