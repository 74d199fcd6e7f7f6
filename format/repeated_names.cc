#include "format/repeated_names.h"

#include <xxhash.h>

#include <bit>
#include <chrono>

namespace kalends {
namespace {

constexpr std::size_t kSearchedNamesMax = 16;

// One bit of 64 by length and the first and last byte: a name whose bit is not set yet is new, which is so for nearly
// all.
std::uint64_t NameBit(std::string_view name) {
  if (name.empty()) return 1;
  const std::uint64_t first = static_cast<unsigned char>(name.front());
  const std::uint64_t last = static_cast<unsigned char>(name.back());
  const std::uint64_t mixed = name.size() + 7 * first + 31 * last;
  return std::uint64_t{1} << (mixed & 63U);
}

}  // namespace

// The seed differs from run to run, so that a file cannot be made whose names all collide.
RepeatedNames::RepeatedNames()
    : seed_(static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count()) ^
            reinterpret_cast<std::uintptr_t>(this)) {}

void RepeatedNames::Drop(std::vector<Field>& fields, std::size_t begin) {
  if (fields.size() - begin > kSearchedNamesMax) {
    DropByHash(fields, begin);
  } else {
    DropBySearch(fields, begin);
  }
}

void RepeatedNames::DropBySearch(std::vector<Field>& fields, std::size_t begin) const {
  std::uint64_t seen = 0;
  std::size_t end = begin;  // Of the fields that stay.
  for (std::size_t i = begin; i < fields.size(); ++i) {
    const std::uint64_t bit = NameBit(fields[i].name);
    std::size_t earlier = end;
    if ((seen & bit) != 0) {
      for (earlier = begin; earlier < end && fields[earlier].name != fields[i].name; ++earlier) {
      }
    }
    seen |= bit;
    if (earlier < end) {
      fields[earlier].value = fields[i].value;
    } else {
      if (end != i) fields[end] = fields[i];
      ++end;
    }
  }
  fields.resize(end);
}

void RepeatedNames::DropByHash(std::vector<Field>& fields, std::size_t begin) {
  const std::size_t mask = std::bit_ceil(2 * (fields.size() - begin)) - 1;
  table_.assign(mask + 1, 0);
  std::size_t end = begin;
  for (std::size_t i = begin; i < fields.size(); ++i) {
    const Field& field = fields[i];
    std::size_t slot = XXH3_64bits_withSeed(field.name.data(), field.name.size(), seed_) & mask;
    while (table_[slot] != 0 && fields[begin + table_[slot] - 1].name != field.name) slot = (slot + 1) & mask;
    if (table_[slot] != 0) {
      fields[begin + table_[slot] - 1].value = field.value;
      continue;
    }
    if (end != i) fields[end] = field;
    ++end;
    table_[slot] = static_cast<std::uint32_t>(end - begin);
  }
  fields.resize(end);
}

}  // namespace kalends
