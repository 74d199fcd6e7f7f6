#include "query/sort_key.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "format/errors.h"

// The text of a sort key: a letter for each value, then those that are there as an array of canonical Extended JSON,
// such as `vmv[{"$numberInt":"1"},"a"]`. Letters mark what is missing because JSON cannot, and an array within the
// array would nest deeper than a document that is as deep as can be.
namespace kalends {
namespace {

constexpr char kPresent = 'v';
constexpr char kMissing = 'm';

Error NoKey() { return InvalidArgument("sort: the page token holds no key of this sort"); }

}  // namespace

std::string SortSpec::EncodeKey(std::span<const Value> key) {
  std::string text;
  std::vector<Value> present;
  for (const Value& value : key) {
    text.push_back(value.is_missing() ? kMissing : kPresent);
    if (!value.is_missing()) present.push_back(value);
  }
  AppendJson(Value::Array(present), JsonStyle::kCanonical, &text);
  return text;
}

Status SortSpec::DecodeKey(std::string_view text, OwnedValue* memory, std::span<Value> out) const {
  const std::size_t count = fields_.size();
  const std::string_view letters = text.substr(0, count);
  if (letters.size() != count) return NoKey();
  const auto read = OwnedValue::FromJson(text.substr(count));
  if (!read.has_value() || !read.value()->is_array()) return NoKey();
  const std::span<const Value> present = read.value()->elements();
  if (std::count(letters.begin(), letters.end(), kPresent) != std::ssize(present)) return NoKey();
  std::size_t next = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (letters[i] != kPresent && letters[i] != kMissing) return NoKey();
    out[i] = letters[i] == kPresent ? present[next++] : Value();
  }
  *memory = read.value();
  return {};
}

}  // namespace kalends
