#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "index/text_fields.h"
#include "index/text_language.h"
#include "index/token_reader.h"
#include "kalends/value.h"
#include "query/text_query.h"

namespace kalends {

// Looks for what a query asks in the text of documents. Not thread-safe.
class TextMatcher {
 public:
  explicit TextMatcher(std::shared_ptr<const TextQuery> query);
  const TextQuery* query() const { return query_.get(); }
  bool Matches(const Value& root);
  // Calls visit(begin, end) for each place of `text` that has a word of the query, or one of its phrases, in bytes,
  // ascending. Returns how many different ones there are.
  std::size_t FindIn(std::string_view text, const std::function<void(std::size_t, std::size_t)>& visit);

 private:
  struct Wanted {
    const TextWord* word;
    bool is_found = false;
  };
  struct WantedPhrase {
    const TextPhrase* phrase;
    bool is_found = false;
  };

  void Look(std::string_view text);
  void LookAt(const TextToken& token, std::string_view raw, std::vector<Wanted>* words);
  bool IsWord(const TextToken& token, std::string_view raw, const TextWord& word);
  void LookForPhrases(std::vector<WantedPhrase>* phrases) const;
  bool IsHere(const TextPhrase& phrase, std::size_t at) const;

  const std::shared_ptr<const TextQuery> query_;
  const TextFields fields_;
  TextLanguage language_;
  TokenReader reader_;
  TokenReader folder_;  // Of single words, where the mode heeds more.
  std::vector<Wanted> words_;
  std::vector<Wanted> negated_words_;
  std::vector<WantedPhrase> phrases_;
  std::vector<WantedPhrase> negated_phrases_;
  // Of the string at hand, where there are phrases.
  struct Token {
    TextToken::Kind kind;
    std::string text;
  };
  std::vector<Token> tokens_;
  std::size_t tokens_count_ = 0;  // Their strings are used again.
};

}  // namespace kalends
