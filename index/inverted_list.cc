// An inverted list: ascending rows in chunks by 65,536, so that what asks for one block of rows reads its chunks alone;
// most lists are of one row and take 4 to 6 bytes. It has no checksum: those of RocksDB's blocks cover it.
//
//   bytes  field
//       1  version  1; a reader refuses any other
//       *  head     varint: rows * 2 + 1 where the value follows
//       *  value    only then: 1 byte length, and the value as EncodeKey gives it. It stands in lists of at least 4
//       rows
//                   that are all of this one value, where it takes at most 128 bytes
//       *  chunks   ascending, one for each 65,536 rows among which the list has some; at least one
//
// A chunk:
//
//   bytes  field
//       *  head     varint: 4 * chunks left out since the one before + 2 for the last chunk + its form
//       *  rows     varint: how many, less 1; not in the last chunk, which has what is left
//       *  size     varint: bytes of the rows; not in the last chunk, which goes to the end
//       *  rows     counted from the beginning of the chunk. Form 0: 2 bytes the first row, little-endian; then for
//       each
//                   further one the distance from the row before, less 1, as varint.
//                   Form 1, where that is smaller: a bit for each row, low bit first; the last byte is not 0
//
// Examples: row 1,000 is  01 02  02 e803.  Rows 1,000, 1,001, 1,005 and 65,536, of null, are
//
//   01 09 01 20  00 02 04 e803 00 03  03 01
#include "index/inverted_list.h"

#include <xxhash.h>

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>
#include <numeric>

#include "format/errors.h"
#include "format/key_encoding.h"
#include "format/varint.h"
#include "index/load.h"

namespace kalends {
namespace {

constexpr char kVersion = 1;
constexpr std::uint64_t kHasValue = 1;
constexpr std::uint64_t kValueRowsMin = 4;
constexpr std::size_t kValueBytesMax = 128;
constexpr std::uint32_t kNoValue = ~std::uint32_t{0};

constexpr std::uint32_t kChunkRows = 65536;
constexpr std::uint64_t kChunksMax = (std::uint64_t{1} << 32U) / kChunkRows;
constexpr std::uint64_t kBitmap = 1;
constexpr std::uint64_t kLastChunk = 2;
constexpr unsigned kHeadFlagBits = 2;
constexpr std::size_t kFirstRowBytes = 2;

struct Chunk {
  std::uint64_t number = 0;
  std::uint64_t count = 0;
  bool is_bitmap = false;
  bool is_last = false;
  std::string_view rows;

  std::uint64_t begin() const { return number * kChunkRows; }
  std::uint64_t end() const { return begin() + kChunkRows; }
};

bool IsPossible(const Chunk& chunk) {
  if (chunk.count == 0 || chunk.count > kChunkRows || chunk.rows.empty()) return false;
  if (chunk.is_bitmap) {
    return chunk.rows.size() <= kChunkRows / 8 && chunk.count <= chunk.rows.size() * 8 && chunk.rows.back() != 0;
  }
  return chunk.rows.size() >= kFirstRowBytes && chunk.count - 1 <= chunk.rows.size() - kFirstRowBytes;
}

// Walks the chunks of a list; where one cannot be, it ends before the last.
class ChunkReader {
 public:
  ChunkReader(std::string_view chunks, std::uint64_t count) : bytes_(chunks), count_left_(count) {}

  bool Next(Chunk* chunk) {
    if (has_ended_) return false;
    const bool is_good = Take(chunk) && IsPossible(*chunk);
    has_ended_ = !is_good || chunk->is_last;
    is_whole_ = is_good && chunk->is_last;
    return is_good;
  }
  bool is_whole() const { return is_whole_; }  // The last chunk was read.

 private:
  bool Take(Chunk* chunk) {
    const auto head = TakeVarint(&bytes_);
    if (!head.has_value() || *head >> kHeadFlagBits >= kChunksMax - next_number_) return false;
    chunk->number = next_number_ + (*head >> kHeadFlagBits);
    chunk->is_bitmap = (*head & kBitmap) != 0;
    chunk->is_last = (*head & kLastChunk) != 0;
    chunk->count = count_left_;
    chunk->rows = bytes_;
    return chunk->is_last || TakeSizes(chunk);
  }

