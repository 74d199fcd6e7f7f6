#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "engine/segment_files.h"
#include "engine/tail.h"
#include "index/document_terms.h"
#include "index/term_index.h"
#include "index/text_options.h"
#include "kalends/status.h"

namespace kalends {

// Writes the terms of a tail that takes no more rows as the text of a segment of these rows.
Status WriteTextOfTail(const Tail& tail, SegmentFiles* files);

// The terms of the rows of one block. Not thread-safe; reusable after Write.
class TextBlock {
 public:
  static Result<std::unique_ptr<TextBlock>> Make(TextOptionsPtr options);

  const TextOptions& options() const { return *options_; }
  void Add(const Value& root);  // The next row.
  void AddDeleted();            // The next row, which is nobody's any more.
  std::size_t bytes() const { return terms_.bytes(); }
  // Writes what was added as the text of a segment of this block alone.
  Status Write(SegmentFiles* files);

 private:
  TextBlock(TextOptionsPtr options, DocumentTerms reader) : options_(std::move(options)), reader_(std::move(reader)) {}

  const TextOptionsPtr options_;
  DocumentTerms reader_;
  TermIndex terms_;
  std::vector<std::uint64_t> lengths_;
};

}  // namespace kalends
