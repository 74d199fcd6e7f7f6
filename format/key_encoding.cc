// An encoded value is a tag and what belongs to it. Tags are in the order of Compare, so that memcmp decides between
// types first:
//
//   tag  type      followed by
//   10   missing   nothing
//   20   null      nothing
//   30   number    8 bytes; 10 for the large ones (below)
//   40   string    text
//   50   object    per field: the value's tag, the name as text, what belongs to the value; after the last field 00
//   60   array     each element, encoded; after the last one 00
//   70   binary    4 bytes length, big-endian; 1 byte subtype; the bytes
//   80   ObjectId  12 bytes
//   90   bool      00 or 01
//   a0   date      8 bytes: milliseconds + 2^63, big-endian
//
// 00 ends objects and arrays and is below every tag: what is a prefix of another comes first.
//
// Text: its bytes, of which 00 is written 01 01 and 01 is written 01 02; then 00. Each byte is written so that codes
// compare as the bytes do, the end is below all of them, and no code begins another: texts compare as they are, and
// their end is found without a length.
//
// Number: let d be the largest double that is not above it. First the 8 bytes of d, big-endian, with the sign bit
// flipped for positive and all bits flipped for negative ones: they compare as d does. -0.0 is taken as 0.0; NaN is 8
// zeros, which no other double gives, and is below -infinity. Where d is a whole number of 64 bits but not within 2^53,
// a long can lie between d and the next double; there follow 2 bytes, the number less d, big-endian (0 to 1023, as
// doubles below 2^63 are at most 1024 apart). That these bytes follow is decided by d alone: numbers with the same d
// are compared by them, others by d. Numbers of all types go this way, so equal ones have the same bytes.
//
// Example: {"a": [1, "b"]} is  50 60 61 00  30 bff0000000000000  40 62 00  00 00.
#include "format/key_encoding.h"

#include <simdjson.h>

#include <bit>
#include <cmath>
#include <limits>
#include <vector>

#include "format/errors.h"
#include "format/varint.h"
#include "kalends/limits.h"

namespace kalends {
namespace {

enum Tag : std::uint8_t {
  kEndTag = 0x00,
  kMissingTag = 0x10,
  kNullTag = 0x20,
  kNumberTag = 0x30,
  kStringTag = 0x40,
  kObjectTag = 0x50,
  kArrayTag = 0x60,
  kBinaryTag = 0x70,
  kObjectIdTag = 0x80,
  kBoolTag = 0x90,
  kDateTag = 0xA0,
};

constexpr char kTextEnd = '\x00';
constexpr char kEscape = '\x01';
constexpr std::uint64_t kSignBit = std::uint64_t{1} << 63U;
constexpr std::uint64_t kNotANumber = 0;

Tag TagOf(Type type) {
  switch (type) {
    case Type::kMissing:
      return kMissingTag;
    case Type::kNull:
      return kNullTag;
    case Type::kInt:
    case Type::kLong:
    case Type::kDouble:
      return kNumberTag;
    case Type::kString:
      return kStringTag;
    case Type::kObject:
      return kObjectTag;
    case Type::kArray:
      return kArrayTag;
    case Type::kBinary:
      return kBinaryTag;
    case Type::kObjectId:
      return kObjectIdTag;
    case Type::kBool:
      return kBoolTag;
    case Type::kDate:
      return kDateTag;
  }
  return kMissingTag;
}

// ---- Numbers

bool HasRemainder(double d) { return (d >= 0x1p53 && d < 0x1p63) || (d <= -0x1p53 && d >= -0x1p63); }

double NextAbove(double d) { return std::nextafter(d, std::numeric_limits<double>::infinity()); }

std::uint64_t OrderedBits(double d) {
  if (std::isnan(d)) return kNotANumber;
  const auto bits = std::bit_cast<std::uint64_t>(d == 0 ? 0.0 : d);
  return (bits & kSignBit) != 0 ? ~bits : bits | kSignBit;
}

void AppendNumber(double d, std::int64_t remainder, std::string* out) {
  AppendBigEndian(OrderedBits(d), out);
  if (HasRemainder(d)) AppendBigEndian(static_cast<std::uint16_t>(remainder), out);
}

void AppendLong(std::int64_t value, std::string* out) {
  auto d = static_cast<double>(value);  // The nearest double: perhaps above `value`.
  if (d >= 0x1p63 || static_cast<std::int64_t>(d) > value) {
    d = std::nextafter(d, -std::numeric_limits<double>::infinity());
  }
  AppendNumber(d, value - static_cast<std::int64_t>(d), out);
}

Value NarrowestInteger(std::int64_t value) {
  return value >= INT32_MIN && value <= INT32_MAX ? Value::Int(static_cast<std::int32_t>(value)) : Value::Long(value);
}

// ---- Text

void AppendText(std::string_view text, std::string* out) {
  std::size_t copied = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != kTextEnd && text[i] != kEscape) continue;
    out->append(text, copied, i - copied);
    out->push_back(kEscape);
    out->push_back(text[i] == kTextEnd ? '\x01' : '\x02');
    copied = i + 1;
  }
  out->append(text, copied);
  out->push_back(kTextEnd);
}

