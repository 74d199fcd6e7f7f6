#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "index/row_bits.h"
#include "kalends/status.h"
#include "kalends/time.h"
#include "query/filter.h"
#include "query/find_stats.h"
#include "query/partition_view.h"

namespace kalends {

// Of a run the living rows in a range of time that may match a filter, in the order of time. Which ones is found out by
// Load(): before, rows() counts all rows of the run, afterwards those that were selected, perhaps none.
class SelectedRun final : public RowRun {
 public:
  // `run` is one that CanSelectRows says something of. All that is given must outlive this.
  SelectedRun(const PartitionView& partition, std::unique_ptr<RowRun> run, const Filter& filter, const TimeRange& time,
              FindStats* stats)
      : partition_(partition), run_(std::move(run)), filter_(filter), time_(time), stats_(stats) {}

  RowId first_row() const override { return run_->first_row(); }
  std::uint32_t rows() const override {
    return is_loaded_ ? static_cast<std::uint32_t>(offsets_.size()) : run_->rows();
  }
  TimeUs min_time() const override { return run_->min_time(); }
  TimeUs max_time() const override { return run_->max_time(); }
  Status Load() override;
  TimeUs TimeAt(std::uint32_t offset) const override { return run_->TimeAt(offset); }
  std::uint32_t OffsetAtPosition(std::uint32_t position) const override { return offsets_[position]; }
  std::uint32_t LowerBound(TimeUs time) const override;
  // Whether the row is known to match.
  bool IsCertain(std::uint32_t offset) const { return certain_.Test(offset); }

 private:
  void OrderByTime(const RowBits& rows);

  const PartitionView& partition_;
  std::unique_ptr<RowRun> run_;
  const Filter& filter_;
  TimeRange time_;
  FindStats* stats_;  // May be null.
  bool is_loaded_ = false;
  RowBits certain_;
  std::vector<std::uint32_t> offsets_;  // Of the rows that were selected.
};

}  // namespace kalends
