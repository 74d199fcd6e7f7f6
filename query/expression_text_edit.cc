// Strings with parts cut away or replaced.
#include <algorithm>
#include <string>
#include <vector>

#include "kalends/limits.h"
#include "query/expression_arguments.h"
#include "query/expression_operators.h"

namespace kalends {
namespace {

// What MongoDB takes for white space, sorted.
constexpr std::string_view kSpaces[] = {
    {"\0", 1},      "\t",           "\n",           "\v",           "\f",           "\r",           " ",
    "\xC2\xA0",     "\xE1\x9A\x80", "\xE2\x80\x80", "\xE2\x80\x81", "\xE2\x80\x82", "\xE2\x80\x83", "\xE2\x80\x84",
    "\xE2\x80\x85", "\xE2\x80\x86", "\xE2\x80\x87", "\xE2\x80\x88", "\xE2\x80\x89", "\xE2\x80\x8A"};

std::vector<std::string_view> Characters(std::string_view text) {
  std::vector<std::string_view> characters;
  while (!text.empty()) {
    characters.push_back(text.substr(0, CharacterBytes(text.front())));
    text.remove_prefix(characters.back().size());
  }
  return characters;
}

std::string_view FirstCharacter(std::string_view text) { return text.substr(0, CharacterBytes(text.front())); }

std::string_view LastCharacter(std::string_view text) {
  std::size_t begin = text.size() - 1;
  while (begin > 0 && IsContinuation(text[begin])) --begin;
  return text.substr(begin);
}

template <bool kLeft, bool kRight>
Result<Value> Trim(const OperatorCall& call) {
  const Value& input = call[0];
  if (IsNullish(input)) return Value::Null();
  KALENDS_RETURN_IF_ERROR(CheckString(call, input));
  std::vector<std::string_view> given;
  std::span<const std::string_view> cut = kSpaces;
  if (call.size() == 2) {
    if (IsNullish(call[1])) return Value::Null();
    KALENDS_RETURN_IF_ERROR(CheckString(call, call[1]));
    given = Characters(call[1].as_string());
    std::ranges::sort(given);
    cut = given;
  }
  const auto is_cut = [cut](std::string_view character) { return std::ranges::binary_search(cut, character); };
  std::string_view text = input.as_string();
  while (kLeft && !text.empty() && is_cut(FirstCharacter(text))) text.remove_prefix(FirstCharacter(text).size());
  while (kRight && !text.empty() && is_cut(LastCharacter(text))) text.remove_suffix(LastCharacter(text).size());
  return Value::String(text);
}

template <bool kAll>
Result<Value> Replace(const OperatorCall& call) {
  bool is_null = false;
  for (const Value& argument : call.arguments) {
    if (!IsNullish(argument)) KALENDS_RETURN_IF_ERROR(CheckString(call, argument));
    is_null = is_null || IsNullish(argument);
  }
  if (is_null) return Value::Null();
  const std::string_view input = call[0].as_string();
  const std::string_view find = call[1].as_string();
  const std::string_view replacement = call[2].as_string();
  std::string text;
  std::size_t done = 0;
  for (std::size_t from = 0; from <= input.size();) {
    const std::size_t found = input.find(find, from);
    if (found == std::string_view::npos) break;
    text.append(input.substr(done, found - done)).append(replacement);
    if (text.size() > kDocumentBytesMax) break;  // String() says that it is too long.
    done = found + find.size();
    // The empty text is found before each byte that begins a character, and at the end.
    from = done;
    if (find.empty()) from = found < input.size() ? found + CharacterBytes(input[found]) : found + 1;
    if (!kAll) break;
  }
  text.append(input.substr(done));
  return call.evaluation.String(text);
}

constexpr OperatorEntry kOperators[] = {
    Named("$trim", "input! chars", Trim<true, true>),
    Named("$ltrim", "input! chars", Trim<true, false>),
    Named("$rtrim", "input! chars", Trim<false, true>),
    Named("$replaceOne", "input! find! replacement!", Replace<false>),
    Named("$replaceAll", "input! find! replacement!", Replace<true>),
};

}  // namespace

std::span<const OperatorEntry> TextEditOperators() { return kOperators; }

}  // namespace kalends
