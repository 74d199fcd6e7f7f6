#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/pair_sum.h"
#include "engine/partition.h"
#include "index/document_terms.h"
#include "kalends/status.h"

namespace kalends {

// Compares the postings and lengths of a segment with the texts of its rows.
class TextCheck {
 public:
  // `segment` has text.
  TextCheck(std::shared_ptr<Partition> partition, std::shared_ptr<const PartitionState> state,
            std::shared_ptr<const Segment> segment);

  void AddRow(std::uint32_t row_in_segment, const Value& root);
  // After all living rows were added. Calls report(first row of the block, problem) where they differ; an error tells
  // what could not be read. `has_all_rows` false: only what is stored is looked at.
  Status Compare(bool has_all_rows, const std::function<void(std::uint32_t, const std::string&)>& report);

 private:
  struct Block {
    std::uint32_t begin = 0;
    std::uint32_t rows = 0;
    PairSum of_rows;
    PairSum of_postings;
    std::uint64_t length_of_rows = 0;
    std::optional<std::uint64_t> length;  // Of living rows, as it is stored.
  };
  Block& BlockOf(std::uint32_t row_in_segment);
  bool IsDeleted(std::uint32_t row_in_segment) const;
  Status ReadLengths(std::uint32_t first_row, std::string_view value);
  Status ReadPostings(std::string_view term, std::string_view value);

  const std::shared_ptr<Partition> partition_;
  const std::shared_ptr<const PartitionState> state_;
  const std::shared_ptr<const Segment> segment_;
  std::optional<DocumentTerms> terms_;  // None where its language is unknown.
  std::vector<Block> blocks_;
};

}  // namespace kalends
