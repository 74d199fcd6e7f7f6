// How often a term occurs in each row of a list. In chunks, ascending, one for each chunk of rows (index/row_chunks.cc)
// in which some row has a count of more than 1; at least one. A chunk:
//
//   bytes  field
//       *  head     varint: 2 * chunks of 65,536 rows left out since the one before + 1 for the last chunk
//       *  size     varint: bytes of the counts, at least 1
//       *  counts   for each row with a count of more than 1 a varint: 4 * rows of the chunk left out since the one
//                   before + its count less 2, or 3; where that is 3, its count less 5 follows as varint
//
// Words mostly occur once or twice in a row: a count then takes one byte, where at most 31 rows are left out.
//
// Example: of the rows of chunk 0 the third has count 2, the fifth 300; the first of chunk 2 has 4:
//
//   00 04 08 07 a702  03 01 02
#include "index/posting_counts.h"

#include "index/row_chunks.h"

namespace kalends {
namespace {

constexpr std::uint64_t kLastChunk = 1;
constexpr unsigned kHeadFlagBits = 1;
constexpr std::uint64_t kChunksMax = (std::uint64_t{1} << 32U) / kChunkRows;

}  // namespace

bool CountChunkReader::Next(CountChunk* chunk) {
  if (has_ended_) return false;
  const bool is_good = Take(chunk);
  has_ended_ = !is_good || chunk->is_last;
  is_whole_ = is_good && chunk->is_last && bytes_.empty();
  return is_good;
}

bool CountChunkReader::Take(CountChunk* chunk) {
  const auto head = TakeVarint(&bytes_);
  const auto size = TakeVarint(&bytes_);
  if (!head.has_value() || !size.has_value()) return false;
  if (*head >> kHeadFlagBits >= kChunksMax - next_number_ || *size == 0 || *size > bytes_.size()) return false;
  chunk->number = next_number_ + (*head >> kHeadFlagBits);
  chunk->is_last = (*head & kLastChunk) != 0;
  chunk->counts = bytes_.substr(0, *size);
  bytes_.remove_prefix(*size);
  next_number_ = chunk->number + 1;
  return true;
}

void CountEncoder::End() { AppendChunk(true); }

void CountEncoder::Clear() {
  chunks_.clear();
  counts_.clear();
  next_number_ = 0;
}

void CountEncoder::AppendChunk(bool is_last) {
  AppendVarint((std::uint64_t{number_ - next_number_} << kHeadFlagBits) + (is_last ? kLastChunk : 0), &chunks_);
  AppendVarint(counts_.size(), &chunks_);
  chunks_ += counts_;
  counts_.clear();
  next_number_ = number_ + 1;
}

}  // namespace kalends
