// The times of one block of up to 65,536 rows, frame-of-reference packed by 1,024: a time costs as many bits as the
// spread of its 1,024 neighbours needs, and any one is read with one load and one shift. All integers are
// little-endian.
//
//   offset  bytes  field
//        0      1  version    1; a reader refuses any other
//        1      1  flags      bit 0: an order follows, the rows not being in the order of time; the others are 0
//        2      4  rows       1 to 65,536
//        6      8  min        the smallest time, microseconds since 1970, two's complement
//       14      8  max        the largest
//       22   11*b  directory  an entry for each of the b = ceil(rows / 1,024) blocks:
//                               8  base   the smallest time of the block
//                               1  width  bits of one value, 0 to 64
//                               2  start  where its bits begin, in units of 128 bytes from the end of the directory
//        *      *  packed     per block: time - base in `width` bits each, low bit first; zero-padded to a byte
//        *      8  zero       so that 8 bytes may be loaded at any value
//        *  2*rows  order     only with flag bit 0: the rows in the order of (time, row)
//        *      4  checksum   Checksum32 of all that is before it; checked first
//
// {130, 100, 110} is
//
//   01 01 03000000 6400000000000000 8200000000000000  6400000000000000 05 0000  1e28  0000000000000000
//   0100 0200 0000  9b194055
#include "index/time_column.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <numeric>

#include "format/checksum.h"
#include "format/errors.h"
#include "format/varint.h"
#include "index/load.h"

namespace kalends {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::uint8_t kHasOrder = 1;
constexpr std::size_t kHeaderBytes = 22;
constexpr std::size_t kEntryBytes = 11;
constexpr std::size_t kStartUnit = 128;  // 1,024 values of one bit.
constexpr std::size_t kPaddingBytes = 8;
constexpr std::size_t kChecksumBytes = 4;
constexpr std::uint32_t kBlockValues = 1024;
// A value of more bits can reach into a ninth byte when it does not begin at a byte.
constexpr unsigned kOneLoadBits = 57;

std::uint64_t Mask(unsigned width) { return width == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << width) - 1; }

std::uint64_t UnpackNarrow(const char* packed, std::uint32_t index, unsigned width, std::uint64_t mask) {
  const std::uint32_t bit = index * width;
  return (Load<std::uint64_t>(packed + bit / 8) >> (bit % 8)) & mask;
}

std::uint64_t Unpack(const char* packed, std::uint32_t index, unsigned width) {
  if (width <= kOneLoadBits) return UnpackNarrow(packed, index, width, Mask(width));
  const std::uint32_t bit = index * width;
  const char* first = packed + bit / 8;
  std::uint64_t value = Load<std::uint64_t>(first) >> (bit % 8);
  if (bit % 8 != 0) value |= std::uint64_t{static_cast<unsigned char>(first[8])} << (64 - bit % 8);
  return value & Mask(width);
}

// Ors `value` in at its place; `packed` is zero there, and has kPaddingBytes more.
void Pack(std::uint64_t value, std::uint32_t index, unsigned width, char* packed) {
  const std::uint32_t bit = index * width;
  for (unsigned done = 0; done < width;) {
    const std::uint32_t at = bit + done;
    packed[at / 8] = static_cast<char>(static_cast<unsigned char>(packed[at / 8]) | ((value >> done) << (at % 8)));
    done += 8 - at % 8;
  }
}

std::uint32_t BlockCount(std::uint32_t rows) { return (rows + kBlockValues - 1) / kBlockValues; }

std::size_t PackedBytes(std::uint32_t values, unsigned width) { return (std::size_t{values} * width + 7) / 8; }

void AppendOrder(std::span<const TimeUs> times, std::string* out) {
  std::vector<std::uint16_t> order(times.size());
  std::iota(order.begin(), order.end(), std::uint16_t{0});
  std::sort(order.begin(), order.end(),
            [times](std::uint16_t a, std::uint16_t b) { return times[a] != times[b] ? times[a] < times[b] : a < b; });
  for (const std::uint16_t row : order) AppendLittleEndian(row, out);
}

}  // namespace

