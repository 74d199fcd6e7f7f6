#include "query/path.h"

#include <charconv>
#include <set>
#include <system_error>
#include <utility>

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

// A search for a value that passes the test.
//
// An element that is an object, taken by a number as well as by stepping into it, is met twice, each time with another
// rest of the path: a path of many numbers would meet the innermost ones exponentially often. From a few numbers on,
// what was searched in vain is therefore remembered.
class PathSearch {
 public:
  PathSearch(const Path& path, const ValueTest& test, MatchScratch& scratch)
      : parts_(path.parts()), test_(test), scratch_(scratch), remembers_(path.numbers() > kNumbersUnremembered) {}

  bool InValue(Value value, std::size_t at) {
    for (; at < parts_.size(); ++at) {
      if (value.is_array()) return InArray(value, at);
      if (!value.is_object()) return test_.Holds(Value(), scratch_);
      value = value.Get(parts_[at].name);
    }
    return AnyValueAtEnd(value, test_, scratch_);
  }

 private:
  static constexpr std::size_t kNumbersUnremembered = 3;

  bool InArray(const Value& array, std::size_t at) {
    const std::span<const Value> elements = array.elements();
    for (std::size_t i = 0; i < elements.size(); ++i) {
      if (elements[i].is_object() && InElement(elements[i], at)) {
        scratch_.array_index = i;
        return true;
      }
      if (parts_[at].index == i && InTaken(elements[i], at + 1)) return true;
    }
    return false;
  }

  // The element that a number in the path took.
  bool InTaken(const Value& element, std::size_t at) {
    if (at == parts_.size()) return test_.Holds(element, scratch_);
    if (element.is_object()) return InElement(element, at);
    return element.is_array() && InArray(element, at);
  }

  // `element` by its address, which tells it from others.
  bool InElement(const Value& element, std::size_t at) {
    if (!remembers_) return InValue(element, at);
    if (in_vain_.contains({&element, at})) return false;
    if (InValue(element, at)) return true;
    in_vain_.insert({&element, at});
    return false;
  }

  Parts parts_;
  const ValueTest& test_;
  MatchScratch& scratch_;
  bool remembers_;
  std::set<std::pair<const Value*, std::size_t>> in_vain_;
};

}  // namespace

Path::Path(std::string_view text) : text_(text) {
  for (std::size_t begin = 0;;) {
    const std::size_t dot = text.find('.', begin);
    const std::string_view name = text.substr(begin, dot == std::string_view::npos ? dot : dot - begin);
    parts_.push_back({std::string(name), ArrayIndex(name)});
    if (parts_.back().index.has_value()) ++numbers_;
    if (dot == std::string_view::npos) return;
    begin = dot + 1;
  }
}

bool AnyValueAtEnd(const Value& value, const ValueTest& test, MatchScratch& scratch) {
  if (value.is_array() && test.LooksIntoArrays()) {
    const std::span<const Value> elements = value.elements();
    for (std::size_t i = 0; i < elements.size(); ++i) {
      if (test.Holds(elements[i], scratch)) {
        scratch.array_index = i;
        return true;
      }
    }
  }
  return test.Holds(value, scratch);
}

bool AnyValueAtPath(const Value& root, const Path& path, const ValueTest& test, MatchScratch& scratch) {
  PathSearch search(path, test, scratch);
  if (!root.is_array()) return search.InValue(root, 0);
  const std::optional<std::size_t> index = path.parts().front().index;
  const bool is_there = index.has_value() && *index < root.elements().size();
  return search.InValue(is_there ? root.elements()[*index] : Value(), 1);
}

}  // namespace kalends
