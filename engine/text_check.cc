#include "engine/text_check.h"

#include <xxhash.h>

#include <algorithm>

#include "engine/part_entries.h"
#include "engine/segment_text.h"
#include "format/errors.h"
#include "index/posting_list.h"
#include "index/text_lengths.h"

namespace kalends {
namespace {

std::uint64_t HashOf(std::string_view term) { return XXH3_64bits(term.data(), term.size()); }

}  // namespace

TextCheck::TextCheck(std::shared_ptr<Partition> partition, std::shared_ptr<const PartitionState> state,
                     std::shared_ptr<const Segment> segment)
    : partition_(std::move(partition)), state_(std::move(state)), segment_(std::move(segment)) {
  if (auto terms = DocumentTerms::Make(*segment_->entry().text); terms.has_value()) terms_ = std::move(*terms);
  std::uint32_t begin = 0;
  for (const SegmentBlock& block : segment_->entry().blocks) {
    blocks_.emplace_back();
    blocks_.back().begin = begin;
    blocks_.back().rows = block.rows;
    begin += block.rows;
  }
}

TextCheck::Block& TextCheck::BlockOf(std::uint32_t row_in_segment) {
  const auto behind = std::partition_point(
      blocks_.begin(), blocks_.end(), [row_in_segment](const Block& block) { return block.begin <= row_in_segment; });
  return *(behind - 1);
}

bool TextCheck::IsDeleted(std::uint32_t row_in_segment) const {
  return state_->deletions->Contains({segment_->entry().first_row.value + row_in_segment});
}

void TextCheck::AddRow(std::uint32_t row_in_segment, const Value& root) {
  if (!terms_.has_value()) return;
  Block& block = BlockOf(row_in_segment);
  std::uint64_t length = 0;
  terms_->ForEach(root, [&](std::string_view term) {
    block.of_rows.Add(HashOf(term), row_in_segment);
    ++length;
  });
  block.lengths_of_rows.Add(length, row_in_segment);
}

Status TextCheck::ReadLengths(std::uint32_t first_row, std::string_view value) {
  KALENDS_TRY(const TextLengths lengths, TextLengths::Open(value));
  const auto block = std::find_if(blocks_.begin(), blocks_.end(),
                                  [first_row](const Block& candidate) { return candidate.begin == first_row; });
  if (block == blocks_.end() || block->rows != lengths.rows())
    return Corruption("lengths of ", lengths.rows(), " texts from row ", first_row,
                      " of the segment on: no such block");
  std::uint64_t sum = 0;
  Lengths of_living;
  for (std::uint32_t row = 0; row < lengths.rows(); ++row) {
    sum += lengths.At(row);
    if (!IsDeleted(first_row + row)) of_living.Add(lengths.At(row), first_row + row);
  }
  if (sum != lengths.sum()) return Corruption("lengths of texts: they sum up to ", sum, ", not to ", lengths.sum());
  block->lengths = of_living;
  return {};
}

Status TextCheck::ReadPostings(std::string_view term, std::string_view value) {
  KALENDS_TRY(const PostingList list, PostingList::Open(value));
  KALENDS_RETURN_IF_ERROR(list.Verify());
  std::vector<Posting> postings;
  list.AppendAll(&postings);
  const std::uint64_t hash = HashOf(term);
  for (const Posting& posting : postings) {
    if (posting.row >= segment_->entry().rows)
      return Corruption("postings of ", term, ": row ", posting.row, " of ", segment_->entry().rows);
    if (!IsDeleted(posting.row)) BlockOf(posting.row).of_postings.Add(hash, posting.row, posting.count);
  }
  return {};
}

Status TextCheck::Compare(bool has_all_rows, const std::function<void(std::uint32_t, const std::string&)>& report) {
  for (PartEntries entries(*partition_, {segment_->id(), SegmentPart::Kind::kText}, 0);; entries.Next()) {
    KALENDS_RETURN_IF_ERROR(entries.Check());
    if (entries.AtEnd()) break;
    KALENDS_TRY(const TextPlace place, TextPlaceOf(entries.place()));
    KALENDS_RETURN_IF_ERROR(place.is_lengths ? ReadLengths(place.first_row, entries.value())
                                             : ReadPostings(place.term, entries.value()));
  }
  if (!has_all_rows) return {};
  if (!terms_.has_value())
    return Unsupported("text in the language ", segment_->entry().text->language, ", which this program does not know");
  for (const Block& block : blocks_) {
    if (!block.lengths.has_value()) {
      report(block.begin, "the lengths of its texts are missing");
    } else if (block.lengths->sum != block.lengths_of_rows.sum) {
      report(block.begin, "the stored lengths of its texts sum up to " + std::to_string(block.lengths->sum) +
                              " terms, the texts to " + std::to_string(block.lengths_of_rows.sum));
    } else if (block.lengths->of_rows != block.lengths_of_rows.of_rows) {
      report(block.begin, "the stored lengths of its texts are those of other rows");
    }
    if (block.of_rows != block.of_postings) {
      report(block.begin, "the postings hold " + std::to_string(block.of_postings.count) +
                              " words of living rows, whose texts have " + std::to_string(block.of_rows.count) +
                              (block.of_rows.count == block.of_postings.count ? ": others" : ""));
    }
  }
  return {};
}

}  // namespace kalends
