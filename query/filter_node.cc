#include "query/filter_node.h"

#include <algorithm>
#include <utility>

#include "format/errors.h"
#include "query/column_select.h"
#include "query/filter_values.h"
#include "query/path_select.h"
#include "query/time_ranges.h"

namespace kalends {
namespace {

void SetAll(RowMatches* matches) {
  matches->certain.SetRange(0, matches->certain.rows());
  matches->possible.SetRange(0, matches->possible.rows());
}
RowMatches NoRows(const RowMatches& like) { return {RowBits(like.certain.rows()), RowBits(like.possible.rows())}; }

class EverythingNode final : public FilterNode {
 public:
  bool Matches(const StoredRow&, MatchScratch&) const override { return true; }
  NodeBounds Bounds() const override { return {.range = {}, .exact = true}; }
  bool MatchesEverything() const override { return true; }
  SelectBy HowToSelect(const RunIndex&) const override { return SelectBy::kNothing; }
  Status Select(SelectContext&, RowMatches* matches) const override {
    SetAll(matches);
    return {};
  }
};

class NothingNode final : public FilterNode {
 public:
  bool Matches(const StoredRow&, MatchScratch&) const override { return false; }
  NodeBounds Bounds() const override { return {.range = kNoTimes, .exact = true}; }
  SelectBy HowToSelect(const RunIndex&) const override { return SelectBy::kNothing; }
  Status Select(SelectContext&, RowMatches*) const override { return {}; }
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

  SelectBy HowToSelect(const RunIndex& index) const override {
    SelectBy best = SelectBy::kRows;
    for (const FilterNodePtr& child : children_) best = std::min(best, child->HowToSelect(index));
    return best;
  }
  Result<bool> MayMatch(SelectContext& context) const override {
    for (const FilterNodePtr& child : children_) {
      KALENDS_TRY(const bool may_match, child->MayMatch(context));
      if (!may_match) return false;
    }
    return true;
  }
  // The cheapest first; where few rows are left it is cheaper to ask them than to read a column.
  Status Select(SelectContext& context, RowMatches* matches) const override {
    SetAll(matches);
    for (const SelectBy by : {SelectBy::kNothing, SelectBy::kList, SelectBy::kColumn, SelectBy::kRows}) {
      for (const FilterNodePtr& child : children_) {
        if (child->HowToSelect(context.index) != by) continue;
        if (by >= SelectBy::kColumn && !matches->possible.Any()) return {};
        if (by == SelectBy::kRows || (by == SelectBy::kColumn && matches->possible.Count() <= kRowsAskedMax)) {
          matches->certain = RowBits(matches->certain.rows());
          continue;
        }
        RowMatches of_child = NoRows(*matches);
        KALENDS_RETURN_IF_ERROR(child->Select(context, &of_child));
        matches->certain &= of_child.certain;
        matches->possible &= of_child.possible;
      }
    }
    return {};
  }

 private:
  // Reading a row takes some microseconds, reading a column of a block some tens.
  static constexpr std::uint32_t kRowsAskedMax = 16;

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
  SelectBy HowToSelect(const RunIndex& index) const override {
    SelectBy worst = SelectBy::kNothing;
    for (const FilterNodePtr& child : children_) worst = std::max(worst, child->HowToSelect(index));
    return worst;
  }
  Result<bool> MayMatch(SelectContext& context) const override {
    for (const FilterNodePtr& child : children_) {
      KALENDS_TRY(const bool may_match, child->MayMatch(context));
      if (may_match) return true;
    }
    return false;
  }
  Status Select(SelectContext& context, RowMatches* matches) const override {
    for (const FilterNodePtr& child : children_) {
      RowMatches of_child = NoRows(*matches);
      KALENDS_RETURN_IF_ERROR(child->Select(context, &of_child));
      matches->certain |= of_child.certain;
      matches->possible |= of_child.possible;
    }
    return {};
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
  SelectBy HowToSelect(const RunIndex& index) const override { return child_->HowToSelect(index); }
  Status Select(SelectContext& context, RowMatches* matches) const override {
    KALENDS_RETURN_IF_ERROR(child_->Select(context, matches));
    std::swap(matches->certain, matches->possible);
    matches->certain.Flip();
    matches->possible.Flip();
    return {};
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
  SelectBy HowToSelect(const RunIndex& index) const override {
    return kalends::HowToSelect(index, path_.text(), *test_);
  }
  Result<bool> MayMatch(SelectContext& context) const override { return MayMatchAtPath(path_.text(), *test_, context); }
  Status Select(SelectContext& context, RowMatches* matches) const override {
    return SelectAtPath(path_.text(), *test_, context, matches);
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
  SelectBy HowToSelect(const RunIndex&) const override { return SelectBy::kColumn; }
  // Where the document has no id one was made, which only the row knows.
  Status Select(SelectContext& context, RowMatches* matches) const override {
    KALENDS_TRY(const RunIndex::FoundColumn found, FindColumnOfPath(context.index, path_.text()));
    if (found.presence != RunIndex::Presence::kColumn) {
      matches->possible.SetRange(0, matches->possible.rows());
      return {};
    }
    context.used_columns = true;
    SelectInColumn(*found.column, *test_, context, matches);
    RowBits has_made = found.column->MissingRows();
    if (const ColumnStream* nulls = found.column->Find(ColumnKind::kNull)) nulls->AddRows(&has_made);
    matches->certain -= has_made;
    matches->possible |= has_made;
    return {};
  }

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

bool MatchesNothing(const FilterNode& node) {
  const NodeBounds bounds = node.Bounds();
  return bounds.range.IsEmpty();
}

}  // namespace

Status FilterNode::Select(SelectContext&, RowMatches* matches) const {
  matches->possible.SetRange(0, matches->possible.rows());
  return {};
}

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

}  // namespace kalends
