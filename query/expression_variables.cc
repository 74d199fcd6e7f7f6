// $let, $map, $filter and $reduce: expressions with variables of their own.
#include <utility>
#include <vector>

#include "query/expression_operators.h"
#include "query/expression_parser.h"
#include "query/filter_values.h"

namespace kalends {
namespace {

class LetNode final : public ExpressionNode {
 public:
  LetNode(std::size_t first_slot, std::vector<ExpressionNodePtr> values, ExpressionNodePtr in)
      : first_slot_(first_slot), values_(std::move(values)), in_(std::move(in)) {}
  Result<Value> Evaluate(Evaluation& evaluation) const override {
    KALENDS_RETURN_IF_ERROR(evaluation.Step());
    // Each value is evaluated without the new variables, into slots that only they use.
    for (std::size_t i = 0; i < values_.size(); ++i) {
      KALENDS_TRY(evaluation.variable(first_slot_ + i), values_[i]->Evaluate(evaluation));
    }
    return in_->Evaluate(evaluation);
  }

 private:
  std::size_t first_slot_;
  std::vector<ExpressionNodePtr> values_;
  ExpressionNodePtr in_;
};

Result<ExpressionNodePtr> ParseLet(ExpressionParser& parser, const Value& operand, const std::string& where) {
  KALENDS_TRY(const auto arguments, ExpressionParser::NamedArguments(operand, "vars! in!", where));
  if (!arguments[0]->is_object()) {
    return InvalidArgument(where, ".vars: expected an object, found ", TypeName(arguments[0]->type()));
  }
  // All variables that are known are looked through for each that is used.
  constexpr std::size_t kVariablesMax = 200;
  if (arguments[0]->fields().size() > kVariablesMax) {
    return LimitExceeded(where, ".vars: at most ", kVariablesMax, " variables are allowed");
  }
  // The slots are reserved first, under a name that no variable has, so that loops in the values use others.
  const ExpressionParser::Scope scope(parser);
  const std::span<const Field> fields = arguments[0]->fields();
  std::vector<std::size_t> slots;
  for (std::size_t i = 0; i < fields.size(); ++i) slots.push_back(parser.Define(""));
  const std::size_t first_slot = slots.empty() ? 0 : slots.front();
  std::vector<ExpressionNodePtr> values;
  for (const Field& field : fields) {
    const std::string here = where + ".vars";
    KALENDS_RETURN_IF_ERROR(ExpressionParser::CheckVariableName(field.name, here));
    KALENDS_TRY(ExpressionNodePtr value, parser.Parse(field.value, ExpressionPlace(here, field.name)));
    values.push_back(std::move(value));
  }
  for (std::size_t i = 0; i < fields.size(); ++i) parser.Rename(first_slot + i, fields[i].name);
  KALENDS_TRY(ExpressionNodePtr in, parser.Parse(*arguments[1], where + ".in"));
  return ExpressionNodePtr(std::make_unique<LetNode>(first_slot, std::move(values), std::move(in)));
}

// What a loop goes over: an array, or nothing where there is none.
Result<Value> LoopInput(const ExpressionNode& input, Evaluation& evaluation, const std::string& where) {
  KALENDS_TRY(const Value array, input.Evaluate(evaluation));
  if (array.is_array()) return array;
  if (IsNullish(array)) return Value::Null();
  return InvalidArgument(where, ".input: expected an array, found ", TypeName(array.type()));
}

Result<Value> BoundedArray(Evaluation& evaluation, const std::vector<Value>& elements, const std::string& where) {
  Result<Value> array = evaluation.Array(elements);
  if (!array.has_value()) return WithContext(where, array.error());
  if (const Status size = CheckValueSize(*array); !size.ok()) return WithContext(where, size.error());
  return array;
}

class MapNode final : public ExpressionNode {
 public:
  MapNode(ExpressionNodePtr input, std::size_t slot, ExpressionNodePtr in, std::string where)
      : input_(std::move(input)), slot_(slot), in_(std::move(in)), where_(std::move(where)) {}
  Result<Value> Evaluate(Evaluation& evaluation) const override {
    KALENDS_TRY(const Value array, LoopInput(*input_, evaluation, where_));
    if (array.is_null()) return array;
    std::vector<Value> results;
    results.reserve(array.elements().size());
    for (const Value& element : array.elements()) {
      KALENDS_RETURN_IF_ERROR(evaluation.Step());
      evaluation.variable(slot_) = element;
      KALENDS_TRY(const Value result, in_->Evaluate(evaluation));
      results.push_back(result.is_missing() ? Value::Null() : result);
    }
    return BoundedArray(evaluation, results, where_);
  }

 private:
  ExpressionNodePtr input_;
  std::size_t slot_;
  ExpressionNodePtr in_;
  std::string where_;
};

class FilterLoopNode final : public ExpressionNode {
 public:
  FilterLoopNode(ExpressionNodePtr input, std::size_t slot, ExpressionNodePtr condition, ExpressionNodePtr limit,
                 std::string where)
      : input_(std::move(input)),
        slot_(slot),
        condition_(std::move(condition)),
        limit_(std::move(limit)),
        where_(std::move(where)) {}
  Result<Value> Evaluate(Evaluation& evaluation) const override {
    KALENDS_TRY(const Value array, LoopInput(*input_, evaluation, where_));
    if (array.is_null()) return array;
    KALENDS_TRY(const std::size_t limit, Limit(evaluation));
    std::vector<Value> results;
    for (const Value& element : array.elements()) {
      if (results.size() >= limit) break;
      KALENDS_RETURN_IF_ERROR(evaluation.Step());
      evaluation.variable(slot_) = element;
      KALENDS_TRY(const Value holds, condition_->Evaluate(evaluation));
      if (IsTruthy(holds)) results.push_back(element);
    }
    return evaluation.Array(results);
  }

