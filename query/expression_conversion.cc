// $type, $convert and its short forms.
#include <array>
#include <optional>
#include <utility>

#include "query/expression_convert_value.h"
#include "query/expression_operators.h"
#include "query/expression_parser.h"
#include "query/filter_values.h"

namespace kalends {
namespace {

Result<Value> TypeOf(const OperatorCall& call) { return Value::String(TypeName(call[0].type())); }
Result<Value> IsNumber(const OperatorCall& call) { return Value::Bool(call[0].is_number()); }

template <Type kTo>
Result<Value> ConvertTo(const OperatorCall& call) {
  Result<Value> value = ConvertValue(call[0], kTo, call.evaluation);
  if (value.has_value() || value.error().code() == ErrorCode::kLimitExceeded) return value;
  return WithContext(call.where, value.error());
}

// MongoDB's types by name and number; those that values cannot have are kMissing.
struct NamedType {
  std::string_view name;
  int number;
  Type type;
};
constexpr std::array kTypes = {
    NamedType{"double", 1, Type::kDouble},
    NamedType{"string", 2, Type::kString},
    NamedType{"object", 3, Type::kObject},
    NamedType{"array", 4, Type::kArray},
    NamedType{"binData", 5, Type::kBinary},
    NamedType{"undefined", 6, Type::kMissing},
    NamedType{"objectId", 7, Type::kObjectId},
    NamedType{"bool", 8, Type::kBool},
    NamedType{"date", 9, Type::kDate},
    NamedType{"null", 10, Type::kNull},
    NamedType{"regex", 11, Type::kMissing},
    NamedType{"dbPointer", 12, Type::kMissing},
    NamedType{"javascript", 13, Type::kMissing},
    NamedType{"symbol", 14, Type::kMissing},
    NamedType{"int", 16, Type::kInt},
    NamedType{"timestamp", 17, Type::kMissing},
    NamedType{"long", 18, Type::kLong},
    NamedType{"decimal", 19, Type::kMissing},
    NamedType{"minKey", -1, Type::kMissing},
    NamedType{"maxKey", 127, Type::kMissing},
    NamedType{"missing", 0, Type::kMissing},
};

const NamedType* FindType(const Value& to) {
  const auto number = ExactInteger(to);
  for (const NamedType& type : kTypes) {
    if (to.is_string() ? type.name == to.as_string() : number == type.number) return &type;
  }
  return nullptr;
}

class ConvertNode final : public ExpressionNode {
 public:
  // The arguments that were not given are nullptr.
  ConvertNode(ExpressionNodePtr input, ExpressionNodePtr to, ExpressionNodePtr on_error, ExpressionNodePtr on_null,
              std::string where)
      : input_(std::move(input)),
        to_(std::move(to)),
        on_error_(std::move(on_error)),
        on_null_(std::move(on_null)),
        where_(std::move(where)) {}

  Result<Value> Evaluate(Evaluation& evaluation) const override {
    KALENDS_RETURN_IF_ERROR(evaluation.Step());
    KALENDS_TRY(const Value input, input_->Evaluate(evaluation));
    KALENDS_TRY(Value to, to_->Evaluate(evaluation));
    if (to.is_object()) to = to.Get("type");
    const NamedType* const type = FindType(to);
    if (!IsNullish(to) && type == nullptr) {
      return InvalidArgument(where_, ".to: expected the name or the number of a type");
    }
    if (IsNullish(input)) return on_null_ == nullptr ? Value::Null() : on_null_->Evaluate(evaluation);
    if (IsNullish(to)) return Value::Null();
    if (type->name == "binData" || type->name == "decimal") {
      return Unsupported(where_, ": the conversion to ", type->name, " is not supported");
    }
    Result<Value> value = ConvertValue(input, type->type, evaluation);
    if (value.has_value()) return value;
    if (on_error_ != nullptr && value.error().code() == ErrorCode::kInvalidArgument) {
      return on_error_->Evaluate(evaluation);
    }
    return WithContext(where_, value.error());
  }

 private:
  ExpressionNodePtr input_;
  ExpressionNodePtr to_;
  ExpressionNodePtr on_error_;
  ExpressionNodePtr on_null_;
  std::string where_;
};

Result<ExpressionNodePtr> ParseConvert(ExpressionParser& parser, const Value& operand, const std::string& where) {
  KALENDS_TRY(const auto given,
              ExpressionParser::NamedArguments(operand, "input! to! onError onNull format base byteOrder", where));
  // They change what comes of binaries and of numbers in other bases.
  for (std::size_t i = 4; i < given.size(); ++i) {
    if (given[i] != nullptr) return Unsupported(where, ": format, base and byteOrder are not supported");
  }
  std::array<ExpressionNodePtr, 4> nodes;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (given[i] == nullptr) continue;
    KALENDS_TRY(nodes[i], parser.Parse(*given[i], where));
  }
  return ExpressionNodePtr(std::make_unique<ConvertNode>(std::move(nodes[0]), std::move(nodes[1]), std::move(nodes[2]),
                                                         std::move(nodes[3]), where));
}

constexpr OperatorEntry kOperators[] = {
    Positional("$type", 1, 1, TypeOf),
    Positional("$isNumber", 1, 1, IsNumber),
    Parsed("$convert", ParseConvert),
    NullPassing("$toBool", 1, 1, ConvertTo<Type::kBool>),
    NullPassing("$toDate", 1, 1, ConvertTo<Type::kDate>),
    NullPassing("$toDouble", 1, 1, ConvertTo<Type::kDouble>),
    NullPassing("$toInt", 1, 1, ConvertTo<Type::kInt>),
    NullPassing("$toLong", 1, 1, ConvertTo<Type::kLong>),
    NullPassing("$toObjectId", 1, 1, ConvertTo<Type::kObjectId>),
    NullPassing("$toString", 1, 1, ConvertTo<Type::kString>),
};

}  // namespace

std::span<const OperatorEntry> ConversionOperators() { return kOperators; }

}  // namespace kalends
