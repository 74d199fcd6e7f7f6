#include "query/text_select.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "format/errors.h"
#include "index/term_reader.h"
#include "index/text_language.h"

namespace kalends {
namespace {

// Finds the rows of words by the terms of one run.
class TermSelect {
 public:
  static Result<TermSelect> Make(const TextQuery& query, RunIndex& index) {
    KALENDS_TRY(TextLanguage of_terms, TextLanguage::Make(index.text()->language));
    KALENDS_TRY(TextLanguage of_query, TextLanguage::Make(query.options.language));
    return TermSelect(query, index, std::move(of_terms), std::move(of_query));
  }

  RowMatches None() const { return {RowBits(index_.rows()), RowBits(index_.rows())}; }

  Result<RowMatches> Find(const TextWord& word) {
    RowMatches matches = None();
    KALENDS_TRY(const bool decides, FindPossible(word, &matches.possible));
    if (decides && is_exact_) matches.certain = matches.possible;
    return matches;
  }

  // The words as they stand: their rows are found by the stems that the terms have.
  Result<RowMatches> Find(const TextPhrase& phrase) {
    RowMatches matches = None();
    matches.possible.SetRange(0, index_.rows());
    bool decides = phrase.size() == 1;
    for (const TextWord& word : phrase) {
      RowBits of_word(index_.rows());
      if (word.kind == TextWord::Kind::kCjk) {
        KALENDS_TRY(const bool all, FindCjk(word.text, &of_word));
        decides = decides && all;
      } else {
        if (of_terms_.IsStopWord(word.text)) {
          decides = false;
          continue;
        }
        KALENDS_RETURN_IF_ERROR(index_.FindTerm(TermOfWord(word.text, &of_terms_), &of_word));
        decides = decides && of_terms_.is_none();
      }
      matches.possible &= of_word;
    }
    if (decides && is_exact_) matches.certain = matches.possible;
    return matches;
  }

 private:
  TermSelect(const TextQuery& query, RunIndex& index, TextLanguage of_terms, TextLanguage of_query)
      : index_(index),
        of_terms_(std::move(of_terms)),
        of_query_(std::move(of_query)),
        has_query_language_(index.text()->language == query.options.language),
        is_exact_(!query.is_sensitive() && HasSameText(*index.text(), query.options)) {}

  // Beside the language.
  static bool HasSameText(const TextOptions& a, const TextOptions& b) { return a.Covers(b) && b.Covers(a); }

  // Whether `rows` are all that have the word, were it not for the mode and what else is text.
  Result<bool> FindPossible(const TextWord& word, RowBits* rows) {
    switch (word.kind) {
      case TextWord::Kind::kCjk:
        return FindCjk(word.text, rows);
      case TextWord::Kind::kPrefix:
        return FindPrefix(word.text, rows);
      default:
        return FindWord(word, rows);
    }
  }

  Result<bool> FindWord(const TextWord& word, RowBits* rows) {
    if (has_query_language_) {
      KALENDS_RETURN_IF_ERROR(index_.FindTerm(word.stem, rows));
      return true;
    }
    if (of_terms_.is_none()) {
      // Terms that are one word to the query.
      const std::string prefix = of_query_.KeepsFirstCharacter() ? FirstCharacter(word.text) : std::string();
      KALENDS_TRY(const std::vector<std::string> terms, index_.TermsWith(prefix));
      for (const std::string& term : terms) {
        if (TermOfWord(term, &of_query_) == word.stem && !of_query_.IsStopWord(term))
          KALENDS_RETURN_IF_ERROR(index_.FindTerm(term, rows));
      }
      return true;
    }
    if (of_query_.is_none() && !of_terms_.IsStopWord(word.text)) {
      KALENDS_RETURN_IF_ERROR(index_.FindTerm(TermOfWord(word.text, &of_terms_), rows));
      return false;
    }
    rows->SetRange(0, rows->rows());
    return false;
  }

  // Of a word that was stemmed its beginning is not known.
  Result<bool> FindPrefix(const std::string& prefix, RowBits* rows) {
    if (!of_terms_.is_none()) {
      rows->SetRange(0, rows->rows());
      return false;
    }
    KALENDS_RETURN_IF_ERROR(FindTermsWith(prefix, rows));
    return true;
  }

