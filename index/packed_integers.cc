// Integers by pieces of 1,024: an entry a piece, then the packed differences of all pieces. How many there are is not
// stored, and there is no checksum: both belong to what the integers are part of. All integers are little-endian.
//
//   offset  bytes  field
//        0   25*p  directory  an entry for each of the p = ceil(count / 1,024) pieces:
//                               8  min    the smallest value of the piece
//                               8  max    the largest
//                               4  step   divides value - min for every value of the piece; at least 1
//                               4  start  where the words of the piece begin, in units of 128 bytes from the end of
//                                         the directory: where those of the piece before end
//                               1  width  bits of (max - min) / step, 0 to 64
//     25*p      *  words      per piece w rows of 16 words of 8 bytes, w = ceil(ceil(values / 16) * width / 64)
//
// Value i of a piece is in lane i % 16, which has the words l, l + 16, l + 32 and so on of the piece, l being the lane.
// In these the values of the lane, as (value - min) / step, follow each other, `width` bits each, low bit first. What
// is left over is 0.
//
// {70, 100, 130} is
//
//   4600000000000000 8200000000000000 1e000000 00000000 02
//   0000000000000000 0100000000000000 0200000000000000  and 13 words of 0
#include "index/packed_integers.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <limits>
#include <numeric>

#include "format/errors.h"
#include "format/varint.h"
#include "index/load.h"
#include "index/packed_kernels.h"

