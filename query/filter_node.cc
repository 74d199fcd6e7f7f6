#include "query/filter_node.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "format/time_field.h"
#include "query/filter_values.h"
#include "query/time_ranges.h"

namespace kalends {
namespace {

class EverythingNode final : public FilterNode {
 public:
  bool Matches(const StoredRow&, MatchScratch&) const override { return true; }
  NodeBounds Bounds() const override { return {.range = {}, .exact = true}; }
  bool MatchesEverything() const override { return true; }
};

class NothingNode final : public FilterNode {
 public:
  bool Matches(const StoredRow&, MatchScratch&) const override { return false; }
  NodeBounds Bounds() const override { return {.range = kNoTimes, .exact = true}; }
};

class AndNode final : public FilterNode {
 public:
  explicit AndNode(std::vector<FilterNodePtr> children) : children_(std::move(children)) {}

  bool Matches(const StoredRow& row, MatchScratch& scratch) const override {
    const std::optional<std::size_t> array_index = scratch.array_index;
    const bool all = std::all_of(children_.begin(), children_.end(),
                                 [&](const FilterNodePtr& child) { return child->Matches(row, scratch); });
    if (!all) scratch.array_index = array_index;
    return all;
  }
  NodeBounds Bounds() const override {
    NodeBounds bounds{.range = {}, .exact = true};
    for (const FilterNodePtr& child : children_) {
      const NodeBounds of_child = child->Bounds();
      bounds.range = Intersection(bounds.range, of_child.range);
      bounds.exact = bounds.exact && of_child.exact;
    }
    // Where no time is left nothing matches, whatever else is asked.
    bounds.exact = bounds.exact || bounds.range.IsEmpty();
    return bounds;
  }
  std::optional<Value> IdEquality() const override {
    for (const FilterNodePtr& child : children_) {
      if (std::optional<Value> id = child->IdEquality()) return id;
    }
    return std::nullopt;
  }

 private:
  std::vector<FilterNodePtr> children_;
};

// Tells no element of an array, as in MongoDB: which of the children matched depends on their order.
class OrNode final : public FilterNode {
 public:
  explicit OrNode(std::vector<FilterNodePtr> children) : children_(std::move(children)) {}

  bool Matches(const StoredRow& row, MatchScratch& scratch) const override {
    const std::optional<std::size_t> array_index = scratch.array_index;
    const bool any = std::any_of(children_.begin(), children_.end(),
                                 [&](const FilterNodePtr& child) { return child->Matches(row, scratch); });
    scratch.array_index = array_index;
    return any;
  }
  NodeBounds Bounds() const override {
    TimeRange hull = kNoTimes;
    for (const FilterNodePtr& child : children_) hull = Hull(hull, child->Bounds().range);
    return {.range = hull, .exact = hull.IsEmpty()};
  }

 private:
  std::vector<FilterNodePtr> children_;
};

class NotNode final : public FilterNode {
 public:
  explicit NotNode(FilterNodePtr child) : child_(std::move(child)) {}
  bool Matches(const StoredRow& row, MatchScratch& scratch) const override {
    const std::optional<std::size_t> array_index = scratch.array_index;
    const bool matches = child_->Matches(row, scratch);
    scratch.array_index = array_index;
    // A row on which an expression failed does not match, whichever way it is asked.
    return !matches && !scratch.error.has_value();
  }

 private:
  FilterNodePtr child_;
};

class PathNode final : public FilterNode {
 public:
  PathNode(Path path, ValueTestPtr test) : path_(std::move(path)), test_(std::move(test)) {}
  bool Matches(const StoredRow& row, MatchScratch& scratch) const override {
    return AnyValueAtPath(row.root, path_, *test_, scratch);
  }

 private:
  Path path_;
  ValueTestPtr test_;
};

class IdNode final : public FilterNode {
 public:
  IdNode(Path path, ValueTestPtr test, std::optional<Value> equality)
      : path_(std::move(path)), test_(std::move(test)), equality_(equality) {}

