#include "query/expression.h"

#include <utility>

#include "format/errors.h"
#include "query/expression_node.h"
#include "query/expression_parser.h"

namespace kalends {
namespace {

class ParsedExpression final : public Expression {
 public:
  ParsedExpression() = default;

  // Fills a new expression, whose arena keeps the constants.
  Status Parse(const Value& expression, const FilterContext& context, const std::string& where) {
    ExpressionParser parser(context, constants_);
    KALENDS_TRY(root_, parser.Parse(expression, where));
    slots_ = parser.slots();
    return {};
  }

  Result<Value> Evaluate(const StoredRow& row, Arena& arena) const override {
    if (const Value* constant = root_->AsConstant()) return *constant;
    std::span<Value> variables;
    if (slots_ > 0) {
      Value* const memory = static_cast<Value*>(arena.Allocate(slots_ * sizeof(Value)));
      std::uninitialized_fill_n(memory, slots_, Value());
      variables = {memory, slots_};
    }
    Evaluation evaluation(row, arena, variables);
    return root_->Evaluate(evaluation);
  }

 private:
  Arena constants_;
  ExpressionNodePtr root_;
  std::size_t slots_ = 0;
};

}  // namespace

Result<std::shared_ptr<const Expression>> Expression::Parse(const Value& expression, const FilterContext& context,
                                                            const std::string& where) {
  auto parsed = std::make_shared<ParsedExpression>();
  KALENDS_RETURN_IF_ERROR(parsed->Parse(expression, context, where));
  return std::shared_ptr<const Expression>(std::move(parsed));
}

}  // namespace kalends
