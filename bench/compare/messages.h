#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "kalends/time.h"

namespace kalends::bench {

struct Message {
  std::string_view line;
  std::string_view text;  // What full text has of it; empty where there is none.
};

struct Word {
  std::string text;
  std::size_t documents = 0;  // That have it.
};

// The lines of a file of messages, in memory, and what questions are made of.
struct Messages {
  std::string file;
  std::vector<std::string> texts;
  std::uint64_t bytes = 0;  // Of the lines, without their ends.
  std::vector<Message> all;
  std::vector<std::string_view> ids;  // Of each line.
  TimeRange time;                     // Of all lines.
  bool is_in_order = true;            // Each is newer than the one before.

  static Messages Read(const std::string& file, std::size_t count_max, bool with_text);

  // All are drawn by `seed` alone, hence the same for every subject.
  std::vector<std::string_view> RandomIds(std::size_t count, unsigned seed) const;
  // Ranges of whole days within the time of the messages.
  std::vector<TimeRange> RandomRanges(std::size_t count, std::int64_t days, unsigned seed) const;
  // The line of a random message, `count` times: a session is met as often as it has messages.
  std::vector<std::string_view> RandomLines(std::size_t count, unsigned seed) const;

  // A number that message.usage.output_tokens passes in about `count` of the messages, and in no more.
  std::int64_t OutputTokensPassedBy(std::size_t count) const;

  // Words of ASCII letters, digits and `_` alone, in lower case, the most common first.
  std::vector<Word> Words() const;
};

}  // namespace kalends::bench
