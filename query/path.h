#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kalends/value.h"
#include "query/filter.h"
#include "query/value_test.h"

namespace kalends {

// A dotted path such as `a.0.b`, split at its dots.
class Path {
 public:
  struct Part {
    std::string name;
    std::optional<std::size_t>
        index;  // Where the name is an array's index as MongoDB writes it: no sign, no leading zero.
  };

  explicit Path(std::string_view text);
  const std::string& text() const { return text_; }
  std::span<const Part> parts() const { return parts_; }
  std::size_t numbers() const { return numbers_; }  // How many parts can be indexes.

 private:
  std::string text_;
  std::vector<Part> parts_;
  std::size_t numbers_ = 0;
};

// A path of more parts is refused: no document nests as deep.
inline constexpr std::size_t kPathPartsMax = 200;

// True where `test` holds for one of the values at `path` in `root`, by MongoDB's rules:
//   - A name steps into an object; on an array it steps into each element that is an object, and a number takes that
//   element too.
//   - An array at the end of the path stands for its elements and then for itself (unless the test looks at arrays as a
//   whole); one that a number took stands for itself only.
//   - Where an object lacks the name, or a scalar stands in the way, the value is kMissing. Elements of an array that
//   are no objects have no value at all, not even a missing one: {"a.b": null} does not match {a: [5]}, but it matches
//   {a: 5} and {a: [{}]}.
//   - Where `root` itself is an array (an element that $elemMatch looks at), its numbers are its names.
// An element of an array that a name was looked up in, or that the path ends at, is told in scratch.array_index: the
// one in the outermost of such arrays. What a number took is not told. The work is bounded by the parts of the path
// times the values of the document.
bool AnyValueAtPath(const Value& root, const Path& path, const ValueTest& test, MatchScratch& scratch);

// The same for a value that stands at the end of a path.
bool AnyValueAtEnd(const Value& value, const ValueTest& test, MatchScratch& scratch);

}  // namespace kalends
