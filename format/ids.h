#pragma once

#include <compare>
#include <cstdint>
#include <functional>

// The numbers that the floors pass around, as types, so that none is taken for another.
namespace kalends {

// A row's number within its partition's generation: dense from 0 in the order of commits.
struct RowId {
  std::uint64_t value = 0;
  friend auto operator<=>(const RowId&, const RowId&) = default;
};
// Half-open.
struct RowRange {
  RowId begin;
  RowId end;
  std::uint64_t size() const { return end.value - begin.value; }
  bool Contains(RowId row) const { return begin <= row && row < end; }
};
struct SegmentId {
  std::uint32_t value = 0;
  friend auto operator<=>(const SegmentId&, const SegmentId&) = default;
};
// Tells a partition from an earlier one of the same name; never reused in a database.
struct Generation {
  std::uint32_t value = 0;
  friend auto operator<=>(const Generation&, const Generation&) = default;
};
struct CommitNumber {
  std::uint64_t value = 0;
  friend auto operator<=>(const CommitNumber&, const CommitNumber&) = default;
};
// XXH3-128 of an id's encoding (EncodeKey), seeded with the database's seed.
struct IdHash {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  friend auto operator<=>(const IdHash&, const IdHash&) = default;
};

}  // namespace kalends

template <>
struct std::hash<kalends::IdHash> {
  std::size_t operator()(const kalends::IdHash& hash) const noexcept { return hash.low; }
};
