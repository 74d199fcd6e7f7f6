#include "query/filter.h"

#include <utility>

#include "format/arena.h"
#include "format/compare.h"
#include "format/errors.h"
#include "query/filter_node.h"
#include "query/filter_parser.h"

namespace kalends {
namespace {

class ParsedFilter final : public Filter {
 public:
  explicit ParsedFilter(const FilterContext& context) : context_(context) {}

  Status Parse(const Value& filter) {
    KALENDS_TRY(root_, ParseFilterNodes(CopyValue(filter, arena_), context_, &text_));
    bounds_ = root_->Bounds();
    return {};
  }

  bool Matches(const StoredRow& row, MatchScratch& scratch) const override {
    scratch.array_index.reset();
    return root_->Matches(row, scratch);
  }
  bool MatchesEverything() const override { return root_->MatchesEverything(); }
  TimeRange TimeBounds() const override { return bounds_.range; }
  bool IsTimeBoundsOnly() const override { return bounds_.exact; }
  std::optional<Value> IdEquality() const override { return root_->IdEquality(); }
  std::shared_ptr<const TextQuery> text() const override { return text_; }
  bool CanSelect(const RunIndex& index) const override { return root_->HowToSelect(index) != SelectBy::kRows; }
  Result<bool> MayMatch(SelectContext& context) const override { return root_->MayMatch(context); }
  Result<RowMatches> Select(SelectContext& context) const override {
    RowMatches matches{RowBits(context.index.rows()), RowBits(context.index.rows())};
    KALENDS_RETURN_IF_ERROR(root_->Select(context, &matches));
    return matches;
  }

 private:
  FilterContext context_;
  Arena arena_;
  FilterNodePtr root_;
  std::shared_ptr<const TextQuery> text_;
  NodeBounds bounds_;
};

}  // namespace

Result<std::shared_ptr<const Filter>> Filter::Parse(const Value& filter, const FilterContext& context) {
  auto parsed = std::make_shared<ParsedFilter>(context);
  KALENDS_RETURN_IF_ERROR(parsed->Parse(filter));
  return std::shared_ptr<const Filter>(std::move(parsed));
}

}  // namespace kalends
