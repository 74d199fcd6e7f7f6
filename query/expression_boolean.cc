// $and, $or, $not. The first two end at the first argument that decides.
#include <utility>
#include <vector>

#include "query/expression_operators.h"
#include "query/expression_parser.h"
#include "query/filter_values.h"

namespace kalends {
namespace {

class JunctionNode final : public ExpressionNode {
 public:
  JunctionNode(bool decisive, std::vector<ExpressionNodePtr> arguments)
      : decisive_(decisive), arguments_(std::move(arguments)) {}
  Result<Value> Evaluate(Evaluation& evaluation) const override {
    KALENDS_RETURN_IF_ERROR(evaluation.Step());
    for (const ExpressionNodePtr& argument : arguments_) {
      KALENDS_TRY(const Value value, argument->Evaluate(evaluation));
      if (IsTruthy(value) == decisive_) return Value::Bool(decisive_);
    }
    return Value::Bool(!decisive_);
  }

 private:
  bool decisive_;
  std::vector<ExpressionNodePtr> arguments_;
};

template <bool kDecisive>
Result<ExpressionNodePtr> ParseJunction(ExpressionParser& parser, const Value& operand, const std::string& where) {
  KALENDS_TRY(auto arguments, ParseArgumentList(parser, operand, where));
  bool constant = true;
  for (const ExpressionNodePtr& argument : arguments) constant = constant && argument->AsConstant() != nullptr;
  auto node = std::make_unique<JunctionNode>(kDecisive, std::move(arguments));
  if (!constant) return ExpressionNodePtr(std::move(node));
  return parser.Folded(std::move(node));
}

Result<Value> Not(const OperatorCall& call) { return Value::Bool(!IsTruthy(call[0])); }

constexpr OperatorEntry kOperators[] = {
    Parsed("$and", ParseJunction<false>),
    Parsed("$or", ParseJunction<true>),
    Positional("$not", 1, 1, Not),
};

}  // namespace

std::span<const OperatorEntry> BooleanOperators() { return kOperators; }

}  // namespace kalends
