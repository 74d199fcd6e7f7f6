#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "index/text_fold.h"
#include "index/text_options.h"
#include "index/token_reader.h"
#include "kalends/status.h"
#include "kalends/value.h"
#include "query/filter_place.h"

namespace kalends {

// A word that is searched for.
struct TextWord {
  enum class Kind : std::uint8_t {
    kWord,    // A whole word, or one of the same stem.
    kPrefix,  // Words that begin so.
    kCjk,     // Characters that follow each other in a run of Chinese, Japanese or Korean.
  };
  Kind kind = Kind::kWord;
  std::string text;   // Folded.
  std::string stem;   // Of a word in the query's language; else the text.
  std::string exact;  // Folded as far as the query's mode does,
  std::string exact_stem;

  friend bool operator==(const TextWord&, const TextWord&) = default;
};

// Words that follow each other in one string, as they stand there: not stemmed, and stop words too.
using TextPhrase = std::vector<TextWord>;

// What `$text` asks for. Immutable.
struct TextQuery {
  // {$search, $language, $caseSensitive, $diacriticSensitive, $all}: a string of words, "phrases" and -negations.
  // `options`: of the collection; null where it has no text.
  static Result<std::shared_ptr<const TextQuery>> Parse(const Value& operand, const TextOptionsPtr& options,
                                                        const FilterPlace& place);

  // Where there are words or phrases, all phrases must be there; of words any, or all where `all` says so, and none
  // need be where there are phrases; and nothing that is negated.
  bool IsEmpty() const { return words.empty() && phrases.empty(); }
  bool MustHaveWords() const { return all || phrases.empty(); }
  bool is_sensitive() const { return mode.case_sensitive || mode.diacritic_sensitive; }

  std::vector<TextWord> words;
  std::vector<TextPhrase> phrases;
  std::vector<TextWord> negated_words;
  std::vector<TextPhrase> negated_phrases;
  bool all = false;
  TextMode mode;
  TextOptions options;  // The language is the query's.
};

}  // namespace kalends
