// The bits of integers.
#include "query/expression_operators.h"
#include "query/expression_sum.h"

namespace kalends {
namespace {

std::int64_t And(std::int64_t a, std::int64_t b) { return a & b; }
std::int64_t Or(std::int64_t a, std::int64_t b) { return a | b; }
std::int64_t Xor(std::int64_t a, std::int64_t b) { return a ^ b; }

template <std::int64_t (*kCombine)(std::int64_t, std::int64_t), std::int64_t kStart>
Result<Value> Combine(const OperatorCall& call) {
  std::int64_t bits = kStart;
  bool as_long = false;
  bool is_null = false;
  for (const Value& argument : call.arguments) {
    if (IsNullish(argument)) {
      is_null = true;
    } else if (argument.is_integer()) {
      bits = kCombine(bits, argument.as_integer());
      as_long = as_long || argument.type() == Type::kLong;
    } else {
      return WrongType(call, "an int or a long", argument);
    }
  }
  return is_null ? Value::Null() : IntegerValue(bits, as_long);
}

Result<Value> Not(const OperatorCall& call) {
  if (!call[0].is_integer()) return WrongType(call, "an int or a long", call[0]);
  return IntegerValue(~call[0].as_integer(), call[0].type() == Type::kLong);
}

constexpr OperatorEntry kOperators[] = {
    Positional("$bitAnd", 0, kAnyNumber, Combine<And, -1>),
    Positional("$bitOr", 0, kAnyNumber, Combine<Or, 0>),
    Positional("$bitXor", 0, kAnyNumber, Combine<Xor, 0>),
    NullPassing("$bitNot", 1, 1, Not),
};

}  // namespace

std::span<const OperatorEntry> BitwiseOperators() { return kOperators; }

}  // namespace kalends
