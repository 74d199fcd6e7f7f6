#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "kalends/status.h"
#include "kalends/value.h"
#include "query/filter_place.h"

namespace re2 {
class RE2;
}

namespace kalends {

// A regular expression as `$regex` has it, compiled once. The work is linear in the text: look-around and
// back-references, which cannot be had so, are refused. Copies share what was compiled; safe for any number of threads.
//
// Options: i without regard to case, m lines (^ and $ meet each), s the dot meets line ends, x blanks and comments in
// the pattern are ignored, u nothing (text is always Unicode).
class Regex {
 public:
  static Result<Regex> Compile(std::string_view pattern, std::string_view options, const FilterPlace& place);
  // Anywhere in `text`.
  bool Matches(std::string_view text) const;

 private:
  explicit Regex(std::shared_ptr<const re2::RE2> compiled) : compiled_(std::move(compiled)) {}
  std::shared_ptr<const re2::RE2> compiled_;
};

struct RegexSource {
  std::string_view pattern;
  std::string_view options;
};

// The regular expression that `value` spells in Extended JSON: {$regularExpression: {pattern, options}}, or
// {$regex, $options} with both. nullopt when it is something else; an error when the first form is not complete.
Result<std::optional<RegexSource>> AsRegexValue(const Value& value, const FilterPlace& place);

}  // namespace kalends
