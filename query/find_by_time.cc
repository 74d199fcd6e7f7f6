#include "query/find_walks.h"

#include <algorithm>
#include <cassert>
#include <span>
#include <utility>

#include "format/errors.h"
#include "query/batch_size.h"
#include "query/call_guard.h"
#include "query/merge.h"
#include "query/read_places.h"
#include "query/row_selection.h"
#include "query/selected_run.h"
#include "query/step_clock.h"
#include "query/time_ranges.h"

namespace kalends {
namespace {

using Partitions = std::vector<std::shared_ptr<const PartitionView>>;

// Of rows that the filter may refuse.
constexpr std::size_t kFirstBatchAsked = 16;
// A page of a hundred documents is one read.
constexpr std::size_t kFirstBatch = 128;

// Partitions whose ranges overlap, hence to be merged: one month, or the partitions of a plain collection.
struct Group {
  std::span<const std::shared_ptr<const PartitionView>> partitions;
  TimeRange range;
};

std::vector<Group> GroupByRange(std::span<const std::shared_ptr<const PartitionView>> sorted) {
  std::vector<Group> groups;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    const TimeRange range = sorted[i]->range();
    if (groups.empty() || range.begin >= groups.back().range.end) {
      begin = i;
      groups.push_back({.partitions = {}, .range = range});
    }
    groups.back().partitions = sorted.subspan(begin, i + 1 - begin);
    groups.back().range = Hull(groups.back().range, range);
  }
  return groups;
}

// K-way merge over the runs of a month, months one after the other (their times do not meet). Rows are read in batches
// that grow from small (early exit) to a few hundred.
class FindByTime : public FindExecutor::Walk {
 public:
  FindByTime(Partitions partitions, FindPlan plan)
      : partitions_(std::move(partitions)),
        plan_(std::move(plan)),
        time_(Intersection(plan_.time, plan_.filter->TimeBounds())),
        has_residual_(!plan_.filter->IsTimeBoundsOnly()),
        guard_(plan_.call),
        skip_left_(plan_.skip),
        limit_left_(plan_.limit.value_or(UINT64_MAX)),
        batch_size_(kFirstBatch),
        asked_size_(kFirstBatchAsked) {
    std::sort(partitions_.begin(), partitions_.end(), [](const auto& a, const auto& b) {
      return std::pair(a->range().begin, a->generation()) < std::pair(b->range().begin, b->generation());
    });
    groups_ = GroupByRange(partitions_);
    // The next group is taken from the end.
    if (plan_.order == Order::kOldestFirst) std::reverse(groups_.begin(), groups_.end());
  }

  Result<bool> Next(FindExecutor::Batch* batch) override {
    *batch = {};
    while (limit_left_ > 0) {
      KALENDS_RETURN_IF_ERROR(guard_.Check());
      KALENDS_TRY(const bool found, NextPlaces());
      if (!found) break;
      KALENDS_RETURN_IF_ERROR(Read(batch));
      if (!batch->rows.empty()) return true;
    }
    merge_.reset();
    return false;
  }

 private:
  // Fills `places_` with the next rows of the merge; false at the end of all groups.
  Result<bool> NextPlaces() {
    places_.clear();
    while (!time_.IsEmpty()) {
      if (!merge_.has_value()) {
        if (groups_.empty()) break;
        const Group group = groups_.back();
        groups_.pop_back();
        if (Intersection(group.range, time_).IsEmpty()) continue;
        KALENDS_RETURN_IF_ERROR(OpenGroup(group));
      }
      if (!has_residual_ && skip_left_ > 0) {
        KALENDS_TRY(const std::uint64_t skipped, merge_->Skip(skip_left_));
        skip_left_ -= skipped;
      }
      if (has_residual_ || skip_left_ == 0) {
        KALENDS_RETURN_IF_ERROR(merge_->Take(RowsWanted(), &places_));
      }
      if (!places_.empty()) return true;
      merge_.reset();
    }
    return false;
  }

  Status OpenGroup(const Group& group) {
    std::vector<RunMerge::Input> inputs;
    for (const auto& partition : group.partitions) {
      KALENDS_TRY(auto runs, partition->Runs(time_));
      if (plan_.stats != nullptr) plan_.stats->Of(*partition).runs += runs.size();
      for (auto& run : runs) inputs.push_back(InputOf(*partition, std::move(run)));
    }
    merge_.emplace(plan_.order, time_, std::move(inputs), &guard_,
                   plan_.after == nullptr ? std::nullopt : std::optional(plan_.after->row));
    return {};
  }

