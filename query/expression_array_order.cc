// Arrays in order: sorted, and the first, last, least and greatest of their elements.
#include <algorithm>
#include <vector>

#include "format/compare.h"
#include "query/expression_arguments.h"
#include "query/expression_operators.h"
#include "query/expression_parser.h"
#include "query/filter_values.h"

namespace kalends {
namespace {

using Elements = std::span<const Value>;

struct SortKey {
  std::vector<std::string> names;  // None: the element itself.
  bool descending = false;
};

// The value that an element sorts by, null where there is none. Arrays are not looked into, and are compared as a
// whole.
Value KeyOf(Value value, const SortKey& key) {
  for (const std::string& name : key.names) value = value.Get(name);
  return value.is_missing() ? Value::Null() : value;
}

// A dotted path, whose names may begin with `$`.
Result<SortKey> ParseSortKey(std::string_view path, bool descending, const std::string& where) {
  SortKey key{.names = {}, .descending = descending};
  for (std::size_t dot = 0; dot != std::string_view::npos; path.remove_prefix(std::min(dot, path.size() - 1) + 1)) {
    dot = path.find('.');
    if (path.empty() || dot == 0) return InvalidArgument(where, ": a path has an empty name");
    key.names.emplace_back(path.substr(0, dot));
  }
  return key;
}

class SortArrayNode final : public ExpressionNode {
 public:
  SortArrayNode(ExpressionNodePtr input, std::vector<SortKey> keys, std::string where)
      : input_(std::move(input)), keys_(std::move(keys)), where_(std::move(where)) {}

  Result<Value> Evaluate(Evaluation& evaluation) const override {
    KALENDS_TRY(const Value array, input_->Evaluate(evaluation));
    if (IsNullish(array)) return Value::Null();
    if (!array.is_array()) {
      return InvalidArgument(where_, ".input: expected an array, found ", TypeName(array.type()));
    }
    const Elements elements = array.elements();
    KALENDS_RETURN_IF_ERROR(evaluation.Step(elements.size() * keys_.size()));
    std::vector<Value> keys;
    keys.reserve(elements.size() * keys_.size());
    for (const Value& element : elements) {
      for (const SortKey& key : keys_) keys.push_back(KeyOf(element, key));
    }
    std::vector<std::size_t> order(elements.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
      for (std::size_t k = 0; k < keys_.size(); ++k) {
        const auto compared = Compare(keys[a * keys_.size() + k], keys[b * keys_.size() + k]);
        if (compared != 0) return keys_[k].descending ? compared > 0 : compared < 0;
      }
      return false;
    });
    std::vector<Value> sorted;
    sorted.reserve(order.size());
    for (const std::size_t i : order) sorted.push_back(elements[i]);
    return evaluation.Array(sorted);
  }

 private:
  ExpressionNodePtr input_;
  std::vector<SortKey> keys_;
  std::string where_;
};

Result<bool> ParseDirection(const Value& direction, const std::string& where) {
  const auto number = ExactInteger(direction);
  if (number == 1) return false;
  if (number == -1) return true;
  return InvalidArgument(where, ": expected 1 or -1");
}

Result<ExpressionNodePtr> ParseSortArray(ExpressionParser& parser, const Value& operand, const std::string& where) {
  KALENDS_TRY(const auto given, ExpressionParser::NamedArguments(operand, "input! sortBy!", where));
  std::vector<SortKey> keys;
  const std::string here = where + ".sortBy";
  if (given[1]->is_object()) {
    if (given[1]->fields().empty()) return InvalidArgument(here, ": expected at least one field");
    for (const Field& field : given[1]->fields()) {
      KALENDS_TRY(const bool descending, ParseDirection(field.value, here + "." + std::string(field.name)));
      KALENDS_TRY(SortKey key, ParseSortKey(field.name, descending, here));
      keys.push_back(std::move(key));
    }
  } else {
    KALENDS_TRY(const bool descending, ParseDirection(*given[1], here));
    keys.push_back({.names = {}, .descending = descending});
  }
  KALENDS_TRY(ExpressionNodePtr input, parser.Parse(*given[0], where + ".input"));
  return ExpressionNodePtr(std::make_unique<SortArrayNode>(std::move(input), std::move(keys), where));
}

Result<std::size_t> CountOf(const OperatorCall& call) {
  const auto n = ExactInteger(call[1]);
  if (!n.has_value() || *n < 1) return Wrong(call, "n must be a whole number of at least 1");
  KALENDS_RETURN_IF_ERROR(CheckArray(call, call[0]));
  return static_cast<std::size_t>(std::min(*n, static_cast<std::int64_t>(call[0].elements().size())));
}

Result<Value> FirstN(const OperatorCall& call) {
  KALENDS_TRY(const std::size_t n, CountOf(call));
  return Value::Array(call[0].elements().first(n));
}

Result<Value> LastN(const OperatorCall& call) {
  KALENDS_TRY(const std::size_t n, CountOf(call));
  return Value::Array(call[0].elements().last(n));
}

template <bool kGreatest>
Result<Value> ExtremeN(const OperatorCall& call) {
  KALENDS_TRY(const std::size_t n, CountOf(call));
  std::vector<Value> values;
  for (const Value& element : call[0].elements()) {
    if (!IsNullish(element)) values.push_back(element);
  }
  std::ranges::stable_sort(
      values, [](const Value& a, const Value& b) { return kGreatest ? Compare(a, b) > 0 : Compare(a, b) < 0; });
  values.resize(std::min(n, values.size()));
  return call.evaluation.Array(values);
}

constexpr OperatorEntry kOperators[] = {
    Parsed("$sortArray", ParseSortArray),        Named("$firstN", "input! n!", FirstN),
    Named("$lastN", "input! n!", LastN),         Named("$minN", "input! n!", ExtremeN<false>),
    Named("$maxN", "input! n!", ExtremeN<true>),
};

}  // namespace

std::span<const OperatorEntry> ArrayOrderOperators() { return kOperators; }

}  // namespace kalends
