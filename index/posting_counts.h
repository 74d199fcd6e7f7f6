#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "format/varint.h"

namespace kalends {

// How often a term occurs in each row of a list: apart from the rows, which are in chunks (index/row_chunks.h), and
// only where it is more than once. A row is named by its place: how many rows of its chunk are before it. The layout is
// at the head of the .cc.

struct CountChunk {
  std::uint64_t number = 0;
  bool is_last = false;
  std::string_view counts;  // Encoded.
};

// Walks the chunks; where one cannot be, it ends before the last.
class CountChunkReader {
 public:
  explicit CountChunkReader(std::string_view chunks) : bytes_(chunks) {}

  bool Next(CountChunk* chunk);
  bool is_whole() const { return is_whole_; }  // The last chunk was read, and nothing is behind it.

 private:
  bool Take(CountChunk* chunk);

  std::string_view bytes_;
  std::uint64_t next_number_ = 0;
  bool has_ended_ = false;
  bool is_whole_ = false;
};

// A row with a count of more than 1.
struct CountEntry {
  std::uint64_t left_out = 0;  // Rows of the chunk since the entry before.
  std::uint32_t count = 0;
};

// Takes one from the front; false where there is none.
bool TakeCountEntry(std::string_view* counts, CountEntry* entry);

// The counts of the rows of one chunk, one after the other. Where the bytes are none, the rest is 1.
class CountReader {
 public:
  explicit CountReader(std::string_view counts) : counts_(counts) { TakeEntry(); }

  // That of the next row.
  std::uint32_t Next() {
    if (rows_left_ != 0) {
      --rows_left_;
      return 1;
    }
    const std::uint32_t count = entry_count_;
    TakeEntry();
    return count;
  }

 private:
  void TakeEntry() {
    CountEntry entry;
    const bool is_there = !counts_.empty() && TakeCountEntry(&counts_, &entry);
    rows_left_ = is_there ? entry.left_out : ~std::uint64_t{0};
    entry_count_ = entry.count;
    if (!is_there) counts_ = {};
  }

  std::string_view counts_;
  std::uint64_t rows_left_ = 0;  // With a count of 1, before the entry.
  std::uint32_t entry_count_ = 0;
};

// Calls visit(place, count) for each row with a count of more than 1. False where the bytes are none, or not of `rows`
// rows at most; some may have been visited.
template <class Visit>
bool ForEachCount(std::string_view counts, std::uint64_t rows, Visit visit) {
  std::uint64_t place = 0;
  for (CountEntry entry; !counts.empty(); ++place) {
    if (!TakeCountEntry(&counts, &entry) || entry.left_out >= rows - place) return false;
    place += entry.left_out;
    visit(static_cast<std::uint32_t>(place), entry.count);
  }
  return true;
}

class CountEncoder {
 public:
  // Chunks ascend, places within one too; count > 1.
  void Add(std::uint32_t chunk, std::uint32_t place, std::uint32_t count);
  bool empty() const { return counts_.empty(); }
  // Ends the list, which is not empty; its chunks stand in chunks() until Clear.
  void End();
  std::string_view chunks() const { return chunks_; }
  void Clear();

 private:
  void AppendChunk(bool is_last);

  std::string counts_;  // Of the chunk that is not yet written.
  std::uint32_t number_ = 0;
  std::uint32_t next_place_ = 0;   // Behind the last one.
  std::uint32_t next_number_ = 0;  // Behind the last chunk written.
  std::string chunks_;
};

// ---- Where it is called for every row

inline constexpr unsigned kCountCodeBits = 2;
inline constexpr std::uint32_t kCountCodeMax = 3;
inline constexpr std::uint32_t kCodedCountMin = 2;  // Rows with less are left out.

inline bool TakeCountEntry(std::string_view* counts, CountEntry* entry) {
  const auto code = TakeVarint(counts);
  if (!code.has_value()) return false;
  entry->left_out = *code >> kCountCodeBits;
  entry->count = kCodedCountMin + static_cast<std::uint32_t>(*code % (1U << kCountCodeBits));
  if (entry->count < kCodedCountMin + kCountCodeMax) return true;
  const auto more = TakeVarint(counts);
  if (!more.has_value() || *more > UINT32_MAX - entry->count) return false;
  entry->count += static_cast<std::uint32_t>(*more);
  return true;
}

inline void CountEncoder::Add(std::uint32_t chunk, std::uint32_t place, std::uint32_t count) {
  if (chunk != number_ || counts_.empty()) {
    if (!counts_.empty()) AppendChunk(false);
    number_ = chunk;
    next_place_ = 0;
  }
  const std::uint32_t beyond = count - kCodedCountMin;
  const std::uint64_t left_out = place - next_place_;
  AppendVarint((left_out << kCountCodeBits) + (beyond < kCountCodeMax ? beyond : kCountCodeMax), &counts_);
  if (beyond >= kCountCodeMax) AppendVarint(beyond - kCountCodeMax, &counts_);
  next_place_ = place + 1;
}

}  // namespace kalends
