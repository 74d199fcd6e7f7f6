#include "query/path.h"

#include <charconv>
#include <system_error>

namespace kalends {
namespace {

using Parts = std::span<const Path::Part>;

std::optional<std::size_t> ArrayIndex(std::string_view name) {
  if (name.empty() || (name.size() > 1 && name.front() == '0')) return std::nullopt;
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), index);
  if (error != std::errc() || end != name.data() + name.size()) return std::nullopt;
  return index;
}

bool AnyInArray(const Value& array, Parts parts, const ValueTest& test);

bool AnyInObject(Value value, Parts parts, const ValueTest& test) {
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (value.is_array()) return AnyInArray(value, parts.subspan(i), test);
    if (!value.is_object()) return test.Holds(Value());
    value = value.Get(parts[i].name);
  }
  if (value.is_array()) {
    for (const Value& element : value.elements()) {
      if (test.Holds(element)) return true;
    }
  }
  return test.Holds(value);
}

// The element that a number in the path took.
bool AnyInElement(const Value& element, Parts rest, const ValueTest& test) {
  if (rest.empty()) return test.Holds(element);
  if (element.is_object()) return AnyInObject(element, rest, test);
  return element.is_array() && AnyInArray(element, rest, test);
}

bool AnyInArray(const Value& array, Parts parts, const ValueTest& test) {
  const std::span<const Value> elements = array.elements();
  for (std::size_t i = 0; i < elements.size(); ++i) {
    if (elements[i].is_object() && AnyInObject(elements[i], parts, test)) return true;
    if (parts.front().index == i && AnyInElement(elements[i], parts.subspan(1), test)) return true;
  }
  return false;
}

}  // namespace

Path::Path(std::string_view text) : text_(text) {
  for (std::size_t begin = 0;;) {
    const std::size_t dot = text.find('.', begin);
    const std::string_view name = text.substr(begin, dot == std::string_view::npos ? dot : dot - begin);
    parts_.push_back({std::string(name), ArrayIndex(name)});
    if (dot == std::string_view::npos) return;
    begin = dot + 1;
  }
}

bool AnyValueAtPath(const Value& root, const Path& path, const ValueTest& test) {
  return AnyInObject(root, path.parts(), test);
}

}  // namespace kalends
