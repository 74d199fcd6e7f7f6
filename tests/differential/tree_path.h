#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/differential/tree.h"

namespace kalends::differential {

using Names = std::vector<std::string>;

inline Names Split(std::string_view path) {
  Names names(1);
  for (const char c : path) {
    if (c == '.') {
      names.emplace_back();
    } else {
      names.back() += c;
    }
  }
  return names;
}

// An array as an object whose names are the indexes.
inline Tree ByIndex(const Tree& array) {
  Tree object = array;
  object.type = Type::kObject;
  for (std::size_t i = 0; i < array.items.size(); ++i) object.names.push_back(std::to_string(i));
  return object;
}

// What a filter's condition on a path looks at. An array at the end of the path is there as itself in both lists, and
// with its elements in `each`; one that a number in the path chose gives no elements.
struct Reached {
  std::vector<const Tree*> each;
  std::vector<const Tree*> whole;
};

inline void ReachAlone(const Tree& value, Reached* reached) {
  reached->each.push_back(&value);
  reached->whole.push_back(&value);
}

inline void Reach(const Tree& value, const Names& names, std::size_t at, Reached* reached) {
  static const Tree kNothing;
  if (at == names.size()) {
    for (const Tree& element : value.items) {
      if (value.IsArray()) reached->each.push_back(&element);
    }
    return ReachAlone(value, reached);
  }
  if (value.IsObject()) {
    const Tree* const next = value.Find(names[at]);
    return next == nullptr ? ReachAlone(kNothing, reached) : Reach(*next, names, at + 1, reached);
  }
  if (!value.IsArray()) return ReachAlone(kNothing, reached);
  for (std::size_t i = 0; i < value.items.size(); ++i) {
    const Tree& element = value.items[i];
    if (element.IsObject()) Reach(element, names, at, reached);
    if (names[at] != std::to_string(i)) continue;
    if (at + 1 == names.size()) {
      ReachAlone(element, reached);
    } else if (element.IsObject() || element.IsArray()) {
      Reach(element, names, at + 1, reached);
    }
  }
}

// As expressions see `$a.b`: an array gives the array of what its elements give; numbers are names like others.
inline Tree ReachInExpression(const Tree& value, const Names& names, std::size_t at = 0) {
  if (at == names.size()) return value;
  if (value.IsObject()) {
    const Tree* const next = value.Find(names[at]);
    return next == nullptr ? Tree() : ReachInExpression(*next, names, at + 1);
  }
  if (!value.IsArray()) return {};
  Tree all = Array();
  for (const Tree& element : value.items) {
    if (!element.IsObject()) continue;  // An array within an array too.
    Tree one = ReachInExpression(element, names, at);
    if (!one.Is(Type::kMissing)) all.items.push_back(std::move(one));
  }
  return all;
}

}  // namespace kalends::differential
