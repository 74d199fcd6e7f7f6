#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kalends/document.h"
#include "kalends/value.h"

// A model of MongoDB's query language, written from its documentation and as plainly as possible: nothing of query/ or
// format/ is used, so that a mistake would have to be made twice to go unseen. Slow, and for valid queries only.
namespace kalends::differential {

// A value that owns all that is in it, made to be taken apart.
struct Tree {
  Type type = Type::kMissing;
  std::int64_t integer = 0;        // kBool, kInt, kLong, kDate.
  double number = 0;               // kDouble.
  std::string text;                // kString, kBinary, kObjectId.
  std::uint8_t subtype = 0;        // kBinary.
  std::vector<Tree> items;         // kArray, kObject.
  std::vector<std::string> names;  // kObject: of the items.

  bool Is(Type other) const { return type == other; }
  bool IsArray() const { return type == Type::kArray; }
  bool IsObject() const { return type == Type::kObject; }
  bool IsInteger() const { return type == Type::kInt || type == Type::kLong; }
  bool IsNumber() const { return IsInteger() || type == Type::kDouble; }
  bool IsNullish() const { return type == Type::kMissing || type == Type::kNull; }

  // Null where there is none.
  const Tree* Find(std::string_view name) const {
    if (!IsObject()) return nullptr;
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (names[i] == name) return &items[i];
    }
    return nullptr;
  }
  Tree& Set(std::string_view name, Tree value) {
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (names[i] != name) continue;
      items[i] = std::move(value);
      return *this;
    }
    names.emplace_back(name);
    items.push_back(std::move(value));
    return *this;
  }
  void Unset(std::string_view name) {
    for (std::size_t i = names.size(); i > 0; --i) {
      if (names[i - 1] == name) Remove(i - 1);
    }
  }
  void Remove(std::size_t index) {
    items.erase(items.begin() + static_cast<std::ptrdiff_t>(index));
    if (IsObject()) names.erase(names.begin() + static_cast<std::ptrdiff_t>(index));
  }
};

inline Tree Integral(Type type, std::int64_t value) {
  Tree tree;
  tree.type = type;
  tree.integer = value;
  return tree;
}
inline Tree Null() { return Integral(Type::kNull, 0); }
inline Tree Bool(bool value) { return Integral(Type::kBool, value ? 1 : 0); }
inline Tree Int(std::int64_t value) { return Integral(Type::kInt, value); }
inline Tree Long(std::int64_t value) { return Integral(Type::kLong, value); }
inline Tree Date(std::int64_t value) { return Integral(Type::kDate, value); }
inline Tree Double(double value) {
  Tree tree;
  tree.type = Type::kDouble;
  tree.number = value;
  return tree;
}
inline Tree Text(std::string_view value) {
  Tree tree;
  tree.type = Type::kString;
  tree.text = value;
  return tree;
}
inline Tree Array(std::vector<Tree> items = {}) {
  Tree tree;
  tree.type = Type::kArray;
  tree.items = std::move(items);
  return tree;
}
inline Tree Object(std::initializer_list<std::pair<std::string_view, Tree>> fields = {}) {
  Tree tree;
  tree.type = Type::kObject;
  for (const auto& [name, value] : fields) tree.Set(name, value);
  return tree;
}

inline Tree FromValue(const Value& value) {
  Tree tree;
  tree.type = value.type();
  switch (value.type()) {
    case Type::kMissing:
    case Type::kNull:
      break;
    case Type::kBool:
      tree.integer = value.as_bool() ? 1 : 0;
      break;
    case Type::kInt:
    case Type::kLong:
      tree.integer = value.as_integer();
      break;
    case Type::kDouble:
      tree.number = value.as_double();
      break;
    case Type::kString:
      tree.text = value.as_string();
      break;
    case Type::kBinary:
      tree.text = value.as_binary();
      tree.subtype = value.binary_subtype();
      break;
    case Type::kDate:
      tree.integer = value.as_date_ms();
      break;
    case Type::kObjectId:
      tree.text = value.as_object_id();
      break;
    case Type::kArray:
      for (const Value& element : value.elements()) tree.items.push_back(FromValue(element));
      break;
    case Type::kObject:
      for (const Field& field : value.fields()) {
        tree.names.emplace_back(field.name);
        tree.items.push_back(FromValue(field.value));
      }
      break;
  }
  return tree;
}

inline OwnedValue ToValue(const Tree& tree) {
  switch (tree.type) {
    case Type::kMissing:
      return {};
    case Type::kNull:
      return OwnedValue(Value::Null());
    case Type::kBool:
      return OwnedValue(Value::Bool(tree.integer != 0));
    case Type::kInt:
      return OwnedValue(Value::Int(static_cast<std::int32_t>(tree.integer)));
    case Type::kLong:
      return OwnedValue(Value::Long(tree.integer));
    case Type::kDouble:
      return OwnedValue(Value::Double(tree.number));
    case Type::kString:
      return OwnedValue(Value::String(tree.text));
    case Type::kBinary:
      return OwnedValue(Value::Binary(tree.text, tree.subtype));
    case Type::kDate:
      return OwnedValue(Value::DateMs(tree.integer));
    case Type::kObjectId:
      return OwnedValue(Value::ObjectId(tree.text.data()));
    case Type::kArray:
    case Type::kObject:
      break;
  }
  std::vector<OwnedValue> owned;
  std::vector<Value> values;
  std::vector<Field> fields;
  for (std::size_t i = 0; i < tree.items.size(); ++i) {
    owned.push_back(ToValue(tree.items[i]));
    values.push_back(owned[i].value());
    if (tree.IsObject()) fields.push_back({tree.names[i], owned[i].value()});
  }
  return OwnedValue(tree.IsArray() ? Value::Array(values) : Value::Object(fields));
}

inline Document ToDocument(const Tree& object) { return Document(ToValue(object).value()); }

inline std::string ToText(const Tree& tree) {
  return tree.Is(Type::kMissing) ? "nothing" : ToJson(ToValue(tree).value(), JsonStyle::kCanonical);
}

}  // namespace kalends::differential
