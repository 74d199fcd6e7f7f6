#include "query/text_query.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "format/errors.h"
#include "index/term_reader.h"
#include "index/text_language.h"

namespace kalends {
namespace {

bool IsSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

Result<bool> ReadFlag(const Value& value, const FilterPlace& place) {
  if (value.type() == Type::kBool) return value.as_bool();
  return InvalidArgument(place, ": expected true or false, found ", TypeName(value.type()));
}

Result<std::string_view> ReadString(const Value& value, const FilterPlace& place) {
  if (value.is_string()) return value.as_string();
  return InvalidArgument(place, ": expected a string, found ", TypeName(value.type()));
}

// Takes a search string apart.
class SearchParser {
 public:
  SearchParser(TextLanguage language, TextQuery* query)
      : language_(std::move(language)), query_(*query), reader_(query->mode) {}

  void Parse(std::string_view search) {
    while (!search.empty()) {
      if (IsSpace(search.front())) {
        search.remove_prefix(1);
        continue;
      }
      const bool is_negated = search.front() == '-';
      if (is_negated) search.remove_prefix(1);
      if (!search.empty() && search.front() == '"') {
        search.remove_prefix(1);
        const std::size_t end = std::min(search.find('"'), search.size());
        AddPhrase(search.substr(0, end), is_negated);
        search.remove_prefix(std::min(end + 1, search.size()));
        continue;
      }
      std::size_t end = 0;
      while (end < search.size() && !IsSpace(search[end]) && search[end] != '"') ++end;
      AddWords(search.substr(0, end), is_negated);
      search.remove_prefix(end);
    }
  }

 private:
  std::vector<TextWord> WordsOf(std::string_view text) {
    std::vector<TextWord> words;
    reader_.Start(text);
    for (TextToken token; reader_.Next(&token);) {
      TextWord word;
      word.kind = token.kind == TextToken::Kind::kCjk ? TextWord::Kind::kCjk : TextWord::Kind::kWord;
      word.exact = token.text;
      const std::string_view raw = text.substr(token.begin, token.end - token.begin);
      word.text = query_.is_sensitive() ? FoldedToken(raw, word.exact) : word.exact;
      word.stem = TermOfWord(word.text, &language_);
      word.exact_stem = TermOfWord(word.exact, &language_);
      words.push_back(std::move(word));
    }
    return words;
  }

  // The same word without heeding case and diacritics.
  static std::string FoldedToken(std::string_view raw, const std::string& otherwise) {
    TokenReader reader;
    reader.Start(raw);
    TextToken token;
    return reader.Next(&token) ? std::string(token.text) : otherwise;
  }

  static void AddOnce(TextWord word, std::vector<TextWord>* words) {
    if (std::find(words->begin(), words->end(), word) == words->end()) words->push_back(std::move(word));
  }

  void AddWords(std::string_view text, bool is_negated) {
    const bool is_prefix = text.size() > 1 && text.back() == '*';
    std::vector<TextWord> words = WordsOf(text);
    if (is_prefix && !words.empty() && words.back().kind == TextWord::Kind::kWord) {
      TextWord& last = words.back();
      last.kind = TextWord::Kind::kPrefix;
      last.stem = last.text;
      last.exact_stem = last.exact;
    }
    for (TextWord& word : words) {
      if (word.kind == TextWord::Kind::kWord && language_.IsStopWord(word.text)) continue;
      AddOnce(std::move(word), is_negated ? &query_.negated_words : &query_.words);
    }
  }

  void AddPhrase(std::string_view text, bool is_negated) {
    TextPhrase phrase = WordsOf(text);
    if (!phrase.empty()) (is_negated ? query_.negated_phrases : query_.phrases).push_back(std::move(phrase));
  }

  TextLanguage language_;
  TextQuery& query_;
  TokenReader reader_;
};

}  // namespace

Result<std::shared_ptr<const TextQuery>> TextQuery::Parse(const Value& operand, const TextOptionsPtr& options,
                                                          const FilterPlace& place) {
  if (options == nullptr) {
    return InvalidArgument(place, ": the collection has no text; name the fields that have in its spec, such as ",
                           R"({"text": ["*"]})");
  }
  if (!operand.is_object()) return InvalidArgument(place, ": expected an object, found ", TypeName(operand.type()));
  auto query = std::make_shared<TextQuery>();
  query->options = *options;
  std::optional<std::string_view> search;
  for (const Field& field : operand.fields()) {
    const FilterPlace here(place, field.name);
    if (field.name == "$search") {
      KALENDS_TRY(search, ReadString(field.value, here));
    } else if (field.name == "$language") {
      KALENDS_TRY(const std::string_view language, ReadString(field.value, here));
      query->options.language = language;
    } else if (field.name == "$caseSensitive") {
      KALENDS_TRY(query->mode.case_sensitive, ReadFlag(field.value, here));
    } else if (field.name == "$diacriticSensitive") {
      KALENDS_TRY(query->mode.diacritic_sensitive, ReadFlag(field.value, here));
    } else if (field.name == "$all") {
      KALENDS_TRY(query->all, ReadFlag(field.value, here));
    } else {
      return InvalidArgument(here,
                             ": unknown; $text has $search, $language, $caseSensitive, $diacriticSensitive, $all");
    }
  }
  if (!search.has_value()) return InvalidArgument(place, ": $search is missing");
  auto language = TextLanguage::Make(query->options.language);
  if (!language.has_value()) return WithContext(FilterPlace(place, "$language").Text(), language.error());
  query->options.language = language->name();
  SearchParser(std::move(*language), query.get()).Parse(*search);
  return std::shared_ptr<const TextQuery>(std::move(query));
}

}  // namespace kalends
