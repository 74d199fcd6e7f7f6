#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "index/text_language.h"
#include "index/token_reader.h"

namespace kalends {

// The terms of a folded run of CJK: each two neighbours, then the last character alone. So one character is found by
// the terms that it begins, two are a term, and a longer run is found by all its pairs. There is a term a character.
class CjkTerms {
 public:
  CjkTerms() = default;
  explicit CjkTerms(std::string_view run) : left_(run) {}

  // A part of the run. False at the end.
  bool Next(std::string_view* term) { return !left_.empty() && ReadNext(term); }

 private:
  bool ReadNext(std::string_view* term);

  std::string_view left_;
};

// The term of a word that is no stop word: its stem, or the word where there is none (of Porter's `s`) or it is too
// long (Serbian stems are in Latin letters, which may need more bytes). Valid until the next call, and as long as the
// word.
std::string_view TermOfWord(std::string_view word, TextLanguage* language);

// The terms of texts, which an index keeps: of words that are no stop words their stems, and of CJK its CjkTerms.
// Not thread-safe; reusable.
class TermReader {
 public:
  explicit TermReader(TextLanguage language, TextMode mode = {}) : language_(std::move(language)), tokens_(mode) {}

  // See TokenReader::Start.
  void Start(std::string_view text);
  // False at the end. The term is valid until the next call, never empty, and has at most kWordBytesMax bytes.
  bool Next(std::string_view* term);
  // The terms of the text so far; BM25 takes it for the length of the text.
  std::uint32_t term_count() const { return term_count_; }

  const TextLanguage& language() const { return language_; }
  TextMode mode() const { return tokens_.mode(); }

 private:
  TextLanguage language_;
  TokenReader tokens_;
  CjkTerms cjk_terms_;  // What is left of a run.
  std::uint32_t term_count_ = 0;
};

}  // namespace kalends
