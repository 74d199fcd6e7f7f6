#pragma once

#include <cstddef>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

namespace kalends {

// Where a parser stands in a filter, such as `$and[1].cost.$gt`. A chain of views on the stack: nothing is copied
// before a message needs the text, so long names and long lists cost nothing. What it is made of must outlive it.
class FilterPlace {
 public:
  // The whole filter; `name` may be empty.
  explicit FilterPlace(std::string_view name) : name_(name) {}
  FilterPlace(const FilterPlace& parent, std::string_view name) : parent_(&parent), name_(name) {}
  FilterPlace(const FilterPlace& parent, std::size_t index) : parent_(&parent), index_(index) {}

  // `filter` for a whole without name. Of a very long place the head alone.
  std::string Text() const;
  friend std::ostream& operator<<(std::ostream& out, const FilterPlace& place) { return out << place.Text(); }

 private:
  void Append(std::string* text) const;

  const FilterPlace* parent_ = nullptr;
  std::string_view name_;
  std::optional<std::size_t> index_;
};

}  // namespace kalends