// What follows the tag of `value`.
void AppendBody(const Value& value, std::string* out) {
  switch (value.type()) {
    case Type::kMissing:
    case Type::kNull:
      return;
    case Type::kInt:
    case Type::kLong:
      return AppendLong(value.as_integer(), out);
    case Type::kDouble:
      return AppendNumber(value.as_double(), 0, out);
    case Type::kString:
      return AppendText(value.as_string(), out);
    case Type::kObject:
      for (const Field& field : value.fields()) {
        out->push_back(static_cast<char>(TagOf(field.value.type())));
        AppendText(field.name, out);
        AppendBody(field.value, out);
      }
      return out->push_back(kEndTag);
    case Type::kArray:
      for (const Value& element : value.elements()) EncodeKey(element, out);
      return out->push_back(kEndTag);
    case Type::kBinary:
      AppendBigEndian(static_cast<std::uint32_t>(value.as_binary().size()), out);
      out->push_back(static_cast<char>(value.binary_subtype()));
      out->append(value.as_binary());
      return;
    case Type::kObjectId:
      out->append(value.as_object_id());
      return;
    case Type::kBool:
      return out->push_back(value.as_bool() ? '\x01' : '\x00');
    case Type::kDate:
      return AppendBigEndian(static_cast<std::uint64_t>(value.as_date_ms()) ^ kSignBit, out);
  }
}

// ---- Reading. Only what EncodeKey writes is accepted, so that a value has one encoding and no more.

class KeyReader {
 public:
  KeyReader(std::string_view bytes, Arena& arena) : bytes_(bytes), size_(bytes.size()), arena_(arena) {}

  std::string_view rest() const { return bytes_; }

  Result<Value> TakeValue(int depth) {
    KALENDS_TRY(const std::uint8_t tag, TakeByte());
    return TakeBody(tag, depth);
  }

 private:
  template <class... Parts>
  Error Bad(const Parts&... parts) const {
    return Corruption("key at byte ", size_ - bytes_.size(), ": ", parts...);
  }

  Result<std::uint8_t> TakeByte() {
    KALENDS_TRY(const std::string_view byte, Take(1));
    return static_cast<std::uint8_t>(byte.front());
  }
  Result<std::string_view> Take(std::size_t count) {
    if (bytes_.size() < count) return Bad(count, " bytes expected, ", bytes_.size(), " left");
    const std::string_view taken = bytes_.substr(0, count);
    bytes_.remove_prefix(count);
    return taken;
  }

  Result<Value> TakeBody(std::uint8_t tag, int depth) {
    switch (tag) {
      case kMissingTag:
        if (depth > 0) return Bad("no value inside an object or array");
        return Value();
      case kNullTag:
        return Value::Null();
      case kNumberTag:
        return TakeNumber();
      case kStringTag: {
        KALENDS_TRY(const std::string_view text, TakeText());
        return Value::String(text);
      }
      case kObjectTag:
        return TakeObject(depth + 1);
      case kArrayTag:
        return TakeArray(depth + 1);
      case kBinaryTag: {
        KALENDS_TRY(const std::string_view head, Take(5));
        KALENDS_TRY(const std::string_view content, Take(ReadBigEndian<std::uint32_t>(head)));
        return Value::Binary(arena_.Copy(content), static_cast<std::uint8_t>(head[4]));
      }
      case kObjectIdTag: {
        KALENDS_TRY(const std::string_view content, Take(12));
        return Value::ObjectId(arena_.Copy(content).data());
      }
      case kBoolTag: {
        KALENDS_TRY(const std::uint8_t byte, TakeByte());
        if (byte > 1) return Bad("a bool of ", int{byte});
        return Value::Bool(byte == 1);
      }
      case kDateTag: {
        KALENDS_TRY(const std::string_view content, Take(8));
        return Value::DateMs(static_cast<std::int64_t>(ReadBigEndian<std::uint64_t>(content) ^ kSignBit));
      }
      default:
        return Bad("unknown tag ", int{tag});
    }
  }

