#include "query/expression_node.h"

#include "format/errors.h"
#include "kalends/limits.h"

namespace kalends {
namespace {

// Takes the bytes of `value` from `budget`; false where it does not last, or the depth is past its limit.
bool Fits(const Value& value, int depth, std::size_t* budget) {
  if (depth > kNestingDepthMax) return false;
  std::size_t bytes = 1;
  if (value.is_string()) bytes += value.as_string().size();
  if (value.type() == Type::kBinary) bytes += value.as_binary().size();
  if (bytes > *budget) return false;
  *budget -= bytes;
  if (value.is_array()) {
    for (const Value& element : value.elements()) {
      if (!Fits(element, depth + 1, budget)) return false;
    }
  } else if (value.is_object()) {
    for (const Field& field : value.fields()) {
      if (field.name.size() > *budget) return false;
      *budget -= field.name.size();
      if (!Fits(field.value, depth + 1, budget)) return false;
    }
  }
  return true;
}

}  // namespace

Status Evaluation::Step(std::uint64_t steps) {
  steps_ += steps;
  if (steps_ <= kExpressionStepsMax) return {};
  return LimitExceeded("the expression takes more than ", kExpressionStepsMax, " steps for one document");
}

Result<char*> Evaluation::Allocate(std::size_t bytes) {
  if (bytes > kExpressionBytesMax - bytes_used_) {
    return LimitExceeded("the expression takes more than ", kExpressionBytesMax >> 20U, " MiB for one document");
  }
  bytes_used_ += bytes;
  return static_cast<char*>(arena_.Allocate(bytes));
}

Result<Value> Evaluation::String(std::string_view text) {
  if (text.size() > kDocumentBytesMax) {
    return LimitExceeded("a string of ", text.size(), " bytes; at most ", kDocumentBytesMax, " are allowed");
  }
  if (text.empty()) return Value::String({});
  KALENDS_TRY(char* const bytes, Allocate(text.size()));
  std::memcpy(bytes, text.data(), text.size());
  return Value::String({bytes, text.size()});
}

Result<Value> Evaluation::Array(std::span<const Value> elements) {
  if (elements.empty()) return Value::Array({});
  KALENDS_TRY(char* const bytes, Allocate(elements.size_bytes()));
  std::memcpy(bytes, static_cast<const void*>(elements.data()), elements.size_bytes());
  return Value::Array({reinterpret_cast<const Value*>(bytes), elements.size()});
}

Result<Value> Evaluation::Object(std::span<const Field> fields) {
  if (fields.empty()) return Value::Object({});
  KALENDS_TRY(char* const bytes, Allocate(fields.size_bytes()));
  std::memcpy(bytes, static_cast<const void*>(fields.data()), fields.size_bytes());
  return Value::Object({reinterpret_cast<const Field*>(bytes), fields.size()});
}

Status CheckValueSize(const Value& value) {
  std::size_t budget = kDocumentBytesMax;
  if (Fits(value, 0, &budget)) return {};
  return LimitExceeded("the value is larger than ", kDocumentBytesMax >> 20U, " MiB or nests deeper than ",
                       kNestingDepthMax);
}

}  // namespace kalends
