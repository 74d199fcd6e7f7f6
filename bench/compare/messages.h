#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "kalends/time.h"

namespace kalends::bench {

// The lines of a file of messages, in memory, and what questions are made of.
struct Messages {
  std::string text;
  std::uint64_t bytes = 0;  // Of the lines, without their ends.
  std::vector<std::string_view> lines;
  std::vector<std::string_view> ids;  // Of each line.
  TimeRange time;                     // Of all lines.

  static Messages Read(const std::string& file, std::size_t count_max);

  // All are drawn by `seed` alone, hence the same for every subject.
  std::vector<std::string_view> RandomIds(std::size_t count, unsigned seed) const;
  // Ranges of whole days within the time of the messages.
  std::vector<TimeRange> RandomRanges(std::size_t count, std::int64_t days, unsigned seed) const;
  // The line of a random message, `count` times: a session is met as often as it has messages.
  std::vector<std::string_view> RandomLines(std::size_t count, unsigned seed) const;

  // A number that message.usage.output_tokens passes in about `count` of the messages, and in no more.
  std::int64_t OutputTokensPassedBy(std::size_t count) const;
};

}  // namespace kalends::bench