  Result<Value> TakeNumber() {
    KALENDS_TRY(const std::string_view content, Take(8));
    const auto ordered = ReadBigEndian<std::uint64_t>(content);
    if (ordered == kNotANumber) return Value::Double(std::numeric_limits<double>::quiet_NaN());
    const auto d = std::bit_cast<double>((ordered & kSignBit) != 0 ? ordered ^ kSignBit : ~ordered);
    if (OrderedBits(d) != ordered) return Bad("a number in an unknown form");  // Another NaN, or -0.0.
    if (HasRemainder(d)) {
      KALENDS_TRY(const std::string_view remainder_bytes, Take(2));
      const auto remainder = ReadBigEndian<std::uint16_t>(remainder_bytes);
      if (remainder >= NextAbove(d) - d) return Bad("a number's remainder of ", remainder, " is too large");
      return Value::Long(static_cast<std::int64_t>(d) + remainder);
    }
    if (std::fabs(d) < 0x1p53 && d == std::trunc(d)) return NarrowestInteger(static_cast<std::int64_t>(d));
    return Value::Double(d);
  }

  Result<std::string_view> TakeText() {
    const std::size_t end = bytes_.find(kTextEnd);
    if (end == std::string_view::npos) return Bad("a text without end");
    const std::string_view content = bytes_.substr(0, end);
    auto* const begin = static_cast<char*>(arena_.Allocate(content.size()));
    char* out = begin;
    for (std::size_t i = 0; i < content.size(); ++i) {
      if (content[i] != kEscape) {
        *out++ = content[i];
        continue;
      }
      ++i;
      if (i == content.size() || (content[i] != '\x01' && content[i] != '\x02'))
        return Bad("a text with a wrong escape");
      *out++ = content[i] == '\x01' ? kTextEnd : kEscape;
    }
    const std::string_view text(begin, static_cast<std::size_t>(out - begin));
    if (!simdjson::validate_utf8(text.data(), text.size())) return Bad("a text that is no UTF-8");
    bytes_.remove_prefix(end + 1);
    return text;
  }

  Result<Value> TakeArray(int depth) {
    if (depth > kNestingDepthMax) return Bad("nested more than ", kNestingDepthMax, " deep");
    std::vector<Value> elements;
    while (true) {
      KALENDS_TRY(const std::uint8_t tag, TakeByte());
      if (tag == kEndTag) return Value::Array(arena_.Copy(std::span<const Value>(elements)));
      KALENDS_TRY(const Value element, TakeBody(tag, depth));
      elements.push_back(element);
    }
  }

  Result<Value> TakeObject(int depth) {
    if (depth > kNestingDepthMax) return Bad("nested more than ", kNestingDepthMax, " deep");
    std::vector<Field> fields;
    while (true) {
      KALENDS_TRY(const std::uint8_t tag, TakeByte());
      if (tag == kEndTag) return Value::Object(arena_.Copy(std::span<const Field>(fields)));
      KALENDS_TRY(const std::string_view name, TakeText());
      KALENDS_TRY(const Value value, TakeBody(tag, depth));
      fields.push_back({name, value});
    }
  }

  std::string_view bytes_;
  std::size_t size_;
  Arena& arena_;
};

}  // namespace

void EncodeKey(const Value& value, std::string* out) {
  out->push_back(static_cast<char>(TagOf(value.type())));
  AppendBody(value, out);
}

Result<Value> DecodeKey(std::string_view* bytes, Arena& arena) {
  KeyReader reader(*bytes, arena);
  KALENDS_TRY(const Value value, reader.TakeValue(0));
  *bytes = reader.rest();
  return value;
}

}  // namespace kalends