namespace kalends {
namespace {

constexpr std::size_t kEntryBytes = 25;
constexpr std::uint32_t kLanes = 16;
constexpr std::size_t kRowBytes = kLanes * sizeof(std::uint64_t);

struct Entry {
  std::uint64_t min;
  std::uint64_t max;
  std::uint32_t step;
  std::uint32_t start;
  unsigned width;
};

Entry EntryAt(std::string_view directory, std::uint32_t piece) {
  const char* entry = directory.data() + piece * kEntryBytes;
  return {Load<std::uint64_t>(entry), Load<std::uint64_t>(entry + 8), Load<std::uint32_t>(entry + 16),
          Load<std::uint32_t>(entry + 20), static_cast<unsigned char>(entry[24])};
}

// The largest difference as it is packed. Most pieces have no step, and a division costs more than all else here.
std::uint64_t LimitOf(const Entry& entry) {
  const std::uint64_t spread = entry.max - entry.min;
  return entry.step == 1 ? spread : spread / entry.step;
}

std::uint32_t PlacesOf(std::uint32_t values) { return (values + kLanes - 1) / kLanes; }

// Rows of 16 words.
std::uint32_t RowsOf(std::uint32_t values, unsigned width) { return (PlacesOf(values) * width + 63) / 64; }

std::uint32_t PieceCount(std::uint32_t count, std::uint32_t piece) {
  return std::min(kPackedPiece, count - piece * kPackedPiece);
}

// What divides the distance of every value to `min`; 1 where that does not fit 32 bits.
std::uint32_t StepOf(std::span<const std::uint64_t> values, std::uint64_t min) {
  std::uint64_t step = 0;
  for (const std::uint64_t value : values) {
    if (value == min || (step != 0 && (value - min) % step == 0)) continue;
    step = std::gcd(step, value - min);
    if (step == 1) return 1;
  }
  return step == 0 || step > std::numeric_limits<std::uint32_t>::max() ? 1 : static_cast<std::uint32_t>(step);
}

void AppendWords(std::span<const std::uint64_t> values, const Entry& entry, std::string* out) {
  std::array<std::uint64_t, kPackedPiece> words{};
  for (std::uint32_t i = 0; i < values.size(); ++i) {
    std::uint64_t difference = values[i] - entry.min;
    if (entry.step != 1) difference /= entry.step;
    const std::uint32_t bit = i / kLanes * entry.width;
    std::uint64_t* word = &words[bit / 64 * kLanes + i % kLanes];
    word[0] |= difference << (bit % 64);
    if (bit % 64 + entry.width > 64) word[kLanes] |= difference >> (64 - bit % 64);
  }
  const std::size_t rows = RowsOf(static_cast<std::uint32_t>(values.size()), entry.width);
  for (std::size_t i = 0; i < rows * kLanes; ++i) AppendLittleEndian(words[i], out);
}

}  // namespace

void AppendPackedIntegers(std::span<const std::uint64_t> values, std::string* out) {
  std::string words;
  for (std::size_t begin = 0; begin < values.size(); begin += kPackedPiece) {
    const auto piece = values.subspan(begin, std::min<std::size_t>(kPackedPiece, values.size() - begin));
    const auto [min, max] = std::minmax_element(piece.begin(), piece.end());
    const std::uint32_t step = StepOf(piece, *min);
    const Entry entry = {*min, *max, step, static_cast<std::uint32_t>(words.size() / kRowBytes),
                         static_cast<unsigned>(std::bit_width((*max - *min) / step))};
    AppendLittleEndian(entry.min, out);
    AppendLittleEndian(entry.max, out);
    AppendLittleEndian(entry.step, out);
    AppendLittleEndian(entry.start, out);
    out->push_back(static_cast<char>(entry.width));
    if (entry.width != 0) AppendWords(piece, entry, &words);
  }
  *out += words;
}

Result<PackedIntegers> PackedIntegers::Open(std::uint32_t count, std::string_view* bytes) {
  PackedIntegers integers;
  integers.count_ = count;
  const std::size_t directory_bytes = std::size_t{integers.pieces()} * kEntryBytes;
  if (bytes->size() < directory_bytes) {
    return Corruption("packed integers: ", bytes->size(), " bytes cannot hold the directory of ", count, " values");
  }
  integers.directory_ = bytes->substr(0, directory_bytes);
  std::uint64_t rows = 0;
  for (std::uint32_t i = 0; i < integers.pieces(); ++i) {
    const Entry entry = EntryAt(integers.directory_, i);
    const std::uint64_t spread = entry.max - entry.min;
    if (entry.min > entry.max || entry.step == 0 || (entry.step != 1 && spread % entry.step != 0) ||
        entry.width != static_cast<unsigned>(std::bit_width(spread / entry.step)) || entry.start != rows) {
      return Corruption("packed integers: piece ", i, " from ", entry.min, " to ", entry.max, " by ", entry.step,
                        " cannot have ", entry.width, " bits a value and start at ", entry.start, " of ", rows);
    }
    rows += RowsOf(PieceCount(count, i), entry.width);
  }
  if (bytes->size() - directory_bytes < rows * kRowBytes) {
    return Corruption("packed integers: ", bytes->size() - directory_bytes, " bytes follow a directory that asks for ",
                      rows * kRowBytes);
  }
  integers.packed_ = bytes->substr(directory_bytes, rows * kRowBytes);
  bytes->remove_prefix(directory_bytes + rows * kRowBytes);
  return integers;
}

std::uint64_t PackedIntegers::PieceMin(std::uint32_t piece) const {
  assert(piece < pieces());
  return Load<std::uint64_t>(directory_.data() + piece * kEntryBytes);
}

std::uint64_t PackedIntegers::PieceMax(std::uint32_t piece) const {
  assert(piece < pieces());
  return Load<std::uint64_t>(directory_.data() + piece * kEntryBytes + 8);
}

std::uint64_t PackedIntegers::At(std::uint32_t index) const {
  assert(index < count_);
  const Entry entry = EntryAt(directory_, index / kPackedPiece);
  if (entry.width == 0) return entry.min;
  const std::uint32_t bit = index % kPackedPiece / kLanes * entry.width;
  const char* word =
      packed_.data() + (std::size_t{entry.start} + bit / 64) * kRowBytes + index % kLanes * sizeof(std::uint64_t);
  std::uint64_t difference = Load<std::uint64_t>(word) >> (bit % 64);
  if (bit % 64 + entry.width > 64) difference |= Load<std::uint64_t>(word + kRowBytes) << (64 - bit % 64);
  difference &= ~std::uint64_t{0} >> (64 - entry.width);
  // Whatever the bytes are, no value is above the maximum of its piece.
  return std::min(difference, LimitOf(entry)) * entry.step + entry.min;
}

std::uint32_t PackedIntegers::Decode(std::uint32_t piece, std::uint64_t* out) const {
  assert(piece < pieces());
  const Entry entry = EntryAt(directory_, piece);
  const std::uint32_t values = PieceCount(count_, piece);
  if (entry.width == 0) {
    std::fill_n(out, values, entry.min);
    return values;
  }
  const PackedWords words = {packed_.data() + entry.start * kRowBytes, PlacesOf(values), entry.width};
  const PackedScale scale = {entry.min, entry.step, LimitOf(entry)};
  AvailablePackedKernels().back().decode(words, scale, out);
  return values;
}

void PackedIntegers::Select(std::uint64_t low, std::uint64_t high, RowBits* bits) const {
  assert(bits->rows() == count_);
  const PackedKernels& kernels = AvailablePackedKernels().back();
  for (std::uint32_t piece = 0; piece < pieces(); ++piece) {
    const Entry entry = EntryAt(directory_, piece);
    const std::uint32_t begin = piece * kPackedPiece;
    const std::uint32_t values = PieceCount(count_, piece);
    if (low > high || low > entry.max || high < entry.min) continue;
    if (low <= entry.min && high >= entry.max) {
      bits->SetRange(begin, begin + values);
      continue;
    }
    // Compared as they are packed: the range in steps from the minimum, rounded inwards.
    const std::uint64_t all = ~std::uint64_t{0} >> (64 - entry.width);
    const std::uint64_t from_min = low <= entry.min ? 0 : low - entry.min;
    const std::uint64_t first = from_min / entry.step + (from_min % entry.step != 0 ? 1 : 0);
    const std::uint64_t last = high >= entry.max ? all : (high - entry.min) / entry.step;
    if (first > last) continue;
    std::uint64_t selected[kPackedPiece / 64];
    kernels.select({packed_.data() + entry.start * kRowBytes, PlacesOf(values), entry.width}, first, last, selected);
    // The places behind the last value are none.
    if (values % 64 != 0) selected[values / 64] &= (std::uint64_t{1} << (values % 64)) - 1;
    std::uint64_t* to = bits->words().data() + begin / 64;
    for (std::uint32_t i = 0; i < (values + 63) / 64; ++i) to[i] |= selected[i];
  }
}

}  // namespace kalends
