#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/pair_sum.h"
#include "engine/partition.h"
#include "engine/segment_reader.h"
#include "engine/text_check.h"
#include "index/row_bits.h"

namespace kalends {

// Compares the columns, inverted lists and text of segments with the rows that they were made from. Values are found by
// a plain walk of the document, which shares nothing with the code that shreds documents into columns.
class DerivedCheck {
 public:
  // `report` is given part, place and problem.
  using Report = std::function<void(const std::string& part, const std::string& place, const std::string& problem)>;
  DerivedCheck(std::shared_ptr<Partition> partition, std::shared_ptr<const PartitionState> state, Report report);
  ~DerivedCheck();

  // A run of rows, in order of rows: a block, or a tail, of which nothing is derived.
  void BeginRun(RowId first_row);
  // A living row of the run.
  void AddRow(RowId row, TimeUs time, const Value& root);
  // A living row could not be read: what it should be found by is not known.
  void SkipRow() { has_all_rows_ = false; }
  // After the last block of a segment, its lists are compared.
  void EndRun();

 private:
  struct CheckedColumn;
  struct CheckedIndex {
    std::string path;
    std::vector<std::string> names;
  };
  struct BlockSums {
    std::uint32_t begin = 0;  // Of its rows in the segment.
    std::uint32_t rows = 0;
    std::vector<PairSum> of_rows;  // Of each index.
    std::vector<PairSum> of_lists;
  };

  void BeginSegment(const std::shared_ptr<const Segment>& segment);
  void OpenColumns(const SegmentBlock& block, std::uint32_t begin);
  void CheckColumn(CheckedColumn* column, std::uint32_t offset, const Value& root) const;
  void CheckPaths(const Value& object, std::string* path, RowId row);
  void AddToLists(std::uint32_t row_in_segment, const Value& root);
  void EndColumns();
  void EndSegment();
  Status SumLists();
  std::string PlaceOf(const BlockSums& block) const;

  const std::shared_ptr<Partition> partition_;
  const std::shared_ptr<const PartitionState> state_;
  const Report report_;

  std::shared_ptr<const Segment> segment_;  // Null: in a tail.
  std::shared_ptr<SegmentReader> reader_;
  std::size_t block_ = 0;
  std::unique_ptr<BlockIndex> block_index_;
  const BlockDirectory* directory_ = nullptr;
  std::vector<CheckedColumn> columns_;
  std::vector<CheckedIndex> indexes_;
  std::vector<BlockSums> sums_;
  std::optional<TextCheck> text_;
  std::vector<std::uint64_t> hashes_;
  bool has_all_rows_ = true;
  bool has_strange_path_ = false;
  std::uint64_t times_outside_ = 0;
};

}  // namespace kalends
