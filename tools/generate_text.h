#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tools/generate_random.h"

namespace kalends {

// Writes what people and assistants say to each other about software: sentences from patterns and a vocabulary, with
// names of files and functions, numbers, now and then a piece of code or a few words of Chinese. Escaped for JSON:
// everything that it writes may stand in a JSON string.
class TextGenerator {
 public:
  TextGenerator();
  // Appends about `bytes` bytes of sentences.
  void AppendText(std::size_t bytes, Random& random, std::string* out) const;
  void AppendPath(Random& random, std::string* out) const;
  // A name such as `parse_header`.
  void AppendIdentifier(Random& random, std::string* out) const;

 private:
  // A pattern, cut at its slots: text, then the kind of word to put behind it (0 at the end).
  struct Piece {
    std::string_view text;
    char slot;
  };
  void AppendSlot(char slot, Random& random, std::string* out) const;
  void AppendSentence(Random& random, std::string* out) const;
  void AppendCode(Random& random, std::string* out) const;

  std::vector<std::vector<Piece>> patterns_;
  Zipf pattern_choice_;
  Zipf noun_choice_;
  Zipf verb_choice_;
  Zipf adjective_choice_;
  Zipf stem_choice_;
};

}  // namespace kalends
