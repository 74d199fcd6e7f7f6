#include "index/document_terms.h"

#include "format/errors.h"
#include "format/varint.h"
#include "index/term_index.h"

namespace kalends {
namespace {

constexpr std::size_t kHeadBytes = sizeof(std::uint32_t) + 1;

}  // namespace

Result<DocumentTerms> DocumentTerms::Make(const TextOptions& options) {
  KALENDS_TRY(TextLanguage language, TextLanguage::Make(options.language));
  return DocumentTerms(options, std::move(language));
}

void DocumentTerms::Append(const Value& root, std::string* stored) {
  ForEach(root, [stored](std::string_view term) {
    AppendLittleEndian(TermIndex::HashOf(term), stored);
    stored->push_back(static_cast<char>(term.size()));
    *stored += term;
  });
}

bool StoredTerms::Next(std::string_view* term, std::uint32_t* hash) {
  if (stored_.empty()) return false;
  *hash = ReadLittleEndian<std::uint32_t>(stored_);
  *term = stored_.substr(kHeadBytes, static_cast<unsigned char>(stored_[kHeadBytes - 1]));
  stored_.remove_prefix(kHeadBytes + term->size());
  return true;
}

}  // namespace kalends
