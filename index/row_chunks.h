#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "format/varint.h"
#include "index/load.h"
#include "index/row_bits.h"
#include "kalends/status.h"

namespace kalends {

// Ascending rows below 2^32 in chunks by 65,536: what asks for one block of rows reads its chunks alone. The layout is
// at the head of the .cc.
inline constexpr std::uint32_t kChunkRows = 65536;

struct RowChunk {
  std::uint64_t number = 0;
  std::uint64_t count = 0;
  bool is_bitmap = false;
  bool is_last = false;
  std::string_view rows;  // Encoded.

  std::uint64_t begin() const { return number * kChunkRows; }
  std::uint64_t end() const { return begin() + kChunkRows; }
};

// Walks the chunks of a list; where one cannot be, it ends before the last.
class RowChunkReader {
 public:
  RowChunkReader(std::string_view chunks, std::uint64_t count) : bytes_(chunks), count_left_(count) {}

  bool Next(RowChunk* chunk);
  bool is_whole() const { return is_whole_; }  // The last chunk was read.

 private:
  bool Take(RowChunk* chunk);
  bool TakeSizes(RowChunk* chunk);

  std::string_view bytes_;
  std::uint64_t count_left_;
  std::uint64_t next_number_ = 0;
  bool has_ended_ = false;
  bool is_whole_ = false;
};

// The chunks of one list. Reads in place: the bytes must outlive it. All but IsWhole want it to be whole.
class RowChunks {
 public:
  RowChunks() = default;
  RowChunks(std::string_view bytes, std::uint64_t count) : bytes_(bytes), count_(count) {}

  std::uint64_t count() const { return count_; }
  RowChunkReader reader() const { return {bytes_, count_}; }
  // Whether the structure is right, in time that grows with the chunks alone.
  bool IsWhole() const;
  Status Verify(std::string_view what) const;  // Reads every row. `what` begins the message.
  // Adds the rows from `begin` on, as many as `bits` has places, at row - begin.
  void AddRows(std::uint64_t begin, RowBits* bits) const;
  // How many rows are in [begin, end).
  std::uint64_t CountIn(std::uint64_t begin, std::uint64_t end) const;
  bool HasAnyIn(std::uint64_t begin, std::uint64_t end) const;  // Mostly without decoding.

 private:
  std::string_view bytes_;
  std::uint64_t count_ = 0;
};

// Encodes the chunks of one list after the other.
class RowChunkEncoder {
 public:
  // Rows ascend.
  void Add(std::uint32_t row) {
    if (row / kChunkRows != number_) BeginChunk(row / kChunkRows);
    rows_.push_back(static_cast<std::uint16_t>(row % kChunkRows));
  }
  // The rows of a verified chunk, `first_row` added to each. Where it stays a chunk its bytes are copied, later: they
  // must outlive End.
  void AddChunk(const RowChunk& chunk, std::uint64_t first_row);
  // Ends the list, which has at least one row. Returns how many it has; its chunks stand in chunks() until Clear.
  std::uint64_t End();
  std::string_view chunks() const { return chunks_; }
  void Clear();

 private:
  static constexpr std::uint32_t kNoChunk = ~std::uint32_t{0};

  void BeginChunk(std::uint32_t number);
  void AppendPending(bool is_last);
  void AppendRows(bool is_last);
  void Append(const RowChunk& chunk, bool is_last);
  void EncodeBitmap();
  std::size_t BitmapBytes() const { return rows_.back() / 8U + 1U; }

  std::vector<std::uint16_t> rows_;  // Of the chunk that is not yet written.
  std::uint32_t number_ = kNoChunk;  // Its number.
  RowChunk copied_;                  // In its place: one that is encoded already. Its count is 0 where there is none.
  std::uint64_t next_number_ = 0;    // Behind that of the last one written.
  std::uint64_t count_ = 0;          // Rows in written chunks.
  std::string chunks_;
  std::string encoded_;
};

// The rows of lists whose segments follow each other, as merging takes them.
class RowSequence {
 public:
  // Checks that the rows of the chunk are whole and, `first_row` added, behind all before and below 2^32.
  Status Take(const RowChunk& chunk, std::uint64_t first_row, std::string_view what);

 private:
  std::uint64_t next_row_ = 0;
};

// ---- The rows of a chunk

inline constexpr std::size_t kFirstRowBytes = 2;

// Eight bytes of a bitmap from the `index`th eight on, the last ones filled up with 0.
inline std::uint64_t BitmapWord(std::string_view bitmap, std::size_t index) {
  const std::string_view bytes = bitmap.substr(index * 8, 8);
  if (bytes.size() == 8) return Load<std::uint64_t>(bytes.data());
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) word |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  return word;
}

inline std::size_t BitmapWords(std::string_view bitmap) { return (bitmap.size() + 7) / 8; }

// Calls visit(row) for each, counted from the beginning of the chunk. False where the bytes do not hold the rows that
// the chunk should have; some may have been visited.
template <class Visit>
bool ForEachDelta(const RowChunk& chunk, Visit visit) {
  std::uint64_t row = ReadLittleEndian<std::uint16_t>(chunk.rows);
  visit(static_cast<std::uint32_t>(row));
  std::string_view bytes = chunk.rows.substr(kFirstRowBytes);
  for (std::uint64_t left = chunk.count - 1; left > 0; --left) {
    const auto delta = TakeVarint(&bytes);
    if (!delta.has_value() || *delta >= kChunkRows - 1 - row) return false;
    row += *delta + 1;
    visit(static_cast<std::uint32_t>(row));
  }
  return bytes.empty();
}

template <class Visit>
bool ForEachRow(const RowChunk& chunk, Visit visit) {
  if (!chunk.is_bitmap) return ForEachDelta(chunk, visit);
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < BitmapWords(chunk.rows); ++i) {
    for (std::uint64_t word = BitmapWord(chunk.rows, i); word != 0; word &= word - 1, ++count) {
      visit(static_cast<std::uint32_t>(i * 64) + static_cast<std::uint32_t>(std::countr_zero(word)));
    }
  }
  return count == chunk.count;
}

}  // namespace kalends
