#include "format/compare.h"

#include <algorithm>
#include <cmath>

#include "format/copy_value.h"

namespace kalends {
namespace {

std::weak_ordering CompareDoubles(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(b) <=> std::isnan(a);
  if (a < b) return std::weak_ordering::less;
  return a > b ? std::weak_ordering::greater : std::weak_ordering::equivalent;
}

// Exact: no side is rounded. A double's whole part is compared as an integer, and its fraction decides where that is
// equal.
std::weak_ordering CompareLongToDouble(std::int64_t a, double b) {
  if (std::isnan(b) || b < -0x1p63) return std::weak_ordering::greater;
  if (b >= 0x1p63) return std::weak_ordering::less;
  const auto whole = static_cast<std::int64_t>(b);  // Toward zero.
  if (a != whole) return a <=> whole;
  return CompareDoubles(0, b - static_cast<double>(whole));
}

std::weak_ordering CompareNumbers(const Value& a, const Value& b) {
  const bool a_is_double = a.type() == Type::kDouble;
  const bool b_is_double = b.type() == Type::kDouble;
  if (!a_is_double && !b_is_double) return a.as_integer() <=> b.as_integer();
  if (a_is_double && b_is_double) return CompareDoubles(a.as_double(), b.as_double());
  if (b_is_double) return CompareLongToDouble(a.as_integer(), b.as_double());
  return 0 <=> CompareLongToDouble(b.as_integer(), a.as_double());
}

std::weak_ordering CompareArrays(std::span<const Value> a, std::span<const Value> b) {
  const std::size_t common = std::min(a.size(), b.size());
  for (std::size_t i = 0; i < common; ++i) {
    if (const auto order = Compare(a[i], b[i]); order != 0) return order;
  }
  return a.size() <=> b.size();
}

std::weak_ordering CompareObjects(std::span<const Field> a, std::span<const Field> b) {
  const std::size_t common = std::min(a.size(), b.size());
  for (std::size_t i = 0; i < common; ++i) {
    if (const auto order = TypeBracket(a[i].value.type()) <=> TypeBracket(b[i].value.type()); order != 0) return order;
    if (const auto order = a[i].name <=> b[i].name; order != 0) return order;
    if (const auto order = Compare(a[i].value, b[i].value); order != 0) return order;
  }
  return a.size() <=> b.size();
}

std::weak_ordering CompareBinaries(const Value& a, const Value& b) {
  if (const auto order = a.as_binary().size() <=> b.as_binary().size(); order != 0) return order;
  if (const auto order = a.binary_subtype() <=> b.binary_subtype(); order != 0) return order;
  return a.as_binary() <=> b.as_binary();
}

}  // namespace

int TypeBracket(Type type) {
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
  return 0;
}

std::weak_ordering Compare(const Value& a, const Value& b) {
  if (const auto order = TypeBracket(a.type()) <=> TypeBracket(b.type()); order != 0) return order;
  switch (a.type()) {
    case Type::kMissing:
    case Type::kNull:
      return std::weak_ordering::equivalent;
    case Type::kInt:
    case Type::kLong:
    case Type::kDouble:
      return CompareNumbers(a, b);
    case Type::kString:
      return a.as_string() <=> b.as_string();
    case Type::kObject:
      return CompareObjects(a.fields(), b.fields());
    case Type::kArray:
      return CompareArrays(a.elements(), b.elements());
    case Type::kBinary:
      return CompareBinaries(a, b);
    case Type::kObjectId:
      return a.as_object_id() <=> b.as_object_id();
    case Type::kBool:
      return a.as_bool() <=> b.as_bool();
    case Type::kDate:
      return a.as_date_ms() <=> b.as_date_ms();
  }
  return std::weak_ordering::equivalent;
}

Value CopyValue(const Value& value, Arena& arena) { return DeepCopy(value, arena); }

}  // namespace kalends
