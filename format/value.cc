#include "kalends/value.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <vector>

namespace kalends {
namespace {

// From here on fields are matched by sorting; below, by searching, which is quicker for few and nearly always hits at
// once.
constexpr std::size_t kSearchedFieldsMax = 32;

bool SameDouble(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

bool SameElements(std::span<const Value> a, std::span<const Value> b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), Identical);
}

std::vector<const Field*> SortedByName(std::span<const Field> fields) {
  std::vector<const Field*> sorted;
  sorted.reserve(fields.size());
  for (const Field& field : fields) sorted.push_back(&field);
  std::sort(sorted.begin(), sorted.end(), [](const Field* a, const Field* b) { return a->name < b->name; });
  return sorted;
}

bool SameFieldsSorted(std::span<const Field> a, std::span<const Field> b) {
  const auto same = [](const Field* x, const Field* y) { return x->name == y->name && Identical(x->value, y->value); };
  const std::vector<const Field*> sorted_a = SortedByName(a);
  const std::vector<const Field*> sorted_b = SortedByName(b);
  return std::equal(sorted_a.begin(), sorted_a.end(), sorted_b.begin(), sorted_b.end(), same);
}

// Names are unique within an object, so equal sizes and every field of `a` found in `b` is enough.
bool SameFields(std::span<const Field> a, std::span<const Field> b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i].name == b[i].name) {
      if (!Identical(a[i].value, b[i].value)) return false;
      continue;
    }
    if (a.size() > kSearchedFieldsMax) return SameFieldsSorted(a.subspan(i), b.subspan(i));
    if (!Identical(a[i].value, Value::Object(b).Get(a[i].name))) return false;
  }
  return true;
}

}  // namespace

const char* TypeName(Type type) {
  switch (type) {
    case Type::kMissing:
      return "missing";
    case Type::kNull:
      return "null";
    case Type::kBool:
      return "bool";
    case Type::kInt:
      return "int";
    case Type::kLong:
      return "long";
    case Type::kDouble:
      return "double";
    case Type::kString:
      return "string";
    case Type::kBinary:
      return "binData";
    case Type::kDate:
      return "date";
    case Type::kObjectId:
      return "objectId";
    case Type::kArray:
      return "array";
    case Type::kObject:
      return "object";
  }
  return "unknown";
}

bool Identical(const Value& a, const Value& b) {
  if (a.type() != b.type()) return false;
  switch (a.type()) {
    case Type::kMissing:
    case Type::kNull:
      return true;
    case Type::kBool:
      return a.as_bool() == b.as_bool();
    case Type::kInt:
    case Type::kLong:
      return a.as_integer() == b.as_integer();
    case Type::kDouble:
      return SameDouble(a.as_double(), b.as_double());
    case Type::kString:
      return a.as_string() == b.as_string();
    case Type::kBinary:
      return a.binary_subtype() == b.binary_subtype() && a.as_binary() == b.as_binary();
    case Type::kDate:
      return a.as_date_ms() == b.as_date_ms();
    case Type::kObjectId:
      return a.as_object_id() == b.as_object_id();
    case Type::kArray:
      return SameElements(a.elements(), b.elements());
    case Type::kObject:
      return SameFields(a.fields(), b.fields());
  }
  return false;
}

}  // namespace kalends