  bool Matches(const StoredRow& row, MatchScratch& scratch) const override {
    if (!row.id.is_missing() && AnyValueAtEnd(row.id, *test_, scratch)) return true;
    return AnyValueAtPath(row.root, path_, *test_, scratch);
  }
  std::optional<Value> IdEquality() const override { return equality_; }

 private:
  Path path_;
  ValueTestPtr test_;
  std::optional<Value> equality_;
};

class ValueNode final : public FilterNode {
 public:
  ValueNode(ValueTestPtr test, bool looks_into_array) : test_(std::move(test)), looks_into_array_(looks_into_array) {}
  bool Matches(const StoredRow& row, MatchScratch& scratch) const override {
    return looks_into_array_ ? AnyValueAtEnd(row.root, *test_, scratch) : test_->Holds(row.root, scratch);
  }

 private:
  ValueTestPtr test_;
  bool looks_into_array_;
};

class ExpressionNode final : public FilterNode {
 public:
  explicit ExpressionNode(std::shared_ptr<const Expression> expression) : expression_(std::move(expression)) {}
  bool Matches(const StoredRow& row, MatchScratch& scratch) const override {
    const Result<Value> value = expression_->Evaluate(row, scratch.arena);
    if (value.has_value()) return IsTruthy(value.value());
    if (!scratch.error.has_value()) scratch.error = value.error();
    return false;
  }

 private:
  std::shared_ptr<const Expression> expression_;
};

class TimeRangeNode final : public FilterNode {
 public:
  explicit TimeRangeNode(const TimeRange& range) : range_(range) {}
  bool Matches(const StoredRow& row, MatchScratch&) const override { return range_.Contains(row.time); }
  NodeBounds Bounds() const override { return {.range = range_, .exact = true}; }

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

bool MatchesNothing(const FilterNode& node) {
  const NodeBounds bounds = node.Bounds();
  return bounds.range.IsEmpty();
}

}  // namespace

FilterNodePtr MakeEverythingNode() { return std::make_unique<EverythingNode>(); }
FilterNodePtr MakeNothingNode() { return std::make_unique<NothingNode>(); }

FilterNodePtr MakeAndNode(std::vector<FilterNodePtr> children) {
  std::erase_if(children, [](const FilterNodePtr& child) { return child->MatchesEverything(); });
  if (children.empty()) return MakeEverythingNode();
  if (children.size() == 1) return std::move(children.front());
  return std::make_unique<AndNode>(std::move(children));
}

FilterNodePtr MakeOrNode(std::vector<FilterNodePtr> children) {
  std::erase_if(children, [](const FilterNodePtr& child) { return MatchesNothing(*child); });
  for (const FilterNodePtr& child : children) {
    if (child->MatchesEverything()) return MakeEverythingNode();
  }
  if (children.empty()) return MakeNothingNode();
  if (children.size() == 1) return std::move(children.front());
  return std::make_unique<OrNode>(std::move(children));
}

FilterNodePtr MakeNotNode(FilterNodePtr child) {
  if (child->MatchesEverything()) return MakeNothingNode();
  if (MatchesNothing(*child)) return MakeEverythingNode();
  return std::make_unique<NotNode>(std::move(child));
}

FilterNodePtr MakePathNode(Path path, ValueTestPtr test) {
  return std::make_unique<PathNode>(std::move(path), std::move(test));
}
FilterNodePtr MakeIdNode(Path path, ValueTestPtr test, std::optional<Value> equality) {
  return std::make_unique<IdNode>(std::move(path), std::move(test), equality);
}

FilterNodePtr MakeValueNode(ValueTestPtr test, bool looks_into_array) {
  return std::make_unique<ValueNode>(std::move(test), looks_into_array);
}
FilterNodePtr MakeExpressionNode(std::shared_ptr<const Expression> expression) {
  return std::make_unique<ExpressionNode>(std::move(expression));
}

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
