// Ascending rows in chunks by 65,536, ascending, one for each 65,536 rows among which there are some; at least one. Who
// holds them knows how many rows they are and where their bytes end. A chunk:
//
//   bytes  field
//       *  head     varint: 4 * chunks left out since the one before + 2 for the last chunk + its form
//       *  rows     varint: how many, less 1; not in the last chunk, which has what is left
//       *  size     varint: bytes of the rows; not in the last chunk, which goes to the end
//       *  rows     counted from the beginning of the chunk. Form 0: 2 bytes the first row, little-endian; then for
//                   each further one the distance from the row before, less 1, as varint.
//                   Form 1, where that is smaller: a bit for each row, low bit first; the last byte is not 0
//
// Examples: row 1,000 is  02 e803.  Rows 1,000, 1,001, 1,005 and 65,536 are  00 02 04 e803 00 03  03 01.
#include "index/row_chunks.h"

#include <algorithm>
#include <cassert>

#include "format/errors.h"

namespace kalends {
namespace {

constexpr std::uint64_t kChunksMax = (std::uint64_t{1} << 32U) / kChunkRows;
constexpr std::uint64_t kBitmap = 1;
constexpr std::uint64_t kLastChunk = 2;
constexpr unsigned kHeadFlagBits = 2;

bool IsPossible(const RowChunk& chunk) {
  if (chunk.count == 0 || chunk.count > kChunkRows || chunk.rows.empty()) return false;
  if (chunk.is_bitmap) {
    return chunk.rows.size() <= kChunkRows / 8 && chunk.count <= chunk.rows.size() * 8 && chunk.rows.back() != 0;
  }
  return chunk.rows.size() >= kFirstRowBytes && chunk.count - 1 <= chunk.rows.size() - kFirstRowBytes;
}

// Ors the bitmap in, its first bit at `first_row` of what begins at `begin`.
void AddBitmap(std::string_view bitmap, std::uint64_t first_row, std::uint64_t begin, RowBits* bits) {
  const auto words = bits->words();
  for (std::size_t i = 0; i < BitmapWords(bitmap); ++i) {
    std::uint64_t word = BitmapWord(bitmap, i);
    std::uint64_t row = first_row + i * 64;
    if (row < begin) {
      if (begin - row >= 64) continue;
      word >>= begin - row;
      row = begin;
    }
    const std::uint64_t place = row - begin;
    if (place >= bits->rows()) break;
    words[place / 64] |= word << (place % 64);
    if (place % 64 != 0 && place / 64 + 1 < words.size()) words[place / 64 + 1] |= word >> (64 - place % 64);
  }
  if (bits->rows() % 64 != 0) words.back() &= (std::uint64_t{1} << (bits->rows() % 64)) - 1;
}

// How many bits are set in [begin, end) of a bitmap.
std::uint64_t CountBits(std::string_view bitmap, std::uint64_t begin, std::uint64_t end) {
  std::uint64_t count = 0;
  for (std::size_t i = begin / 64; i < BitmapWords(bitmap) && i * 64 < end; ++i) {
    std::uint64_t word = BitmapWord(bitmap, i);
    if (i * 64 < begin) word &= ~std::uint64_t{0} << (begin - i * 64);
    if (end - i * 64 < 64) word &= (std::uint64_t{1} << (end - i * 64)) - 1;
    count += static_cast<std::uint64_t>(std::popcount(word));
  }
  return count;
}

std::uint64_t CountInChunk(const RowChunk& chunk, std::uint64_t begin, std::uint64_t end) {
  const std::uint64_t first = std::max(begin, chunk.begin()) - chunk.begin();
  const std::uint64_t last = std::min(end, chunk.end()) - chunk.begin();
  if (first == 0 && last == kChunkRows) return chunk.count;
  // Of bytes that nobody verified, not more than IsWhole let pass.
  if (chunk.is_bitmap) return std::min(chunk.count, CountBits(chunk.rows, first, last));
  std::uint64_t count = 0;
  ForEachDelta(chunk, [&](std::uint32_t row) { count += row >= first && row < last ? 1 : 0; });
  return count;
}

bool HasAnyInChunk(const RowChunk& chunk, std::uint64_t begin, std::uint64_t end) {
  if (!chunk.is_bitmap) {
    const std::uint64_t first = chunk.begin() + ReadLittleEndian<std::uint16_t>(chunk.rows);
    if (first >= begin) return first < end;
  }
  return CountInChunk(chunk, begin, end) > 0;
}

}  // namespace

// ---- Reading

bool RowChunkReader::Next(RowChunk* chunk) {
  if (has_ended_) return false;
  const bool is_good = Take(chunk) && IsPossible(*chunk);
  has_ended_ = !is_good || chunk->is_last;
  is_whole_ = is_good && chunk->is_last;
  return is_good;
}

bool RowChunkReader::Take(RowChunk* chunk) {
  const auto head = TakeVarint(&bytes_);
  if (!head.has_value() || *head >> kHeadFlagBits >= kChunksMax - next_number_) return false;
  chunk->number = next_number_ + (*head >> kHeadFlagBits);
  chunk->is_bitmap = (*head & kBitmap) != 0;
  chunk->is_last = (*head & kLastChunk) != 0;
  chunk->count = count_left_;
  chunk->rows = bytes_;
  return chunk->is_last || TakeSizes(chunk);
}

bool RowChunkReader::TakeSizes(RowChunk* chunk) {
  const auto further_rows = TakeVarint(&bytes_);
  const auto size = TakeVarint(&bytes_);
  if (!further_rows.has_value() || !size.has_value()) return false;
  if (*further_rows >= kChunkRows || *further_rows + 1 >= count_left_ || *size > bytes_.size()) return false;
  chunk->count = *further_rows + 1;
  chunk->rows = bytes_.substr(0, *size);
  bytes_.remove_prefix(*size);
  count_left_ -= chunk->count;
  next_number_ = chunk->number + 1;
  return true;
}

bool RowChunks::IsWhole() const {
  RowChunkReader chunks = reader();
  for (RowChunk chunk; chunks.Next(&chunk);) {
  }
  return chunks.is_whole();
}

Status RowChunks::Verify(std::string_view what) const {
  RowChunkReader chunks = reader();
  for (RowChunk chunk; chunks.Next(&chunk);) {
    if (!ForEachRow(chunk, [](std::uint32_t /*row*/) {}))
      return Corruption(what, " of ", count_, " rows: those of chunk ", chunk.number, " are not ", chunk.count);
  }
  return {};
}

void RowChunks::AddRows(std::uint64_t begin, RowBits* bits) const {
  const std::uint64_t end = begin + bits->rows();
  RowChunkReader chunks = reader();
  for (RowChunk chunk; chunks.Next(&chunk) && chunk.begin() < end;) {
    if (chunk.end() <= begin) continue;
    if (chunk.is_bitmap) {
      AddBitmap(chunk.rows, chunk.begin(), begin, bits);
      continue;
    }
    ForEachDelta(chunk, [&](std::uint32_t row) {
      const std::uint64_t place = chunk.begin() + row - begin;  // Huge where the row is before `begin`.
      if (place < bits->rows()) bits->Set(static_cast<std::uint32_t>(place));
    });
  }
}

std::uint64_t RowChunks::CountIn(std::uint64_t begin, std::uint64_t end) const {
  std::uint64_t count = 0;
  RowChunkReader chunks = reader();
  for (RowChunk chunk; chunks.Next(&chunk) && chunk.begin() < end;) {
    if (chunk.end() > begin) count += CountInChunk(chunk, begin, end);
  }
  return count;
}

bool RowChunks::HasAnyIn(std::uint64_t begin, std::uint64_t end) const {
  RowChunkReader chunks = reader();
  for (RowChunk chunk; chunks.Next(&chunk) && chunk.begin() < end;) {
    if (chunk.end() > begin && HasAnyInChunk(chunk, begin, end)) return true;
  }
  return false;
}

// ---- Encoding

void RowChunkEncoder::AddChunk(const RowChunk& chunk, std::uint64_t first_row) {
  const std::uint64_t begin = first_row + chunk.begin();
  const std::uint64_t number = begin / kChunkRows;
  const bool is_begun = number == number_ || (copied_.count > 0 && number == copied_.number);
  if (begin % kChunkRows != 0 || is_begun) {
    ForEachRow(chunk, [&](std::uint32_t row) { Add(static_cast<std::uint32_t>(begin + row)); });
    return;
  }
  AppendPending(false);
  copied_ = chunk;
  copied_.number = number;
}

std::uint64_t RowChunkEncoder::End() {
  AppendPending(true);
  return count_;
}

void RowChunkEncoder::Clear() {
  chunks_.clear();
  count_ = 0;
  next_number_ = 0;
}

void RowChunkEncoder::BeginChunk(std::uint32_t number) {
  if (copied_.count > 0 && copied_.number == number) {  // More rows follow in it: as if all had been added.
    ForEachRow(copied_, [&](std::uint32_t row) { rows_.push_back(static_cast<std::uint16_t>(row)); });
    copied_.count = 0;
  } else {
    AppendPending(false);
  }
  number_ = number;
}

void RowChunkEncoder::AppendPending(bool is_last) {
  if (copied_.count > 0) {
    Append(copied_, is_last);
    copied_.count = 0;
  } else if (!rows_.empty()) {
    AppendRows(is_last);
  }
}

void RowChunkEncoder::AppendRows(bool is_last) {
  encoded_.clear();
  AppendLittleEndian(rows_.front(), &encoded_);
  for (std::size_t i = 1; i < rows_.size(); ++i) {
    AppendVarint(static_cast<std::uint64_t>(rows_[i] - rows_[i - 1] - 1), &encoded_);
  }
  const bool is_bitmap = BitmapBytes() < encoded_.size();
  if (is_bitmap) EncodeBitmap();
  Append({number_, rows_.size(), is_bitmap, is_last, encoded_}, is_last);
  rows_.clear();
  number_ = kNoChunk;
}

void RowChunkEncoder::EncodeBitmap() {
  encoded_.assign(BitmapBytes(), '\0');
  for (const std::uint16_t row : rows_) {
    char& byte = encoded_[row / 8];
    byte = static_cast<char>(static_cast<unsigned char>(byte) | 1U << (row % 8));
  }
}

void RowChunkEncoder::Append(const RowChunk& chunk, bool is_last) {
  AppendVarint(
      ((chunk.number - next_number_) << kHeadFlagBits) + (is_last ? kLastChunk : 0) + (chunk.is_bitmap ? kBitmap : 0),
      &chunks_);
  if (!is_last) {
    AppendVarint(chunk.count - 1, &chunks_);
    AppendVarint(chunk.rows.size(), &chunks_);
  }
  chunks_ += chunk.rows;
  count_ += chunk.count;
  next_number_ = chunk.number + 1;
}

// ---- Merging

Status RowSequence::Take(const RowChunk& chunk, std::uint64_t first_row, std::string_view what) {
  const std::uint64_t begin = first_row + chunk.begin();
  bool follows = true;
  const bool is_whole = ForEachRow(chunk, [&](std::uint32_t row) {
    follows = follows && begin + row >= next_row_;
    next_row_ = begin + row + 1;
  });
  if (!is_whole) return Corruption(what, " to merge: the rows of chunk ", chunk.number, " are not ", chunk.count);
  if (!follows || next_row_ - 1 > UINT32_MAX)
    return Corruption(what, " to merge: rows from ", begin, " on do not follow those before, or are beyond 2^32");
  return {};
}

}  // namespace kalends