  RunMerge::Input InputOf(const PartitionView& partition, std::unique_ptr<RowRun> run) const {
    if (!has_residual_ || !CanSelectRows(*run, *plan_.filter)) {
      if (plan_.stats != nullptr) {
        FindStats::PartitionRead& of_partition = plan_.stats->Of(partition);
        ++(has_residual_ ? of_partition.runs_by_rows : of_partition.runs_by_times);
      }
      return {.partition = &partition, .run = std::move(run)};
    }
    auto selected = std::make_unique<SelectedRun>(partition, std::move(run), *plan_.filter, time_, plan_.stats);
    const SelectedRun* const as_selected = selected.get();
    return {.partition = &partition, .run = std::move(selected), .selected = as_selected};
  }

  // A filter may refuse most rows that it is asked of: a small limit must not make every batch small.
  RunMerge::Quota RowsWanted() const {
    const std::uint64_t rows_left = limit_left_ > UINT64_MAX - skip_left_ ? UINT64_MAX : limit_left_ + skip_left_;
    const std::uint64_t certain = std::min<std::uint64_t>(batch_size_.rows(), rows_left);
    return {.certain = certain, .others = has_residual_ ? asked_size_.rows() : certain};
  }

  // Certain rows among the next ones to skip are skipped whatever the others are.
  void SkipCertain() {
    const auto end = places_.begin() + static_cast<std::ptrdiff_t>(std::min<std::uint64_t>(skip_left_, places_.size()));
    const auto kept = std::remove_if(places_.begin(), end, [](const RowPlace& place) { return place.is_certain; });
    skip_left_ -= static_cast<std::uint64_t>(end - kept);
    places_.erase(kept, end);
  }

  // Reads `places_` and keeps in `batch` what matches.
  Status Read(FindExecutor::Batch* batch) {
    if (has_residual_) SkipCertain();
    // A batch keeps its memory for as long as its documents live, so each has its own.
    batch->arena = std::make_shared<Arena>();
    batch->rows.resize(places_.size());
    StepClock clock(plan_.stats != nullptr);
    if (!places_.empty()) KALENDS_RETURN_IF_ERROR(ReadPlaces(places_, *batch->arena, batch->rows, plan_.stats));
    batch_size_.Read(places_.size(), batch->arena->bytes_reserved());
    asked_size_.Read(places_.size(), batch->arena->bytes_reserved());
    if (plan_.stats != nullptr) plan_.stats->read += clock.Lap();
    KALENDS_TRY(const std::size_t kept, KeepMatching(batch));
    if (plan_.stats != nullptr) {
      plan_.stats->match += clock.Lap();
      plan_.stats->rows_matched += kept;
    }
    batch->rows.resize(kept);
    batch->row_ids.clear();
    batch->partitions.clear();
    for (std::size_t i = 0; i < kept; ++i) {
      batch->row_ids.push_back(places_[i].row);
      batch->partitions.push_back(places_[i].partition);
    }
    limit_left_ -= kept;
    return {};
  }

  // Moves the rows that match, and their places, to the front; returns how many they are.
  Result<std::size_t> KeepMatching(FindExecutor::Batch* batch) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < places_.size() && kept < limit_left_; ++i) {
      if (has_residual_) {
        KALENDS_TRY(const bool matches, Matches(places_[i], batch->rows[i]));
        if (!matches) continue;
        if (skip_left_ > 0) {
          --skip_left_;
          continue;
        }
      }
      batch->rows[kept] = batch->rows[i];
      places_[kept] = places_[i];
      ++kept;
    }
    return kept;
  }

  Result<bool> Matches(const RowPlace& place, const StoredRow& row) {
    if (place.is_certain) return true;
    const bool matches = plan_.filter->Matches(row, scratch_);
    scratch_.arena.Reset();
    if (scratch_.error) return *scratch_.error;
    return matches;
  }

  Partitions partitions_;
  FindPlan plan_;
  TimeRange time_;
  bool has_residual_;  // The filter must look into documents.
  CallGuard guard_;
  std::uint64_t skip_left_;
  std::uint64_t limit_left_;
  BatchSize batch_size_;       // Of rows that match,
  BatchSize asked_size_;       // and of those that the filter is asked of.
  std::vector<Group> groups_;  // Those left; they point into partitions_.
  std::optional<RunMerge> merge_;
  std::vector<RowPlace> places_;
  MatchScratch scratch_;
};

}  // namespace

std::unique_ptr<FindExecutor::Walk> MakeFindByTime(Partitions partitions, FindPlan plan) {
  return std::make_unique<FindByTime>(std::move(partitions), std::move(plan));
}

}  // namespace kalends
