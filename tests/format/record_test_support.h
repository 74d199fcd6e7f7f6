#pragma once

#include <bit>
#include <cstdint>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "format/arena.h"
#include "format/record_frame.h"
#include "kalends/value.h"
#include "tests/hex.h"

// For the tests of records: random documents, a comparison that sees every difference, frames around given bytes.
namespace kalends {

inline std::string Unhex(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16));
  }
  return bytes;
}

inline std::string WithFlippedBit(std::string bytes, std::size_t bit) {
  bytes[bit / 8] = static_cast<char>(static_cast<unsigned char>(bytes[bit / 8]) ^ (1U << (bit % 8)));
  return bytes;
}

// A record with a right checksum around any payload.
inline std::string Framed(Codec codec, std::uint8_t dictionary, std::size_t raw_bytes, std::string_view payload) {
  std::string record;
  const std::size_t begin = BeginFrame(codec, dictionary, raw_bytes, &record);
  record += payload;
  SealFrame(0, begin, &record);
  return record;
}

// The same types, bits and bytes, and fields in the same order.
inline bool SameInEveryBit(const Value& a, const Value& b) {
  if (a.type() != b.type()) return false;
  switch (a.type()) {
    case Type::kMissing:
    case Type::kNull:
      return true;
    case Type::kBool:
      return a.as_bool() == b.as_bool();
    case Type::kInt:
    case Type::kLong:
      return a.as_integer() == b.as_integer();
    case Type::kDouble:
      return std::bit_cast<std::uint64_t>(a.as_double()) == std::bit_cast<std::uint64_t>(b.as_double());
    case Type::kString:
      return a.as_string() == b.as_string();
    case Type::kBinary:
      return a.as_binary() == b.as_binary() && a.binary_subtype() == b.binary_subtype();
    case Type::kDate:
      return a.as_date_ms() == b.as_date_ms();
    case Type::kObjectId:
      return a.as_object_id() == b.as_object_id();
    case Type::kArray:
      if (a.elements().size() != b.elements().size()) return false;
      for (std::size_t i = 0; i < a.elements().size(); ++i) {
        if (!SameInEveryBit(a.elements()[i], b.elements()[i])) return false;
      }
      return true;
    case Type::kObject:
      if (a.fields().size() != b.fields().size()) return false;
      for (std::size_t i = 0; i < a.fields().size(); ++i) {
        if (a.fields()[i].name != b.fields()[i].name) return false;
        if (!SameInEveryBit(a.fields()[i].value, b.fields()[i].value)) return false;
      }
      return true;
  }
  return false;
}

// Random documents of every type and stored form, with odd keys, all different within an object.
class RandomDocuments {
 public:
  RandomDocuments(std::uint64_t seed, Arena& arena) : random_(seed), arena_(arena) {}

  Value Object(int depth) {
    static constexpr std::string_view kOddNames[] = {"", "a.b", "$set", "$", "ключ", "a\"b", ".", "_id"};
    std::vector<Field> fields;
    const std::uint64_t count = Below(9);
    const std::uint64_t first = Below(400);
    for (std::uint64_t i = 0; i < count; ++i) {
      const bool odd = i < std::size(kOddNames) && Below(4) == 0;
      const auto name = odd ? std::string(kOddNames[i]) : "key" + std::to_string(first + i);
      fields.push_back({arena_.Copy(name), Any(depth)});
    }
    return Value::Object(arena_.Copy(std::span<const Field>(fields)));
  }

  Value Any(int depth) {
    switch (Below(depth <= 0 ? 14 : 17)) {
      case 0:
        return Value::Null();
      case 1:
        return Value::Bool(Below(2) == 0);
      case 2:
        return Value::Int(static_cast<std::int32_t>(Bits()));
      case 3:
        return Value::Long(static_cast<std::int64_t>(Bits()));  // Often one that an int would hold.
      case 4:
        return Value::Double(std::bit_cast<double>(random_()));
      case 5:
        return Value::Double(static_cast<double>(static_cast<std::int32_t>(Bits())) / 100);
      case 6:
        return Value::Double(static_cast<double>(static_cast<std::int64_t>(Bits())));
      case 7:
        return Value::String(Bytes(Below(40)));
      case 8:
        return Value::String(Bytes(Below(3000)));
      case 9:
        return Value::String(arena_.Copy("0a8fc187-681a-4c42-9538-ba0f628ee28" + std::to_string(Below(10))));
      case 10:
        return Value::String(arena_.Copy("2024-0" + std::to_string(1 + Below(9)) + "-30T15:00:00.000Z"));
      case 11:
        return Value::Binary(Bytes(Below(30)), static_cast<std::uint8_t>(Below(256)));
      case 12:
        return Value::DateMs(static_cast<std::int64_t>(Bits()));
      case 13:
        return Value::ObjectId(Bytes(12).data());
      case 14: {
        std::vector<Value> elements(Below(6));
        for (Value& element : elements) element = Any(depth - 1);
        return Value::Array(arena_.Copy(std::span<const Value>(elements)));
      }
      default:
        return Object(depth - 1);
    }
  }

 private:
  std::uint64_t Below(std::uint64_t end) { return random_() % end; }
  // Of a random number of bits: small and large ones, and negative ones.
  std::uint64_t Bits() {
    const std::uint64_t bits = random_() >> Below(64);
    return Below(2) == 0 ? bits : ~bits;
  }
  std::string_view Bytes(std::uint64_t size) {
    std::string bytes(size, '\0');
    for (char& byte : bytes) byte = static_cast<char>(' ' + Below(90));
    return arena_.Copy(bytes);
  }

  std::mt19937_64 random_;
  Arena& arena_;
};

}  // namespace kalends
