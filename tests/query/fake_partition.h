#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <numeric>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "format/compare.h"
#include "format/errors.h"
#include "query/partition_view.h"
#include "tests/query/fake_index.h"

namespace kalends {

// A partition over vectors that holds its callers to the contract of PartitionView: no time is read before Load(), no
// deleted row and no row twice in one call. What was done is counted.
class FakePartition final : public PartitionView {
 public:
  struct Row {
    TimeUs time;
    Value id;
    Value root;  // Must outlive the partition.
  };

  // Runs of `run_rows` rows, in turn, and one of what is left. `indexing` is of each run in turn, again and again.
  FakePartition(Generation generation, TimeRange range, std::vector<Row> rows,
                const std::vector<std::uint32_t>& run_rows, std::set<std::uint64_t> deleted,
                std::vector<FakeIndexing> indexing = {FakeIndexing::kNone})
      : name_("month_" + std::to_string(generation.value)),
        generation_(generation),
        range_(range),
        rows_(std::move(rows)),
        deleted_(std::move(deleted)),
        indexing_(std::move(indexing)) {
    std::uint64_t begin = 0;
    for (const std::uint32_t count : run_rows) {
      const std::uint64_t end = std::min<std::uint64_t>(begin + count, rows_.size());
      if (begin < end) runs_.push_back({RowId{begin}, RowId{end}});
      begin = end;
    }
    if (begin < rows_.size()) runs_.push_back({RowId{begin}, RowId{rows_.size()}});
    for (std::size_t i = 0; i < runs_.size(); ++i) indexes_.push_back(IndexOf(i));
  }

  const std::string& name() const override { return name_; }
  Generation generation() const override { return generation_; }
  TimeRange range() const override { return range_; }

  Result<std::vector<std::unique_ptr<RowRun>>> Runs(const TimeRange& range) const override {
    std::vector<std::unique_ptr<RowRun>> runs;
    for (std::size_t i = 0; i < runs_.size(); ++i) {
      auto run = std::make_unique<Run>(*this, runs_[i], indexes_[i].get());
      if (run->max_time() >= range.begin && run->min_time() < range.end) runs.push_back(std::move(run));
    }
    return runs;
  }

  bool has_deletions() const override { return !deleted_.empty(); }
  bool IsDeleted(RowId row) const override { return deleted_.contains(row.value); }
  std::vector<RowId> DeletedRows(RowRange rows) const override {
    std::vector<RowId> found;
    for (auto row = deleted_.lower_bound(rows.begin.value); row != deleted_.end() && *row < rows.end.value; ++row) {
      found.push_back(RowId{*row});
    }
    return found;
  }

  Status ReadRows(std::span<const RowId> rows, Arena& arena, std::span<StoredRow> out) const override {
    if (fail_reads) return Corruption(name_, ": row ", rows.front().value, ": checksum is wrong");
    if (out.size() != rows.size())
      return InvalidArgument("ReadRows: ", out.size(), " places for ", rows.size(), " rows");
    std::set<RowId> seen;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (rows[i].value >= rows_.size() || IsDeleted(rows[i]))
        return Corruption(name_, ": row ", rows[i].value, " is not there");
      if (!seen.insert(rows[i]).second) return InvalidArgument("ReadRows: row ", rows[i].value, " twice");
      const Row& row = rows_[rows[i].value];
      out[i] = {.time = row.time, .id = CopyValue(row.id, arena), .root = CopyValue(row.root, arena), .json_bytes = 0};
    }
    rows_read += rows.size();
    ++reads;
    return {};
  }

  const std::vector<Row>& rows() const { return rows_; }
  // The same rows in the same runs, of which nothing is known.
  std::shared_ptr<FakePartition> WithoutIndexes() const {
    auto copy = std::make_shared<FakePartition>(*this);
    std::fill(copy->indexes_.begin(), copy->indexes_.end(), nullptr);
    copy->rows_read = 0;
    return copy;
  }

  bool fail_reads = false;
  mutable std::uint64_t rows_read = 0;
  mutable std::uint64_t runs_loaded = 0;
  mutable std::uint64_t reads = 0;  // Calls of ReadRows.
  mutable std::uint64_t reads_before_load = 0;
  mutable FakeIndexCounts asked;

 private:
  class Run final : public RowRun {
   public:
    Run(const FakePartition& partition, RowRange rows, RunIndex* index)
        : partition_(partition), rows_(rows), index_(index), order_(rows.size()) {
      std::iota(order_.begin(), order_.end(), 0U);
      std::stable_sort(order_.begin(), order_.end(), [this](auto a, auto b) { return Time(a) < Time(b); });
    }
    RowId first_row() const override { return rows_.begin; }
    std::uint32_t rows() const override { return static_cast<std::uint32_t>(order_.size()); }
    TimeUs min_time() const override { return Time(order_.front()); }
    TimeUs max_time() const override { return Time(order_.back()); }
    Status Load() override {
      if (!is_loaded_) ++partition_.runs_loaded;
      is_loaded_ = true;
      return {};
    }
    TimeUs TimeAt(std::uint32_t offset) const override {
      CheckLoaded();
      return Time(offset);
    }
    std::uint32_t OffsetAtPosition(std::uint32_t position) const override {
      CheckLoaded();
      return order_.at(position);
    }
    std::uint32_t LowerBound(TimeUs time) const override {
      CheckLoaded();
      const auto found = std::lower_bound(order_.begin(), order_.end(), time,
                                          [this](auto offset, TimeUs t) { return Time(offset) < t; });
      return static_cast<std::uint32_t>(found - order_.begin());
    }
    RunIndex* index() override { return index_; }

   private:
    TimeUs Time(std::uint32_t offset) const { return partition_.rows_.at(rows_.begin.value + offset).time; }
    void CheckLoaded() const { partition_.reads_before_load += is_loaded_ ? 0 : 1; }

    const FakePartition& partition_;
    RowRange rows_;
    RunIndex* index_;
    std::vector<std::uint32_t> order_;
    bool is_loaded_ = false;
  };

  // Every other row that is deleted now was so before the index was made.
  std::shared_ptr<RunIndex> IndexOf(std::size_t run) const {
    std::vector<const Value*> roots;
    for (std::uint64_t row = runs_[run].begin.value; row < runs_[run].end.value; ++row) {
      roots.push_back(row % 2 == 0 && deleted_.contains(row) ? nullptr : &rows_[row].root);
    }
    switch (indexing_[run % indexing_.size()]) {
      case FakeIndexing::kBlocks:
        return std::make_shared<FakeBlockIndex>(roots, &asked);
      case FakeIndexing::kTails:
        return std::make_shared<FakeTailIndex>(roots, &asked);
      case FakeIndexing::kNone:
        break;
    }
    return nullptr;
  }

  std::string name_;
  Generation generation_;
  TimeRange range_;
  std::vector<Row> rows_;
  std::vector<RowRange> runs_;
  std::set<std::uint64_t> deleted_;
  std::vector<FakeIndexing> indexing_;
  std::vector<std::shared_ptr<RunIndex>> indexes_;  // Of runs_. One thread at a time asks them.
};

}  // namespace kalends
