// Arrays: their elements, parts and places.
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

Result<Value> Size(const OperatorCall& call) {
  KALENDS_RETURN_IF_ERROR(CheckArray(call, call[0]));
  return Value::Int(static_cast<std::int32_t>(call[0].elements().size()));
}

Result<Value> IsArray(const OperatorCall& call) { return Value::Bool(call[0].is_array()); }

// The element at an index, counted from the end where it is negative; kMissing past the ends.
Value ElementAt(Elements elements, std::int64_t index) {
  const auto size = static_cast<std::int64_t>(elements.size());
  if (index < 0) index += size;
  return index < 0 || index >= size ? Value() : elements[static_cast<std::size_t>(index)];
}

Result<Value> ArrayElementAt(const OperatorCall& call) {
  KALENDS_RETURN_IF_ERROR(CheckArray(call, call[0]));
  KALENDS_TRY(const std::int32_t index, AsInt32(call, call[1], "the index"));
  return ElementAt(call[0].elements(), index);
}

template <int kIndex>
Result<Value> End(const OperatorCall& call) {
  KALENDS_RETURN_IF_ERROR(CheckArray(call, call[0]));
  return ElementAt(call[0].elements(), kIndex);
}

Result<Value> In(const OperatorCall& call) {
  KALENDS_RETURN_IF_ERROR(CheckArray(call, call[1]));
  return Value::Bool(
      std::ranges::any_of(call[1].elements(), [&](const Value& element) { return EqualByMongo(element, call[0]); }));
}

Result<Value> ConcatArrays(const OperatorCall& call) {
  std::vector<Value> all;
  for (const Value& array : call.arguments) {
    if (IsNullish(array)) return Value::Null();
    KALENDS_RETURN_IF_ERROR(CheckArray(call, array));
    const Elements elements = array.elements();
    if (all.size() + elements.size() > kExpressionBytesMax / sizeof(Value)) {
      return LimitExceeded("the array takes more than ", kExpressionBytesMax >> 20U, " MiB");
    }
    all.insert(all.end(), elements.begin(), elements.end());
  }
  return call.evaluation.Array(all);
}

Result<Value> Slice(const OperatorCall& call) {
  KALENDS_RETURN_IF_ERROR(CheckArray(call, call[0]));
  const Elements elements = call[0].elements();
  const auto size = static_cast<std::int64_t>(elements.size());
  KALENDS_TRY(const std::int64_t first, AsInt32(call, call[1], call.size() == 2 ? "the count" : "the position"));
  std::int64_t begin = first < 0 ? std::max<std::int64_t>(0, size + first) : std::min(first, size);
  std::int64_t count = size - begin;
  if (call.size() == 3) {
    KALENDS_TRY(const std::int64_t given, AsCount(call, call[2], 1, "the count"));
    count = std::min(count, given);
  } else if (first >= 0) {
    count = begin;
    begin = 0;
  }
  // A part of the same array: nothing is copied.
  return Value::Array(elements.subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(count)));
}

Result<Value> IndexOfArray(const OperatorCall& call) {
  if (IsNullish(call[0])) return Value::Null();
  KALENDS_RETURN_IF_ERROR(CheckArray(call, call[0]));
  const Elements elements = call[0].elements();
  KALENDS_TRY(const auto extent, AsExtent(call, 2, elements.size()));
  for (std::size_t i = extent.has_value() ? extent->begin : 0; extent.has_value() && i < extent->end; ++i) {
    if (EqualByMongo(elements[i], call[1])) return Value::Int(static_cast<std::int32_t>(i));
  }
  return Value::Int(-1);
}

Result<Value> Range(const OperatorCall& call) {
  KALENDS_TRY(const std::int64_t begin, AsInt32(call, call[0], "the start"));
  KALENDS_TRY(const std::int64_t end, AsInt32(call, call[1], "the end"));
  std::int64_t step = 1;
  if (call.size() == 3) {
    KALENDS_TRY(step, AsInt32(call, call[2], "the step"));
  }
  if (step == 0) return Wrong(call, "the step must not be zero");
  const std::int64_t distance = end - begin;
  const std::int64_t count =
      distance == 0 || (distance > 0) != (step > 0) ? 0 : (distance + step - (step > 0 ? 1 : -1)) / step;
  KALENDS_RETURN_IF_ERROR(call.evaluation.Step(static_cast<std::uint64_t>(count)));
  // Before any memory is taken: the whole could be 2^32 numbers.
  if (count > static_cast<std::int64_t>(kExpressionBytesMax / sizeof(Value))) {
    return LimitExceeded("a range of ", count, " numbers takes more than ", kExpressionBytesMax >> 20U, " MiB");
  }
  std::vector<Value> numbers;
  numbers.reserve(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) numbers.push_back(Value::Int(static_cast<std::int32_t>(begin + i * step)));
  return call.evaluation.Array(numbers);
}

