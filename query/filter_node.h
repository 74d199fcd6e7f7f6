#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "kalends/time.h"
#include "kalends/value.h"
#include "query/expression.h"
#include "query/filter.h"
#include "query/partition_view.h"
#include "query/path.h"
#include "query/run_index.h"
#include "query/select_context.h"
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
  // Leaves scratch.array_index as it was where the row does not match.
  virtual bool Matches(const StoredRow& row, MatchScratch& scratch) const = 0;
  virtual NodeBounds Bounds() const { return {}; }
  virtual bool MatchesEverything() const { return false; }
  // As Filter::IdEquality.
  virtual std::optional<Value> IdEquality() const { return std::nullopt; }

  // How Select finds the rows, as far as it is known without reading.
  virtual SelectBy HowToSelect(const RunIndex&) const { return SelectBy::kRows; }
  // False where lists tell at once that no row of context.run matches: of the many blocks of a month most lack a rare
  // value, and making sets of rows for each costs more than asking.
  virtual Result<bool> MayMatch(SelectContext&) const { return true; }
  // Says which rows of context.run match; `matches` comes in empty, with as many places.
  virtual Status Select(SelectContext& context, RowMatches* matches) const;
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
FilterNodePtr MakePathNode(Path path, ValueTestPtr test);
// The same for the id field: the id that was made for a document counts as a value there. `equality` is what
// IdEquality() tells.
FilterNodePtr MakeIdNode(Path path, ValueTestPtr test, std::optional<Value> equality);

// The root itself passes `test`; where `looks_into_array`, or an element of it where it is an array. For what stands in
// no document, such as an element that $elemMatch looks at.
FilterNodePtr MakeValueNode(ValueTestPtr test, bool looks_into_array);
// The value of `expression` is true. Where it fails the error goes to scratch.error, and the row does not match.
FilterNodePtr MakeExpressionNode(std::shared_ptr<const Expression> expression);

// The row's text has what the query asks.
FilterNodePtr MakeTextNode(std::shared_ptr<const TextQuery> query);

// The row's time is in `range`; is one of `times`.
FilterNodePtr MakeTimeRangeNode(const TimeRange& range);
FilterNodePtr MakeTimeInNode(std::vector<TimeUs> times);
// The time field `path` passes `test`: the row's time as a date where the document holds one, else what the document
// has there. `context` must outlive the node.
FilterNodePtr MakeTimeTestNode(const FilterContext& context, Path path, ValueTestPtr test);
// `if_timed` where the document holds a time in one of the context's time fields; where its time is that of its
// arrival, what `otherwise` says of the document. `context` must outlive the node.
FilterNodePtr MakeIfTimedNode(const FilterContext& context, bool if_timed, FilterNodePtr otherwise);

}  // namespace kalends
