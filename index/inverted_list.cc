// An inverted list: ascending rows in chunks by 65,536, so that what asks for one block of rows reads its chunks alone;
// most lists are of one row and take 4 to 6 bytes. It has no checksum: those of RocksDB's blocks cover it.
//
//   bytes  field
//       1  version  1; a reader refuses any other
//       *  head     varint: rows * 2 + 1 where the value follows
//       *  value    only then: 1 byte length, and the value as EncodeKey gives it. It stands in lists of at least 4
//                   rows that are all of this one value, where it takes at most 128 bytes
//       *  chunks   of rows (index/row_chunks.cc), to the end
//
// Examples: row 1,000 is  01 02  02 e803.  Rows 1,000, 1,001, 1,005 and 65,536, of null, are
//
//   01 09 01 20  00 02 04 e803 00 03  03 01
#include "index/inverted_list.h"

#include <xxhash.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

#include "format/errors.h"
#include "format/key_encoding.h"
#include "format/varint.h"
#include "index/row_chunks.h"

namespace kalends {
namespace {

constexpr char kVersion = 1;
constexpr std::uint64_t kHasValue = 1;
constexpr std::uint64_t kValueRowsMin = 4;
constexpr std::size_t kValueBytesMax = 128;
constexpr std::uint32_t kNoValue = ~std::uint32_t{0};

// ---- Encoding

class ListEncoder {
 public:
  RowChunkEncoder& rows() { return rows_; }

  // At least one row was added; the encoder is empty afterwards. `value`: empty where it is not known.
  std::string Finish(std::string_view value) {
    const std::uint64_t count = rows_.End();
    const bool has_value = !value.empty() && value.size() <= kValueBytesMax && count >= kValueRowsMin;
    std::string list(1, kVersion);
    AppendVarint(count * 2 + (has_value ? kHasValue : 0), &list);
    if (has_value) {
      list.push_back(static_cast<char>(value.size()));
      list += value;
    }
    list += rows_.chunks();
    rows_.Clear();
    return list;
  }

 private:
  RowChunkEncoder rows_;
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
  if ((*head & kHasValue) != 0) {
    const std::size_t value_bytes = bytes.empty() ? 0 : static_cast<unsigned char>(bytes.front());
    if (value_bytes == 0 || value_bytes > kValueBytesMax || value_bytes >= bytes.size())
      return Corruption("inverted list of ", size, " bytes: no value of ", value_bytes, " bytes can be in it");
    list.value_ = bytes.substr(1, value_bytes);
    bytes.remove_prefix(1 + value_bytes);
  }
  list.rows_ = RowChunks(bytes, *head >> 1U);
  if (!list.rows_.IsWhole())
    return Corruption("inverted list of ", size, " bytes: its chunks do not hold ", list.count(), " rows");
  return list;
}

Status InvertedList::Verify() const { return rows_.Verify("inverted list"); }

bool InvertedList::IsOf(const Value& value) const {
  if (value_.empty()) return false;
  std::string encoding;
  EncodeKey(NullWhereMissing(value), &encoding);
  return encoding == value_;
}

void InvertedList::AppendRows(std::vector<std::uint32_t>* rows) const {
  RowChunkReader reader = rows_.reader();
  for (RowChunk chunk; reader.Next(&chunk);) {
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
      if (end == begin || postings[end].row != postings[end - 1].row) encoder.rows().Add(postings[end].row);
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
    if (is_first_) value_ = list.value_;
    if (value_ != list.value_) value_ = {};
    is_first_ = false;
    RowChunkReader reader = list.rows_.reader();
    for (RowChunk chunk; reader.Next(&chunk);) {
      KALENDS_RETURN_IF_ERROR(sequence_.Take(chunk, first_row, "inverted lists"));
      encoder_.rows().AddChunk(chunk, first_row);
    }
    return {};
  }

  std::string Finish() { return encoder_.Finish(value_); }

 private:
  ListEncoder encoder_;
  RowSequence sequence_;
  std::string_view value_;
  bool is_first_ = true;
};

Result<std::string> MergeLists(std::span<const std::string_view> lists, std::span<const std::uint64_t> first_rows) {
  assert(!lists.empty() && lists.size() == first_rows.size());
  ListMerge merge;
  for (std::size_t i = 0; i < lists.size(); ++i) KALENDS_RETURN_IF_ERROR(merge.Add(lists[i], first_rows[i]));
  return merge.Finish();
}

}  // namespace kalends
