#include "query/regex.h"

#include <re2/re2.h>

#include <string>
#include <utility>

#include "format/errors.h"
#include "query/regex_syntax.h"

namespace kalends {
namespace {

constexpr std::size_t kPatternBytesMax = 32764;      // MongoDB's.
constexpr std::int64_t kMemoryBytesMax = 2U << 20U;  // Of one compiled pattern; beyond, RE2 refuses or goes slower.

re2::StringPiece Piece(std::string_view text) { return {text.data(), text.size()}; }

// Fit to be shown: the head of a long pattern.
std::string Shown(std::string_view pattern) {
  constexpr std::size_t kShownMax = 60;
  return pattern.size() <= kShownMax ? std::string(pattern) : std::string(pattern.substr(0, kShownMax)) + "...";
}

Error Refused(const re2::RE2& compiled, std::string_view pattern, const FilterPlace& place) {
  const std::string& part = compiled.error_arg();
  if (compiled.error_code() == re2::RE2::ErrorBadPerlOp || part == "(?<") {
    return Unsupported(place, ": the pattern ", Shown(pattern), ": ", Shown(part),
                       " is not supported (look-around and other extensions of Perl cannot be matched in linear time)");
  }
  const bool is_digit = part.size() == 2 && part[0] == '\\' && part[1] >= '1' && part[1] <= '9';
  if (compiled.error_code() == re2::RE2::ErrorBadEscape && (is_digit || part == "\\k" || part == "\\g")) {
    return Unsupported(place, ": the pattern ", Shown(pattern), ": the back-reference ", part,
                       " is not supported (it cannot be matched in linear time)");
  }
  return InvalidArgument(place, ": the pattern ", Shown(pattern), " is refused: ", Shown(compiled.error()));
}

}  // namespace

Result<Regex> Regex::Compile(std::string_view pattern, std::string_view options, const FilterPlace& place) {
  if (pattern.size() > kPatternBytesMax) {
    return LimitExceeded(place, ": a pattern has at most ", kPatternBytesMax, " bytes, found ", pattern.size());
  }
  if (pattern.find('\0') != std::string_view::npos)
    return InvalidArgument(place, ": a pattern cannot hold a null byte");
  re2::RE2::Options how(re2::RE2::Quiet);
  how.set_max_mem(kMemoryBytesMax);
  bool multiline = false;
  bool extended = false;
  for (const char option : options) {
    if (option == 'i') {
      how.set_case_sensitive(false);
    } else if (option == 'm') {
      multiline = true;
    } else if (option == 's') {
      how.set_dot_nl(true);
    } else if (option == 'x') {
      extended = true;
    } else if (option != 'u') {
      return InvalidArgument(place, ": the options of a regular expression are i, m, s, u and x, found ",
                             Shown(options));
    }
  }
  const std::string_view whole = pattern;
  for (const std::string_view prefix : {"(*UTF8)", "(*UTF)"}) {  // Said of text that is Unicode anyway.
    if (pattern.starts_with(prefix)) pattern.remove_prefix(prefix.size());
  }
  if (pattern.starts_with("(*")) {
    return Unsupported(place, ": the pattern ", Shown(whole), ": ", Shown(pattern.substr(0, pattern.find(')') + 1)),
                       " is not supported");
  }
  std::string text = ToRe2Syntax(pattern, multiline, extended);
  if (multiline) text.insert(0, "(?m)");
  auto compiled = std::make_shared<const re2::RE2>(Piece(text), how);
  if (!compiled->ok()) return Refused(*compiled, whole, place);
  return Regex(std::move(compiled));
}

bool Regex::Matches(std::string_view text) const { return re2::RE2::PartialMatch(Piece(text), *compiled_); }

Result<std::optional<RegexSource>> AsRegexValue(const Value& value, const FilterPlace& place) {
  if (!value.is_object() || value.fields().empty()) return std::optional<RegexSource>();
  if (value.fields().front().name == "$regularExpression") {
    const Value inner = value.fields().front().value;
    const Value pattern = inner.Get("pattern");
    const Value options = inner.Get("options");
    if (value.fields().size() != 1 || !pattern.is_string() || !options.is_string() || inner.fields().size() != 2) {
      return InvalidArgument(place, ": expected {$regularExpression: {pattern: \"...\", options: \"...\"}}");
    }
    return std::optional<RegexSource>({pattern.as_string(), options.as_string()});
  }
  const Value pattern = value.Get("$regex");
  const Value options = value.Get("$options");
  if (value.fields().size() != 2 || !pattern.is_string() || !options.is_string()) return std::optional<RegexSource>();
  return std::optional<RegexSource>({pattern.as_string(), options.as_string()});
}

}  // namespace kalends
