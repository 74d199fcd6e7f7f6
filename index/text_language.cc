#include "index/text_language.h"

#include <libstemmer.h>
// Most words have up to 16 bytes, for which a call costs as much as the hash.
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <cassert>
#include <cstring>
#include <optional>

#include "format/errors.h"

namespace kalends {
namespace {

constexpr std::size_t kCachedTerms = 4096;
// A query stems a few words only, for which the cache is not worth its memory.
constexpr std::uint32_t kStemmedBeforeCaching = 64;

struct KnownLanguage {
  std::string_view name;
  std::string_view code;
  // Of words in lower case without diacritics. True where the algorithm takes from the end of words only: Arabic,
  // Indonesian, Irish, Tamil and Yiddish take prefixes too, Russian writes `е` for `ё`, Serbian writes Latin letters,
  // Turkish hardens the last consonant, which may be the first (`cuma`).
  bool keeps_first_character;
};

constexpr KnownLanguage kKnownLanguages[] = {
    {"arabic", "ar", false},    {"armenian", "hy", true},    {"basque", "eu", true},    {"catalan", "ca", true},
    {"danish", "da", true},     {"dutch", "nl", true},       {"english", "en", true},   {"finnish", "fi", true},
    {"french", "fr", true},     {"german", "de", true},      {"greek", "el", false},    {"hindi", "hi", false},
    {"hungarian", "hu", true},  {"indonesian", "id", false}, {"irish", "ga", false},    {"italian", "it", true},
    {"lithuanian", "lt", true}, {"nepali", "ne", false},     {"norwegian", "no", true}, {"porter", "", true},
    {"portuguese", "pt", true}, {"romanian", "ro", true},    {"russian", "ru", false},  {"serbian", "sr", false},
    {"spanish", "es", true},    {"swedish", "sv", true},     {"tamil", "ta", false},    {"turkish", "tr", false},
    {"yiddish", "yi", false},
};

const KnownLanguage* Known(std::string_view name) {
  const auto* const found = std::find_if(std::begin(kKnownLanguages), std::end(kKnownLanguages),
                                         [&](const KnownLanguage& language) { return language.name == name; });
  return found != std::end(kKnownLanguages) ? found : nullptr;
}

// The name for a name or a code.
std::optional<std::string> FullName(std::string_view name, const std::vector<std::string>& names) {
  for (const KnownLanguage& language : kKnownLanguages) {
    if (!name.empty() && language.code == name) name = language.name;
  }
  const auto found = std::find(names.begin(), names.end(), name);
  return found != names.end() ? std::optional(*found) : std::nullopt;
}

}  // namespace

void TextLanguage::StemmerDeleter::operator()(sb_stemmer* stemmer) const { sb_stemmer_delete(stemmer); }

TextLanguage::TextLanguage(std::string name, sb_stemmer* stemmer) : name_(std::move(name)), stemmer_(stemmer) {
  const StopWords& stop_words = StopWordsOf(name_);
  if (!stop_words.empty()) stop_words_ = &stop_words;
}

std::vector<std::string> TextLanguage::Names() {
  std::vector<std::string> names = {"none"};
  for (const char** name = sb_stemmer_list(); *name != nullptr; ++name) names.emplace_back(*name);
  std::sort(names.begin() + 1, names.end());
  return names;
}

Result<TextLanguage> TextLanguage::Make(std::string_view name) {
  const std::vector<std::string> names = Names();
  const std::optional<std::string> full_name = FullName(name, names);
  if (!full_name) {
    std::string all;
    for (const std::string& known : names) all += (all.empty() ? "" : ", ") + known;
    return InvalidArgument("\"", name, "\" is no language of texts; they are ", all, ", and codes such as \"en\"");
  }
  if (*full_name == "none") return TextLanguage();
  sb_stemmer* const stemmer = sb_stemmer_new(full_name->c_str(), nullptr);
  if (stemmer == nullptr) return InvalidArgument("the stemming of \"", name, "\" cannot be loaded");
  return TextLanguage(*full_name, stemmer);
}

bool TextLanguage::IsStopWord(std::string_view word) const {
  return stop_words_ != nullptr && stop_words_->find(word) != stop_words_->end();
}

std::string_view TextLanguage::Stem(std::string_view word) {
  if (is_none()) return word;
  const auto* const bytes = reinterpret_cast<const sb_symbol*>(word.data());
  const sb_symbol* const stem = sb_stemmer_stem(stemmer_.get(), bytes, static_cast<int>(word.size()));
  if (stem == nullptr) return word;  // Out of memory.
  return {reinterpret_cast<const char*>(stem), static_cast<std::size_t>(sb_stemmer_length(stemmer_.get()))};
}

bool TextLanguage::CachedTerm::IsOf(std::string_view of) const {
  return word_size == of.size() && std::memcmp(word.data(), of.data(), of.size()) == 0;
}

void TextLanguage::CachedTerm::Set(std::string_view of, std::string_view to) {
  word_size = static_cast<std::uint8_t>(of.size());
  term_size = static_cast<std::uint8_t>(to.size());
  std::copy(of.begin(), of.end(), word.begin());
  std::copy(to.begin(), to.end(), term.begin());
}

std::string_view TextLanguage::TermOf(std::string_view word) {
  if (IsStopWord(word)) return {};
  const std::string_view stem = Stem(word);
  return stem.empty() ? word : stem;
}

std::string_view TextLanguage::Term(std::string_view word) {
  if (is_none()) return word;
  if (word.size() > CachedTerm::kWordBytes) return TermOf(word);
  if (cache_.empty()) {
    if (++stemmed_ < kStemmedBeforeCaching) return TermOf(word);
    cache_.resize(kCachedTerms);
  }
  // Two places a hash: what came last stands in the second one until it comes again, so that the many words which come
  // once do not drive out common ones.
  CachedTerm* const places = &cache_[XXH3_64bits(word.data(), word.size()) % (kCachedTerms / 2) * 2];
  if (places[0].IsOf(word)) return places[0].Term();
  if (places[1].IsOf(word)) {
    std::swap(places[0], places[1]);
    return places[0].Term();
  }
  const std::string_view term = TermOf(word);
  if (term.size() > CachedTerm::kTermBytes) return term;
  places[1].Set(word, term);
  return places[1].Term();
}

bool TextLanguage::KeepsFirstCharacter(TextMode mode) const {
  if (is_none()) return true;
  // Several write lower case for what marks a letter in them (`Y`), or a letter without its accent.
  if (mode != TextMode{}) return false;
  const KnownLanguage* const known = Known(name_);
  return known != nullptr && known->keeps_first_character;
}

}  // namespace kalends
