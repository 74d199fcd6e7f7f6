#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "format/errors.h"
#include "query/batch_size.h"
#include "query/call_guard.h"
#include "query/find_walks.h"
#include "query/read_places.h"
#include "query/run_ranges.h"
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
    TopRows::Options options;
    if (plan_.limit.has_value()) {
      const std::uint64_t limit = *plan_.limit;
      options.rows_max = limit > UINT64_MAX - plan_.skip ? UINT64_MAX : limit + plan_.skip;
    }
    options.memory_bytes_max = plan_.sort_bytes_max;
    if (plan_.after != nullptr) {
      after_key_.resize(plan_.sort->size());
      KALENDS_RETURN_IF_ERROR(SortSpec::DecodeKey(plan_.after->sort_key, after_arena_, after_key_));
      options.after = TopRows::Row{.key = after_key_, .position = plan_.after->row, .partition = nullptr};
    }
    top_.emplace(*plan_.sort, options);

    const TimeRange time = Intersection(plan_.time, plan_.filter->TimeBounds());
    if (!time.IsEmpty()) KALENDS_RETURN_IF_ERROR(Scan(time));
    StepClock clock(plan_.stats != nullptr);
    top_->Sort();
    if (plan_.stats != nullptr) plan_.stats->sort += clock.Lap();
    return {};
  }

  Status Scan(const TimeRange& time) {
    SortRuns runs(*plan_.sort);
    for (const auto& partition : partitions_) {
      if (Intersection(partition->range(), time).IsEmpty()) continue;
      KALENDS_RETURN_IF_ERROR(guard_.Check());
      KALENDS_TRY(auto of_partition, partition->Runs(time));
      if (plan_.stats != nullptr) plan_.stats->Of(*partition).runs += of_partition.size();
      for (auto& run : of_partition) {
        if (!IsOutside(*run, time)) KALENDS_RETURN_IF_ERROR(runs.Add(*partition, std::move(run)));
      }
    }
    SortScan scan(plan_, time, &*top_, &guard_, plan_.stats);
    for (SortRuns::Run& run : runs.Take()) {
      if (!runs.IsBehind(run, top_->worst())) {
        KALENDS_RETURN_IF_ERROR(scan.AddRun(*run.partition, *run.run));
      } else if (plan_.stats != nullptr) {
        ++plan_.stats->Of(*run.partition).runs_pruned;
      }
      run.run.reset();  // Its times and columns are of no use any more.
    }
    return {};
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
  std::optional<TopRows> top_;
  BatchSize batch_size_{kFirstBatch};
  std::uint64_t at_;  // The next row of `top_`.
};

}  // namespace

std::unique_ptr<FindExecutor::Walk> MakeFindSorted(Partitions partitions, FindPlan plan) {
  return std::make_unique<FindSorted>(std::move(partitions), std::move(plan));
}

}  // namespace kalends
