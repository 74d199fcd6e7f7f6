// Parts of strings, by bytes and by characters (code points).
#include <algorithm>

#include "query/expression_arguments.h"
#include "query/expression_operators.h"
#include "query/filter_values.h"

namespace kalends {
namespace {

Result<std::int64_t> WholePart(const OperatorCall& call, const Value& value, std::string_view what) {
  const auto number = TruncatedInteger(value);
  if (!number.has_value()) return Wrong(call, what, " must be a number within 64 bits");
  return *number;
}

// The bytes of a character are never parted.
Result<Value> SubstringOfBytes(const OperatorCall& call) {
  KALENDS_TRY(const std::string_view text, AsText(call, call[0]));
  KALENDS_TRY(const std::int64_t start, WholePart(call, call[1], "the start"));
  KALENDS_TRY(const std::int64_t length, WholePart(call, call[2], "the length"));
  if (start < 0) return Wrong(call, "the start must not be negative, found ", start);
  const auto size = static_cast<std::int64_t>(text.size());
  if (start >= size) return Value::String({});
  const std::int64_t count = length < 0 ? size - start : std::min(length, size - start);
  const auto begin = static_cast<std::size_t>(start);
  const auto end = static_cast<std::size_t>(start + count);
  if (IsContinuation(text[begin])) return Wrong(call, "byte ", begin, " is inside a character");
  if (end < text.size() && IsContinuation(text[end])) return Wrong(call, "byte ", end, " is inside a character");
  return Value::String(text.substr(begin, end - begin));
}

Result<Value> SubstringOfCharacters(const OperatorCall& call) {
  KALENDS_TRY(const std::string_view text, AsText(call, call[0]));
  KALENDS_TRY(const std::int32_t start, AsCount(call, call[1], 0, "the start"));
  KALENDS_TRY(const std::int32_t length, AsCount(call, call[2], 0, "the length"));
  const std::string_view rest = text.substr(ByteOfCharacter(text, static_cast<std::size_t>(start)));
  return Value::String(rest.substr(0, ByteOfCharacter(rest, static_cast<std::size_t>(length))));
}

constexpr OperatorEntry kOperators[] = {
    Positional("$substr", 3, 3, SubstringOfBytes),
    Positional("$substrBytes", 3, 3, SubstringOfBytes),
    Positional("$substrCP", 3, 3, SubstringOfCharacters),
};

}  // namespace

std::span<const OperatorEntry> SubstringOperators() { return kOperators; }

}  // namespace kalends
