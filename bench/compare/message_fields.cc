#include "bench/compare/message_fields.h"

#include <charconv>
#include <string>

#include "bench/measure.h"

namespace kalends::bench {
namespace {

// What is behind `name` in the line, to its end.
std::optional<std::string_view> Behind(std::string_view line, std::string_view name) {
  const std::size_t at = line.find(name);
  if (at == std::string_view::npos) return std::nullopt;
  return line.substr(at + name.size());
}

// `name` ends with the quote that begins the text, such as `"uuid":"`.
std::optional<std::string_view> TextBehind(std::string_view line, std::string_view name) {
  const auto rest = Behind(line, name);
  if (!rest) return std::nullopt;
  return rest->substr(0, rest->find('"'));
}

std::optional<double> NumberBehind(std::string_view line, std::string_view name) {
  const auto rest = Behind(line, name);
  if (!rest) return std::nullopt;
  double number = 0;
  const auto read = std::from_chars(rest->data(), rest->data() + rest->size(), number);
  if (read.ec != std::errc()) return std::nullopt;
  return number;
}

std::string_view Needed(std::optional<std::string_view> text, const char* name) {
  if (!text) Fail(std::string("a line lacks ") + name);
  return *text;
}

}  // namespace

std::string_view UuidOf(std::string_view line) { return Needed(TextBehind(line, R"("uuid":")"), "uuid"); }

MessageFields FieldsOf(std::string_view line) {
  // The long text is behind all of them: a field that is absent is not looked for in it.
  const std::string_view head = line.substr(0, line.find(R"("message":{)"));
  MessageFields fields;
  fields.uuid = UuidOf(head);
  fields.time = Must(ParseTime(Needed(TextBehind(head, R"("timestamp":")"), "timestamp")));
  fields.session_id = TextBehind(head, R"("sessionId":")");
  fields.user_id = TextBehind(head, R"("user_id":")");
  fields.type = TextBehind(head, R"("type":")");
  fields.parent_uuid = TextBehind(head, R"("parentUuid":")");
  fields.model = TextBehind(head, R"("model":")");
  fields.git_branch = TextBehind(head, R"("gitBranch":")");
  fields.cost_usd = NumberBehind(head, R"("costUsd":)");
  return fields;
}

std::optional<double> OutputTokensOf(std::string_view line) { return NumberBehind(line, R"("output_tokens":)"); }

}  // namespace kalends::bench
