#include "suites/suite_case.h"

#include <array>

#include "format/errors.h"

namespace kalends::suites {
namespace {

// What stands between `begin` and the next `end` of a line that cannot be read as a whole.
std::string_view Between(std::string_view line, std::string_view begin, char end) {
  const std::size_t at = line.find(begin);
  if (at == std::string_view::npos) return {};
  line.remove_prefix(at + begin.size());
  return line.substr(0, line.find(end));
}

// A line with a type that is not stored still tells what it is about.
void ReadNamesOnly(std::string_view line, Case* result) {
  if (const auto id = Between(line, "\"id\":\"", '"'); !id.empty()) result->id = id;
  const std::string operators = "[" + std::string(Between(line, "\"operators\":[", ']')) + "]";
  const auto names = OwnedValue::FromJson(operators);
  if (!names.has_value() || !names->value().is_array()) return;
  for (const Value& name : names->value().elements()) {
    if (name.is_string()) result->operators.emplace(name.as_string());
  }
}

// Positions differ from case to case: without them the same reason is counted as one.
std::string WithoutNumbers(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c < '0' || c > '9') {
      result += c;
    } else if (result.empty() || result.back() != '#') {
      result += '#';
    }
  }
  return result;
}

// These see what a document holds beside the fields that a case names.
bool SeesAllFields(const Value& line) {
  static constexpr std::array<std::string_view, 6> kWords = {
      "\"$$ROOT",          "\"$$CURRENT",       "\"additionalProperties\"",
      "\"minProperties\"", "\"maxProperties\"", "\"patternProperties\""};
  const std::string text = ToJson(line);
  for (const std::string_view word : kWords) {
    if (text.find(word) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

void CollectOperators(const Value& value, std::set<std::string>* operators) {
  if (value.is_array()) {
    for (const Value& element : value.elements()) CollectOperators(element, operators);
  }
  if (!value.is_object()) return;
  for (const Field& field : value.fields()) {
    if (field.name.size() > 1 && field.name.front() == '$') operators->emplace(field.name);
    CollectOperators(field.value, operators);
  }
}

Case ReadCase(std::string_view line, std::string_view name, std::size_t number) {
  Case result;
  result.id = std::string(name) + ":" + std::to_string(number);
  Result<OwnedValue> value = OwnedValue::FromJson(line);
  if (!value.has_value()) {
    ReadNamesOnly(line, &result);
    const std::string where = value.error().code() == ErrorCode::kUnsupported ? "type: " : "cannot be read: ";
    result.unsupported = where + WithoutNumbers(value.error().message());
  } else {
    result.line = *std::move(value);
    const Value& fields = result.line.value();
    result.sees_all_fields = SeesAllFields(fields);
    const Status status = fields.Get("suite").is_missing() ? ReadFunctionalCase(&result) : ReadScriptCase(&result);
    if (!status.ok()) result.unsupported = status.error().message();
  }
  if (result.operators.empty()) result.operators.emplace("(none)");
  return result;
}

}  // namespace kalends::suites
