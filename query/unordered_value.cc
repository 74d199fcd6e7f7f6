#include "query/unordered_value.h"

#include <algorithm>
#include <span>

namespace kalends {

Value WithSortedFields(const Value& value, Arena& arena) {
  if (value.is_array()) {
    const std::span<Value> elements = arena.Copy(value.elements());
    for (Value& element : elements) element = WithSortedFields(element, arena);
    return Value::Array(elements);
  }
  if (!value.is_object()) return value;
  const std::span<Field> fields = arena.Copy(value.fields());
  for (Field& field : fields) field.value = WithSortedFields(field.value, arena);
  std::sort(fields.begin(), fields.end(), [](const Field& a, const Field& b) { return a.name < b.name; });
  return Value::Object(fields);
}

}  // namespace kalends
