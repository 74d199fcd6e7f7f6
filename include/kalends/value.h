#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "kalends/status.h"

namespace kalends {

// MongoDB's types. The numbers are ours and reach the disk (format/record.fbs, format/key_encoding.h): never reuse one.
enum class Type : std::uint8_t {
  kMissing = 0,  // No value at all; never inside a document.
  kNull = 1,
  kBool = 2,
  kInt = 3,   // 32 bits.
  kLong = 4,  // 64 bits.
  kDouble = 5,
  kString = 6,  // UTF-8.
  kBinary = 7,
  kDate = 8,      // Milliseconds since 1970, 64 bits.
  kObjectId = 9,  // 12 bytes.
  kArray = 10,
  kObject = 11,
};

// MongoDB's alias of a type, such as "int", "string", "objectId"; "missing" for kMissing.
const char* TypeName(Type type);

struct Field;

// A view of one value: 16 bytes, copied freely. Strings, elements and fields belong to whoever made them (a Document,
// an arena), and must outlive the view. Immutable, hence safe to read from any number of threads.
class Value {
 public:
  Value() = default;  // kMissing.
  static Value Null() { return Value(Type::kNull); }
  static Value Bool(bool value);
  static Value Int(std::int32_t value);
  static Value Long(std::int64_t value);
  static Value Double(double value);
  static Value String(std::string_view text);  // Not copied; valid UTF-8, shorter than 2^32 bytes.
  static Value Binary(std::string_view bytes, std::uint8_t subtype);
  static Value DateMs(std::int64_t milliseconds);
  static Value ObjectId(const char* twelve_bytes);
  static Value Array(std::span<const Value> elements);
  static Value Object(std::span<const Field> fields);

  Type type() const { return type_; }
  bool is_missing() const { return type_ == Type::kMissing; }
  bool is_null() const { return type_ == Type::kNull; }
  bool is_string() const { return type_ == Type::kString; }
  bool is_array() const { return type_ == Type::kArray; }
  bool is_object() const { return type_ == Type::kObject; }
  bool is_number() const { return type_ == Type::kInt || type_ == Type::kLong || type_ == Type::kDouble; }
  bool is_integer() const { return type_ == Type::kInt || type_ == Type::kLong; }

  // Each only for its own type.
  bool as_bool() const { return Only(Type::kBool).integer_ != 0; }
  std::int64_t as_integer() const {  // kInt or kLong.
    assert(is_integer());
    return integer_;
  }
  double as_double() const { return Only(Type::kDouble).double_; }
  std::int64_t as_date_ms() const { return Only(Type::kDate).integer_; }
  std::string_view as_string() const { return Only(Type::kString).bytes(); }
  std::string_view as_binary() const { return Only(Type::kBinary).bytes(); }
  std::uint8_t binary_subtype() const { return Only(Type::kBinary).subtype_; }
  std::string_view as_object_id() const { return Only(Type::kObjectId).bytes(); }
  std::span<const Value> elements() const;
  std::span<const Field> fields() const;

  // The number as a double, rounded where a long needs it; only for numbers.
  double ToDouble() const;

  // The value of the field `name` of an object (the whole name: a dot has no meaning here); kMissing when there is none
  // or this is no object. Linear in the number of fields.
  Value Get(std::string_view name) const;

 private:
  explicit Value(Type type) : type_(type) {}
  const Value& Only([[maybe_unused]] Type type) const {
    assert(type_ == type);
    return *this;
  }
  std::string_view bytes() const { return {chars_, size_}; }

  Type type_ = Type::kMissing;
  std::uint8_t subtype_ = 0;
  std::uint32_t size_ = 0;
  union {
    std::int64_t integer_ = 0;
    double double_;
    const char* chars_;
    const Value* elements_;
    const Field* fields_;
  };
};

struct Field {
  std::string_view name;
  Value value;
};

// The same type and the same content, fields in any order (MongoDB's documents with reordered fields are "equal" here:
// see format/compare.h for its own comparison). NaN equals NaN, 0.0 and -0.0 differ, 1 and 1.0 differ.
bool Identical(const Value& a, const Value& b);

enum class JsonStyle : std::uint8_t {
  kRelaxed,    // Extended JSON v2, relaxed: what a person expects to read.
  kCanonical,  // Extended JSON v2, canonical: every type explicit.
};

// Appends Extended JSON without spaces or line ends. Relaxed writes longs as plain numbers and doubles so that they
// read back as the same double (1.0 stays `1.0`); NaN and infinities are {"$numberDouble": "NaN"}.
void AppendJson(const Value& value, JsonStyle style, std::string* out);
std::string ToJson(const Value& value, JsonStyle style = JsonStyle::kRelaxed);

inline Value Value::Bool(bool value) {
  Value result(Type::kBool);
  result.integer_ = value ? 1 : 0;
  return result;
}
inline Value Value::Int(std::int32_t value) {
  Value result(Type::kInt);
  result.integer_ = value;
  return result;
}
inline Value Value::Long(std::int64_t value) {
  Value result(Type::kLong);
  result.integer_ = value;
  return result;
}
inline Value Value::Double(double value) {
  Value result(Type::kDouble);
  result.double_ = value;
  return result;
}
inline Value Value::String(std::string_view text) {
  Value result(Type::kString);
  result.chars_ = text.data();
  result.size_ = static_cast<std::uint32_t>(text.size());
  return result;
}
inline Value Value::Binary(std::string_view bytes, std::uint8_t subtype) {
  Value result(Type::kBinary);
  result.chars_ = bytes.data();
  result.size_ = static_cast<std::uint32_t>(bytes.size());
  result.subtype_ = subtype;
  return result;
}
inline Value Value::DateMs(std::int64_t milliseconds) {
  Value result(Type::kDate);
  result.integer_ = milliseconds;
  return result;
}
inline Value Value::ObjectId(const char* twelve_bytes) {
  Value result(Type::kObjectId);
  result.chars_ = twelve_bytes;
  result.size_ = 12;
  return result;
}
inline Value Value::Array(std::span<const Value> elements) {
  Value result(Type::kArray);
  result.elements_ = elements.data();
  result.size_ = static_cast<std::uint32_t>(elements.size());
  return result;
}
inline Value Value::Object(std::span<const Field> fields) {
  Value result(Type::kObject);
  result.fields_ = fields.data();
  result.size_ = static_cast<std::uint32_t>(fields.size());
  return result;
}
inline std::span<const Value> Value::elements() const {
  assert(type_ == Type::kArray);
  return {elements_, size_};
}
inline std::span<const Field> Value::fields() const {
  assert(type_ == Type::kObject);
  return {fields_, size_};
}
inline double Value::ToDouble() const {
  assert(is_number());
  return type_ == Type::kDouble ? double_ : static_cast<double>(integer_);
}
inline Value Value::Get(std::string_view name) const {
  if (type_ != Type::kObject) return {};
  for (const Field& field : fields()) {
    if (field.name == name) return field.value;
  }
  return {};
}

}  // namespace kalends
