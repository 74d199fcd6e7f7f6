#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "index/text_fold.h"
#include "index/word_breaks.h"

namespace kalends {

// The longest text of a word. A longer one is replaced by its beginning (at most 96 bytes) and 32 digits of XXH3-128 of
// all of it: so a term is small enough for a key, yet only equal words are equal.
inline constexpr std::size_t kWordBytesMax = 128;

struct TextToken {
  enum class Kind : std::uint8_t {
    kWord,  // Also a number, an emoji or a flag.
    kCjk,   // A run of Han, Hiragana, Katakana or Hangul, of any length.
  };
  Kind kind = Kind::kWord;
  std::string_view text;    // Folded. Valid until the next call.
  std::uint32_t begin = 0;  // The bytes of the text that it was read from.
  std::uint32_t end = 0;
};

// Splits texts into words: the segments of UAX #29 with a letter, digit or emoji. CJK, which has no spaces, comes in
// runs, apart from all else. Not thread-safe; reusable.
class TokenReader {
 public:
  explicit TokenReader(TextMode mode = {}) : folder_(mode) {}

  TextMode mode() const { return folder_.mode(); }

  // The text must outlive the reading, and is shorter than 4 GiB. It need not be UTF-8: other bytes are no tokens.
  void Start(std::string_view text);
  // False at the end.
  bool Next(TextToken* token);

 private:
  std::string_view Folded(std::string_view segment);
  std::string_view WithoutMarks();
  void Shorten();

  TextFolder folder_;
  std::string_view text_;
  WordBreaks breaks_;
  std::string buffer_;
};

}  // namespace kalends
