#include <algorithm>
#include <fstream>

#include "bench/compare/subject.h"
#include "bench/measure.h"

namespace kalends::bench {

std::string_view TextBehind(std::string_view line, std::string_view name) {
  const std::size_t at = line.find(name);
  if (at == std::string_view::npos) Fail("a line lacks " + std::string(name));
  const std::size_t begin = at + name.size();
  return line.substr(begin, line.find('"', begin) - begin);
}

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
    messages.lines.push_back(line);
    messages.ids.push_back(TextBehind(line, "\"uuid\":\""));
    const TimeUs time = Must(ParseTime(TextBehind(line, "\"timestamp\":\"")));
    messages.time.begin = std::min(messages.time.begin, time);
    messages.time.end = std::max(messages.time.end, {time.value + 1});
  }
  if (messages.lines.empty()) Fail(file + " is empty");
  return messages;
}

}  // namespace kalends::bench
