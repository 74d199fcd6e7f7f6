#pragma once

#include <cstdint>

#include "index/unicode_table.h"
#include "index/utf8.h"

namespace kalends {

// What the splitting of texts asks of a character, by Unicode 15.0: see make_unicode_table.py.
class CharacterClass {
 public:
  constexpr explicit CharacterClass(std::uint8_t bits = 0) : bits_(bits) {}

  constexpr WordBreak word_break() const { return static_cast<WordBreak>(bits_ & 0x1FU); }
  constexpr bool is_pictographic() const { return (bits_ & unicode_table::kPictographic) != 0; }
  // A letter, digit, emoji or half of a flag, or CJK.
  constexpr bool is_token() const { return (bits_ & unicode_table::kToken) != 0; }
  // Han, Hiragana, Katakana, Hangul. Not the marks that join what they follow.
  constexpr bool is_cjk() const { return (bits_ & unicode_table::kCjk) != 0; }

  // Of several characters: what one of them is.
  constexpr void Add(CharacterClass other) { bits_ |= other.bits_; }

 private:
  std::uint8_t bits_;
};

inline CharacterClass ClassOf(char32_t code) {
  if (code > 0x10FFFF) return CharacterClass();
  const auto block = unicode_table::kBlockOf[code / unicode_table::kBlockSize];
  return CharacterClass(unicode_table::kBlocks[block][code % unicode_table::kBlockSize]);
}

}  // namespace kalends
