#pragma once

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/differential/tree.h"
#include "tests/differential/tree_order.h"
#include "tests/differential/tree_path.h"

namespace kalends::differential {

inline bool IsTrue(const Tree& value) {
  if (value.IsNullish()) return false;
  if (value.Is(Type::kDouble)) return value.number != 0;
  return !(value.IsInteger() || value.Is(Type::kBool)) || value.integer != 0;
}

// Comparison, boolean and arithmetic expressions over one document. nullopt: MongoDB fails here.
class ModelExpression {
 public:
  using Answer = std::optional<Tree>;

  explicit ModelExpression(const Tree& root) : root_(root) {}

  Answer Evaluate(const Tree& expression) const {
    if (expression.Is(Type::kString) && expression.text.starts_with('$')) {
      return ReachInExpression(root_, Split(std::string_view(expression.text).substr(1)));
    }
    if (!expression.IsObject() || expression.items.size() != 1) return expression;
    const std::string& name = expression.names[0];
    if (name == "$literal") return expression.items[0];
    const bool is_listed = expression.items[0].IsArray();
    const std::vector<Tree> written = is_listed ? expression.items[0].items : std::vector<Tree>{expression.items[0]};
    if (name == "$and" || name == "$or") return Connect(name == "$and", written);
    std::vector<Tree> arguments;
    for (const Tree& each : written) {
      Answer argument = Evaluate(each);
      if (!argument) return std::nullopt;
      arguments.push_back(*argument);
    }
    if (name == "$not") return Bool(!IsTrue(arguments[0]));
    if (name == "$add" || name == "$multiply") return Fold(name == "$add", arguments);
    if (name == "$abs") return Abs(arguments[0]);
    if (name == "$subtract" || name == "$divide" || name == "$mod") return Binary(name, arguments[0], arguments[1]);
    return Compare(name, OrderOf(arguments[0], arguments[1]));
  }

 private:
  Answer Connect(bool is_and, const std::vector<Tree>& written) const {
    for (const Tree& each : written) {
      const Answer argument = Evaluate(each);
      if (!argument) return std::nullopt;
      if (IsTrue(*argument) != is_and) return Bool(!is_and);
    }
    return Bool(is_and);
  }

  static Answer Compare(const std::string& name, int order) {
    if (name == "$cmp") return Int(order);
    if (name == "$eq") return Bool(order == 0);
    if (name == "$ne") return Bool(order != 0);
    if (name == "$gt") return Bool(order > 0);
    if (name == "$gte") return Bool(order >= 0);
    return Bool(name == "$lt" ? order < 0 : order <= 0);
  }

  // The generators keep to numbers whose results are exact in 64 bits.
  static Tree Whole(bool is_long, std::int64_t value) {
    return is_long || value != static_cast<std::int32_t>(value) ? Long(value) : Int(value);
  }
  static double AsDouble(const Tree& number) {
    return number.IsInteger() ? static_cast<double>(number.integer) : number.number;
  }

  static Answer Fold(bool is_sum, const std::vector<Tree>& arguments) {
    Tree result = Int(is_sum ? 0 : 1);
    for (const Tree& argument : arguments) {
      if (argument.IsNullish()) return Null();
      if (!argument.IsNumber()) return std::nullopt;
      const bool is_long = result.Is(Type::kLong) || argument.Is(Type::kLong);
      if (result.IsInteger() && argument.IsInteger()) {
        const std::int64_t a = result.integer;
        const std::int64_t b = argument.integer;
        std::int64_t whole = 0;
        const bool overflows = is_sum ? __builtin_add_overflow(a, b, &whole) : __builtin_mul_overflow(a, b, &whole);
        const double rounded = is_sum ? AsDouble(result) + AsDouble(argument) : AsDouble(result) * AsDouble(argument);
        result = overflows ? Double(rounded) : Whole(is_long, whole);
      } else {
        const double a = AsDouble(result);
        const double b = AsDouble(argument);
        result = Double(is_sum ? a + b : a * b);
      }
    }
    return result;
  }

  static Answer Abs(const Tree& argument) {
    if (argument.IsNullish()) return Null();
    if (!argument.IsNumber()) return std::nullopt;
    if (argument.IsInteger()) return Whole(argument.Is(Type::kLong), std::abs(argument.integer));
    return Double(std::fabs(argument.number));
  }

  static Answer Binary(const std::string& name, const Tree& a, const Tree& b) {
    if (a.IsNullish() || b.IsNullish()) return Null();
    if (name == "$subtract" && a.Is(Type::kDate) && b.Is(Type::kDate)) return Long(a.integer - b.integer);
    if (!a.IsNumber() || !b.IsNumber()) return std::nullopt;
    if (name != "$subtract" && AsDouble(b) == 0) return std::nullopt;
    if (name == "$divide") return Double(AsDouble(a) / AsDouble(b));
    const bool are_whole = a.IsInteger() && b.IsInteger();
    const bool is_long = a.Is(Type::kLong) || b.Is(Type::kLong);
    if (name == "$mod") {
      return are_whole ? Whole(is_long, a.integer % b.integer) : Double(std::fmod(AsDouble(a), AsDouble(b)));
    }
    return are_whole ? Whole(is_long, a.integer - b.integer) : Double(AsDouble(a) - AsDouble(b));
  }

  const Tree& root_;
};

}  // namespace kalends::differential
