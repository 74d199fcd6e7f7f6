#include "engine/text_block.h"

#include <string_view>
#include <utility>

#include "format/errors.h"
#include "index/text_lengths.h"

namespace kalends {

Status WriteTextOfTail(const Tail& tail, SegmentFiles* files) {
  std::vector<std::uint64_t> lengths(tail.rows());
  for (std::uint32_t row = 0; row < tail.rows(); ++row) lengths[row] = tail.TextLengthAt(row);
  KALENDS_RETURN_IF_ERROR(files->PutTextLengths(0, EncodeTextLengths(lengths)));
  KALENDS_RETURN_IF_ERROR(tail.ForEachEncoded(
      [files](std::string_view term, std::string_view postings) { return files->PutPostings(term, postings); }));
  return files->FinishText();
}

Result<std::unique_ptr<TextBlock>> TextBlock::Make(TextOptionsPtr options) {
  KALENDS_TRY(DocumentTerms reader, DocumentTerms::Make(*options));
  return std::unique_ptr<TextBlock>(new TextBlock(std::move(options), std::move(reader)));
}

void TextBlock::Add(const Value& root) {
  const auto row = static_cast<std::uint32_t>(lengths_.size());
  std::uint64_t length = 0;
  reader_.ForEach(root, [&](std::string_view term) {
    terms_.Add(row, term, TermIndex::HashOf(term));
    ++length;
  });
  lengths_.push_back(length);
}

void TextBlock::AddDeleted() { lengths_.push_back(0); }

Status TextBlock::Write(SegmentFiles* files) {
  KALENDS_RETURN_IF_ERROR(files->PutTextLengths(0, EncodeTextLengths(lengths_)));
  KALENDS_RETURN_IF_ERROR(terms_.ForEachEncoded(
      [files](std::string_view term, std::string_view postings) { return files->PutPostings(term, postings); }));
  terms_ = TermIndex();
  lengths_.clear();
  return files->FinishText();
}

}  // namespace kalends