std::string EncodeTimeColumn(std::span<const TimeUs> times) {
  assert(!times.empty() && times.size() <= kColumnBlockRows);
  const auto [min, max] = std::minmax_element(times.begin(), times.end());
  const bool sorted = std::is_sorted(times.begin(), times.end());
  std::string out;
  out.push_back(static_cast<char>(kVersion));
  out.push_back(static_cast<char>(sorted ? 0 : kHasOrder));
  AppendLittleEndian(static_cast<std::uint32_t>(times.size()), &out);
  AppendLittleEndian(static_cast<std::uint64_t>(min->value), &out);
  AppendLittleEndian(static_cast<std::uint64_t>(max->value), &out);

  std::string packed;
  for (std::size_t begin = 0; begin < times.size(); begin += kBlockValues) {
    const auto block = times.subspan(begin, std::min<std::size_t>(kBlockValues, times.size() - begin));
    const auto [low, high] = std::minmax_element(block.begin(), block.end());
    const auto base = static_cast<std::uint64_t>(low->value);
    const auto width = static_cast<unsigned>(std::bit_width(static_cast<std::uint64_t>(high->value) - base));
    AppendLittleEndian(base, &out);
    out.push_back(static_cast<char>(width));
    AppendLittleEndian(static_cast<std::uint16_t>(packed.size() / kStartUnit), &out);
    const std::size_t start = packed.size();
    packed.resize(start + PackedBytes(static_cast<std::uint32_t>(block.size()), width));
    for (std::uint32_t i = 0; i < block.size(); ++i) {
      Pack(static_cast<std::uint64_t>(block[i].value) - base, i, width, packed.data() + start);
    }
  }
  out += packed;
  out.append(kPaddingBytes, '\0');
  if (!sorted) AppendOrder(times, &out);
  AppendLittleEndian(Checksum32(out), &out);
  return out;
}

Result<TimeColumn> TimeColumn::Open(std::string_view bytes, bool is_checked) {
  if (bytes.size() < kHeaderBytes + kEntryBytes + kPaddingBytes + kChecksumBytes) {
    return Corruption("time column: ", bytes.size(), " bytes cannot hold header and checksum");
  }
  const std::string_view body = bytes.substr(0, bytes.size() - kChecksumBytes);
  if (!is_checked && Checksum32(body) != ReadLittleEndian<std::uint32_t>(bytes, body.size())) {
    return Corruption("time column of ", bytes.size(), " bytes: checksum is wrong");
  }
  const auto version = static_cast<std::uint8_t>(body[0]);
  if (version != kVersion) {
    return Unsupported("time column: format version ", int{version}, ", but this program reads version ", int{kVersion},
                       ": use a newer one");
  }
  const auto flags = static_cast<std::uint8_t>(body[1]);
  TimeColumn column;
  column.rows_ = ReadLittleEndian<std::uint32_t>(body, 2);
  column.min_.value = static_cast<std::int64_t>(ReadLittleEndian<std::uint64_t>(body, 6));
  column.max_.value = static_cast<std::int64_t>(ReadLittleEndian<std::uint64_t>(body, 14));
  if (flags > kHasOrder || column.rows_ == 0 || column.rows_ > kColumnBlockRows || column.min_ > column.max_) {
    return Corruption("time column: flags ", int{flags}, ", ", column.rows_, " rows, times from ", column.min_.value,
                      " to ", column.max_.value, " is no header");
  }

  const std::uint32_t blocks = BlockCount(column.rows_);
  const std::size_t directory_bytes = blocks * kEntryBytes;
  if (body.size() < kHeaderBytes + directory_bytes) {
    return Corruption("time column: ", body.size(), " bytes cannot hold the directory of ", column.rows_, " rows");
  }
  column.directory_ = body.substr(kHeaderBytes, directory_bytes);
  std::size_t packed_bytes = 0;
  for (std::uint32_t i = 0; i < blocks; ++i) {
    const auto width = static_cast<std::uint8_t>(column.directory_[i * kEntryBytes + 8]);
    const auto start = ReadLittleEndian<std::uint16_t>(column.directory_, i * kEntryBytes + 9);
    if (width > 64 || start * kStartUnit != packed_bytes) {
      return Corruption("time column: block ", i, " has ", int{width}, " bits a value and starts at ",
                        start * kStartUnit, ", not ", packed_bytes);
    }
    packed_bytes += PackedBytes(column.BlockRows(i), width);
  }
  const std::size_t order_bytes = flags == kHasOrder ? column.rows_ * sizeof(std::uint16_t) : 0;
  const std::size_t expected = kHeaderBytes + directory_bytes + packed_bytes + kPaddingBytes + order_bytes;
  if (body.size() != expected) {
    return Corruption("time column: ", body.size(), " bytes, where its header asks for ", expected);
  }
  column.packed_ = body.substr(kHeaderBytes + directory_bytes, packed_bytes + kPaddingBytes);
  column.order_ = body.substr(body.size() - order_bytes);
  // Of a full column every 16-bit number is a row.
  if (column.rows_ == kColumnBlockRows) return column;
  std::uint16_t last_row = 0;
  for (std::size_t at = 0; at < order_bytes; at += 2) {
    last_row = std::max(last_row, Load<std::uint16_t>(column.order_.data() + at));
  }
  if (last_row >= column.rows_) {
    return Corruption("time column: its order names row ", last_row, " of ", column.rows_, " rows");
  }
  return column;
}

