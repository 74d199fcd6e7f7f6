#include <algorithm>
#include <cassert>
#include <utility>

#include "format/errors.h"
#include "format/time_field.h"
#include "query/filter_node.h"
#include "query/time_ranges.h"

namespace kalends {
namespace {

// Adds the rows whose time is in `range`. Their times are read only where they can decide.
Status AddRowsOfTimes(const TimeRange& range, SelectContext& context, RowMatches* matches) {
  const TimeRange rows = context.TimesOfRows();
  const TimeRange both = Intersection(range, rows);
  if (both.IsEmpty()) return {};
  if (both.begin == rows.begin && both.end == rows.end) {
    matches->certain.SetRange(0, matches->certain.rows());
    matches->possible.SetRange(0, matches->possible.rows());
    return {};
  }
  KALENDS_RETURN_IF_ERROR(context.run.Load());
  const std::uint32_t end = context.run.LowerBound(both.end);
  for (std::uint32_t position = context.run.LowerBound(both.begin); position < end; ++position) {
    const std::uint32_t row = context.run.OffsetAtPosition(position);
    matches->certain.Set(row);
    matches->possible.Set(row);
  }
  return {};
}

class TimeRangeNode final : public FilterNode {
 public:
  explicit TimeRangeNode(const TimeRange& range) : range_(range) {}
  bool Matches(const StoredRow& row, MatchScratch&) const override { return range_.Contains(row.time); }
  NodeBounds Bounds() const override { return {.range = range_, .exact = true}; }
  SelectBy HowToSelect(const RunIndex&) const override { return SelectBy::kNothing; }
  Status Select(SelectContext& context, RowMatches* matches) const override {
    return AddRowsOfTimes(range_, context, matches);
  }

 private:
  TimeRange range_;
};

class TimeInNode final : public FilterNode {
 public:
  explicit TimeInNode(std::vector<TimeUs> times) : times_(std::move(times)) {
    assert(!times_.empty());
    std::sort(times_.begin(), times_.end());
  }
  bool Matches(const StoredRow& row, MatchScratch&) const override {
    return std::binary_search(times_.begin(), times_.end(), row.time);
  }
  NodeBounds Bounds() const override { return {.range = {times_.front(), After(times_.back())}, .exact = false}; }
  SelectBy HowToSelect(const RunIndex&) const override { return SelectBy::kNothing; }
  Status Select(SelectContext& context, RowMatches* matches) const override {
    for (const TimeUs time : times_) {
      KALENDS_RETURN_IF_ERROR(AddRowsOfTimes({time, After(time)}, context, matches));
    }
    return {};
  }

 private:
  std::vector<TimeUs> times_;
};

class TimeTestNode final : public FilterNode {
 public:
  TimeTestNode(const FilterContext& context, Path path, ValueTestPtr test)
      : context_(context), path_(std::move(path)), test_(std::move(test)) {}
  bool Matches(const StoredRow& row, MatchScratch& scratch) const override {
    if (TimeOfDocument(row.root, context_.time_fields, context_.time_unit).has_value()) {
      return test_->Holds(Value::DateMs(FloorMs(row.time)), scratch);
    }
    return AnyValueAtPath(row.root, path_, *test_, scratch);
  }

 private:
  static std::int64_t FloorMs(TimeUs time) {
    constexpr std::int64_t kUsPerMs = 1000;
    return time.value / kUsPerMs - (time.value % kUsPerMs < 0 ? 1 : 0);
  }

  const FilterContext& context_;
  Path path_;
  ValueTestPtr test_;
};

class IfTimedNode final : public FilterNode {
 public:
  IfTimedNode(const FilterContext& context, bool if_timed, FilterNodePtr otherwise)
      : context_(context), if_timed_(if_timed), otherwise_(std::move(otherwise)) {}
  bool Matches(const StoredRow& row, MatchScratch& scratch) const override {
    if (TimeOfDocument(row.root, context_.time_fields, context_.time_unit).has_value()) return if_timed_;
    return otherwise_->Matches(row, scratch);
  }

 private:
  const FilterContext& context_;
  bool if_timed_;
  FilterNodePtr otherwise_;
};

}  // namespace

FilterNodePtr MakeTimeRangeNode(const TimeRange& range) {
  if (range.IsEmpty()) return MakeNothingNode();
  return std::make_unique<TimeRangeNode>(range);
}
FilterNodePtr MakeTimeInNode(std::vector<TimeUs> times) {
  if (times.empty()) return MakeNothingNode();
  if (times.size() == 1) return MakeTimeRangeNode({times.front(), After(times.front())});
  return std::make_unique<TimeInNode>(std::move(times));
}
FilterNodePtr MakeTimeTestNode(const FilterContext& context, Path path, ValueTestPtr test) {
  return std::make_unique<TimeTestNode>(context, std::move(path), std::move(test));
}
FilterNodePtr MakeIfTimedNode(const FilterContext& context, bool if_timed, FilterNodePtr otherwise) {
  return std::make_unique<IfTimedNode>(context, if_timed, std::move(otherwise));
}

}  // namespace kalends
