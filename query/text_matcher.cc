#include "query/text_matcher.h"

#include <algorithm>
#include <set>
#include <utility>

#include "index/term_reader.h"

namespace kalends {
namespace {

template <class Wanted>
bool AllFound(const std::vector<Wanted>& wanted) {
  return std::all_of(wanted.begin(), wanted.end(), [](const Wanted& each) { return each.is_found; });
}
template <class Wanted>
bool AnyFound(const std::vector<Wanted>& wanted) {
  return std::any_of(wanted.begin(), wanted.end(), [](const Wanted& each) { return each.is_found; });
}

TextLanguage LanguageOf(const TextQuery& query) {
  return std::move(TextLanguage::Make(query.options.language)).value();  // The query was parsed with it.
}

}  // namespace

TextMatcher::TextMatcher(std::shared_ptr<const TextQuery> query)
    : query_(std::move(query)), fields_(query_->options), language_(LanguageOf(*query_)), reader_(query_->mode) {
  for (const TextWord& word : query_->words) words_.push_back({&word});
  for (const TextWord& word : query_->negated_words) negated_words_.push_back({&word});
  for (const TextPhrase& phrase : query_->phrases) phrases_.push_back({&phrase});
  for (const TextPhrase& phrase : query_->negated_phrases) negated_phrases_.push_back({&phrase});
}

bool TextMatcher::Matches(const Value& root) {
  if (query_->IsEmpty()) return false;
  for (auto* words : {&words_, &negated_words_}) {
    for (Wanted& wanted : *words) wanted.is_found = false;
  }
  for (auto* phrases : {&phrases_, &negated_phrases_}) {
    for (WantedPhrase& wanted : *phrases) wanted.is_found = false;
  }
  fields_.ForEach(root, [this](std::string_view text) { Look(text); });
  if (AnyFound(negated_words_) || AnyFound(negated_phrases_) || !AllFound(phrases_)) return false;
  if (!query_->MustHaveWords()) return true;
  return query_->all ? AllFound(words_) : AnyFound(words_);
}

void TextMatcher::Look(std::string_view text) {
  const bool has_phrases = !phrases_.empty() || !negated_phrases_.empty();
  tokens_count_ = 0;
  reader_.Start(text);
  for (TextToken token; reader_.Next(&token);) {
    const std::string_view raw = text.substr(token.begin, token.end - token.begin);
    LookAt(token, raw, &words_);
    LookAt(token, raw, &negated_words_);
    if (!has_phrases) continue;
    if (tokens_count_ == tokens_.size()) tokens_.emplace_back();
    tokens_[tokens_count_].kind = token.kind;
    tokens_[tokens_count_++].text = token.text;
  }
  if (!has_phrases) return;
  LookForPhrases(&phrases_);
  LookForPhrases(&negated_phrases_);
}

void TextMatcher::LookAt(const TextToken& token, std::string_view raw, std::vector<Wanted>* words) {
  for (Wanted& wanted : *words) wanted.is_found = wanted.is_found || IsWord(token, raw, *wanted.word);
}

bool TextMatcher::IsWord(const TextToken& token, std::string_view raw, const TextWord& word) {
  if ((token.kind == TextToken::Kind::kCjk) != (word.kind == TextWord::Kind::kCjk)) return false;
  switch (word.kind) {
    case TextWord::Kind::kCjk:
      return token.text.find(word.exact) != std::string_view::npos;
    case TextWord::Kind::kPrefix:
      return token.text.starts_with(word.exact);
    default:
      break;
  }
  if (token.text == word.exact) return true;
  if (language_.is_none() || TermOfWord(token.text, &language_) != word.exact_stem) return false;
  if (!query_->is_sensitive()) return !language_.IsStopWord(token.text);
  folder_.Start(raw);
  TextToken folded;
  return folder_.Next(&folded) && !language_.IsStopWord(folded.text) &&
         TermOfWord(folded.text, &language_) == word.stem;
}

std::size_t TextMatcher::FindIn(std::string_view text, const std::function<void(std::size_t, std::size_t)>& visit) {
  std::vector<const TextWord*> wanted;
  for (const TextWord& word : query_->words) wanted.push_back(&word);
  for (const TextPhrase& phrase : query_->phrases) {
    for (const TextWord& word : phrase) wanted.push_back(&word);
  }
  std::set<const TextWord*> found;
  reader_.Start(text);
  for (TextToken token; reader_.Next(&token);) {
    const std::string_view raw = text.substr(token.begin, token.end - token.begin);
    for (const TextWord* word : wanted) {
      if (!IsWord(token, raw, *word)) continue;
      found.insert(word);
      // A run of Chinese, Japanese or Korean is one token: where in it, the characters tell as they stand.
      const std::size_t inside = word->kind == TextWord::Kind::kCjk ? raw.find(word->exact) : std::string_view::npos;
      if (inside == std::string_view::npos) {
        visit(token.begin, token.end);
      } else {
        visit(token.begin + inside, token.begin + inside + word->exact.size());
      }
      break;
    }
  }
  return found.size();
}

void TextMatcher::LookForPhrases(std::vector<WantedPhrase>* phrases) const {
  for (WantedPhrase& wanted : *phrases) {
    const TextPhrase& phrase = *wanted.phrase;
    for (std::size_t at = 0; !wanted.is_found && at + phrase.size() <= tokens_count_; ++at)
      wanted.is_found = IsHere(phrase, at);
  }
}

// A run of Chinese, Japanese or Korean has no ends of words: the phrase may begin and end inside one.
bool TextMatcher::IsHere(const TextPhrase& phrase, std::size_t at) const {
  for (std::size_t i = 0; i < phrase.size(); ++i) {
    const Token& token = tokens_[at + i];
    const std::string& wanted = phrase[i].exact;
    if ((token.kind == TextToken::Kind::kCjk) != (phrase[i].kind == TextWord::Kind::kCjk)) return false;
    if (token.kind != TextToken::Kind::kCjk) {
      if (token.text != wanted) return false;
      continue;
    }
    const bool is_first = i == 0;
    const bool is_last = i + 1 == phrase.size();
    const bool is_there = is_first && is_last ? token.text.find(wanted) != std::string::npos
                          : is_first          ? token.text.ends_with(wanted)
                          : is_last           ? token.text.starts_with(wanted)
                                              : token.text == wanted;
    if (!is_there) return false;
  }
  return true;
}

}  // namespace kalends