TimeColumn::Block TimeColumn::BlockAt(std::uint32_t block) const {
  const char* entry = directory_.data() + block * kEntryBytes;
  return {Load<std::uint64_t>(entry), packed_.data() + Load<std::uint16_t>(entry + 9) * kStartUnit,
          static_cast<unsigned char>(entry[8])};
}

std::uint32_t TimeColumn::BlockRows(std::uint32_t block) const {
  return std::min(kBlockValues, rows_ - block * kBlockValues);
}

TimeUs TimeColumn::At(std::uint32_t row) const {
  assert(row < rows_);
  const Block block = BlockAt(row / kBlockValues);
  return {static_cast<std::int64_t>(block.base + Unpack(block.packed, row % kBlockValues, block.width))};
}

std::uint32_t TimeColumn::RowAtPosition(std::uint32_t position) const {
  assert(position < rows_);
  return is_sorted() ? position : Load<std::uint16_t>(order_.data() + position * sizeof(std::uint16_t));
}

std::uint32_t TimeColumn::LowerBound(TimeUs time) const {
  if (time <= min_) return 0;
  if (time > max_) return rows_;
  std::uint32_t begin = 0;
  std::uint32_t end = rows_;
  if (is_sorted()) {
    // The base of a block is its first time. The position is behind the last block that begins before `time`, or in it.
    std::uint32_t first = 0;
    std::uint32_t last = BlockCount(rows_);
    while (last - first > 1) {
      const std::uint32_t middle = first + (last - first) / 2;
      (static_cast<std::int64_t>(BlockAt(middle).base) < time.value ? first : last) = middle;
    }
    begin = first * kBlockValues;
    end = begin + BlockRows(first);
  }
  while (begin < end) {
    const std::uint32_t middle = begin + (end - begin) / 2;
    if (At(RowAtPosition(middle)) < time) {
      begin = middle + 1;
    } else {
      end = middle;
    }
  }
  return begin;
}

void TimeColumn::AddRowsIn(const TimeRange& time, RowBits* rows) const {
  if (time.IsEmpty()) return;
  for (std::uint32_t i = 0; i < BlockCount(rows_); ++i) {
    const Block block = BlockAt(i);
    const std::uint32_t first = i * kBlockValues;
    const std::uint32_t count = BlockRows(i);
    // A block's times lie in [base, base + mask]: most blocks are wholly inside or outside. In numbers from the base
    // on, which do not overflow.
    const std::uint64_t mask = Mask(block.width);
    const auto base = static_cast<std::int64_t>(block.base);
    if (base >= time.end.value) continue;
    const std::uint64_t end = static_cast<std::uint64_t>(time.end.value) - block.base;
    const std::uint64_t begin =
        base >= time.begin.value ? 0 : static_cast<std::uint64_t>(time.begin.value) - block.base;
    if (begin > mask) continue;
    if (begin == 0 && end > mask) {
      rows->SetRange(first, first + count);
      continue;
    }
    for (std::uint32_t row = 0; row < count; ++row) {
      const std::uint64_t from_base = Unpack(block.packed, row, block.width);
      if (begin <= from_base && from_base < end) rows->Set(first + row);
    }
  }
}

void TimeColumn::Decode(std::vector<TimeUs>* times) const {
  times->resize(rows_);
  TimeUs* out = times->data();
  for (std::uint32_t i = 0; i < BlockCount(rows_); ++i) {
    const Block block = BlockAt(i);
    const std::uint32_t rows = BlockRows(i);
    if (block.width <= kOneLoadBits) {
      const std::uint64_t mask = Mask(block.width);
      for (std::uint32_t row = 0; row < rows; ++row) {
        out[row].value = static_cast<std::int64_t>(block.base + UnpackNarrow(block.packed, row, block.width, mask));
      }
    } else {
      for (std::uint32_t row = 0; row < rows; ++row) {
        out[row].value = static_cast<std::int64_t>(block.base + Unpack(block.packed, row, block.width));
      }
    }
    out += rows;
  }
}

}  // namespace kalends
