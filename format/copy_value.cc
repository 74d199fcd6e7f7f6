#include "format/copy_value.h"

#include <cassert>
#include <cstring>
#include <new>

namespace kalends {
namespace {

std::size_t Aligned(std::size_t bytes) { return (bytes + 7) & ~std::size_t{7}; }

// Lays the pieces one after the other, each at a multiple of 8.
class Copier {
 public:
  explicit Copier(char* next) : next_(next) {}

  Value Copy(const Value& value) {
    switch (value.type()) {
      case Type::kString:
        return Value::String(CopyText(value.as_string()));
      case Type::kBinary:
        return Value::Binary(CopyText(value.as_binary()), value.binary_subtype());
      case Type::kObjectId:
        return Value::ObjectId(CopyText(value.as_object_id()).data());
      case Type::kArray:
        return CopyArray(value.elements());
      case Type::kObject:
        return CopyObject(value.fields());
      default:
        return value;
    }
  }

 private:
  std::string_view CopyText(std::string_view text) {
    if (text.empty()) return {};
    char* copy = Take(text.size());
    std::memcpy(copy, text.data(), text.size());
    return {copy, text.size()};
  }

  Value CopyArray(std::span<const Value> elements) {
    if (elements.empty()) return Value::Array({});
    Value* const copy = reinterpret_cast<Value*>(Take(elements.size_bytes()));
    for (std::size_t i = 0; i < elements.size(); ++i) new (copy + i) Value(Copy(elements[i]));
    return Value::Array({copy, elements.size()});
  }

  Value CopyObject(std::span<const Field> fields) {
    if (fields.empty()) return Value::Object({});
    Field* const copy = reinterpret_cast<Field*>(Take(fields.size_bytes()));
    for (std::size_t i = 0; i < fields.size(); ++i)
      new (copy + i) Field{CopyText(fields[i].name), Copy(fields[i].value)};
    return Value::Object({copy, fields.size()});
  }

  char* Take(std::size_t bytes) {
    char* result = next_;
    next_ += Aligned(bytes);
    return result;
  }

  char* next_;
};

}  // namespace

std::size_t DeepCopyBytes(const Value& value) {
  switch (value.type()) {
    case Type::kString:
      return Aligned(value.as_string().size());
    case Type::kBinary:
      return Aligned(value.as_binary().size());
    case Type::kObjectId:
      return Aligned(value.as_object_id().size());
    case Type::kArray: {
      std::size_t bytes = value.elements().size_bytes();
      for (const Value& element : value.elements()) bytes += DeepCopyBytes(element);
      return bytes;
    }
    case Type::kObject: {
      std::size_t bytes = value.fields().size_bytes();
      for (const Field& field : value.fields()) bytes += Aligned(field.name.size()) + DeepCopyBytes(field.value);
      return bytes;
    }
    default:
      return 0;
  }
}

Value DeepCopy(const Value& value, char* memory) { return Copier(memory).Copy(value); }

}  // namespace kalends
