#include "format/json_reader.h"

#include <simdjson.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>
#include <vector>

#include "format/errors.h"
#include "format/extended_json.h"
#include "format/json_fault.h"
#include "format/json_number.h"
#include "format/json_string.h"
#include "format/repeated_names.h"
#include "kalends/limits.h"

// The text is copied once, into the arena, and stays there: a string without escapes is a view into that copy, one with
// escapes is decoded in place. simdjson's first stage (vectorised, chosen for the CPU at run time) checks UTF-8 and
// finds where each token begins: every `{ } [ ] : ,`, the opening quote of every string, the first byte of anything
// else. This file walks over the tokens. simdjson's own second stage is not used: of an error it tells the kind but not
// the place, and its strings would be decoded by the slow kernel that the headers alone allow.
namespace kalends {
namespace {

constexpr std::size_t kFirstTextBytes = 64U << 10U;
// Larger buffers go after the document that needed them. The token buffer takes up to 4 bytes for each of the text.
constexpr std::size_t kKeptTextBytes = 1U << 20U;
constexpr std::size_t kKeptItems = 64U << 10U;
// An Extended JSON type is written as at most two objects; they do not count as nesting.
constexpr std::size_t kTypedFormDepth = 2;

bool IsSpace(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

}  // namespace

class JsonReader::State {
 public:
  Result<Value> Read(std::string_view json, Arena& arena) {
    if (json.size() > kDocumentBytesMax) {
      return LimitExceeded("the JSON text has ", json.size(), " bytes; the limit is ", kDocumentBytesMax);
    }
    text_ = static_cast<char*>(arena.Allocate(json.size() + simdjson::SIMDJSON_PADDING));
    std::copy(json.begin(), json.end(), text_);
    size_ = json.size();
    // Spaces, so that a number at the end of the text ends.
    std::memset(text_ + size_, ' ', simdjson::SIMDJSON_PADDING);
    arena_ = &arena;
    Result<Value> value = Walk();
    DropLargeBuffers();
    return value;
  }

 private:
  // What a step of the walk led to.
  enum class Step : std::uint8_t {
    kInside,    // An object or array is open and a value comes next.
    kComplete,  // A value is read.
    kFailed,    // error_ is set.
  };
  struct Open {
    bool is_object;
    std::uint32_t byte;
    std::size_t begin;  // Where its fields or elements begin on their stack.
  };

  Status FindTokens() {
    if (tokens_ == nullptr || tokens_->capacity() < size_) {
      const std::size_t capacity = std::max(std::bit_ceil(size_), kFirstTextBytes);
      const simdjson::error_code made =
          simdjson::get_active_implementation()->create_dom_parser_implementation(capacity, 1, tokens_);
      if (made != simdjson::SUCCESS) return Unsupported("simdjson: ", simdjson::error_message(made));
    }
    if (size_ == 0) return FailAt(0, "expected a value");
    const simdjson::error_code found =
        tokens_->stage1(reinterpret_cast<const std::uint8_t*>(text_), size_, simdjson::stage1_mode::regular);
    if (found == simdjson::EMPTY) return FailAt(size_, "expected a value");
    if (found != simdjson::SUCCESS) {
      const JsonFault fault = FindJsonFault({text_, size_});
      return FailAt(fault.byte, fault.reason);
    }
    token_ = tokens_->structural_indexes.get();
    // Behind the last token; the scan has put the end of the text there, so that reading on meets a space.
    tokens_end_ = token_ + tokens_->n_structural_indexes;
    return {};
  }

  void DropLargeBuffers() {
    if (tokens_ != nullptr && tokens_->capacity() > kKeptTextBytes) tokens_.reset();
    if (fields_.capacity() > kKeptItems) fields_ = {};
    if (values_.capacity() > kKeptItems) values_ = {};
  }

