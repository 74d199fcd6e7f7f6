#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "format/errors.h"
#include "kalends/status.h"
#include "kalends/value.h"
#include "query/expression_node.h"

// The table of the operators of expressions. Each operator is one entry in the file of its family.
namespace kalends {

class ExpressionParser;

// One use of an operator, its arguments evaluated.
struct OperatorCall {
  Evaluation& evaluation;
  std::span<const Value> arguments;  // Named ones that were not given: kMissing, or left out at the end.
  const std::string& where;          // The place, ending in the operator's name.

  const Value& operator[](std::size_t i) const { return arguments[i]; }
  std::size_t size() const { return arguments.size(); }
};

// `$expr.$add: ` and what is wrong.
template <class... Parts>
Error Wrong(const OperatorCall& call, const Parts&... parts) {
  return InvalidArgument(call.where, ": ", parts...);
}
// `expected a string, found int`.
inline Error WrongType(const OperatorCall& call, std::string_view expected, const Value& found) {
  return Wrong(call, "expected ", expected, ", found ", TypeName(found.type()));
}

using OperatorFunction = Result<Value> (*)(const OperatorCall& call);
// Makes the node of an operator that does not just evaluate its arguments one after the other.
using OperatorParser = Result<ExpressionNodePtr> (*)(ExpressionParser& parser, const Value& operand,
                                                     const std::string& where);

inline constexpr int kAnyNumber = std::numeric_limits<int>::max();

struct OperatorEntry {
  std::string_view name;  // With its `$`.
  // How many arguments, in an array or a single one without it.
  int arguments_min = 0;
  int arguments_max = 0;
  OperatorFunction function = nullptr;
  bool null_if_any_null = false;  // The answer is null, without a call, where an argument is null or missing.
  // Where not empty, the arguments are fields of an object: `input! chars`, in the order of the call; `!` must be
  // given.
  std::string_view named = {};
  OperatorParser parser = nullptr;  // Instead of all above.
};

// An operator with fixed arguments.
constexpr OperatorEntry Positional(std::string_view name, int min, int max, OperatorFunction function) {
  return {.name = name, .arguments_min = min, .arguments_max = max, .function = function};
}
// The same, null where an argument is null or missing.
constexpr OperatorEntry NullPassing(std::string_view name, int min, int max, OperatorFunction function) {
  return {.name = name, .arguments_min = min, .arguments_max = max, .function = function, .null_if_any_null = true};
}
constexpr OperatorEntry Named(std::string_view name, std::string_view arguments, OperatorFunction function) {
  return {.name = name, .function = function, .named = arguments};
}
constexpr OperatorEntry Parsed(std::string_view name, OperatorParser parser) {
  return {.name = name, .parser = parser};
}

// The entry; the error tells an operator of MongoDB that is not there (kUnsupported) from one that nobody knows.
Result<const OperatorEntry*> FindExpressionOperator(std::string_view name, const std::string& where);

// The families.
std::span<const OperatorEntry> ArithmeticOperators();
std::span<const OperatorEntry> RoundingOperators();
std::span<const OperatorEntry> TrigonometryOperators();
std::span<const OperatorEntry> BitwiseOperators();
std::span<const OperatorEntry> ComparisonOperators();
std::span<const OperatorEntry> BooleanOperators();
std::span<const OperatorEntry> ConditionalOperators();
std::span<const OperatorEntry> VariableOperators();
std::span<const OperatorEntry> ArrayOperators();
std::span<const OperatorEntry> ArrayOrderOperators();
std::span<const OperatorEntry> SetOperators();
std::span<const OperatorEntry> StringOperators();
std::span<const OperatorEntry> SubstringOperators();
std::span<const OperatorEntry> TextEditOperators();
std::span<const OperatorEntry> RegexOperators();
std::span<const OperatorEntry> ObjectOperators();
std::span<const OperatorEntry> ConversionOperators();
std::span<const OperatorEntry> StatisticsOperators();

}  // namespace kalends
