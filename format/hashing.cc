// The hashes of ids and documents; both reach the disk (id runs, made ids), so neither form may change.
//
// An id is hashed in its key encoding, so that ids equal by Compare (1 and 1.0) have one hash.
//
// A document is hashed in a form of its own, in which nothing is lost but the order of fields. Integers are
// little-endian, `size` is a varint:
//
//   value       1 byte type (the numbers of Type), then
//   bool        1 byte
//   int, long   8 bytes, two's complement
//   double      8 bytes; every NaN is 000000000000f87f
//   string      size, bytes
//   binary      1 byte subtype, size, bytes
//   date        8 bytes, milliseconds
//   ObjectId    12 bytes
//   array       size (of elements), the elements
//   object      size (of fields), then per field, in the order of names: size, name, value
//
// Example: {"b": 1, "a": "x"} is  0b 02  01 61 06 01 78  01 62 03 0100000000000000.
#include <xxhash.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <vector>

#include "format/key_encoding.h"
#include "format/varint.h"

namespace kalends {
namespace {

constexpr std::uint64_t kCanonicalNan = 0x7FF8'0000'0000'0000;
// A buffer that grew beyond this is given back: one huge document must not hold memory for as long as its thread lives.
constexpr std::size_t kBufferBytesKept = std::size_t{1} << 20U;

void AppendSized(std::string_view bytes, std::string* out) {
  AppendVarint(bytes.size(), out);
  out->append(bytes);
}

void AppendCanonical(const Value& value, std::string* out);

void AppendCanonicalField(const Field& field, std::string* out) {
  AppendSized(field.name, out);
  AppendCanonical(field.value, out);
}

void AppendCanonicalFields(std::span<const Field> fields, std::string* out) {
  AppendVarint(fields.size(), out);
  const auto by_name = [](const Field& a, const Field& b) { return a.name < b.name; };
  if (std::is_sorted(fields.begin(), fields.end(), by_name)) {
    for (const Field& field : fields) AppendCanonicalField(field, out);
    return;
  }
  std::vector<Field> sorted(fields.begin(), fields.end());
  std::sort(sorted.begin(), sorted.end(), by_name);
  for (const Field& field : sorted) AppendCanonicalField(field, out);
}

void AppendCanonical(const Value& value, std::string* out) {
  out->push_back(static_cast<char>(value.type()));
  switch (value.type()) {
    case Type::kMissing:
    case Type::kNull:
      return;
    case Type::kBool:
      return out->push_back(value.as_bool() ? '\x01' : '\x00');
    case Type::kInt:
    case Type::kLong:
      return AppendLittleEndian(static_cast<std::uint64_t>(value.as_integer()), out);
    case Type::kDouble: {
      const double number = value.as_double();
      return AppendLittleEndian(std::isnan(number) ? kCanonicalNan : std::bit_cast<std::uint64_t>(number), out);
    }
    case Type::kString:
      return AppendSized(value.as_string(), out);
    case Type::kBinary:
      out->push_back(static_cast<char>(value.binary_subtype()));
      return AppendSized(value.as_binary(), out);
    case Type::kDate:
      return AppendLittleEndian(static_cast<std::uint64_t>(value.as_date_ms()), out);
    case Type::kObjectId:
      out->append(value.as_object_id());
      return;
    case Type::kArray:
      AppendVarint(value.elements().size(), out);
      for (const Value& element : value.elements()) AppendCanonical(element, out);
      return;
    case Type::kObject:
      return AppendCanonicalFields(value.fields(), out);
  }
}

// The hash of what `append` writes into a buffer that the thread keeps.
template <class Append>
IdHash HashOf(std::uint64_t seed, const Append& append) {
  thread_local std::string buffer;
  buffer.clear();
  append(&buffer);
  const XXH128_hash_t hash = XXH3_128bits_withSeed(buffer.data(), buffer.size(), seed);
  if (buffer.capacity() > kBufferBytesKept) std::string().swap(buffer);
  return {hash.high64, hash.low64};
}

}  // namespace

IdHash HashId(const Value& id, std::uint64_t seed) {
  return HashOf(seed, [&](std::string* out) { EncodeKey(id, out); });
}

IdHash HashDocument(const Value& document, std::uint64_t seed) {
  return HashOf(seed, [&](std::string* out) { AppendCanonical(document, out); });
}

}  // namespace kalends