  Result<Value> Walk() {
    KALENDS_RETURN_IF_ERROR(FindTokens());
    fields_.clear();
    values_.clear();
    open_.clear();
    FindBackslash(text_);
    for (;;) {
      Value value;
      Step step = BeginValue(&value);
      while (step == Step::kComplete) {
        if (open_.empty()) {
          if (token_ != tokens_end_) return FailAt(*token_, "unexpected content after the value");
          return value;
        }
        step = AddToOpen(&value);
      }
      if (step == Step::kFailed) return *std::move(error_);
    }
  }

  Step BeginValue(Value* value) {
    const char* const text = text_ + *token_;
    switch (*text) {
      case '{':
        if (!Begin(true)) return Step::kFailed;
        return text_[*token_] == '}' ? Close(value) : ReadName();
      case '[':
        if (!Begin(false)) return Step::kFailed;
        return text_[*token_] == ']' ? Close(value) : Step::kInside;
      case '"': {
        std::string_view string;
        if (!ReadString(&string)) return Step::kFailed;
        *value = Value::String(string);
        return Step::kComplete;
      }
      case 't':
        return ReadLiteral("true", Value::Bool(true), value);
      case 'f':
        return ReadLiteral("false", Value::Bool(false), value);
      case 'n':
        return ReadLiteral("null", Value::Null(), value);
      case '-':
      case '0':
      case '1':
      case '2':
      case '3':
      case '4':
      case '5':
      case '6':
      case '7':
      case '8':
      case '9':
        return ReadNumber(value);
      default:
        break;
    }
    if (std::string_view(text_, size_).starts_with("\xEF\xBB\xBF"))
      return Fail(*token_, "a byte order mark stands before the value");
    return Fail(*token_, "expected a value");
  }

  bool Begin(bool is_object) {
    const std::size_t depth_max = kNestingDepthMax + (is_object ? kTypedFormDepth : 0);
    if (open_.size() >= depth_max) return RefuseDepth(*token_);
    open_.push_back({is_object, *token_, is_object ? fields_.size() : values_.size()});
    ++token_;
    return true;
  }

  // Puts a value that is complete into the object or array around it, and goes on behind it.
  Step AddToOpen(Value* value) {
    const char next = text_[*token_];
    if (open_.back().is_object) {
      fields_.back().value = *value;
      if (next == ',') {
        ++token_;
        return ReadName();
      }
      if (next == '}') return Close(value);
      return Fail(*token_, "expected ',' or '}' after a value");
    }
    values_.push_back(*value);
    if (next == ',') {
      ++token_;
      return Step::kInside;
    }
    if (next == ']') return Close(value);
    return Fail(*token_, "expected ',' or ']' after a value");
  }

  // Makes the innermost object or array a value.
  Step Close(Value* value) {
    ++token_;
    const Open closed = open_.back();
    open_.pop_back();
    if (closed.is_object) return CloseObject(closed, value);
    *value = Value::Array(arena_->Copy(std::span<const Value>(values_).subspan(closed.begin)));
    values_.resize(closed.begin);
    return Step::kComplete;
  }

  Step CloseObject(const Open& closed, Value* value) {
    names_.Drop(fields_, closed.begin);
    const std::span<const Field> fields = std::span<const Field>(fields_).subspan(closed.begin);
    *value = Value();
    if (!fields.empty() && fields.front().name.starts_with('$')) {
      Result<Value> typed = ReadTypedForm(fields, *arena_);
      if (!typed) {
        error_ = WithContext("byte " + std::to_string(closed.byte), typed.error());
        return Step::kFailed;
      }
      *value = *typed;
    }
    if (value->is_missing()) {
      if (open_.size() == kNestingDepthMax) {
        RefuseDepth(closed.byte);
        return Step::kFailed;
      }
      *value = Value::Object(arena_->Copy(fields));
    }
    fields_.resize(closed.begin);
    return Step::kComplete;
  }

