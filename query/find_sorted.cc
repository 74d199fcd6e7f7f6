#include <algorithm>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "format/errors.h"
#include "query/batch_size.h"
#include "query/call_guard.h"
#include "query/find_walks.h"
#include "query/partition_runs.h"
#include "query/read_places.h"
#include "query/sort_runs.h"
#include "query/sort_scan.h"
#include "query/step_clock.h"
#include "query/time_ranges.h"
#include "query/top_rows.h"

namespace kalends {
namespace {

using Partitions = std::vector<std::shared_ptr<const PartitionView>>;

constexpr std::size_t kFirstBatch = 128;

class FindSorted : public FindExecutor::Walk {
 public:
  FindSorted(Partitions partitions, FindPlan plan)
      : partitions_(std::move(partitions)), plan_(std::move(plan)), guard_(plan_.call), at_(plan_.skip) {}

  Result<bool> Next(FindExecutor::Batch* batch) override {
    *batch = {};
    if (plan_.limit == 0U) return false;
    if (!top_.has_value()) KALENDS_RETURN_IF_ERROR(Sort());
    if (at_ >= top_->size()) return false;
    KALENDS_RETURN_IF_ERROR(guard_.Check());
    return Read(batch);
  }

 private:
  Status Sort() {
    if (plan_.limit.has_value()) {
      const std::uint64_t limit = *plan_.limit;
      options_.rows_max = limit > UINT64_MAX - plan_.skip ? UINT64_MAX : limit + plan_.skip;
    }
    options_.memory_bytes_max = plan_.sort_bytes_max;
    if (plan_.after != nullptr) {
      after_key_.resize(plan_.sort->size());
      KALENDS_RETURN_IF_ERROR(SortSpec::DecodeKey(plan_.after->sort_key, after_arena_, after_key_));
      options_.after = TopRows::Row{.key = after_key_, .position = plan_.after->row, .partition = nullptr};
    }
    top_.emplace(*plan_.sort, options_);

    const TimeRange time = Intersection(plan_.time, plan_.filter->TimeBounds());
    if (!time.IsEmpty()) KALENDS_RETURN_IF_ERROR(Scan(time));
    StepClock clock(plan_.stats != nullptr);
    top_->Sort();
    if (plan_.stats != nullptr) plan_.stats->sort += clock.Lap();
    return {};
  }

  Status Scan(const TimeRange& time) {
    KALENDS_TRY(std::vector<PartitionRuns> partitions, RunsInTime(partitions_, time, plan_));
    SortRuns runs(*plan_.sort);
    for (PartitionRuns& partition : partitions) {
      std::vector<std::unique_ptr<RowRun>> others;
      partition.rows = 0;
      for (auto& run : partition.runs) {
        KALENDS_TRY(const bool is_known, runs.AddIfKnown(*partition.partition, &run));
        if (is_known) continue;
        partition.rows += run->rows();
        others.push_back(std::move(run));
      }
      partition.runs = std::move(others);
    }
    KALENDS_RETURN_IF_ERROR(ScanInOrder(&runs, time));
    return ScanAll(partitions, time);
  }

  // The runs that are known to hold the first rows first, until the others cannot hold any.
  Status ScanInOrder(SortRuns* runs, const TimeRange& time) {
    SortScan scan(plan_, time, &*top_, &guard_, plan_.stats);
    for (SortRuns::Run& run : runs->Take()) {
      if (!runs->IsBehind(run, top_->worst())) {
        KALENDS_RETURN_IF_ERROR(scan.AddRun(*run.partition, *run.run));
      } else if (plan_.stats != nullptr) {
        ++plan_.stats->Of(*run.partition).runs_pruned;
      }
      run.run.reset();  // Its times and columns are of no use any more.
    }
    return {};
  }

  // Of the runs of which nothing is known beforehand.
  Status ScanAll(const std::vector<PartitionRuns>& partitions, const TimeRange& time) {
    if (PaysInParallel(partitions, plan_)) return ScanInParallel(partitions, time);
    SortScan scan(plan_, time, &*top_, &guard_, plan_.stats);
    for (const PartitionRuns& partition : partitions) {
      for (const auto& run : partition.runs) KALENDS_RETURN_IF_ERROR(scan.AddRun(*partition.partition, *run));
    }
    return {};
  }

  // Each partition keeps its own first rows, of which those of all are the first.
  Status ScanInParallel(const std::vector<PartitionRuns>& partitions, const TimeRange& time) {
    std::mutex mutex;  // Of top_.
    return ForEachPartition(partitions, plan_, [&](std::size_t index, const FindPlan& plan) -> Status {
      CallGuard guard(plan.call);
      TopRows top(*plan_.sort, options_);
      SortScan scan(plan, time, &top, &guard, plan.stats);
      for (const auto& run : partitions[index].runs) {
        KALENDS_RETURN_IF_ERROR(scan.AddRun(*partitions[index].partition, *run));
      }
      // At once, so that no more are kept at a time than threads work.
      const std::lock_guard lock(mutex);
      return top_->AddAll(top);
    });
  }

  Result<bool> Read(FindExecutor::Batch* batch) {
    const std::size_t count = std::min<std::size_t>(batch_size_.rows(), top_->size() - at_);
    std::vector<RowPlace> places;
    for (std::size_t i = 0; i < count; ++i) {
      const TopRows::Row row = top_->row(at_ + i);
      places.push_back({row.partition, row.position.row});
      batch->row_ids.push_back(row.position.row);
      batch->partitions.push_back(row.partition);
    }
    at_ += count;
    batch->arena = std::make_shared<Arena>();
    batch->rows.resize(count);
    StepClock clock(plan_.stats != nullptr);
    KALENDS_RETURN_IF_ERROR(ReadPlaces(places, *batch->arena, batch->rows, plan_.stats));
    if (plan_.stats != nullptr) plan_.stats->read += clock.Lap();
    batch_size_.Read(count, batch->arena->bytes_reserved());
    return true;
  }

  Partitions partitions_;
  FindPlan plan_;
  CallGuard guard_;
  Arena after_arena_;  // Of `after_key_`.
  std::vector<Value> after_key_;
  TopRows::Options options_;
  std::optional<TopRows> top_;
  BatchSize batch_size_{kFirstBatch};
  std::uint64_t at_;  // The next row of `top_`.
};

}  // namespace

std::unique_ptr<FindExecutor::Walk> MakeFindSorted(Partitions partitions, FindPlan plan) {
  return std::make_unique<FindSorted>(std::move(partitions), std::move(plan));
}

}  // namespace kalends
