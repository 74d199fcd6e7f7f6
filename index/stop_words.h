#pragma once

#include <string>
#include <string_view>
#include <unordered_set>

namespace kalends {

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};
using StopWords = std::unordered_set<std::string, TextHash, std::equal_to<>>;

// The words of a language that say nothing of what a text is about: articles, pronouns, prepositions, conjunctions,
// forms of `be` and `have`. In lower case, each with and without its diacritics. English (Snowball's list), Danish,
// Dutch, Finnish, French, German, Italian, Norwegian, Portuguese, Russian, Spanish and Swedish have some; empty for
// others. Shared and never changed.
const StopWords& StopWordsOf(std::string_view language);

}  // namespace kalends
