// Objects: merged, taken apart, made, and their fields by names that may hold dots and dollars.
#include <string>
#include <unordered_map>
#include <vector>

#include "query/expression_arguments.h"
#include "query/expression_leaves.h"
#include "query/expression_operators.h"
#include "query/expression_parser.h"

namespace kalends {
namespace {

// Fields in the order in which their names came first, each with its last value.
class FieldList {
 public:
  void Put(std::string_view name, const Value& value) {
    const auto [place, is_new] = places_.try_emplace(name, fields_.size());
    if (is_new) {
      fields_.push_back({.name = name, .value = value});
    } else {
      fields_[place->second].value = value;
    }
  }
  std::span<const Field> fields() const { return fields_; }

 private:
  std::vector<Field> fields_;
  std::unordered_map<std::string_view, std::size_t> places_;
};

Result<Value> MergeObjects(const OperatorCall& call) {
  FieldList merged;
  for (const Value& object : call.arguments) {
    if (IsNullish(object)) continue;
    if (!object.is_object()) return WrongType(call, "objects", object);
    for (const Field& field : object.fields()) merged.Put(field.name, field.value);
  }
  return call.evaluation.Object(merged.fields());
}

Result<Value> ObjectToArray(const OperatorCall& call) {
  if (!call[0].is_object()) return WrongType(call, "an object", call[0]);
  std::vector<Value> pairs;
  pairs.reserve(call[0].fields().size());
  for (const Field& field : call[0].fields()) {
    const Field pair[] = {{.name = "k", .value = Value::String(field.name)}, {.name = "v", .value = field.value}};
    KALENDS_TRY(const Value made, call.evaluation.Object(pair));
    pairs.push_back(made);
  }
  return call.evaluation.Array(pairs);
}

Result<Value> ArrayToObject(const OperatorCall& call) {
  KALENDS_RETURN_IF_ERROR(CheckArray(call, call[0]));
  const std::span<const Value> pairs = call[0].elements();
  FieldList made;
  // The first element says which of the two forms all must have.
  const bool has_names = !pairs.empty() && pairs.front().is_object();
  for (const Value& pair : pairs) {
    Value key;
    Value value;
    if (has_names) {
      key = pair.Get("k");
      value = pair.Get("v");
      if (!pair.is_object() || pair.fields().size() != 2 || key.is_missing() || value.is_missing()) {
        return Wrong(call, "expected objects of k and v alone");
      }
    } else {
      if (!pair.is_array() || pair.elements().size() != 2) {
        return Wrong(call, "expected an array of [key, value] or of {k: key, v: value}");
      }
      key = pair.elements()[0];
      value = pair.elements()[1];
    }
    if (!key.is_string()) return Wrong(call, "a key must be a string, found ", TypeName(key.type()));
    if (key.as_string().find('\0') != std::string_view::npos) return Wrong(call, "a key must not hold a zero byte");
    made.Put(key.as_string(), value);
  }
  return call.evaluation.Object(made.fields());
}

Result<Value> GetField(const OperatorCall& call) {
  KALENDS_RETURN_IF_ERROR(CheckString(call, call[0]));
  if (call[1].is_null()) return Value::Null();
  return call[1].Get(call[0].as_string());
}

Result<Value> SetField(const OperatorCall& call) {
  const std::string_view name = call[0].as_string();
  const Value& input = call[1];
  const Value& value = call[2];
  if (IsNullish(input)) return Value::Null();
  if (!input.is_object()) return WrongType(call, "an object", input);
  std::vector<Field> fields;
  bool is_set = value.is_missing();
  for (const Field& field : input.fields()) {
    if (field.name != name) {
      fields.push_back(field);
    } else if (!value.is_missing()) {
      fields.push_back({.name = field.name, .value = value});
      is_set = true;
    }
  }
  if (!is_set) fields.push_back({.name = name, .value = value});
  return call.evaluation.Object(fields);
}

constexpr OperatorEntry kGetField = Positional("$getField", 2, 2, GetField);
constexpr OperatorEntry kSetField = Positional("$setField", 3, 3, SetField);

// {field, input}, or the field alone: then of the document.
Result<ExpressionNodePtr> ParseGetField(ExpressionParser& parser, const Value& operand, const std::string& where) {
  std::vector<ExpressionNodePtr> arguments;
  const bool is_named =
      operand.is_object() && (operand.fields().empty() || !operand.fields().front().name.starts_with('$'));
  std::vector<const Value*> given{&operand, nullptr};
  if (is_named) {
    KALENDS_TRY(given, ExpressionParser::NamedArguments(operand, "field! input!", where));
  }
  const Value current = Value::String("$$CURRENT");
  for (const Value* argument : {given[0], given[1] == nullptr ? &current : given[1]}) {
    KALENDS_TRY(ExpressionNodePtr node, parser.Parse(*argument, where));
    arguments.push_back(std::move(node));
  }
  const Value* const name = arguments[0]->AsConstant();
  if (name != nullptr && !name->is_string()) {
    return InvalidArgument(where, ": the field must be a string, found ", TypeName(name->type()));
  }
  return parser.MakeCall(kGetField, std::move(arguments), where);
}

template <bool kUnset>
Result<ExpressionNodePtr> ParseSetField(ExpressionParser& parser, const Value& operand, const std::string& where) {
  KALENDS_TRY(const auto given,
              ExpressionParser::NamedArguments(operand, kUnset ? "field! input!" : "field! input! value!", where));
  std::vector<ExpressionNodePtr> arguments;
  for (const Value* argument : given) {
    KALENDS_TRY(ExpressionNodePtr node, parser.Parse(*argument, where));
    arguments.push_back(std::move(node));
  }
  if (kUnset) arguments.push_back(parser.Constant(Value()));
  const Value* const name = arguments[0]->AsConstant();
  if (name == nullptr || !name->is_string() || name->as_string().find('\0') != std::string_view::npos) {
    return InvalidArgument(where, ": the field must be a constant string without a zero byte");
  }
  return parser.MakeCall(kSetField, std::move(arguments), where);
}

constexpr OperatorEntry kOperators[] = {
    Positional("$mergeObjects", 0, kAnyNumber, MergeObjects),
    NullPassing("$objectToArray", 1, 1, ObjectToArray),
    NullPassing("$arrayToObject", 1, 1, ArrayToObject),
    Parsed("$getField", ParseGetField),
    Parsed("$setField", ParseSetField<false>),
    Parsed("$unsetField", ParseSetField<true>),
};

}  // namespace

std::span<const OperatorEntry> ObjectOperators() { return kOperators; }

}  // namespace kalends
