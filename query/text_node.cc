#include <memory>
#include <utility>

#include "query/filter_node.h"
#include "query/text_matcher.h"
#include "query/text_select.h"

namespace kalends {
namespace {

class TextNode final : public FilterNode {
 public:
  explicit TextNode(std::shared_ptr<const TextQuery> query) : query_(std::move(query)) {}

  bool Matches(const StoredRow& row, MatchScratch& scratch) const override {
    if (scratch.text == nullptr || scratch.text->query() != query_.get())
      scratch.text = std::make_shared<TextMatcher>(query_);
    return scratch.text->Matches(row.root);
  }
  SelectBy HowToSelect(const RunIndex& index) const override {
    return KnowsText(index, *query_) ? SelectBy::kList : SelectBy::kRows;
  }
  Result<bool> MayMatch(SelectContext& context) const override {
    return KnowsText(context.index, *query_) ? MayMatchText(*query_, context) : Result<bool>(true);
  }
  Status Select(SelectContext& context, RowMatches* matches) const override {
    return KnowsText(context.index, *query_) ? SelectText(*query_, context, matches)
                                             : FilterNode::Select(context, matches);
  }

 private:
  std::shared_ptr<const TextQuery> query_;
};

}  // namespace

FilterNodePtr MakeTextNode(std::shared_ptr<const TextQuery> query) {
  return std::make_unique<TextNode>(std::move(query));
}

}  // namespace kalends
