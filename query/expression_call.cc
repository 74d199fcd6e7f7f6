#include "query/expression_call.h"

#include <array>
#include <utility>

namespace kalends {
namespace {

// An operator that evaluates its arguments and then itself.
class OperatorNode final : public ExpressionNode {
 public:
  OperatorNode(const OperatorEntry& entry, std::vector<ExpressionNodePtr> arguments, std::string where)
      : entry_(entry), arguments_(std::move(arguments)), where_(std::move(where)) {}

  Result<Value> Evaluate(Evaluation& evaluation) const override {
    if (arguments_.size() <= kFew) {
      std::array<Value, kFew> values;
      return EvaluateInto(evaluation, std::span(values).first(arguments_.size()));
    }
    std::vector<Value> values(arguments_.size());
    return EvaluateInto(evaluation, values);
  }

 private:
  static constexpr std::size_t kFew = 4;

  Result<Value> EvaluateInto(Evaluation& evaluation, std::span<Value> values) const {
    std::uint64_t steps = 1;
    bool any_null = false;
    for (std::size_t i = 0; i < arguments_.size(); ++i) {
      if (const Value* constant = arguments_[i]->AsConstant()) {
        values[i] = *constant;
      } else {
        KALENDS_TRY(values[i], arguments_[i]->Evaluate(evaluation));
      }
      any_null = any_null || IsNullish(values[i]);
      if (values[i].is_array()) steps += values[i].elements().size();
      if (values[i].is_object()) steps += values[i].fields().size();
      if (values[i].is_string()) steps += values[i].as_string().size() / 16;
    }
    if (any_null && entry_.null_if_any_null) return Value::Null();
    const std::size_t bytes_before = evaluation.bytes_used();
    Result<Value> result = Value();
    if (Status counted = evaluation.Step(steps); !counted.ok()) {
      result = counted.error();
    } else {
      result = entry_.function({.evaluation = evaluation, .arguments = values, .where = where_});
    }
    if (result.has_value() && evaluation.bytes_used() != bytes_before) {
      if (Status size = CheckValueSize(*result); !size.ok()) result = size.error();
    }
    if (result.has_value() || result.error().code() != ErrorCode::kLimitExceeded) return result;
    return WithContext(where_, result.error());
  }

  const OperatorEntry& entry_;
  std::vector<ExpressionNodePtr> arguments_;
  std::string where_;
};

}  // namespace

ExpressionNodePtr MakeCallNode(const OperatorEntry& entry, std::vector<ExpressionNodePtr> arguments,
                               std::string where) {
  return std::make_unique<OperatorNode>(entry, std::move(arguments), std::move(where));
}

}  // namespace kalends
