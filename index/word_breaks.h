#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "index/character_class.h"

namespace kalends {

// Cuts a text at its word boundaries, as UAX #29 (Unicode 15.0, and what its later test cases ask for) defines them by
// default: each segment is a word, a run of spaces, or a character of another kind. The segments cover the text without
// gaps. A byte that is no UTF-8 is a segment by itself. The time is linear in any text.
class WordBreaks {
 public:
  enum class Rules : std::uint8_t {
    kUnicode,
    // Differs in two: a run of CJK characters with their marks is one segment and holds no other letters, and what is
    // no token joins no emoji.
    kTokens,
  };

  WordBreaks() = default;
  explicit WordBreaks(std::string_view text, Rules rules = Rules::kUnicode) : text_(text), rules_(rules) {}

  // False at the end.
  bool Next(std::string_view* segment);
  // The next segment of which is_token() is true.
  bool NextToken(std::string_view* segment);

  // Of the segment that was read last.
  bool is_ascii() const { return is_ascii_; }
  // Of an ASCII word.
  bool has_upper_case() const { return has_upper_case_; }
  // Whether a letter, digit or emoji is in it.
  bool is_token() const { return classes_.is_token(); }
  bool has_cjk() const { return classes_.is_cjk(); }

 private:
  struct Character {
    CharacterClass classes;
    WordBreak word_break = WordBreak::kOther;
    std::uint32_t size = 1;
  };

  void ReadSegment();
  bool ReadAsciiWord();
  bool IsSeparate(const char* at) const;
  bool ReadOtherAscii();
  void ReadAnySegment();
  std::optional<WordBreak> LeftAfter(WordBreak left, const Character& last, const Character& next) const;
  Character CharacterAt(std::size_t at) const;
  WordBreak AfterMarks(std::size_t at) const;
  bool JoinsEmoji(WordBreak left) const;

  std::string_view text_;
  std::size_t at_ = 0;
  Rules rules_ = Rules::kUnicode;
  bool is_ascii_ = true;
  bool has_upper_case_ = false;
  CharacterClass classes_;
};

}  // namespace kalends
