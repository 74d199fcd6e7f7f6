#include "bench/compare/messages.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <functional>
#include <random>
#include <unordered_map>
#include <utility>

#include "bench/compare/message_fields.h"
#include "bench/measure.h"
#include "kalends/document.h"

namespace kalends::bench {
namespace {

// The fields outside of the message that the preset `messages` finds otherwise: its id, its time, and what it indexes.
constexpr std::array<std::string_view, 9> kNoText = {"uuid",       "sessionId", "user_id",   "type",   "timestamp",
                                                     "parentUuid", "model",     "gitBranch", "costUsd"};

void AppendStrings(const Value& value, std::string* text) {
  if (value.is_string()) {
    text->append(value.as_string()).push_back('\n');
  } else if (value.is_array()) {
    for (const Value& element : value.elements()) AppendStrings(element, text);
  } else if (value.is_object()) {
    for (const Field& field : value.fields()) AppendStrings(field.value, text);
  }
}

// Every string that the preset has in its full text, a line each.
std::string TextOf(std::string_view line) {
  const Document document = Must(Document::FromJson(line));
  std::string text;
  for (const Field& field : document.value().fields()) {
    if (std::find(kNoText.begin(), kNoText.end(), field.name) == kNoText.end()) AppendStrings(field.value, &text);
  }
  return text;
}

bool IsAscii(char c) { return static_cast<unsigned char>(c) < 0x80; }
bool IsUpperCase(char c) { return c >= 'A' && c <= 'Z'; }
// Letters of other scripts too, so that no part of a word is taken for one.
bool IsOfWord(char c) {
  return !IsAscii(c) || (c >= 'a' && c <= 'z') || IsUpperCase(c) || (c >= '0' && c <= '9') || c == '_';
}

}  // namespace

Messages Messages::Read(const std::string& file, std::size_t count_max, bool with_text) {
  Messages messages;
  std::ifstream in(file, std::ios::binary | std::ios::ate);
  if (!in)
    Fail("cannot read " + file + "; make it with kalends-generate messages --count 1000000 --seed 1 --months 12");
  messages.file.resize(static_cast<std::size_t>(in.tellg()));
  in.seekg(0);
  in.read(messages.file.data(), static_cast<std::streamsize>(messages.file.size()));
  messages.time = {{INT64_MAX}, {INT64_MIN}};
  std::string_view rest = messages.file;
  while (!rest.empty() && messages.all.size() < count_max) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const MessageFields fields = FieldsOf(line);
    messages.bytes += line.size();
    messages.all.push_back({line, {}});
    messages.ids.push_back(fields.uuid);
    messages.time.begin = std::min(messages.time.begin, fields.time);
    messages.is_in_order = messages.is_in_order && messages.time.end <= fields.time;
    messages.time.end = std::max(messages.time.end, {fields.time.value + 1});
  }
  if (messages.all.empty()) Fail(file + " is empty");
  if (with_text) {
    for (const Message& message : messages.all) messages.texts.push_back(TextOf(message.line));
    for (std::size_t i = 0; i < messages.all.size(); ++i) messages.all[i].text = messages.texts[i];
  }
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
  for (std::size_t i = 0; i < count; ++i) drawn.push_back(all[random() % all.size()].line);
  return drawn;
}

std::int64_t Messages::OutputTokensPassedBy(std::size_t count) const {
  std::vector<std::int64_t> tokens;
  for (const Message& message : all) {
    if (const auto number = OutputTokensOf(message.line)) tokens.push_back(static_cast<std::int64_t>(*number));
  }
  if (tokens.empty()) Fail("no message has output_tokens");
  const std::size_t place = std::min(count, tokens.size() - 1);
  std::nth_element(tokens.begin(), tokens.begin() + static_cast<std::ptrdiff_t>(place), tokens.end(), std::greater<>());
  return tokens[place];
}

std::vector<Word> Messages::Words() const {
  struct Count {
    std::size_t documents = 0;
    std::size_t last = 0;  // The document that was counted last, from 1.
  };
  std::unordered_map<std::string, Count> counts;
  std::string word;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const std::string_view text = all[i].text;
    for (const char* at = text.begin(); at != text.end();) {
      const char* const begin = std::find_if(at, text.end(), IsOfWord);
      at = std::find_if_not(begin, text.end(), IsOfWord);
      if (begin == at || !std::all_of(begin, at, IsAscii)) continue;
      word.assign(begin, at);
      for (char& c : word) c = IsUpperCase(c) ? static_cast<char>(c - 'A' + 'a') : c;
      Count& count = counts[word];
      if (std::exchange(count.last, i + 1) != i + 1) ++count.documents;
    }
  }
  std::vector<Word> words;
  for (const auto& [text, count] : counts) words.push_back({text, count.documents});
  std::sort(words.begin(), words.end(), [](const Word& a, const Word& b) {
    return a.documents != b.documents ? a.documents > b.documents : a.text < b.text;
  });
  return words;
}

}  // namespace kalends::bench
