#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "kalends/time.h"
#include "kalends/value.h"
#include "query/filter.h"
#include "query/partition_view.h"
#include "query/path.h"
#include "query/value_test.h"

namespace kalends {

// Where the times of the rows that match lie. `exact`: all rows with these times match.
struct NodeBounds {
  TimeRange range;
  bool exact = false;
};

// A part of a filter that a row matches or not. Immutable.
class FilterNode {
 public:
  virtual ~FilterNode() = default;
  virtual bool Matches(const StoredRow& row, MatchScratch& scratch) const = 0;
  virtual NodeBounds Bounds() const { return {}; }
  virtual bool MatchesEverything() const { return false; }
  // As Filter::IdEquality.
  virtual std::optional<Value> IdEquality() const { return std::nullopt; }
};
using FilterNodePtr = std::unique_ptr<const FilterNode>;

FilterNodePtr MakeEverythingNode();
FilterNodePtr MakeNothingNode();
// Without children: everything.
FilterNodePtr MakeAndNode(std::vector<FilterNodePtr> children);
// Without children: nothing.
FilterNodePtr MakeOrNode(std::vector<FilterNodePtr> children);
FilterNodePtr MakeNotNode(FilterNodePtr child);

// A value at `path` passes `test`.
FilterNodePtr MakePathNode(Path path, std::unique_ptr<const ValueTest> test);
// The same for the id field: the id that was made for a document counts as a value there. `equality` is what
// IdEquality() tells.
FilterNodePtr MakeIdNode(Path path, std::unique_ptr<const ValueTest> test, std::optional<Value> equality);

// The row's time is in `range`; is one of `times`.
FilterNodePtr MakeTimeRangeNode(const TimeRange& range);
FilterNodePtr MakeTimeInNode(std::vector<TimeUs> times);
// `if_timed` where the document holds a time in one of the context's time fields; where its time is that of its
// arrival, what `otherwise` says of the document. `context` must outlive the node.
FilterNodePtr MakeIfTimedNode(const FilterContext& context, bool if_timed, FilterNodePtr otherwise);

}  // namespace kalends