  Result<bool> FindCjk(std::string_view run, RowBits* rows) {
    const std::string first = FirstCharacter(run);
    if (first.size() == run.size()) {
      KALENDS_RETURN_IF_ERROR(FindTermsWith(run, rows));
      return true;
    }
    rows->SetRange(0, rows->rows());
    std::size_t pairs = 0;
    CjkTerms terms(run);
    for (std::string_view term; terms.Next(&term);) {
      if (FirstCharacter(term).size() == term.size()) continue;  // The last one, which may be followed by others.
      RowBits of_term(rows->rows());
      KALENDS_RETURN_IF_ERROR(index_.FindTerm(term, &of_term));
      *rows &= of_term;
      ++pairs;
    }
    return pairs == 1;
  }

  Status FindTermsWith(std::string_view prefix, RowBits* rows) {
    KALENDS_TRY(const std::vector<std::string> terms, index_.TermsWith(prefix));
    for (const std::string& term : terms) KALENDS_RETURN_IF_ERROR(index_.FindTerm(term, rows));
    return {};
  }

  static std::string FirstCharacter(std::string_view text) {
    std::size_t size = text.empty() ? 0 : 1;
    while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) ++size;
    return std::string(text.substr(0, size));
  }

  RunIndex& index_;
  TextLanguage of_terms_;
  TextLanguage of_query_;
  const bool has_query_language_;
  const bool is_exact_;
};

void And(const RowMatches& other, RowMatches* matches) {
  matches->certain &= other.certain;
  matches->possible &= other.possible;
}
void Or(const RowMatches& other, RowMatches* matches) {
  matches->certain |= other.certain;
  matches->possible |= other.possible;
}
void Without(const RowMatches& other, RowMatches* matches) {
  matches->certain -= other.possible;
  matches->possible -= other.certain;
}

}  // namespace

bool KnowsText(const RunIndex& index, const TextQuery& query) {
  return index.text() != nullptr && index.text()->Covers(query.options);
}

Result<bool> MayMatchText(const TextQuery& query, SelectContext& context) {
  if (query.IsEmpty()) return false;
  const bool is_plain = query.phrases.empty() && !query.words.empty() &&
                        context.index.text()->language == query.options.language &&
                        std::all_of(query.words.begin(), query.words.end(),
                                    [](const TextWord& word) { return word.kind == TextWord::Kind::kWord; });
  if (!is_plain) return true;
  context.used_text = true;
  for (const TextWord& word : query.words) {
    KALENDS_TRY(const bool may_have, context.index.MayHaveTerm(word.stem));
    if (may_have != query.all) return may_have;
  }
  return query.all;
}

Status SelectText(const TextQuery& query, SelectContext& context, RowMatches* matches) {
  context.used_text = true;
  if (query.IsEmpty()) return {};
  KALENDS_TRY(TermSelect terms, TermSelect::Make(query, context.index));
  for (const TextPhrase& phrase : query.phrases) {
    KALENDS_TRY(const RowMatches of_phrase, terms.Find(phrase));
    (&phrase == &query.phrases.front()) ? Or(of_phrase, matches) : And(of_phrase, matches);
  }
  if (query.MustHaveWords() && !query.words.empty()) {
    RowMatches of_words = terms.None();
    for (const TextWord& word : query.words) {
      KALENDS_TRY(const RowMatches of_word, terms.Find(word));
      const bool is_first = &word == &query.words.front();
      query.all && !is_first ? And(of_word, &of_words) : Or(of_word, &of_words);
    }
    query.phrases.empty() ? Or(of_words, matches) : And(of_words, matches);
  }
  for (const TextPhrase& phrase : query.negated_phrases) {
    KALENDS_TRY(const RowMatches of_phrase, terms.Find(phrase));
    Without(of_phrase, matches);
  }
  for (const TextWord& word : query.negated_words) {
    KALENDS_TRY(const RowMatches of_word, terms.Find(word));
    Without(of_word, matches);
  }
  return {};
}

}  // namespace kalends
