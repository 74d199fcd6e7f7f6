#include "bench/compare/messages.h"

#include <algorithm>
#include <fstream>
#include <functional>
#include <random>

#include "bench/compare/message_fields.h"
#include "bench/measure.h"

namespace kalends::bench {

Messages Messages::Read(const std::string& file, std::size_t count_max) {
  Messages messages;
  std::ifstream in(file, std::ios::binary | std::ios::ate);
  if (!in)
    Fail("cannot read " + file + "; make it with kalends-generate messages --count 1000000 --seed 1 --months 12");
  messages.text.resize(static_cast<std::size_t>(in.tellg()));
  in.seekg(0);
  in.read(messages.text.data(), static_cast<std::streamsize>(messages.text.size()));
  messages.time = {{INT64_MAX}, {INT64_MIN}};
  std::string_view rest = messages.text;
  while (!rest.empty() && messages.lines.size() < count_max) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const MessageFields fields = FieldsOf(line);
    messages.bytes += line.size();
    messages.lines.push_back(line);
    messages.ids.push_back(fields.uuid);
    messages.time.begin = std::min(messages.time.begin, fields.time);
    messages.time.end = std::max(messages.time.end, {fields.time.value + 1});
  }
  if (messages.lines.empty()) Fail(file + " is empty");
  return messages;
}

std::vector<std::string_view> Messages::RandomIds(std::size_t count, unsigned seed) const {
  std::mt19937_64 random(seed);
  std::vector<std::string_view> drawn;
  for (std::size_t i = 0; i < count; ++i) drawn.push_back(ids[random() % ids.size()]);
  return drawn;
}

std::vector<TimeRange> Messages::RandomRanges(std::size_t count, std::int64_t days, unsigned seed) const {
  constexpr std::int64_t kDayUs = 86'400'000'000;
  std::mt19937_64 random(seed);
  const std::int64_t room = std::max<std::int64_t>(1, (time.end.value - time.begin.value) - days * kDayUs);
  std::vector<TimeRange> ranges;
  for (std::size_t i = 0; i < count; ++i) {
    const std::int64_t begin =
        time.begin.value + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(room));
    ranges.push_back({{begin}, {begin + days * kDayUs}});
  }
  return ranges;
}

std::vector<std::string_view> Messages::RandomLines(std::size_t count, unsigned seed) const {
  std::mt19937_64 random(seed);
  std::vector<std::string_view> drawn;
  for (std::size_t i = 0; i < count; ++i) drawn.push_back(lines[random() % lines.size()]);
  return drawn;
}

std::int64_t Messages::OutputTokensPassedBy(std::size_t count) const {
  std::vector<std::int64_t> tokens;
  for (const std::string_view line : lines) {
    if (const auto number = OutputTokensOf(line)) tokens.push_back(static_cast<std::int64_t>(*number));
  }
  if (tokens.empty()) Fail("no message has output_tokens");
  const std::size_t place = std::min(count, tokens.size() - 1);
  std::nth_element(tokens.begin(), tokens.begin() + static_cast<std::ptrdiff_t>(place), tokens.end(), std::greater<>());
  return tokens[place];
}

}  // namespace kalends::bench
