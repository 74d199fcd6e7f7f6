#include "format/errors.h"
#include "format/key_encoding.h"
#include "query/sort_key.h"

// A sort key for a page token: for each value one byte, 'm' where it is missing and 'v' else, behind which its
// order-preserving key stands (format/key_encoding.h): it reads back as a value that compares as the first did.
namespace kalends {
namespace {

constexpr char kPresent = 'v';
constexpr char kMissing = 'm';

Error NoKey() { return InvalidArgument("sort: the page token holds no key of this sort"); }

}  // namespace

std::string SortSpec::EncodeKey(std::span<const Value> key) {
  std::string bytes;
  for (const Value& value : key) {
    bytes.push_back(value.is_missing() ? kMissing : kPresent);
    if (!value.is_missing()) kalends::EncodeKey(value, &bytes);
  }
  return bytes;
}

Status SortSpec::DecodeKey(std::string_view bytes, Arena& arena, std::span<Value> out) {
  for (Value& value : out) {
    if (bytes.empty() || (bytes.front() != kPresent && bytes.front() != kMissing)) return NoKey();
    const bool is_there = bytes.front() == kPresent;
    bytes.remove_prefix(1);
    value = Value();
    if (!is_there) continue;
    auto decoded = kalends::DecodeKey(&bytes, arena);
    if (!decoded.has_value()) return NoKey();
    value = *decoded;
  }
  return bytes.empty() ? Status() : Status(NoKey());
}

}  // namespace kalends
