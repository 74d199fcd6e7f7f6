#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "index/posting_counts.h"
#include "index/row_bits.h"
#include "index/row_chunks.h"
#include "kalends/status.h"

namespace kalends {

// The postings of one term in a segment: the rows in which it occurs, and how often in each. What asks for the rows
// alone does not touch the counts. Rows are counted from the beginning of the segment.

struct Posting {
  std::uint32_t row = 0;
  std::uint32_t count = 1;  // At least 1.

  friend bool operator==(const Posting&, const Posting&) = default;
};

// Reads in place: the bytes must outlive it. Immutable, hence thread-safe.
class PostingList {
 public:
  // Checks the structure of the rows, in time that grows with the chunks of 65,536 rows alone. The other functions are
  // safe on any bytes that Open lets pass; Verify says whether these are what an encoder wrote.
  static Result<PostingList> Open(std::string_view bytes);
  Status Verify() const;  // Reads everything.

  std::uint64_t count() const { return rows_.count(); }  // Of rows.
  // Adds the rows from `begin` on, as many as `bits` has places, at row - begin.
  void AddRows(std::uint64_t begin, RowBits* bits) const { rows_.AddRows(begin, bits); }
  // How many rows are in [begin, end).
  std::uint64_t CountIn(std::uint64_t begin, std::uint64_t end) const { return rows_.CountIn(begin, end); }
  bool HasAnyIn(std::uint64_t begin, std::uint64_t end) const { return rows_.HasAnyIn(begin, end); }
  // Calls visit(row - begin, count) for each row in [begin, end), ascending.
  template <class Visit>
  void ForEachIn(std::uint64_t begin, std::uint64_t end, Visit visit) const;
  void AppendAll(std::vector<Posting>* postings) const;

 private:
  friend class PostingMerge;
  RowChunks rows_;
  std::string_view counts_;  // Empty: all are 1.
};

// Encodes one list after the other.
class PostingEncoder {
 public:
  // Rows ascend.
  void Add(std::uint32_t row, std::uint32_t count) {
    GoToChunk(row / kChunkRows);
    rows_.Add(row);
    if (count > 1) counts_.Add(chunk_, place_, count);
    ++place_;
  }
  // The rows of a verified chunk, `first_row` added to each, and their encoded counts; empty: all are 1. The rows'
  // bytes must outlive Finish.
  void AddChunk(const RowChunk& rows, std::string_view counts, std::uint64_t first_row);
  // At least one was added; the encoder is empty afterwards.
  std::string Finish();
  void FinishInto(std::string* list);  // The same, in place of what `list` holds.

 private:
  void GoToChunk(std::uint32_t chunk) {
    if (chunk != chunk_) place_ = 0;
    chunk_ = chunk;
  }

  RowChunkEncoder rows_;
  CountEncoder counts_;
  std::uint32_t chunk_ = 0;  // Of the last row,
  std::uint32_t place_ = 0;  // and how many rows there are in it.
};

// Joins lists of one term whose segments follow each other: `first_rows` says where the rows of each begin in the
// merged segment. kCorruption where one is none.
Result<std::string> MergePostings(std::span<const std::string_view> lists, std::span<const std::uint64_t> first_rows);

// Walks the chunks of a list along with their counts.
class PostingChunkReader {
 public:
  PostingChunkReader(RowChunkReader rows, std::string_view counts)
      : rows_(rows), counts_(counts), has_count_chunk_(counts_.Next(&count_chunk_)) {}

  // `counts`: empty where all are 1.
  bool Next(RowChunk* rows, std::string_view* counts) {
    if (!rows_.Next(rows)) return false;
    while (has_count_chunk_ && count_chunk_.number < rows->number) {
      fits_ = false;
      has_count_chunk_ = counts_.Next(&count_chunk_);
    }
    const bool has_counts = has_count_chunk_ && count_chunk_.number == rows->number;
    *counts = has_counts ? count_chunk_.counts : std::string_view();
    if (has_counts) has_count_chunk_ = counts_.Next(&count_chunk_);
    return true;
  }
  // After the last: whether each chunk of counts had rows.
  bool is_whole() const { return fits_ && !has_count_chunk_ && counts_.is_whole(); }

 private:
  RowChunkReader rows_;
  CountChunkReader counts_;
  CountChunk count_chunk_;
  bool has_count_chunk_;
  bool fits_ = true;
};

template <class Visit>
void PostingList::ForEachIn(std::uint64_t begin, std::uint64_t end, Visit visit) const {
  if (begin >= end) return;
  PostingChunkReader reader(rows_.reader(), counts_);
  std::string_view encoded_counts;
  for (RowChunk chunk; reader.Next(&chunk, &encoded_counts) && chunk.begin() < end;) {
    if (chunk.end() <= begin) continue;
    CountReader counts(encoded_counts);
    ForEachRow(chunk, [&](std::uint32_t row_in_chunk) {
      const std::uint32_t count = counts.Next();
      const std::uint64_t row = chunk.begin() + row_in_chunk - begin;  // Huge where it is before `begin`.
      if (row < end - begin) visit(static_cast<std::uint32_t>(row), count);
    });
  }
}

}  // namespace kalends
