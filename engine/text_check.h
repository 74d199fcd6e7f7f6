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
  struct Lengths {
    std::uint64_t sum = 0;
    PairSum of_rows;

    void Add(std::uint64_t length, std::uint32_t row) {
      sum += length;
      of_rows.Add(length, row);
    }
  };
  struct Block {
    std::uint32_t begin = 0;
    std::uint32_t rows = 0;
    PairSum of_rows;
    PairSum of_postings;
    // Of living rows: the lengths of their texts, and those stored.
    Lengths lengths_of_rows;
    std::optional<Lengths> lengths;
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
