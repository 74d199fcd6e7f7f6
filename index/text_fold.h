#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kalends {

// Which differences between words count.
struct TextMode {
  bool case_sensitive = false;
  bool diacritic_sensitive = false;

  bool operator==(const TextMode&) const = default;
};

// Brings words that are to be found by each other to the same bytes. In any mode: compatibility forms are made equal
// (NFKC: `ﬁ` is `fi`), characters that are not drawn are dropped (soft hyphens, variation selectors, joiners but those
// inside emoji), and typographic apostrophes are `'`. Unless the mode says otherwise, case is folded (`ß` is `ss`), and
// the marks of Latin and Greek letters, the points of Hebrew and the harakat of Arabic are dropped: not marks that make
// another letter or vowel, as in Cyrillic `й`, in kana and in the scripts of India.
//
// Not thread-safe; reusable.
class TextFolder {
 public:
  explicit TextFolder(TextMode mode = {}) : mode_(mode) {}

  TextMode mode() const { return mode_; }

  // Appends the folded form of `text`. Bytes that are no UTF-8 stay. The time is n log n at most, for marks in the
  // wrong order.
  void Append(std::string_view text, std::string* folded);

 private:
  void AddCharacter(char32_t code, std::string* folded);
  void AddDecomposed(char32_t code, std::string* folded);
  bool IsDropped(char32_t mark) const;
  void Flush(std::string* folded);

  TextMode mode_;
  char32_t base_ = 0;                     // The last character that is no mark.
  bool is_emoji_ = false;                 // The last character is one, or a modifier of one.
  bool has_joiner_ = false;               // Behind an emoji; dropped unless another one follows.
  std::vector<std::int32_t> decomposed_;  // Read, but not written yet.
  std::vector<std::int32_t> case_folded_;
};

std::string FoldText(std::string_view text, TextMode mode = {});

}  // namespace kalends
