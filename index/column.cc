// A column: what up to 65,536 rows have at one path. A stream for each kind of value: which rows, and their values as
// codes, which are integers that compare as the values do. All integers are little-endian.
//
//   offset  bytes  field
//        0      1  version   1; a reader refuses any other
//        1      1  streams   1 to 12
//        2      4  rows      of the block, 1 to 65,536
//        6      *  streams   ascending kinds; no row is in two of them
//        *      4  checksum  Checksum32 of all that is before it; checked first
//
// A stream is
//
//        0      1  kind        ColumnKind
//        1      1  rows form   0: all; 1: bitmap; 2: list; whichever is the smallest
//        2      1  code form   0: none, 1: integer, 2: decimal, 3: ordered double, 4: dictionary, 5: dictionary of
//        UUIDs 3      1  places      of a decimal, 0 to 15; of other forms 0 4      4  count       of the rows that are
//        of this kind, at least 1 8      *  row set     bitmap: ceil(rows / 64) * 8 bytes, row r at bit r % 8 of byte r
//        / 8
//                              list: ascending, 2 bytes each
//        *      *  codes       count integers as in packed_integers.cc; of form 0 there are none
//        *      *  dictionary  only of forms 4 and 5; its entries are different and ascend by their bytes
//                                4       size   1 to count
//                                4*size  ends   only of strings in form 4: where each entry ends in the bytes
//                                *       bytes  of the entries: strings; 16 bytes a UUID, 12 an ObjectId
//
// Codes and kinds:
//
//   none            null, and the kinds whose values the row alone knows
//   integer         bool: 0 or 1; int, long, date: value + 2^63
//   decimal         double: n + 2^63 of n / 10^places, where that gives back the very bits of all doubles of the
//                   stream; |n| is at most 2^53
//   ordered double  double: the bits, all flipped where the sign is set, else the sign alone
//   dictionary      string, ObjectId: the place of its entry
//
// Rows 0 to 3 with "b", 7, nothing and "a" are
//
//   01 02 04000000
//   03 02 01 00 01000000  0100  0700000000000080 0700000000000080 01000000 00000000 00
//   08 02 04 00 02000000  0000 0300  0000000000000000 0100000000000000 01000000 00000000 01
//     0100000000000000 and 15 words of 0
//     02000000  01000000 02000000  61 62
//   7e5d4690
#include "index/column.h"

#include <algorithm>
#include <bit>
#include <cassert>

#include "format/checksum.h"
#include "format/errors.h"
#include "format/varint.h"
#include "index/bitmap_kernels.h"
#include "index/column_format.h"
#include "index/load.h"
#include "index/time_column.h"

namespace kalends {

// Takes a column apart, and trusts nothing: whatever a stream relies on later is checked here.
class ColumnReader {
 public:
  ColumnReader(std::uint32_t rows, std::string_view streams) : rows_(rows), left_(streams) {}
  bool is_at_end() const { return left_.empty(); }
  Result<ColumnStream> Next();
  static Status CheckDisjoint(const std::vector<ColumnStream>& streams, std::uint32_t rows);

 private:
  using RowsForm = ColumnStream::RowsForm;
  using CodeForm = ColumnStream::CodeForm;

  Result<std::string_view> Take(std::size_t bytes, const char* what);
  Status ReadHeader(ColumnStream* stream);
  static bool FormFits(const ColumnStream& stream);
  Status ReadRows(ColumnStream* stream);
  Status ReadBitmap(ColumnStream* stream);
  Status ReadList(ColumnStream* stream);
  Status ReadDictionary(ColumnStream* stream);
  static Status CheckCodes(const ColumnStream& stream);

