#include "format/extended_json.h"

#include <charconv>
#include <limits>
#include <string>

#include "format/binary_text.h"
#include "format/errors.h"
#include "format/json_number.h"
#include "kalends/time.h"

namespace kalends {
namespace {

constexpr std::uint8_t kUuidSubtype = 4;

Error WrongContent(std::string_view name, std::string_view expected, const Value& found) {
  if (!found.is_string()) {
    return InvalidArgument(name, ": expected ", expected, ", found a value of type ", TypeName(found.type()));
  }
  constexpr std::size_t kShownBytesMax = 60;
  const std::string_view text = found.as_string();
  if (text.size() > kShownBytesMax) {
    return InvalidArgument(name, ": expected ", expected, ", found text of ", text.size(), " bytes");
  }
  return InvalidArgument(name, ": expected ", expected, ", found \"", text, "\"");
}

template <class Integer>
bool ReadInteger(const Value& value, Integer* integer) {
  if (!value.is_string()) return false;
  const std::string_view text = value.as_string();
  const std::from_chars_result result = std::from_chars(text.data(), text.data() + text.size(), *integer);
  return result.ec == std::errc() && result.ptr == text.data() + text.size();
}

Result<Value> ReadObjectId(const Value& value, Arena& arena) {
  std::string bytes;
  if (!value.is_string() || value.as_string().size() != 24 || !DecodeHex(value.as_string(), &bytes)) {
    return WrongContent("$oid", "24 hexadecimal digits", value);
  }
  return Value::ObjectId(arena.Copy(std::string_view(bytes)).data());
}

Result<Value> ReadDate(const Value& value, Arena& /*arena*/) {
  if (value.is_integer()) return Value::DateMs(value.as_integer());
  if (!value.is_string()) return WrongContent("$date", "an ISO-8601 time or milliseconds since 1970", value);
  const Result<TimeUs> time = ParseTime(value.as_string());
  if (!time) return WithContext("$date", time.error());
  constexpr std::int64_t kUsPerMs = 1000;
  if (time->value % kUsPerMs != 0) {
    return InvalidArgument("$date: \"", value.as_string(), "\" is finer than a millisecond, which a date cannot hold");
  }
  return Value::DateMs(time->value / kUsPerMs);
}

Result<Value> ReadNumberInt(const Value& value, Arena& /*arena*/) {
  std::int32_t integer = 0;
  if (!ReadInteger(value, &integer)) return WrongContent("$numberInt", "an integer of 32 bits in quotes", value);
  return Value::Int(integer);
}

Result<Value> ReadNumberLong(const Value& value, Arena& /*arena*/) {
  std::int64_t integer = 0;
  if (!ReadInteger(value, &integer)) return WrongContent("$numberLong", "an integer of 64 bits in quotes", value);
  return Value::Long(integer);
}

Result<Value> ReadNumberDouble(const Value& value, Arena& /*arena*/) {
  constexpr const char* kExpected = "a number, Infinity, -Infinity or NaN in quotes";
  if (!value.is_string()) return WrongContent("$numberDouble", kExpected, value);
  const std::string_view text = value.as_string();
  if (text == "Infinity") return Value::Double(std::numeric_limits<double>::infinity());
  if (text == "-Infinity") return Value::Double(-std::numeric_limits<double>::infinity());
  if (text == "NaN") return Value::Double(std::numeric_limits<double>::quiet_NaN());
  double number = 0;
  // The set keeps out the words that std::from_chars knows.
  if (text.find_first_not_of("0123456789+-.eE") != std::string_view::npos || text.empty() ||
      ReadDouble(text.data(), text.data() + text.size(), &number) != DoubleRange::kFits) {
    return WrongContent("$numberDouble", kExpected, value);
  }
  return Value::Double(number);
}

Result<Value> ReadUuid(const Value& value, Arena& arena) {
  constexpr const char* kExpected = "a UUID such as 123e4567-e89b-12d3-a456-426614174000";
  if (!value.is_string()) return WrongContent("$uuid", kExpected, value);
  const std::string_view text = value.as_string();
  if (text.size() != 36) return WrongContent("$uuid", kExpected, value);
  std::string digits;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_dash_place = i == 8 || i == 13 || i == 18 || i == 23;
    if ((text[i] == '-') != is_dash_place) return WrongContent("$uuid", kExpected, value);
    if (!is_dash_place) digits.push_back(text[i]);
  }
  std::string bytes;
  if (!DecodeHex(digits, &bytes)) return WrongContent("$uuid", kExpected, value);
  return Value::Binary(arena.Copy(std::string_view(bytes)), kUuidSubtype);
}

Result<Value> ReadBinaryParts(const Value& base64, const Value& subtype, Arena& arena) {
  std::string bytes;
  if (!base64.is_string() || !DecodeBase64(base64.as_string(), &bytes))
    return WrongContent("$binary", "padded base64", base64);
  if (!subtype.is_string() || subtype.as_string().empty() || subtype.as_string().size() > 2) {
    return WrongContent("$binary", "a subtype of one or two hexadecimal digits", subtype);
  }
  std::string subtype_byte;
  const std::string digits = std::string(2 - subtype.as_string().size(), '0').append(subtype.as_string());
  if (!DecodeHex(digits, &subtype_byte))
    return WrongContent("$binary", "a subtype of one or two hexadecimal digits", subtype);
  return Value::Binary(arena.Copy(std::string_view(bytes)), static_cast<std::uint8_t>(subtype_byte[0]));
}

Result<Value> ReadBinary(const Value& value, Arena& arena) {
  const Value base64 = value.Get("base64");
  const Value subtype = value.Get("subType");
  if (base64.is_missing() || subtype.is_missing() || value.fields().size() != 2) {
    return WrongContent("$binary", "an object of base64 and subType", value);
  }
  return ReadBinaryParts(base64, subtype, arena);
}

struct StoredForm {
  std::string_view name;
  Result<Value> (*read)(const Value& value, Arena& arena);
};
constexpr StoredForm kStoredForms[] = {
    {"$oid", ReadObjectId},          {"$date", ReadDate}, {"$numberInt", ReadNumberInt},
    {"$numberLong", ReadNumberLong}, {"$uuid", ReadUuid}, {"$numberDouble", ReadNumberDouble},
    {"$binary", ReadBinary},
};

bool HasExactly(const Value& object, std::string_view a, Type type_a, std::string_view b, Type type_b) {
  return object.is_object() && object.fields().size() == 2 && object.Get(a).type() == type_a &&
         object.Get(b).type() == type_b;
}

// Whether the one field is a type of MongoDB's that Kalends does not store.
bool IsUnstored(const Field& field) {
  const Value& value = field.value;
  if (field.name == "$numberDecimal" || field.name == "$symbol" || field.name == "$code") return value.is_string();
  if (field.name == "$minKey" || field.name == "$maxKey") return value.is_integer() && value.as_integer() == 1;
  if (field.name == "$undefined") return value.type() == Type::kBool && value.as_bool();
  if (field.name == "$regularExpression") return HasExactly(value, "pattern", Type::kString, "options", Type::kString);
  if (field.name == "$dbPointer") return HasExactly(value, "$ref", Type::kString, "$id", Type::kObjectId);
  if (field.name == "$timestamp") {
    return value.is_object() && value.fields().size() == 2 && value.Get("t").is_integer() &&
           value.Get("i").is_integer();
  }
  return false;
}

Error NotStored(std::string_view name) {
  return Unsupported(name,
                     ": this type of MongoDB's is not stored; write the value as a string, a number or an object");
}

Result<Value> ReadPair(const Field& first, const Field& second, Arena& arena) {
  if (first.name == "$binary" && second.name == "$type") return ReadBinaryParts(first.value, second.value, arena);
  if (first.name == "$code" && second.name == "$scope" && first.value.is_string() && second.value.is_object())
    return NotStored("$code");
  return Value();
}

}  // namespace

Result<Value> ReadTypedForm(std::span<const Field> fields, Arena& arena) {
  if (fields.size() == 2) {
    const bool in_order = fields[0].name < fields[1].name;
    return ReadPair(fields[in_order ? 0 : 1], fields[in_order ? 1 : 0], arena);
  }
  if (fields.size() != 1) return Value();
  const Field& field = fields.front();
  for (const StoredForm& form : kStoredForms) {
    if (field.name == form.name) return form.read(field.value, arena);
  }
  if (IsUnstored(field)) return NotStored(field.name);
  return Value();
}

}  // namespace kalends
