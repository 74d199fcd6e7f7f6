#include "index/term_reader.h"

#include "index/utf8.h"

namespace kalends {

bool CjkTerms::ReadNext(std::string_view* term) {
  const std::size_t first = DecodeUtf8(left_, 0).size;
  const std::size_t second = first < left_.size() ? DecodeUtf8(left_, first).size : 0;
  *term = left_.substr(0, first + second);
  left_.remove_prefix(first);
  return true;
}

std::string_view TermOfWord(std::string_view word, TextLanguage* language) {
  const std::string_view stem = language->Stem(word);
  return stem.empty() || stem.size() > kWordBytesMax ? word : stem;
}

void TermReader::Start(std::string_view text) {
  tokens_.Start(text);
  cjk_terms_ = CjkTerms();
  term_count_ = 0;
}

bool TermReader::Next(std::string_view* term) {
  while (!cjk_terms_.Next(term)) {
    TextToken token;
    if (!tokens_.Next(&token)) return false;
    if (token.kind == TextToken::Kind::kCjk) {
      cjk_terms_ = CjkTerms(token.text);
      continue;
    }
    *term = language_.Term(token.text);
    if (term->size() > kWordBytesMax) *term = token.text;  // As TermOfWord.
    if (!term->empty()) break;
  }
  ++term_count_;
  return true;
}

}  // namespace kalends