  std::uint32_t rows_;
  std::string_view left_;
};

Result<std::string_view> ColumnReader::Take(std::size_t bytes, const char* what) {
  if (left_.size() < bytes) return Corruption("column: ", left_.size(), " bytes are left for ", what, " of ", bytes);
  const std::string_view taken = left_.substr(0, bytes);
  left_.remove_prefix(bytes);
  return taken;
}

bool ColumnReader::FormFits(const ColumnStream& stream) {
  const CodeForm form = stream.code_form_;
  if (form != CodeForm::kDecimal && stream.decimal_places_ != 0) return false;
  if (stream.decimal_places_ > kDecimalPlacesMax) return false;
  switch (stream.kind_) {
    case ColumnKind::kBool:
    case ColumnKind::kInt:
    case ColumnKind::kLong:
    case ColumnKind::kDate:
      return form == CodeForm::kInteger;
    case ColumnKind::kDouble:
      return form == CodeForm::kDecimal || form == CodeForm::kOrderedDouble;
    case ColumnKind::kObjectId:
      return form == CodeForm::kDictionary;
    case ColumnKind::kString:
      return form == CodeForm::kDictionary || form == CodeForm::kUuidDictionary;
    case ColumnKind::kNull:
    case ColumnKind::kText:
    case ColumnKind::kObject:
    case ColumnKind::kBinary:
    case ColumnKind::kArray:
      return form == CodeForm::kNone;
  }
  return false;  // No kind.
}

Status ColumnReader::ReadHeader(ColumnStream* stream) {
  KALENDS_TRY(const std::string_view header, Take(kColumnStreamHeaderBytes, "the header of a stream"));
  stream->kind_ = static_cast<ColumnKind>(header[0]);
  stream->rows_form_ = static_cast<RowsForm>(header[1]);
  stream->code_form_ = static_cast<CodeForm>(header[2]);
  stream->decimal_places_ = static_cast<std::uint8_t>(header[3]);
  stream->count_ = Load<std::uint32_t>(header.data() + 4);
  stream->rows_ = rows_;
  if (!FormFits(*stream) || stream->count_ == 0 || stream->count_ > rows_) {
    return Corruption("column: kind ", int{header[0]}, ", form ", int{header[2]}, ", ", int{header[3]}, " places, ",
                      stream->count_, " of ", rows_, " rows is no stream");
  }
  return {};
}

Status ColumnReader::ReadBitmap(ColumnStream* stream) {
  const std::size_t words = (rows_ + 63) / 64;
  KALENDS_TRY(stream->row_set_, Take(words * sizeof(std::uint64_t), "a bitmap"));
  const char* bitmap = stream->row_set_.data();
  const BitmapKernels& kernels = AvailableBitmapKernels().back();
  constexpr std::size_t kRankWords = kColumnRankRows / 64;
  std::uint32_t count = 0;
  stream->ranks_.reserve((words + kRankWords - 1) / kRankWords);
  for (std::size_t i = 0; i < words; i += kRankWords) {
    stream->ranks_.push_back(count);
    count += kernels.count(bitmap + i * sizeof(std::uint64_t), std::min(kRankWords, words - i));
  }
  const auto last = Load<std::uint64_t>(bitmap + (words - 1) * sizeof(std::uint64_t));
  if (count != stream->count_ || (rows_ % 64 != 0 && last >> (rows_ % 64) != 0)) {
    return Corruption("column: a bitmap of ", count, " of ", rows_, " rows, or of some behind them, where ",
                      stream->count_, " were said");
  }
  return {};
}

Status ColumnReader::ReadList(ColumnStream* stream) {
  KALENDS_TRY(stream->row_set_, Take(std::size_t{stream->count_} * sizeof(std::uint16_t), "a list of rows"));
  const char* list = stream->row_set_.data();
  bool ascends = true;
  for (std::size_t i = 1; i < stream->count_; ++i) {
    ascends &= Load<std::uint16_t>(list + (i - 1) * 2) < Load<std::uint16_t>(list + i * 2);
  }
  const auto last = Load<std::uint16_t>(list + (std::size_t{stream->count_} - 1) * 2);
  if (!ascends || last >= rows_) {
    return Corruption("column: a list of ", stream->count_, " of ", rows_, " rows does not ascend to a row, but to ",
                      last);
  }
  return {};
}

Status ColumnReader::ReadRows(ColumnStream* stream) {
  switch (stream->rows_form_) {
    case RowsForm::kAll:
      if (stream->count_ == rows_) return {};
      return Corruption("column: all ", rows_, " rows were said to be ", stream->count_);
    case RowsForm::kBitmap:
      return ReadBitmap(stream);
    case RowsForm::kList:
      return ReadList(stream);
  }
  return Corruption("column: there is no form ", static_cast<int>(stream->rows_form_), " of rows");
}

Status ColumnReader::ReadDictionary(ColumnStream* stream) {
  KALENDS_TRY(const std::string_view size_bytes, Take(sizeof(std::uint32_t), "the size of a dictionary"));
  const auto size = Load<std::uint32_t>(size_bytes.data());
  if (size == 0 || size > stream->count_) {
    return Corruption("column: ", size, " entries in the dictionary of ", stream->count_, " values");
  }
  stream->dictionary_size_ = size;
  std::size_t bytes = 0;
  if (stream->kind_ == ColumnKind::kObjectId) {
    bytes = std::size_t{size} * kObjectIdBytes;
  } else if (stream->code_form_ == CodeForm::kUuidDictionary) {
    bytes = std::size_t{size} * kUuidBytes;
  } else {
    KALENDS_TRY(stream->dictionary_offsets_, Take(std::size_t{size} * sizeof(std::uint32_t), "the ends of entries"));
    const char* ends = stream->dictionary_offsets_.data();
    bool ascends = true;
    std::uint32_t end = 0;
    for (std::size_t i = 0; i < size; ++i) {
      const auto next = Load<std::uint32_t>(ends + i * sizeof(std::uint32_t));
      ascends &= end <= next;
      end = next;
    }
    if (!ascends) return Corruption("column: the ends of ", size, " entries of a dictionary do not ascend");
    bytes = end;
  }
  KALENDS_TRY(stream->dictionary_bytes_, Take(bytes, "a dictionary"));
  return {};
}

Status ColumnReader::CheckCodes(const ColumnStream& stream) {
  if (stream.code_form_ == CodeForm::kOrderedDouble) return {};  // Each is a double.
  const ColumnStream::CodeRange domain = stream.Domain();
  for (std::uint32_t piece = 0; piece < stream.codes_.pieces(); ++piece) {
    const std::uint64_t min = stream.codes_.PieceMin(piece);
    const std::uint64_t max = stream.codes_.PieceMax(piece);
    if (min < domain.low || max > domain.high) {
      return Corruption("column: codes from ", min, " to ", max, " are not from ", domain.low, " to ", domain.high);
    }
  }
  return {};
}

Result<ColumnStream> ColumnReader::Next() {
  ColumnStream stream;
  KALENDS_RETURN_IF_ERROR(ReadHeader(&stream));
  KALENDS_RETURN_IF_ERROR(ReadRows(&stream));
  if (stream.code_form_ == CodeForm::kNone) return stream;
  KALENDS_TRY(stream.codes_, PackedIntegers::Open(stream.count_, &left_));
  if (stream.has_dictionary()) KALENDS_RETURN_IF_ERROR(ReadDictionary(&stream));
  KALENDS_RETURN_IF_ERROR(CheckCodes(stream));
  return stream;
}

Status ColumnReader::CheckDisjoint(const std::vector<ColumnStream>& streams, std::uint32_t rows) {
  if (streams.size() == 1) return {};
  RowBits seen(rows);
  for (const ColumnStream& stream : streams) {
    RowBits own(rows);
    stream.AddRows(&own);
    RowBits both = seen;
    both &= own;
    if (both.Any()) return Corruption("column: a row of kind ", static_cast<int>(stream.kind()), " has another kind");
    seen |= own;
  }
  return {};
}

Result<Column> Column::Open(std::string_view bytes) {
  if (bytes.size() < kColumnHeaderBytes + kColumnChecksumBytes) {
    return Corruption("column: ", bytes.size(), " bytes cannot hold header and checksum");
  }
  const std::string_view body = bytes.substr(0, bytes.size() - kColumnChecksumBytes);
  if (Checksum32(body) != Load<std::uint32_t>(bytes.data() + body.size())) {
    return Corruption("column of ", bytes.size(), " bytes: checksum is wrong");
  }
  const auto version = static_cast<std::uint8_t>(body[0]);
  if (version != kColumnVersion) {
    return Unsupported("column: format version ", int{version}, ", but this program reads version ",
                       int{kColumnVersion}, ": use a newer one");
  }
  const auto streams = static_cast<std::uint8_t>(body[1]);
  Column column;
  column.rows_ = Load<std::uint32_t>(body.data() + 2);
  if (streams == 0 || streams >= kColumnKinds || column.rows_ == 0 || column.rows_ > kColumnBlockRows) {
    return Corruption("column: ", int{streams}, " kinds in ", column.rows_, " rows is no header");
  }
  column.streams_.reserve(streams);
  ColumnReader reader(column.rows_, body.substr(kColumnHeaderBytes));
  for (int i = 0; i < streams; ++i) {
    KALENDS_TRY(ColumnStream stream, reader.Next());
    if (i > 0 && stream.kind() <= column.streams_.back().kind()) {
      return Corruption("column: kind ", static_cast<int>(stream.kind()), " after kind ",
                        static_cast<int>(column.streams_.back().kind()));
    }
    column.streams_.push_back(std::move(stream));
  }
  if (!reader.is_at_end()) return Corruption("column: bytes are left behind its ", int{streams}, " streams");
  KALENDS_RETURN_IF_ERROR(ColumnReader::CheckDisjoint(column.streams_, column.rows_));
  return column;
}

const ColumnStream* Column::Find(ColumnKind kind) const {
  for (const ColumnStream& stream : streams_) {
    if (stream.kind() == kind) return &stream;
  }
  return nullptr;
}

const ColumnStream* Column::StreamOf(std::uint32_t row) const {
  assert(row < rows_);
  for (const ColumnStream& stream : streams_) {
    if (stream.Contains(row)) return &stream;
  }
  return nullptr;
}

RowBits Column::MissingRows() const {
  RowBits missing(rows_);
  for (const ColumnStream& stream : streams_) stream.AddRows(&missing);
  missing.Flip();
  return missing;
}

}  // namespace kalends