  Step ReadName() {
    if (text_[*token_] != '"') return Fail(*token_, "expected a key in double quotes");
    std::string_view name;
    if (!ReadString(&name)) return Step::kFailed;
    if (text_[*token_] != ':') return Fail(*token_, "expected ':' after the key");
    ++token_;
    fields_.push_back({name, Value()});
    return Step::kInside;
  }

  bool ReadString(std::string_view* string) {
    char* const begin = text_ + *token_ + 1;
    ++token_;
    // The scan has seen that the string is closed; between its end and the next token there is only space.
    char* end = text_ + *token_ - 1;
    while (IsSpace(*end)) --end;
    if (*end != '"' || end < begin) {
      Fail(static_cast<std::size_t>(end - text_), "unexpected character after a string");
      return false;
    }
    if (next_backslash_ < begin) FindBackslash(begin);
    if (next_backslash_ >= end) {
      *string = {begin, static_cast<std::size_t>(end - begin)};
      return true;
    }
    const UnescapedString unescaped = Unescape(next_backslash_, end);
    if (unescaped.reason != nullptr) {
      Fail(static_cast<std::size_t>(unescaped.end - text_), unescaped.reason);
      return false;
    }
    *string = {begin, static_cast<std::size_t>(unescaped.end - begin)};
    return true;
  }

  // One search over the text finds all strings that have no escapes: cheaper than a search in each, most being short.
  void FindBackslash(char* begin) {
    char* const end = text_ + size_;
    auto* const found = static_cast<char*>(std::memchr(begin, '\\', static_cast<std::size_t>(end - begin)));
    next_backslash_ = found == nullptr ? end : found;
  }

  Step ReadLiteral(std::string_view literal, const Value& meaning, Value* value) {
    const char* const text = text_ + *token_;
    if (std::string_view(text, literal.size()) != literal || !EndsToken(text[literal.size()])) {
      return Fail(*token_, "expected a value");
    }
    ++token_;
    *value = meaning;
    return Step::kComplete;
  }

  Step ReadNumber(Value* value) {
    const JsonNumber number = ReadJsonNumber(text_ + *token_);
    if (number.reason != nullptr) return Fail(static_cast<std::size_t>(number.end - text_), number.reason);
    ++token_;
    *value = number.value;
    return Step::kComplete;
  }

  Step Fail(std::size_t byte, std::string_view reason) {
    error_ = FailAt(byte, reason);
    return Step::kFailed;
  }

  bool RefuseDepth(std::size_t byte) {
    error_ = LimitExceeded("byte ", byte, ": objects and arrays are nested more than ", kNestingDepthMax, " deep");
    return false;
  }

  Error FailAt(std::size_t byte, std::string_view reason) const {
    return InvalidArgument("byte ", byte, ": ", reason, byte >= size_ ? ", but the text ends" : "");
  }

  std::unique_ptr<simdjson::internal::dom_parser_implementation> tokens_;
  const std::uint32_t* token_ = nullptr;
  const std::uint32_t* tokens_end_ = nullptr;
  char* text_ = nullptr;
  std::size_t size_ = 0;
  char* next_backslash_ =
      nullptr;  // The first one that is not before the string read last; the end of the text when there is none.
  Arena* arena_ = nullptr;
  std::vector<Field> fields_;  // Of the objects that are open, outermost first.
  std::vector<Value> values_;  // Of the arrays that are open, likewise.
  std::vector<Open> open_;
  RepeatedNames names_;
  std::optional<Error> error_;
};

JsonReader::JsonReader() : state_(std::make_unique<State>()) {}
JsonReader::~JsonReader() = default;

Result<Value> JsonReader::Read(std::string_view json, Arena& arena) { return state_->Read(json, arena); }

Result<Value> JsonReader::ReadObject(std::string_view json, Arena& arena) {
  Result<Value> value = state_->Read(json, arena);
  if (value && !value->is_object()) {
    return InvalidArgument("byte 0: expected an object such as {\"key\": 1}, found a value of type ",
                           TypeName(value->type()));
  }
  return value;
}

}  // namespace kalends
