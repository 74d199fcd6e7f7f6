#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "format/errors.h"
#include "query/batch_size.h"
#include "query/call_guard.h"
#include "query/find.h"
#include "query/row_selection.h"
#include "query/run_ranges.h"
#include "query/step_clock.h"
#include "query/time_ranges.h"

namespace kalends {
namespace {

constexpr std::size_t kFirstBatch = 128;

// Living rows by position: no row is read, and no time either where the run lies inside.
Result<std::uint64_t> CountByTime(const PartitionView& partition, RowRun& run, const TimeRange& time) {
  const std::vector<RowId> deleted =
      partition.has_deletions() ? partition.DeletedRows(RowsOf(run)) : std::vector<RowId>();
  if (IsInside(run, time)) return run.rows() - deleted.size();
  KALENDS_RETURN_IF_ERROR(run.Load());
  const std::uint32_t begin = run.LowerBound(time.begin);
  const std::uint32_t end = run.LowerBound(time.end);
  const auto deleted_inside = std::count_if(deleted.begin(), deleted.end(), [&](RowId row) {
    return time.Contains(run.TimeAt(static_cast<std::uint32_t>(row.value - run.first_row().value)));
  });
  return std::uint64_t{end} - begin - static_cast<std::uint64_t>(deleted_inside);
}

// Counts the rows that match: reads those of which nothing else tells, a batch at a time in the order they are stored.
class MatchCounter {
 public:
  MatchCounter(const Filter& filter, const TimeRange& time, CallGuard* guard, FindStats* stats)
      : filter_(filter), time_(time), guard_(guard), stats_(stats) {}

  Status AddRun(const PartitionView& partition, RowRun& run) {
    KALENDS_TRY(RowMatches matches, SelectRows(partition, run, filter_, time_, stats_));
    KALENDS_RETURN_IF_ERROR(guard_->Check());
    count_ += matches.certain.Count();
    matches.possible -= matches.certain;
    for (std::uint32_t offset = 0; offset < run.rows(); ++offset) {
      if (!matches.possible.Test(offset)) continue;
      KALENDS_RETURN_IF_ERROR(guard_->Walked(1));
      rows_.push_back(RowId{run.first_row().value + offset});
      if (rows_.size() >= batch_size_.rows()) KALENDS_RETURN_IF_ERROR(CountRead(partition));
    }
    return {};
  }

  // Reads what is left of `partition`.
  Status CountRead(const PartitionView& partition) {
    if (rows_.empty()) return {};
    KALENDS_RETURN_IF_ERROR(guard_->Check());
    Arena arena;
    read_.resize(rows_.size());
    StepClock clock(stats_ != nullptr);
    KALENDS_RETURN_IF_ERROR(partition.ReadRows(rows_, arena, read_));
    if (stats_ != nullptr) stats_->read += clock.Lap();
    batch_size_.Read(rows_.size(), arena.bytes_reserved());
    for (const StoredRow& row : read_) {
      if (filter_.Matches(row, scratch_)) ++count_;
      scratch_.arena.Reset();
      if (scratch_.error) return *scratch_.error;
    }
    if (stats_ != nullptr) {
      stats_->match += clock.Lap();
      stats_->rows_read += rows_.size();
      stats_->Of(partition).rows_read += rows_.size();
      stats_->rows_matched = count_;
    }
    rows_.clear();
    return {};
  }

  std::uint64_t count() const { return count_; }

 private:
  const Filter& filter_;
  TimeRange time_;
  CallGuard* guard_;
  FindStats* stats_;  // May be null.
  BatchSize batch_size_{kFirstBatch};
  std::vector<RowId> rows_;
  std::vector<StoredRow> read_;
  MatchScratch scratch_;
  std::uint64_t count_ = 0;
};

}  // namespace

Result<std::uint64_t> CountMatches(const std::vector<std::shared_ptr<const PartitionView>>& partitions,
                                   const FindPlan& plan) {
  const TimeRange time = Intersection(plan.time, plan.filter->TimeBounds());
  if (time.IsEmpty()) return std::uint64_t{0};
  CallGuard guard(plan.call);
  MatchCounter counter(*plan.filter, time, &guard, plan.stats);
  std::uint64_t by_time = 0;
  for (const auto& partition : partitions) {
    if (Intersection(partition->range(), time).IsEmpty()) continue;
    KALENDS_RETURN_IF_ERROR(guard.Check());
    KALENDS_TRY(const auto runs, partition->Runs(time));
    if (plan.stats != nullptr) plan.stats->Of(*partition).runs += runs.size();
    for (const std::unique_ptr<RowRun>& run : runs) {
      if (IsOutside(*run, time)) continue;
      if (plan.filter->IsTimeBoundsOnly()) {
        KALENDS_RETURN_IF_ERROR(guard.Check());
        KALENDS_TRY(const std::uint64_t rows, CountByTime(*partition, *run, time));
        by_time += rows;
      } else {
        KALENDS_RETURN_IF_ERROR(counter.AddRun(*partition, *run));
      }
    }
    KALENDS_RETURN_IF_ERROR(counter.CountRead(*partition));
  }
  return by_time + counter.count();
}

}  // namespace kalends
