// The postings of a term: the rows of an inverted list, and how often the term occurs in each. Most lists are of one
// row in which the term is once, and take 4 to 6 bytes. It has no checksum: those of RocksDB's blocks cover it.
//
//   bytes  field
//       1  version  1; a reader refuses any other
//       *  head     varint: rows * 2 + 1 where a row has a count of more than 1
//       *  size     only then: varint: bytes of the chunks of rows
//       *  rows     chunks of rows (index/row_chunks.cc); without counts to the end
//       *  counts   only then: chunks of counts (index/posting_counts.cc), to the end
//
// Examples: once in row 1,000 is  01 02  02 e803.  Once in rows 1,000 and 1,005, twice in row 1,001, and six times in
// row 65,536, is
//
//   01 09 09  00 02 04 e803 00 03  03 01  00 01 04  01 02 03 01
#include "index/posting_list.h"

#include <cassert>

#include "format/errors.h"
#include "format/varint.h"

namespace kalends {
namespace {

constexpr char kVersion = 1;
constexpr std::uint64_t kHasCounts = 1;

bool AreCountsOf(const RowChunk& chunk, std::string_view counts) {
  return ForEachCount(counts, chunk.count, [](std::uint32_t /*place*/, std::uint32_t /*count*/) {});
}

}  // namespace

// ---- Reading

Result<PostingList> PostingList::Open(std::string_view bytes) {
  const std::size_t size = bytes.size();
  if (bytes.empty()) return Corruption("posting list: it is empty");
  if (bytes.front() != kVersion) {
    return Unsupported("posting list: format version ", int{static_cast<unsigned char>(bytes.front())},
                       ", but this program reads version ", int{kVersion}, ": use a newer one");
  }
  bytes.remove_prefix(1);
  const auto head = TakeVarint(&bytes);
  if (!head.has_value()) return Corruption("posting list of ", size, " bytes: its head is cut");
  PostingList list;
  std::string_view rows = bytes;
  if ((*head & kHasCounts) != 0) {
    const auto row_bytes = TakeVarint(&bytes);
    if (!row_bytes.has_value() || *row_bytes >= bytes.size())
      return Corruption("posting list of ", size, " bytes: its rows and counts are cut");
    rows = bytes.substr(0, *row_bytes);
    list.counts_ = bytes.substr(*row_bytes);
  }
  list.rows_ = RowChunks(rows, *head >> 1U);
  if (!list.rows_.IsWhole())
    return Corruption("posting list of ", size, " bytes: its chunks do not hold ", list.count(), " rows");
  return list;
}

Status PostingList::Verify() const {
  KALENDS_RETURN_IF_ERROR(rows_.Verify("posting list"));
  if (counts_.empty()) return {};
  PostingChunkReader reader(rows_.reader(), counts_);
  std::string_view counts;
  for (RowChunk chunk; reader.Next(&chunk, &counts);) {
    if (!AreCountsOf(chunk, counts))
      return Corruption("posting list of ", count(), " rows: the counts of chunk ", chunk.number, " are none");
  }
  if (!reader.is_whole()) return Corruption("posting list of ", count(), " rows: its counts are not of its rows");
  return {};
}

void PostingList::AppendAll(std::vector<Posting>* postings) const {
  ForEachIn(0, std::uint64_t{1} << 32U, [&](std::uint32_t row, std::uint32_t count) {
    postings->push_back({row, count});
  });
}

// ---- Encoding

void PostingEncoder::AddChunk(const RowChunk& rows, std::string_view counts, std::uint64_t first_row) {
  const std::uint64_t begin = first_row + rows.begin();
  if (begin % kChunkRows != 0) {
    CountReader reader(counts);
    ForEachRow(rows, [&](std::uint32_t row) { Add(static_cast<std::uint32_t>(begin + row), reader.Next()); });
    return;
  }
  GoToChunk(static_cast<std::uint32_t>(begin / kChunkRows));
  rows_.AddChunk(rows, first_row);
  ForEachCount(counts, rows.count,
               [&](std::uint32_t place, std::uint32_t count) { counts_.Add(chunk_, place_ + place, count); });
  place_ += static_cast<std::uint32_t>(rows.count);
}

std::string PostingEncoder::Finish() {
  std::string list;
  FinishInto(&list);
  return list;
}

void PostingEncoder::FinishInto(std::string* list) {
  const std::uint64_t count = rows_.End();
  const bool has_counts = !counts_.empty();
  list->assign(1, kVersion);
  AppendVarint(count * 2 + (has_counts ? kHasCounts : 0), list);
  if (has_counts) {
    counts_.End();
    AppendVarint(rows_.chunks().size(), list);
  }
  *list += rows_.chunks();
  *list += counts_.chunks();
  rows_.Clear();
  counts_.Clear();
  place_ = 0;
}

// ---- Merging

class PostingMerge {
 public:
  Status Add(std::string_view bytes, std::uint64_t first_row) {
    KALENDS_TRY(const PostingList list, PostingList::Open(bytes));
    PostingChunkReader reader(list.rows_.reader(), list.counts_);
    std::string_view counts;
    for (RowChunk chunk; reader.Next(&chunk, &counts);) {
      KALENDS_RETURN_IF_ERROR(sequence_.Take(chunk, first_row, "posting lists"));
      if (!AreCountsOf(chunk, counts))
        return Corruption("posting lists to merge: the counts of chunk ", chunk.number, " are none");
      encoder_.AddChunk(chunk, counts, first_row);
    }
    if (!list.counts_.empty() && !reader.is_whole())
      return Corruption("posting lists to merge: the counts are not of the rows");
    return {};
  }

  std::string Finish() { return encoder_.Finish(); }

 private:
  PostingEncoder encoder_;
  RowSequence sequence_;
};

Result<std::string> MergePostings(std::span<const std::string_view> lists, std::span<const std::uint64_t> first_rows) {
  assert(!lists.empty() && lists.size() == first_rows.size());
  PostingMerge merge;
  for (std::size_t i = 0; i < lists.size(); ++i) KALENDS_RETURN_IF_ERROR(merge.Add(lists[i], first_rows[i]));
  return merge.Finish();
}

}  // namespace kalends
