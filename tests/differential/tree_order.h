#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>

#include "tests/differential/tree.h"

namespace kalends::differential {

// MongoDB's order of types. `$type` brackets are the same numbers.
inline int Rank(Type type) {
  switch (type) {
    case Type::kMissing:
      return 0;
    case Type::kNull:
      return 1;
    case Type::kInt:
    case Type::kLong:
    case Type::kDouble:
      return 2;
    case Type::kString:
      return 3;
    case Type::kObject:
      return 4;
    case Type::kArray:
      return 5;
    case Type::kBinary:
      return 6;
    case Type::kObjectId:
      return 7;
    case Type::kBool:
      return 8;
    case Type::kDate:
      return 9;
  }
  return -1;
}

template <class T>
int Sign(const T& a, const T& b) {
  return a < b ? -1 : (b < a ? 1 : 0);
}

inline bool IsNan(const Tree& tree) { return tree.Is(Type::kDouble) && std::isnan(tree.number); }

// 64 bits of mantissa hold every long and every double.
inline long double Exact(const Tree& number) {
  return number.IsInteger() ? static_cast<long double>(number.integer) : static_cast<long double>(number.number);
}

inline int OrderOf(const Tree& a, const Tree& b);

inline int OrderOfItems(const Tree& a, const Tree& b) {
  for (std::size_t i = 0; i < std::min(a.items.size(), b.items.size()); ++i) {
    if (a.IsObject()) {
      if (const int order = Sign(Rank(a.items[i].type), Rank(b.items[i].type)); order != 0) return order;
      if (const int order = Sign(a.names[i], b.names[i]); order != 0) return order;
    }
    if (const int order = OrderOf(a.items[i], b.items[i]); order != 0) return order;
  }
  return Sign(a.items.size(), b.items.size());
}

// The total order of all values: -1, 0 or 1.
inline int OrderOf(const Tree& a, const Tree& b) {
  if (const int order = Sign(Rank(a.type), Rank(b.type)); order != 0) return order;
  if (a.IsNumber()) {
    if (IsNan(a) || IsNan(b)) return Sign(IsNan(b), IsNan(a));
    return Sign(Exact(a), Exact(b));
  }
  if (a.IsArray() || a.IsObject()) return OrderOfItems(a, b);
  if (a.Is(Type::kBinary)) {
    if (const int order = Sign(a.text.size(), b.text.size()); order != 0) return order;
    if (const int order = Sign(a.subtype, b.subtype); order != 0) return order;
  }
  if (a.Is(Type::kBool) || a.Is(Type::kDate)) return Sign(a.integer, b.integer);
  return Sign(a.text, b.text);
}

// The same in every bit: 1 and 1.0 differ, 0.0 and -0.0 differ, NaN is itself, and the order of fields counts.
inline bool IsSame(const Tree& a, const Tree& b) {
  if (a.type != b.type || a.integer != b.integer || a.text != b.text || a.subtype != b.subtype || a.names != b.names ||
      a.items.size() != b.items.size()) {
    return false;
  }
  if (!(IsNan(a) && IsNan(b)) && std::memcmp(&a.number, &b.number, sizeof a.number) != 0) return false;
  return std::equal(a.items.begin(), a.items.end(), b.items.begin(), IsSame);
}

// Which of two equal values is spelled narrower: an int before a long before a double, 0.0 before -0.0; 0 where they
// are the same.
inline int OrderOfSpellings(const Tree& a, const Tree& b) {
  if (a.IsNumber()) {
    if (a.type != b.type) return Sign(static_cast<int>(a.type), static_cast<int>(b.type));
    return a.Is(Type::kDouble) ? Sign(std::signbit(a.number), std::signbit(b.number)) : 0;
  }
  for (std::size_t i = 0; i < a.items.size(); ++i) {
    if (const int order = OrderOfSpellings(a.items[i], b.items[i]); order != 0) return order;
  }
  return 0;
}

}  // namespace kalends::differential