Result<Value> ReverseArray(const OperatorCall& call) {
  KALENDS_RETURN_IF_ERROR(CheckArray(call, call[0]));
  const Elements elements = call[0].elements();
  return call.evaluation.Array(std::vector<Value>(elements.rbegin(), elements.rend()));
}

class ZipNode final : public ExpressionNode {
 public:
  ZipNode(std::vector<ExpressionNodePtr> inputs, std::vector<ExpressionNodePtr> defaults, bool longest,
          std::string where)
      : inputs_(std::move(inputs)), defaults_(std::move(defaults)), longest_(longest), where_(std::move(where)) {}

  Result<Value> Evaluate(Evaluation& evaluation) const override {
    std::vector<Elements> arrays;
    bool is_null = false;
    std::size_t shortest = SIZE_MAX;
    std::size_t longest = 0;
    for (const ExpressionNodePtr& input : inputs_) {
      KALENDS_TRY(const Value array, input->Evaluate(evaluation));
      is_null = is_null || IsNullish(array);
      if (IsNullish(array)) continue;
      if (!array.is_array()) {
        return InvalidArgument(where_, ".inputs: expected arrays, found ", TypeName(array.type()));
      }
      arrays.push_back(array.elements());
      shortest = std::min(shortest, arrays.back().size());
      longest = std::max(longest, arrays.back().size());
    }
    if (is_null) return Value::Null();
    std::vector<Value> defaults(inputs_.size(), Value::Null());
    for (std::size_t i = 0; i < defaults_.size(); ++i) {
      KALENDS_TRY(defaults[i], defaults_[i]->Evaluate(evaluation));
      if (defaults[i].is_missing()) defaults[i] = Value::Null();
    }
    std::vector<Value> rows;
    std::vector<Value> row(arrays.size());
    for (std::size_t i = 0; i < (longest_ ? longest : shortest); ++i) {
      KALENDS_RETURN_IF_ERROR(evaluation.Step(row.size()));
      for (std::size_t k = 0; k < row.size(); ++k) row[k] = i < arrays[k].size() ? arrays[k][i] : defaults[k];
      KALENDS_TRY(const Value made, evaluation.Array(row));
      rows.push_back(made);
    }
    KALENDS_TRY(const Value zipped, evaluation.Array(rows));
    if (const Status size = CheckValueSize(zipped); !size.ok()) return WithContext(where_, size.error());
    return zipped;
  }

 private:
  std::vector<ExpressionNodePtr> inputs_;
  std::vector<ExpressionNodePtr> defaults_;
  bool longest_;
  std::string where_;
};

Result<ExpressionNodePtr> ParseZip(ExpressionParser& parser, const Value& operand, const std::string& where) {
  KALENDS_TRY(const auto given, ExpressionParser::NamedArguments(operand, "inputs! useLongestLength defaults", where));
  if (!given[0]->is_array() || given[0]->elements().empty()) {
    return InvalidArgument(where, ".inputs: expected an array of at least one expression");
  }
  bool longest = false;
  if (given[1] != nullptr) {
    if (given[1]->type() != Type::kBool) return InvalidArgument(where, ".useLongestLength: expected true or false");
    longest = given[1]->as_bool();
  }
  KALENDS_TRY(auto inputs, ParseArgumentList(parser, *given[0], where + ".inputs"));
  std::vector<ExpressionNodePtr> defaults;
  if (given[2] != nullptr && !given[2]->is_null()) {
    if (!given[2]->is_array()) return InvalidArgument(where, ".defaults: expected an array");
    if (!longest) return InvalidArgument(where, ".defaults: only with useLongestLength");
    if (given[2]->elements().size() != inputs.size()) {
      return InvalidArgument(where, ".defaults: expected as many as inputs");
    }
    KALENDS_TRY(defaults, ParseArgumentList(parser, *given[2], where + ".defaults"));
  }
  return ExpressionNodePtr(std::make_unique<ZipNode>(std::move(inputs), std::move(defaults), longest, where));
}

constexpr OperatorEntry kOperators[] = {
    Positional("$size", 1, 1, Size),
    Positional("$isArray", 1, 1, IsArray),
    NullPassing("$arrayElemAt", 2, 2, ArrayElementAt),
    NullPassing("$first", 1, 1, End<0>),
    NullPassing("$last", 1, 1, End<-1>),
    Positional("$in", 2, 2, In),
    Positional("$concatArrays", 0, kAnyNumber, ConcatArrays),
    NullPassing("$slice", 2, 3, Slice),
    Positional("$indexOfArray", 2, 4, IndexOfArray),
    Positional("$range", 2, 3, Range),
    NullPassing("$reverseArray", 1, 1, ReverseArray),
    Parsed("$zip", ParseZip),
};

}  // namespace

std::span<const OperatorEntry> ArrayOperators() { return kOperators; }

}  // namespace kalends
