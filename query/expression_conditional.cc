// $cond, $ifNull, $switch: only what is chosen is evaluated.
#include <array>
#include <utility>
#include <vector>

#include "query/expression_operators.h"
#include "query/expression_parser.h"
#include "query/filter_values.h"

namespace kalends {
namespace {

struct Branch {
  ExpressionNodePtr condition;
  ExpressionNodePtr value;
};

class SwitchNode final : public ExpressionNode {
 public:
  // `otherwise` may be nullptr: then it is an error when no condition holds.
  SwitchNode(std::vector<Branch> branches, ExpressionNodePtr otherwise, std::string where)
      : branches_(std::move(branches)), otherwise_(std::move(otherwise)), where_(std::move(where)) {}
  Result<Value> Evaluate(Evaluation& evaluation) const override {
    KALENDS_RETURN_IF_ERROR(evaluation.Step());
    for (const Branch& branch : branches_) {
      KALENDS_TRY(const Value condition, branch.condition->Evaluate(evaluation));
      if (IsTruthy(condition)) return branch.value->Evaluate(evaluation);
    }
    if (otherwise_ != nullptr) return otherwise_->Evaluate(evaluation);
    return InvalidArgument(where_, ": no branch holds, and there is no default");
  }

 private:
  std::vector<Branch> branches_;
  ExpressionNodePtr otherwise_;
  std::string where_;
};

class IfNullNode final : public ExpressionNode {
 public:
  explicit IfNullNode(std::vector<ExpressionNodePtr> arguments) : arguments_(std::move(arguments)) {}
  Result<Value> Evaluate(Evaluation& evaluation) const override {
    KALENDS_RETURN_IF_ERROR(evaluation.Step());
    Value value;
    for (const ExpressionNodePtr& argument : arguments_) {
      KALENDS_TRY(value, argument->Evaluate(evaluation));
      if (!IsNullish(value)) break;
    }
    return value;
  }

 private:
  std::vector<ExpressionNodePtr> arguments_;
};

bool IsAlways(bool outcome, const ExpressionNode& condition) {
  const Value* const constant = condition.AsConstant();
  return constant != nullptr && IsTruthy(*constant) == outcome;
}

Result<ExpressionNodePtr> ParseCond(ExpressionParser& parser, const Value& operand, const std::string& where) {
  std::array<const Value*, 3> given{};
  if (operand.is_object()) {
    KALENDS_TRY(const auto arguments, ExpressionParser::NamedArguments(operand, "if! then! else!", where));
    given = {arguments[0], arguments[1], arguments[2]};
  } else if (operand.is_array() && operand.elements().size() == given.size()) {
    for (std::size_t i = 0; i < given.size(); ++i) given[i] = &operand.elements()[i];
  } else {
    return InvalidArgument(where, ": expected 3 arguments, found ", operand.is_array() ? operand.elements().size() : 1);
  }
  KALENDS_TRY(ExpressionNodePtr condition, parser.Parse(*given[0], where));
  ExpressionNodePtr chosen;
  ExpressionNodePtr otherwise;
  {
    const ExpressionParser::Unreached unreached(parser, IsAlways(false, *condition));
    KALENDS_TRY(chosen, parser.Parse(*given[1], where));
  }
  {
    const ExpressionParser::Unreached unreached(parser, IsAlways(true, *condition));
    KALENDS_TRY(otherwise, parser.Parse(*given[2], where));
  }
  std::vector<Branch> branches;
  branches.push_back({.condition = std::move(condition), .value = std::move(chosen)});
  return ExpressionNodePtr(std::make_unique<SwitchNode>(std::move(branches), std::move(otherwise), where));
}

Result<ExpressionNodePtr> ParseIfNull(ExpressionParser& parser, const Value& operand, const std::string& where) {
  KALENDS_TRY(auto arguments, ParseArgumentList(parser, operand, where));
  if (arguments.size() < 2) return InvalidArgument(where, ": expected at least 2 arguments, found ", arguments.size());
  return ExpressionNodePtr(std::make_unique<IfNullNode>(std::move(arguments)));
}

Result<ExpressionNodePtr> ParseSwitch(ExpressionParser& parser, const Value& operand, const std::string& where) {
  KALENDS_TRY(const auto arguments, ExpressionParser::NamedArguments(operand, "branches! default", where));
  if (!arguments[0]->is_array() || arguments[0]->elements().empty()) {
    return InvalidArgument(where, ".branches: expected an array of at least one branch");
  }
  std::vector<Branch> branches;
  bool is_decided = false;  // An earlier condition always holds.
  for (std::size_t i = 0; i < arguments[0]->elements().size(); ++i) {
    const std::string here = where + ".branches[" + std::to_string(i) + "]";
    KALENDS_TRY(const auto parts, ExpressionParser::NamedArguments(arguments[0]->elements()[i], "case! then!", here));
    const ExpressionParser::Unreached unreached(parser, is_decided);
    KALENDS_TRY(ExpressionNodePtr condition, parser.Parse(*parts[0], here));
    const ExpressionParser::Unreached value_unreached(parser, IsAlways(false, *condition));
    KALENDS_TRY(ExpressionNodePtr value, parser.Parse(*parts[1], here));
    is_decided = is_decided || IsAlways(true, *condition);
    branches.push_back({.condition = std::move(condition), .value = std::move(value)});
  }
  ExpressionNodePtr otherwise;
  if (arguments[1] != nullptr) {
    KALENDS_TRY(otherwise, parser.Parse(*arguments[1], where));
  }
  return ExpressionNodePtr(std::make_unique<SwitchNode>(std::move(branches), std::move(otherwise), where));
}

constexpr OperatorEntry kOperators[] = {
    Parsed("$cond", ParseCond),
    Parsed("$ifNull", ParseIfNull),
    Parsed("$switch", ParseSwitch),
};

}  // namespace

std::span<const OperatorEntry> ConditionalOperators() { return kOperators; }

}  // namespace kalends
