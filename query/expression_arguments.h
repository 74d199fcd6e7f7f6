#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "kalends/status.h"
#include "kalends/value.h"
#include "query/expression_operators.h"

// What several operators ask of their arguments.
namespace kalends {

// `what` is how the error names the argument, such as `the start`.
Result<std::int32_t> AsInt32(const OperatorCall& call, const Value& value, std::string_view what);
// A whole number from `min` to the largest int.
Result<std::int32_t> AsCount(const OperatorCall& call, const Value& value, std::int32_t min, std::string_view what);
Status CheckArray(const OperatorCall& call, const Value& value);
Status CheckString(const OperatorCall& call, const Value& value);

// The text of a string, a number (a double with six digits) or a date, as the operators on strings take it; of null and
// missing the empty one. Other types are an error.
Result<std::string_view> AsText(const OperatorCall& call, const Value& value);
// A number and a date as $toString writes them: `1.5`, `1e+20`, `Infinity`; `2024-01-31T00:00:00.000Z`.
std::string TextOfNumber(const Value& number);
std::string TextOfDate(std::int64_t milliseconds);

// A part of an array or a text: the arguments from `first` on are its start and end, each non-negative, as for
// $indexOfArray. The end is no more than `size`; nullopt where the start is past it.
struct Extent {
  std::size_t begin;
  std::size_t end;
};
Result<std::optional<Extent>> AsExtent(const OperatorCall& call, std::size_t first, std::size_t size);

// UTF-8: how many bytes the character that begins with this byte has (1 for a byte that begins none), how many
// characters a text has, and the byte at which a character begins (the text's size past the last).
std::size_t CharacterBytes(char first);
inline bool IsContinuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }
std::size_t CountCharacters(std::string_view text);
std::size_t ByteOfCharacter(std::string_view text, std::size_t character);

}  // namespace kalends
