#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "index/row_bits.h"
#include "index/row_chunks.h"
#include "kalends/status.h"
#include "kalends/value.h"

namespace kalends {

// The inverted lists of one index of a segment: for each value its rows. A list is found by a hash of 64 bits of its
// value; longer ones hold the value too, so that who finds them knows that no other value has the same hash. Shorter
// lists are checked on the rows. Rows are counted from the beginning of the segment.

// XXH3-64 of EncodeKey: 1 and 1.0 are one value. A missing value counts as null. Never kUnsureList.
std::uint64_t ListHash(const Value& value);
// Whether rows with exactly this value stand in a list: null, bool, numbers that are whole, dates, ObjectIds, strings,
// binaries. Other doubles, arrays and objects do not.
bool HasList(const Value& value);
// The list of the rows that may hold any value: an array stands on the way.
inline constexpr std::uint64_t kUnsureList = ~std::uint64_t{0};

struct ListEntry {
  std::uint64_t hash = 0;
  std::string list;  // Encoded; the layout is at the head of the .cc.
};

// Reads in place: the bytes must outlive it. Immutable, hence thread-safe.
class InvertedList {
 public:
  // Checks the structure, in time that grows with the chunks of 65,536 rows alone. The other functions are safe on any
  // bytes that Open lets pass; Verify says whether these are what an encoder wrote.
  static Result<InvertedList> Open(std::string_view bytes);
  Status Verify() const;  // Reads every row.

  std::uint64_t count() const { return rows_.count(); }
  // EncodeKey of what every row of the list holds; empty: not known.
  std::string_view value_key() const { return value_; }
  // Whether every row of the list holds `value`; false: not known.
  bool IsOf(const Value& value) const;
  // Adds the rows from `begin` on, as many as `bits` has places, at row - begin.
  void AddRows(std::uint64_t begin, RowBits* bits) const { rows_.AddRows(begin, bits); }
  // How many rows are in [begin, end).
  std::uint64_t CountIn(std::uint64_t begin, std::uint64_t end) const { return rows_.CountIn(begin, end); }
  bool HasAnyIn(std::uint64_t begin, std::uint64_t end) const { return rows_.HasAnyIn(begin, end); }
  void AppendRows(std::vector<std::uint32_t>* rows) const;  // All, ascending.

 private:
  friend class ListMerge;
  std::string_view value_;  // EncodeKey; empty: not known.
  RowChunks rows_;
};

// Collects the values of one index, rows ascending. A row may have several (elements of an array).
class ListBuilder {
 public:
  void Add(std::uint32_t row, const Value& value);  // Where !HasList(value) nothing is added.
  void AddUnsure(std::uint32_t row);
  std::size_t bytes() const;
  // Ascending hashes. The builder is empty afterwards.
  std::vector<ListEntry> Finish();

 private:
  struct Posting {
    std::uint64_t hash;
    std::uint32_t row;
    std::uint32_t value;  // Where its encoding begins in values_, after a byte of its length; kNoValue.
  };
  bool IsLast(const Value& value) const;
  std::string_view ValueAt(std::uint32_t value) const;
  void Sort();
  std::string_view CommonValue(std::span<const Posting> postings) const;

  std::vector<Posting> postings_;
  std::string values_;  // Each only once where neighbours repeat it.
  // What was added last, so that it is recognised without being encoded.
  std::uint64_t last_hash_ = 0;
  std::uint32_t last_value_ = 0;
  bool last_is_plain_text_ = false;  // The encoding holds the text as it is.
};

// Joins lists of one hash whose segments follow each other: `first_rows` says where the rows of each begin in the
// merged segment. kCorruption where one is none.
Result<std::string> MergeLists(std::span<const std::string_view> lists, std::span<const std::uint64_t> first_rows);

}  // namespace kalends
