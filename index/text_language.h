#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "index/stop_words.h"
#include "index/text_fold.h"
#include "kalends/status.h"

struct sb_stemmer;

namespace kalends {

// Stemming (Snowball's) and stop words (see stop_words.h) of a language. Both are for words in lower case, as
// TextMode{} folds them. Movable; not thread-safe.
class TextLanguage {
 public:
  // "none", a name of Snowball ("english", "porter") or a code of ISO 639-1 ("en"); else kInvalidArgument, with all
  // names.
  static Result<TextLanguage> Make(std::string_view name);
  // All but the codes: "none" first.
  static std::vector<std::string> Names();

  // No stemming and no stop words.
  TextLanguage() = default;

  // One of Names().
  const std::string& name() const { return name_; }
  bool is_none() const { return stemmer_ == nullptr; }

  bool IsStopWord(std::string_view word) const;
  // The word itself where there is no stemming. Valid until the next call. Snowball's own for any word.
  std::string_view Stem(std::string_view word);
  // Both in one: empty for a stop word, and never else.
  std::string_view Term(std::string_view word);

  // Whether the stem of any word that `mode` may give begins with the same character as the word: then only terms
  // of that first character can have a given stem.
  bool KeepsFirstCharacter(TextMode mode = {}) const;

 private:
  struct StemmerDeleter {
    void operator()(sb_stemmer* stemmer) const;
  };
  // What Term() gave for a word: stemming costs about a microsecond, and most words of a text are common ones.
  struct alignas(64) CachedTerm {
    static constexpr std::size_t kWordBytes = 30;
    static constexpr std::size_t kTermBytes = 32;
    std::uint8_t word_size = 0;
    std::uint8_t term_size = 0;
    std::array<char, kWordBytes> word;
    std::array<char, kTermBytes> term;

    bool IsOf(std::string_view of) const;
    std::string_view Term() const { return {term.data(), term_size}; }
    void Set(std::string_view of, std::string_view to);
  };

  explicit TextLanguage(std::string name, sb_stemmer* stemmer);
  std::string_view TermOf(std::string_view word);

  std::string name_ = "none";
  std::unique_ptr<sb_stemmer, StemmerDeleter> stemmer_;
  const StopWords* stop_words_ = nullptr;  // None where there are none.
  std::vector<CachedTerm> cache_;          // Empty until some words were stemmed.
  std::uint32_t stemmed_ = 0;
};

}  // namespace kalends
