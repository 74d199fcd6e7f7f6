#include "query/regex_syntax.h"

#include <cstddef>

namespace kalends {
namespace {

constexpr std::string_view kEnd = "(?:\\n?\\z)";
constexpr std::string_view kBlanks = "\\t-\\r ";

bool IsBlank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

class Translator {
 public:
  Translator(std::string_view pattern, bool multiline, bool extended)
      : pattern_(pattern), keeps_dollar_(multiline || SetsMultiline(pattern)), extended_(extended) {}

  std::string Run() {
    while (at_ < pattern_.size()) {
      if (in_class_) {
        StepInClass();
      } else {
        Step();
      }
    }
    return std::move(out_);
  }

 private:
  // (?m) somewhere inside: then a dollar keeps RE2's meaning, which is the same for lines.
  static bool SetsMultiline(std::string_view pattern) {
    for (std::size_t at = 0; (at = pattern.find("(?", at)) != std::string_view::npos;) {
      for (at += 2; at < pattern.size(); ++at) {
        if (pattern[at] == 'm') return true;
        if (pattern[at] != 'i' && pattern[at] != 's' && pattern[at] != 'x' && pattern[at] != 'U') break;
      }
    }
    return false;
  }

  void Keep(std::size_t bytes) {
    out_.append(pattern_.substr(at_, bytes));
    at_ += bytes;
  }
  void Replace(std::size_t bytes, std::string_view by) {
    out_.append(by);
    at_ += bytes;
  }
  bool Follows(std::string_view text) const { return pattern_.substr(at_).starts_with(text); }

  void Step() {
    const char c = pattern_[at_];
    if (c == '\\') {
      StepEscape();
    } else if (c == '[') {
      in_class_ = true;
      Keep(1);
      if (Follows("^")) Keep(1);
      if (Follows("]")) Replace(1, "\\]");  // The first one is no end.
    } else if (c == '$' && !keeps_dollar_) {
      Replace(1, kEnd);
    } else if (Follows("(?<") && !Follows("(?<=") && !Follows("(?<!")) {
      Replace(3, "(?P<");
    } else if (extended_ && IsBlank(c)) {
      ++at_;
    } else if (extended_ && c == '#') {
      const std::size_t end = pattern_.find('\n', at_);
      at_ = end == std::string_view::npos ? pattern_.size() : end + 1;
    } else {
      Keep(1);
    }
  }

  void StepEscape() {
    if (Follows("\\Q")) {
      const std::size_t end = pattern_.find("\\E", at_);
      Keep(end == std::string_view::npos ? pattern_.size() - at_ : end + 2 - at_);
    } else if (Follows("\\s")) {
      Replace(2, std::string("[").append(kBlanks).append("]"));
    } else if (Follows("\\S")) {
      Replace(2, std::string("[^").append(kBlanks).append("]"));
    } else if (Follows("\\Z")) {
      Replace(2, kEnd);
    } else {
      Keep(2);
    }
  }

  void StepInClass() {
    const char c = pattern_[at_];
    if (Follows("\\s")) {
      Replace(2, kBlanks);
    } else if (c == '\\') {
      Keep(2);
    } else if (Follows("[:")) {
      const std::size_t end = pattern_.find(":]", at_);
      Keep(end == std::string_view::npos ? 1 : end + 2 - at_);
    } else {
      in_class_ = c != ']';
      Keep(1);
    }
  }

  std::string_view pattern_;
  bool keeps_dollar_;
  bool extended_;
  bool in_class_ = false;
  std::size_t at_ = 0;
  std::string out_;
};

}  // namespace

std::string ToRe2Syntax(std::string_view pattern, bool multiline, bool extended) {
  return Translator(pattern, multiline, extended).Run();
}

}  // namespace kalends