  bool TakeSizes(Chunk* chunk) {
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

  std::string_view bytes_;
  std::uint64_t count_left_;
  std::uint64_t next_number_ = 0;
  bool has_ended_ = false;
  bool is_whole_ = false;
};

// ---- The rows of a chunk

// Eight bytes of a bitmap from the `index`th eight on, the last ones filled up with 0.
std::uint64_t WordAt(std::string_view bitmap, std::size_t index) {
  const std::string_view bytes = bitmap.substr(index * 8, 8);
  if (bytes.size() == 8) return Load<std::uint64_t>(bytes.data());
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) word |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  return word;
}

std::size_t WordCount(std::string_view bitmap) { return (bitmap.size() + 7) / 8; }

// Calls visit(row) for each, counted from the beginning of the chunk. False where the bytes do not hold the rows that
// the chunk should have; some may have been visited.
template <class Visit>
bool ForEachDelta(const Chunk& chunk, Visit visit) {
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
bool ForEachRow(const Chunk& chunk, Visit visit) {
  if (!chunk.is_bitmap) return ForEachDelta(chunk, visit);
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < WordCount(chunk.rows); ++i) {
    for (std::uint64_t word = WordAt(chunk.rows, i); word != 0; word &= word - 1, ++count) {
      visit(static_cast<std::uint32_t>(i * 64) + static_cast<std::uint32_t>(std::countr_zero(word)));
    }
  }
  return count == chunk.count;
}

// Ors the bitmap in, its first bit at `first_row` of what begins at `begin`.
void AddBitmap(std::string_view bitmap, std::uint64_t first_row, std::uint64_t begin, RowBits* bits) {
  const auto words = bits->words();
  for (std::size_t i = 0; i < WordCount(bitmap); ++i) {
    std::uint64_t word = WordAt(bitmap, i);
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
  for (std::size_t i = begin / 64; i < WordCount(bitmap) && i * 64 < end; ++i) {
    std::uint64_t word = WordAt(bitmap, i);
    if (i * 64 < begin) word &= ~std::uint64_t{0} << (begin - i * 64);
    if (end - i * 64 < 64) word &= (std::uint64_t{1} << (end - i * 64)) - 1;
    count += static_cast<std::uint64_t>(std::popcount(word));
  }
  return count;
}

std::uint64_t CountInChunk(const Chunk& chunk, std::uint64_t begin, std::uint64_t end) {
  const std::uint64_t first = std::max(begin, chunk.begin()) - chunk.begin();
  const std::uint64_t last = std::min(end, chunk.end()) - chunk.begin();
  if (first == 0 && last == kChunkRows) return chunk.count;
  // Of bytes that nobody verified, not more than Open let pass.
  if (chunk.is_bitmap) return std::min(chunk.count, CountBits(chunk.rows, first, last));
  std::uint64_t count = 0;
  ForEachDelta(chunk, [&](std::uint32_t row) { count += row >= first && row < last ? 1 : 0; });
  return count;
}

// ---- Encoding

class ListEncoder {
 public:
  // Rows ascend.
  void Add(std::uint32_t row) {
    if (!chunk_.empty() && row / kChunkRows != number_) AppendChunk(false);
    number_ = row / kChunkRows;
    chunk_.push_back(static_cast<std::uint16_t>(row % kChunkRows));
  }

  // At least one was added; the encoder is empty afterwards. `value`: empty where it is not known.
  std::string Finish(std::string_view value) {
    AppendChunk(true);
    const bool has_value = !value.empty() && value.size() <= kValueBytesMax && count_ >= kValueRowsMin;
    std::string list(1, kVersion);
    AppendVarint(count_ * 2 + (has_value ? kHasValue : 0), &list);
    if (has_value) {
      list.push_back(static_cast<char>(value.size()));
      list += value;
    }
    list += chunks_;
    chunks_.clear();
    count_ = 0;
    next_number_ = 0;
    return list;
  }

 private:
  void AppendChunk(bool is_last) {
    deltas_.clear();
    AppendLittleEndian(chunk_.front(), &deltas_);
    for (std::size_t i = 1; i < chunk_.size(); ++i) {
      AppendVarint(static_cast<std::uint64_t>(chunk_[i] - chunk_[i - 1] - 1), &deltas_);
    }
    const bool is_bitmap = BitmapBytes() < deltas_.size();
    AppendVarint(((number_ - next_number_) << kHeadFlagBits) + (is_last ? kLastChunk : 0) + (is_bitmap ? kBitmap : 0),
                 &chunks_);
    if (!is_last) {
      AppendVarint(chunk_.size() - 1, &chunks_);
      AppendVarint(is_bitmap ? BitmapBytes() : deltas_.size(), &chunks_);
    }
    if (is_bitmap) {
      AppendBitmap();
    } else {
      chunks_ += deltas_;
    }
    count_ += chunk_.size();
    next_number_ = number_ + 1;
    chunk_.clear();
  }

  std::size_t BitmapBytes() const { return chunk_.back() / 8U + 1U; }

  void AppendBitmap() {
    const std::size_t begin = chunks_.size();
    chunks_.resize(begin + BitmapBytes());
    for (const std::uint16_t row : chunk_) {
      char& byte = chunks_[begin + row / 8];
      byte = static_cast<char>(static_cast<unsigned char>(byte) | 1U << (row % 8));
    }
  }

  std::vector<std::uint16_t> chunk_;  // The rows of the chunk that is not yet written.
  std::uint64_t number_ = 0;          // Its number.
  std::uint64_t next_number_ = 0;     // Behind that of the last one written.
  std::uint64_t count_ = 0;           // Rows in written chunks.
  std::string chunks_;
  std::string deltas_;
};

const Value& NullWhereMissing(const Value& value) {
  static const Value null = Value::Null();
  return value.is_missing() ? null : value;
}

std::uint64_t HashOfEncoding(std::string_view encoding) {
  const std::uint64_t hash = XXH3_64bits(encoding.data(), encoding.size());
  return hash == kUnsureList ? hash - 1 : hash;
}

}  // namespace

std::uint64_t ListHash(const Value& value) {
  std::string encoding;
  EncodeKey(NullWhereMissing(value), &encoding);
  return HashOfEncoding(encoding);
}

bool HasList(const Value& value) {
  if (value.type() != Type::kDouble) return !value.is_array() && !value.is_object();
  const double number = value.as_double();
  return std::isfinite(number) && std::trunc(number) == number;
}

// ---- Reading

Result<InvertedList> InvertedList::Open(std::string_view bytes) {
  const std::size_t size = bytes.size();
  if (bytes.empty()) return Corruption("inverted list: it is empty");
  if (bytes.front() != kVersion) {
    return Unsupported("inverted list: format version ", int{static_cast<unsigned char>(bytes.front())},
                       ", but this program reads version ", int{kVersion}, ": use a newer one");
  }
  bytes.remove_prefix(1);
  const auto head = TakeVarint(&bytes);
  if (!head.has_value()) return Corruption("inverted list of ", size, " bytes: its head is cut");
  InvertedList list;
  list.count_ = *head >> 1U;
  if ((*head & kHasValue) != 0) {
    const std::size_t value_bytes = bytes.empty() ? 0 : static_cast<unsigned char>(bytes.front());
    if (value_bytes == 0 || value_bytes > kValueBytesMax || value_bytes >= bytes.size())
      return Corruption("inverted list of ", size, " bytes: no value of ", value_bytes, " bytes can be in it");
    list.value_ = bytes.substr(1, value_bytes);
    bytes.remove_prefix(1 + value_bytes);
  }
  list.chunks_ = bytes;
  ChunkReader reader(list.chunks_, list.count_);
  for (Chunk chunk; reader.Next(&chunk);) {
  }
  if (!reader.is_whole())
    return Corruption("inverted list of ", size, " bytes: its chunks do not hold ", list.count_, " rows");
  return list;
}

Status InvertedList::Verify() const {
  ChunkReader reader(chunks_, count_);
  for (Chunk chunk; reader.Next(&chunk);) {
    if (!ForEachRow(chunk, [](std::uint32_t /*row*/) {})) {
      return Corruption("inverted list of ", count_, " rows: those of chunk ", chunk.number, " are not ", chunk.count);
    }
  }
  return {};
}

bool InvertedList::IsOf(const Value& value) const {
  if (value_.empty()) return false;
  std::string encoding;
  EncodeKey(NullWhereMissing(value), &encoding);
  return encoding == value_;
}

void InvertedList::AddRows(std::uint64_t begin, RowBits* bits) const {
  const std::uint64_t end = begin + bits->rows();
  ChunkReader reader(chunks_, count_);
  for (Chunk chunk; reader.Next(&chunk) && chunk.begin() < end;) {
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

std::uint64_t InvertedList::CountIn(std::uint64_t begin, std::uint64_t end) const {
  std::uint64_t count = 0;
  ChunkReader reader(chunks_, count_);
  for (Chunk chunk; reader.Next(&chunk) && chunk.begin() < end;) {
    if (chunk.end() > begin) count += CountInChunk(chunk, begin, end);
  }
  return count;
}

void InvertedList::AppendRows(std::vector<std::uint32_t>* rows) const {
  ChunkReader reader(chunks_, count_);
  for (Chunk chunk; reader.Next(&chunk);) {
    ForEachRow(chunk, [&](std::uint32_t row) { rows->push_back(static_cast<std::uint32_t>(chunk.begin()) + row); });
  }
}

// ---- Building

// Whether it is the value that was added last, without encoding it.
bool ListBuilder::IsLast(const Value& value) const {
  if (!last_is_plain_text_ || !value.is_string()) return false;
  const std::string_view last = ValueAt(last_value_);
  return last.substr(1, last.size() - 2) == value.as_string();  // Between a tag and an end.
}

void ListBuilder::Add(std::uint32_t row, const Value& value) {
  if (IsLast(value)) {
    postings_.push_back({last_hash_, row, last_value_});
    return;
  }
  if (!HasList(value)) return;
  const std::size_t begin = values_.size();
  values_.push_back('\0');
  EncodeKey(NullWhereMissing(value), &values_);
  const std::string_view encoding = std::string_view(values_).substr(begin + 1);
  const std::uint64_t hash = HashOfEncoding(encoding);
  const bool is_last = !postings_.empty() && last_value_ != kNoValue && encoding == ValueAt(last_value_);
  if (is_last) {
    values_.resize(begin);
  } else if (encoding.size() > kValueBytesMax || begin >= kNoValue) {
    values_.resize(begin);
    last_value_ = kNoValue;
  } else {
    values_[begin] = static_cast<char>(encoding.size());
    last_value_ = static_cast<std::uint32_t>(begin);
  }
  last_hash_ = hash;
  last_is_plain_text_ = last_value_ != kNoValue && value.is_string() && encoding.size() == value.as_string().size() + 2;
  postings_.push_back({hash, row, last_value_});
}

void ListBuilder::AddUnsure(std::uint32_t row) { postings_.push_back({kUnsureList, row, kNoValue}); }

std::size_t ListBuilder::bytes() const { return postings_.capacity() * sizeof(Posting) + values_.capacity(); }

std::string_view ListBuilder::ValueAt(std::uint32_t value) const {
  return std::string_view(values_).substr(value + 1, static_cast<unsigned char>(values_[value]));
}

// The value of postings of one hash; empty where they have different ones, or a long one, or are few.
std::string_view ListBuilder::CommonValue(std::span<const Posting> postings) const {
  if (postings.size() < kValueRowsMin) return {};
  const std::uint32_t first = postings.front().value;
  for (const Posting& posting : postings) {
    if (posting.value == kNoValue) return {};
    if (posting.value != first && ValueAt(posting.value) != ValueAt(first)) return {};
  }
  return ValueAt(first);
}

// By hash; of equal hashes by row, in the order of which they are. Hashes spread evenly: parted by their first bits,
// few are left to compare with each other.
void ListBuilder::Sort() {
  constexpr unsigned kPartBits = 10;
  const auto part_of = [](const Posting& posting) { return posting.hash >> (64U - kPartBits); };
  std::vector<std::size_t> ends((std::size_t{1} << kPartBits) + 1, 0);
  for (const Posting& posting : postings_) ++ends[part_of(posting) + 1];
  std::partial_sum(ends.begin(), ends.end(), ends.begin());
  std::vector<Posting> sorted(postings_.size());
  for (const Posting& posting : postings_) sorted[ends[part_of(posting)]++] = posting;
  postings_ = std::move(sorted);

  const auto before = [](const Posting& a, const Posting& b) {
    return a.hash != b.hash ? a.hash < b.hash : a.row < b.row;
  };
  std::size_t begin = 0;
  for (const std::size_t end : ends) {  // Each moved to the end of its part.
    const auto first = postings_.begin() + static_cast<std::ptrdiff_t>(begin);
    const auto last = postings_.begin() + static_cast<std::ptrdiff_t>(end);
    if (!std::is_sorted(first, last, before)) std::sort(first, last, before);
    begin = end;
  }
}

std::vector<ListEntry> ListBuilder::Finish() {
  Sort();
  std::vector<ListEntry> lists;
  ListEncoder encoder;
  const std::span<const Posting> postings(postings_);
  for (std::size_t begin = 0, end = 0; begin < postings.size(); begin = end) {
    const std::uint64_t hash = postings[begin].hash;
    for (end = begin; end < postings.size() && postings[end].hash == hash; ++end) {
      if (end == begin || postings[end].row != postings[end - 1].row) encoder.Add(postings[end].row);
    }
    lists.push_back({hash, encoder.Finish(CommonValue(postings.subspan(begin, end - begin)))});
  }
  *this = ListBuilder();
  return lists;
}

// ---- Merging

class ListMerge {
 public:
  Status Add(std::string_view bytes, std::uint64_t first_row) {
    KALENDS_TRY(const InvertedList list, InvertedList::Open(bytes));
    KALENDS_RETURN_IF_ERROR(list.Verify());
    if (is_first_) value_ = list.value_;
    if (value_ != list.value_) value_ = {};
    is_first_ = false;
    ChunkReader reader(list.chunks_, list.count_);
    for (Chunk chunk; reader.Next(&chunk);) {
      if (!AddRows(chunk, first_row)) {
        return Corruption("inverted lists to merge: rows from ", first_row + chunk.begin(), " on do not follow row ",
                          next_row_, ", or are beyond 2^32");
      }
    }
    return {};
  }

  std::string Finish() { return encoder_.Finish(value_); }

 private:
  bool AddRows(const Chunk& chunk, std::uint64_t first_row) {
    bool ascend = true;
    ForEachRow(chunk, [&](std::uint32_t row_in_chunk) {
      const std::uint64_t row = first_row + chunk.begin() + row_in_chunk;
      ascend = ascend && row >= next_row_ && row <= UINT32_MAX;
      if (!ascend) return;
      encoder_.Add(static_cast<std::uint32_t>(row));
      next_row_ = row + 1;
    });
    return ascend;
  }

  ListEncoder encoder_;
  std::string_view value_;
  bool is_first_ = true;
  std::uint64_t next_row_ = 0;
};

Result<std::string> MergeLists(std::span<const std::string_view> lists, std::span<const std::uint64_t> first_rows) {
  assert(!lists.empty() && lists.size() == first_rows.size());
  ListMerge merge;
  for (std::size_t i = 0; i < lists.size(); ++i) KALENDS_RETURN_IF_ERROR(merge.Add(lists[i], first_rows[i]));
  return merge.Finish();
}

}  // namespace kalends
