#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "kalends/status.h"
#include "kalends/value.h"

namespace kalends {

// A value together with the memory that it lies in. Copies share that memory, which never changes.
class OwnedValue {
 public:
  OwnedValue() = default;                   // kMissing.
  explicit OwnedValue(const Value& value);  // A deep copy.
  // Takes `value`, which lies in `memory`, without a copy.
  OwnedValue(Value value, std::shared_ptr<const void> memory) : value_(value), memory_(std::move(memory)) {}

  // Reads one JSON or Extended JSON value of any type. Errors as Document::FromJson.
  static Result<OwnedValue> FromJson(std::string_view json);

  const Value& value() const { return value_; }
  const Value* operator->() const { return &value_; }

 private:
  Value value_;
  std::shared_ptr<const void> memory_;
};

// A JSON object with MongoDB's types, its fields in the order they were given.
class Document {
 public:
  Document();                              // {}
  explicit Document(const Value& object);  // A deep copy; `object` must be an object.
  Document(Value object, std::shared_ptr<const void> memory, std::size_t json_bytes)
      : value_(object, std::move(memory)), json_bytes_(json_bytes) {}

  // Reads one JSON object; Extended JSON v2, relaxed and canonical, is understood. A key given twice: the last value,
  // at the place of the first. Errors (kInvalidArgument; kLimitExceeded for size and depth; kUnsupported for types that
  // are not stored) name the byte and the reason.
  static Result<Document> FromJson(std::string_view json);

  const Value& value() const { return value_.value(); }
  Value Get(std::string_view name) const { return value_->Get(name); }
  std::string ToJson(JsonStyle style = JsonStyle::kRelaxed) const { return kalends::ToJson(value(), style); }
  // The length of the JSON text that it was read from; 0 when it was made otherwise.
  std::size_t json_bytes() const { return json_bytes_; }

 private:
  OwnedValue value_;
  std::size_t json_bytes_ = 0;
};

// Builds a document field by field. Copies what it is given. Not thread-safe.
//
//   DocumentBuilder builder;
//   builder.Add("type", "user").Add("cost", 0.25).BeginArray("tags").Add("a").Add("b").End();
//   Document document = builder.Build();
class DocumentBuilder {
 public:
  DocumentBuilder();
  ~DocumentBuilder();
  DocumentBuilder(const DocumentBuilder&) = delete;
  DocumentBuilder& operator=(const DocumentBuilder&) = delete;

  // In an object: a name given twice replaces the earlier value at its place.
  DocumentBuilder& Add(std::string_view name, const Value& value);
  DocumentBuilder& Add(std::string_view name, std::string_view text) { return Add(name, Value::String(text)); }
  DocumentBuilder& Add(std::string_view name, const char* text) { return Add(name, Value::String(text)); }
  DocumentBuilder& Add(std::string_view name, bool value) { return Add(name, Value::Bool(value)); }
  DocumentBuilder& Add(std::string_view name, std::int32_t value) { return Add(name, Value::Int(value)); }
  DocumentBuilder& Add(std::string_view name, std::int64_t value) { return Add(name, Value::Long(value)); }
  DocumentBuilder& Add(std::string_view name, double value) { return Add(name, Value::Double(value)); }
  DocumentBuilder& BeginObject(std::string_view name);
  DocumentBuilder& BeginArray(std::string_view name);
  // In an array.
  DocumentBuilder& Add(const Value& value);
  DocumentBuilder& Add(const char* text) { return Add(Value::String(text)); }
  DocumentBuilder& BeginObject();
  DocumentBuilder& BeginArray();
  // Closes what was begun last.
  DocumentBuilder& End();

  // Everything begun must have ended. The builder is empty afterwards.
  Document Build();

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace kalends