 private:
  Result<std::size_t> Limit(Evaluation& evaluation) const {
    if (limit_ == nullptr) return SIZE_MAX;
    KALENDS_TRY(const Value limit, limit_->Evaluate(evaluation));
    if (IsNullish(limit)) return SIZE_MAX;
    const auto number = ExactInteger(limit);
    if (!number.has_value() || *number < 1 || *number > INT32_MAX) {
      return InvalidArgument(where_, ".limit: expected a whole number from 1 to ", INT32_MAX);
    }
    return static_cast<std::size_t>(*number);
  }

  ExpressionNodePtr input_;
  std::size_t slot_;
  ExpressionNodePtr condition_;
  ExpressionNodePtr limit_;
  std::string where_;
};

class ReduceNode final : public ExpressionNode {
 public:
  ReduceNode(ExpressionNodePtr input, ExpressionNodePtr initial, std::size_t this_slot, std::size_t value_slot,
             ExpressionNodePtr in, std::string where)
      : input_(std::move(input)),
        initial_(std::move(initial)),
        this_slot_(this_slot),
        value_slot_(value_slot),
        in_(std::move(in)),
        where_(std::move(where)) {}
  Result<Value> Evaluate(Evaluation& evaluation) const override {
    KALENDS_TRY(const Value array, LoopInput(*input_, evaluation, where_));
    if (array.is_null()) return array;
    KALENDS_TRY(Value value, initial_->Evaluate(evaluation));
    for (const Value& element : array.elements()) {
      KALENDS_RETURN_IF_ERROR(evaluation.Step());
      evaluation.variable(this_slot_) = element;
      evaluation.variable(value_slot_) = value;
      KALENDS_TRY(value, in_->Evaluate(evaluation));
    }
    return value;
  }

 private:
  ExpressionNodePtr input_;
  ExpressionNodePtr initial_;
  std::size_t this_slot_;
  std::size_t value_slot_;
  ExpressionNodePtr in_;
  std::string where_;
};

// The name after `as`, or `this`.
Result<std::string_view> LoopVariable(const Value* as, const std::string& where) {
  if (as == nullptr) return std::string_view("this");
  if (!as->is_string()) return InvalidArgument(where, ".as: expected a string, found ", TypeName(as->type()));
  KALENDS_RETURN_IF_ERROR(ExpressionParser::CheckVariableName(as->as_string(), where + ".as"));
  return as->as_string();
}

Result<ExpressionNodePtr> ParseMap(ExpressionParser& parser, const Value& operand, const std::string& where) {
  KALENDS_TRY(const auto arguments, ExpressionParser::NamedArguments(operand, "input! as in!", where));
  KALENDS_TRY(ExpressionNodePtr input, parser.Parse(*arguments[0], where + ".input"));
  KALENDS_TRY(const std::string_view name, LoopVariable(arguments[1], where));
  const ExpressionParser::Scope scope(parser);
  const std::size_t slot = parser.Define(name);
  KALENDS_TRY(ExpressionNodePtr in, parser.Parse(*arguments[2], where + ".in"));
  return ExpressionNodePtr(std::make_unique<MapNode>(std::move(input), slot, std::move(in), where));
}

Result<ExpressionNodePtr> ParseFilterLoop(ExpressionParser& parser, const Value& operand, const std::string& where) {
  KALENDS_TRY(const auto arguments, ExpressionParser::NamedArguments(operand, "input! as cond! limit", where));
  KALENDS_TRY(ExpressionNodePtr input, parser.Parse(*arguments[0], where + ".input"));
  KALENDS_TRY(const std::string_view name, LoopVariable(arguments[1], where));
  ExpressionNodePtr limit;
  if (arguments[3] != nullptr) {
    KALENDS_TRY(limit, parser.Parse(*arguments[3], where + ".limit"));
  }
  const ExpressionParser::Scope scope(parser);
  const std::size_t slot = parser.Define(name);
  KALENDS_TRY(ExpressionNodePtr condition, parser.Parse(*arguments[2], where + ".cond"));
  return ExpressionNodePtr(
      std::make_unique<FilterLoopNode>(std::move(input), slot, std::move(condition), std::move(limit), where));
}

Result<ExpressionNodePtr> ParseReduce(ExpressionParser& parser, const Value& operand, const std::string& where) {
  KALENDS_TRY(const auto arguments, ExpressionParser::NamedArguments(operand, "input! initialValue! in!", where));
  KALENDS_TRY(ExpressionNodePtr input, parser.Parse(*arguments[0], where + ".input"));
  KALENDS_TRY(ExpressionNodePtr initial, parser.Parse(*arguments[1], where + ".initialValue"));
  const ExpressionParser::Scope scope(parser);
  const std::size_t this_slot = parser.Define("this");
  const std::size_t value_slot = parser.Define("value");
  KALENDS_TRY(ExpressionNodePtr in, parser.Parse(*arguments[2], where + ".in"));
  return ExpressionNodePtr(
      std::make_unique<ReduceNode>(std::move(input), std::move(initial), this_slot, value_slot, std::move(in), where));
}

constexpr OperatorEntry kOperators[] = {
    Parsed("$let", ParseLet),
    Parsed("$map", ParseMap),
    Parsed("$filter", ParseFilterLoop),
    Parsed("$reduce", ParseReduce),
};

}  // namespace

std::span<const OperatorEntry> VariableOperators() { return kOperators; }

}  // namespace kalends
