#include "query/sort_runs.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "format/compare.h"
#include "format/errors.h"
#include "format/key_encoding.h"

namespace kalends {

Result<bool> SortRuns::AddIfKnown(const PartitionView& partition, std::unique_ptr<RowRun>* run) {
  KALENDS_TRY(const std::optional<Value> best, BestOf(**run));
  if (!best.has_value()) return false;
  runs_.push_back({.partition = &partition, .run = std::move(*run), .best = *best});
  return true;
}

std::vector<SortRuns::Run> SortRuns::Take() {
  const auto is_before = [this](const Run& a, const Run& b) {
    if (IsBefore(a.best, b.best)) return true;
    if (IsBefore(b.best, a.best)) return false;
    return spec_.IsDescending(0) ? a.run->max_time() > b.run->max_time() : a.run->min_time() < b.run->min_time();
  };
  std::stable_sort(runs_.begin(), runs_.end(), is_before);
  return std::move(runs_);
}

bool SortRuns::IsBehind(const Run& run, const TopRows::Row* worst) const {
  if (worst == nullptr) return false;
  if (IsBefore(worst->key[0], run.best)) return true;
  if (spec_.size() > 1 || IsBefore(run.best, worst->key[0])) return false;
  // Equal keys are in order of time, which goes in the direction of the sort.
  return spec_.IsDescending(0) ? run.run->max_time() < worst->position.time
                               : run.run->min_time() > worst->position.time;
}

bool SortRuns::IsBefore(const Value& a, const Value& b) const {
  return spec_.IsDescending(0) ? Compare(a, b) > 0 : Compare(a, b) < 0;
}

// Rows that lack the path have null there, which comes before all that a column knows extremes of.
Result<std::optional<Value>> SortRuns::BestOf(RowRun& run) {
  if (run.index() == nullptr || spec_.IsTime(0) || spec_.IsId(0) || spec_.IsTextScore(0)) return std::optional<Value>();
  KALENDS_TRY(const RunIndex::ColumnExtremes extremes, run.index()->FindExtremes(spec_.PathOf(0)));
  if (extremes.presence == RunIndex::Presence::kAbsent) return std::optional(Value::Null());
  if (extremes.presence == RunIndex::Presence::kUnknown) return std::optional<Value>();
  const std::optional<std::string_view> key = spec_.IsDescending(0) ? extremes.max_key : extremes.min_key;
  if (!key.has_value()) return std::optional<Value>();
  if (!spec_.IsDescending(0) && extremes.rows < run.rows()) return std::optional(Value::Null());
  std::string_view bytes = *key;
  KALENDS_TRY(const Value best, DecodeKey(&bytes, arena_));
  return std::optional(best);
}

}  // namespace kalends
