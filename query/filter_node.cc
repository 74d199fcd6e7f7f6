#include "query/filter_node.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "format/time_field.h"
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
    return std::all_of(children_.begin(), children_.end(),
                       [&](const FilterNodePtr& child) { return child->Matches(row, scratch); });
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

class OrNode final : public FilterNode {
 public:
  explicit OrNode(std::vector<FilterNodePtr> children) : children_(std::move(children)) {}

  bool Matches(const StoredRow& row, MatchScratch& scratch) const override {
    return std::any_of(children_.begin(), children_.end(),
                       [&](const FilterNodePtr& child) { return child->Matches(row, scratch); });
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
  bool Matches(const StoredRow& row, MatchScratch& scratch) const override { return !child_->Matches(row, scratch); }

 private:
  FilterNodePtr child_;
};

class PathNode final : public FilterNode {
 public:
  PathNode(Path path, std::unique_ptr<const ValueTest> test) : path_(std::move(path)), test_(std::move(test)) {}
  bool Matches(const StoredRow& row, MatchScratch&) const override { return AnyValueAtPath(row.root, path_, *test_); }

 private:
  Path path_;
  std::unique_ptr<const ValueTest> test_;
};

class IdNode final : public FilterNode {
 public:
  IdNode(Path path, std::unique_ptr<const ValueTest> test, std::optional<Value> equality)
      : path_(std::move(path)), test_(std::move(test)), equality_(equality) {}

  bool Matches(const StoredRow& row, MatchScratch&) const override {
    if (!row.id.is_missing() && test_->Holds(row.id)) return true;
    return AnyValueAtPath(row.root, path_, *test_);
  }
  std::optional<Value> IdEquality() const override { return equality_; }

 private:
  Path path_;
  std::unique_ptr<const ValueTest> test_;
  std::optional<Value> equality_;
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

FilterNodePtr MakePathNode(Path path, std::unique_ptr<const ValueTest> test) {
  return std::make_unique<PathNode>(std::move(path), std::move(test));
}
FilterNodePtr MakeIdNode(Path path, std::unique_ptr<const ValueTest> test, std::optional<Value> equality) {
  return std::make_unique<IdNode>(std::move(path), std::move(test), equality);
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
FilterNodePtr MakeIfTimedNode(const FilterContext& context, bool if_timed, FilterNodePtr otherwise) {
  return std::make_unique<IfTimedNode>(context, if_timed, std::move(otherwise));
}

}  // namespace kalends
