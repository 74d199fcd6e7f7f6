// Strings: joined, measured, compared, searched, split. Letters have cases in ASCII alone, as in MongoDB.
#include <algorithm>
#include <string>
#include <vector>

#include "kalends/limits.h"
#include "query/expression_arguments.h"
#include "query/expression_operators.h"

namespace kalends {
namespace {

Result<Value> Concat(const OperatorCall& call) {
  std::string text;
  for (const Value& part : call.arguments) {
    if (IsNullish(part)) return Value::Null();
    KALENDS_RETURN_IF_ERROR(CheckString(call, part));
    if (text.size() > kDocumentBytesMax) break;  // String() says that it is too long.
    text += part.as_string();
  }
  return call.evaluation.String(text);
}

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
char Upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

template <char (*kChange)(char)>
Result<Value> ChangeCase(const OperatorCall& call) {
  KALENDS_TRY(const std::string_view text, AsText(call, call[0]));
  std::string changed(text);
  std::ranges::transform(changed, changed.begin(), kChange);
  return call.evaluation.String(changed);
}

Result<Value> CompareIgnoringCase(const OperatorCall& call) {
  KALENDS_TRY(const std::string_view a, AsText(call, call[0]));
  KALENDS_TRY(const std::string_view b, AsText(call, call[1]));
  const auto less = [](char x, char y) {
    return static_cast<unsigned char>(Upper(x)) < static_cast<unsigned char>(Upper(y));
  };
  if (std::ranges::lexicographical_compare(a, b, less)) return Value::Int(-1);
  return Value::Int(std::ranges::lexicographical_compare(b, a, less) ? 1 : 0);
}

Result<Value> LengthInBytes(const OperatorCall& call) {
  KALENDS_RETURN_IF_ERROR(CheckString(call, call[0]));
  return Value::Int(static_cast<std::int32_t>(call[0].as_string().size()));
}

Result<Value> LengthInCharacters(const OperatorCall& call) {
  KALENDS_RETURN_IF_ERROR(CheckString(call, call[0]));
  return Value::Int(static_cast<std::int32_t>(CountCharacters(call[0].as_string())));
}

Result<Value> IndexOfBytes(const OperatorCall& call) {
  if (IsNullish(call[0])) return Value::Null();
  KALENDS_RETURN_IF_ERROR(CheckString(call, call[0]));
  KALENDS_RETURN_IF_ERROR(CheckString(call, call[1]));
  const std::string_view text = call[0].as_string();
  KALENDS_TRY(const auto extent, AsExtent(call, 2, text.size()));
  if (!extent.has_value()) return Value::Int(-1);
  const std::size_t found = text.substr(0, extent->end).find(call[1].as_string(), extent->begin);
  return Value::Int(found == std::string_view::npos ? -1 : static_cast<std::int32_t>(found));
}

Result<Value> IndexOfCharacters(const OperatorCall& call) {
  if (IsNullish(call[0])) return Value::Null();
  KALENDS_RETURN_IF_ERROR(CheckString(call, call[0]));
  KALENDS_RETURN_IF_ERROR(CheckString(call, call[1]));
  const std::string_view text = call[0].as_string();
  KALENDS_TRY(const auto extent, AsExtent(call, 2, CountCharacters(text)));
  if (!extent.has_value()) return Value::Int(-1);
  const std::size_t begin = ByteOfCharacter(text, extent->begin);
  const std::size_t found = text.substr(0, ByteOfCharacter(text, extent->end)).find(call[1].as_string(), begin);
  if (found == std::string_view::npos) return Value::Int(-1);
  return Value::Int(static_cast<std::int32_t>(CountCharacters(text.substr(0, found))));
}

Result<Value> Split(const OperatorCall& call) {
  KALENDS_RETURN_IF_ERROR(CheckString(call, call[0]));
  KALENDS_RETURN_IF_ERROR(CheckString(call, call[1]));
  std::string_view text = call[0].as_string();
  const std::string_view separator = call[1].as_string();
  if (separator.empty()) return Wrong(call, "the separator must not be empty");
  std::vector<Value> parts;
  for (;;) {
    const std::size_t found = text.find(separator);
    parts.push_back(Value::String(text.substr(0, found)));
    if (found == std::string_view::npos) return call.evaluation.Array(parts);
    text.remove_prefix(found + separator.size());
  }
}

constexpr OperatorEntry kOperators[] = {
    Positional("$concat", 0, kAnyNumber, Concat),
    Positional("$toLower", 1, 1, ChangeCase<Lower>),
    Positional("$toUpper", 1, 1, ChangeCase<Upper>),
    Positional("$strcasecmp", 2, 2, CompareIgnoringCase),
    Positional("$strLenBytes", 1, 1, LengthInBytes),
    Positional("$strLenCP", 1, 1, LengthInCharacters),
    Positional("$indexOfBytes", 2, 4, IndexOfBytes),
    Positional("$indexOfCP", 2, 4, IndexOfCharacters),
    NullPassing("$split", 2, 2, Split),
};

}  // namespace

std::span<const OperatorEntry> StringOperators() { return kOperators; }

}  // namespace kalends
