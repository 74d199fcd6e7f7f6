#include "kalends/document.h"

#include <cassert>
#include <new>
#include <vector>

#include "format/arena.h"
#include "format/copy_value.h"
#include "format/json_reader.h"
#include "format/repeated_names.h"

namespace kalends {
namespace {

// Its buffers are worth keeping: reading a small document takes less than making them.
JsonReader& ThreadReader() {
  thread_local JsonReader reader;
  return reader;
}

}  // namespace

OwnedValue::OwnedValue(const Value& value) {
  const std::size_t bytes = DeepCopyBytes(value);
  if (bytes == 0) {
    value_ = DeepCopy(value, nullptr);
    return;
  }
  void* const memory = ::operator new(bytes);
  memory_ = std::shared_ptr<const void>(memory, [memory](const void*) { ::operator delete(memory); });
  value_ = DeepCopy(value, static_cast<char*>(memory));
}

Result<OwnedValue> OwnedValue::FromJson(std::string_view json) {
  auto arena = std::make_shared<Arena>();
  Result<Value> value = ThreadReader().Read(json, *arena);
  if (!value) return value.error();
  return OwnedValue(*value, std::move(arena));
}

Document::Document() : value_(Value::Object({}), nullptr) {}

Document::Document(const Value& object) : value_(object) { assert(object.is_object()); }

Result<Document> Document::FromJson(std::string_view json) {
  auto arena = std::make_shared<Arena>();
  Result<Value> object = ThreadReader().ReadObject(json, *arena);
  if (!object) return object.error();
  return Document(*object, std::move(arena), json.size());
}

// The fields and elements of what is open lie on two stacks; what ends is copied from there into the arena.
class DocumentBuilder::State {
 public:
  State() { Begin(true); }

  void Name(std::string_view name) {
    assert(open_.back().is_object && "in an array, values have no name");
    fields_.push_back({arena_->Copy(name), Value()});
  }

  void Add(const Value& value) {
    assert(!value.is_missing());
    Put(DeepCopy(value, *arena_));
  }

  void Begin(bool is_object) { open_.push_back({is_object, is_object ? fields_.size() : values_.size()}); }

  void End() {
    assert(open_.size() > 1 && "End without Begin");
    Put(Finish());
  }

  Document Build() {
    assert(open_.size() == 1 && "Begin without End");
    const Value root = Finish();
    Document document(root, std::exchange(arena_, std::make_shared<Arena>()), 0);
    Begin(true);
    return document;
  }

  bool in_object() const { return open_.back().is_object; }

 private:
  struct Open {
    bool is_object;
    std::size_t begin;  // Where its fields or elements begin on their stack.
  };

  void Put(const Value& value) {
    if (open_.back().is_object) {
      fields_.back().value = value;
    } else {
      values_.push_back(value);
    }
  }

  // Closes the innermost.
  Value Finish() {
    const Open closed = open_.back();
    open_.pop_back();
    if (closed.is_object) {
      names_.Drop(fields_, closed.begin);
      const Value object = Value::Object(arena_->Copy(std::span<const Field>(fields_).subspan(closed.begin)));
      fields_.resize(closed.begin);
      return object;
    }
    const Value array = Value::Array(arena_->Copy(std::span<const Value>(values_).subspan(closed.begin)));
    values_.resize(closed.begin);
    return array;
  }

  std::shared_ptr<Arena> arena_ = std::make_shared<Arena>();
  std::vector<Field> fields_;
  std::vector<Value> values_;
  std::vector<Open> open_;
  RepeatedNames names_;
};

DocumentBuilder::DocumentBuilder() : state_(std::make_unique<State>()) {}
DocumentBuilder::~DocumentBuilder() = default;

DocumentBuilder& DocumentBuilder::Add(std::string_view name, const Value& value) {
  state_->Name(name);
  state_->Add(value);
  return *this;
}

DocumentBuilder& DocumentBuilder::BeginObject(std::string_view name) {
  state_->Name(name);
  state_->Begin(true);
  return *this;
}

DocumentBuilder& DocumentBuilder::BeginArray(std::string_view name) {
  state_->Name(name);
  state_->Begin(false);
  return *this;
}

DocumentBuilder& DocumentBuilder::Add(const Value& value) {
  assert(!state_->in_object() && "in an object, values have a name");
  state_->Add(value);
  return *this;
}

DocumentBuilder& DocumentBuilder::BeginObject() {
  assert(!state_->in_object() && "in an object, values have a name");
  state_->Begin(true);
  return *this;
}

DocumentBuilder& DocumentBuilder::BeginArray() {
  assert(!state_->in_object() && "in an object, values have a name");
  state_->Begin(false);
  return *this;
}

DocumentBuilder& DocumentBuilder::End() {
  state_->End();
  return *this;
}

Document DocumentBuilder::Build() { return state_->Build(); }

}  // namespace kalends
