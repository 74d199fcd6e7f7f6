// $inc, $mul and $bit. An int becomes a long where it does not suffice; a long that does not suffice is an error.
#include <cstdint>
#include <utility>

#include "format/errors.h"
#include "query/update_action.h"

namespace kalends {
namespace {

Value IntegerOf(std::int64_t number, bool as_long) {
  if (as_long || number < INT32_MIN || number > INT32_MAX) return Value::Long(number);
  return Value::Int(static_cast<std::int32_t>(number));
}

bool IsLong(const Value& a, const Value& b) { return a.type() == Type::kLong || b.type() == Type::kLong; }

class Arithmetic final : public UpdateAction {
 public:
  Arithmetic(std::string place, const Value& value, bool multiplies)
      : UpdateAction(std::move(place), WhereMissing::kMakesPath), value_(value), multiplies_(multiplies) {}

 protected:
  Result<UpdateChange> Change(const UpdateTarget& target, UpdateRun& /*run*/) const override {
    const bool is_new = target.value.is_missing();
    if (is_new && !multiplies_) return UpdateChange::Set(value_);
    const Value before = is_new ? Value::Int(0) : target.value;
    if (!before.is_number()) {
      return InvalidArgument(place(), ": expected a number in the document, found ", TypeName(before.type()));
    }
    KALENDS_TRY(const Value after, Compute(before));
    if (!is_new && SameInOrder(before, after)) return UpdateChange::Same();
    return UpdateChange::Set(after);
  }

 private:
  Result<Value> Compute(const Value& before) const {
    if (before.type() == Type::kDouble || value_.type() == Type::kDouble) {
      const double a = before.ToDouble();
      const double b = value_.ToDouble();
      return Value::Double(multiplies_ ? a * b : a + b);
    }
    std::int64_t after = 0;
    const bool overflows = multiplies_ ? __builtin_mul_overflow(before.as_integer(), value_.as_integer(), &after)
                                       : __builtin_add_overflow(before.as_integer(), value_.as_integer(), &after);
    if (overflows) {
      return InvalidArgument(place(), ": ", before.as_integer(), multiplies_ ? " times " : " plus ",
                             value_.as_integer(), " does not fit 64 bits");
    }
    return IntegerOf(after, IsLong(before, value_));
  }

  Value value_;
  bool multiplies_;
};

class Bit final : public UpdateAction {
 public:
  // The steps are fields such as {and: 5}, checked.
  Bit(std::string place, std::span<const Field> steps)
      : UpdateAction(std::move(place), WhereMissing::kMakesPath), steps_(steps) {}

 protected:
  Result<UpdateChange> Change(const UpdateTarget& target, UpdateRun& /*run*/) const override {
    Value value = target.value.is_missing() ? Value::Int(0) : target.value;
    if (!value.is_integer()) {
      return InvalidArgument(place(), ": expected an int or a long in the document, found ", TypeName(value.type()));
    }
    for (const Field& step : steps_) {
      value = IntegerOf(Compute(step.name, value.as_integer(), step.value.as_integer()), IsLong(value, step.value));
    }
    if (SameInOrder(target.value, value)) return UpdateChange::Same();
    return UpdateChange::Set(value);
  }

 private:
  static std::int64_t Compute(std::string_view operation, std::int64_t a, std::int64_t b) {
    const auto x = static_cast<std::uint64_t>(a);
    const auto y = static_cast<std::uint64_t>(b);
    if (operation == "and") return static_cast<std::int64_t>(x & y);
    return static_cast<std::int64_t>(operation == "or" ? x | y : x ^ y);
  }

  std::span<const Field> steps_;
};

Result<UpdateActionPtr> MakeArithmetic(const UpdateOperand& operand, bool multiplies) {
  if (!operand.value.is_number()) {
    return InvalidArgument(operand.place, ": expected a number, found ", TypeName(operand.value.type()));
  }
  return UpdateActionPtr(std::make_unique<Arithmetic>(operand.place, operand.value, multiplies));
}

}  // namespace

Result<UpdateActionPtr> MakeInc(const UpdateOperand& operand) { return MakeArithmetic(operand, false); }

Result<UpdateActionPtr> MakeMul(const UpdateOperand& operand) { return MakeArithmetic(operand, true); }

Result<UpdateActionPtr> MakeBit(const UpdateOperand& operand) {
  if (!operand.value.is_object()) {
    return InvalidArgument(operand.place, ": expected an object such as {and: 5}, found ",
                           TypeName(operand.value.type()));
  }
  if (operand.value.fields().empty()) return InvalidArgument(operand.place, ": expected and, or or xor, found nothing");
  for (const auto& [name, number] : operand.value.fields()) {
    if (name != "and" && name != "or" && name != "xor") {
      return InvalidArgument(operand.place, ": expected and, or or xor, found another name");
    }
    if (!number.is_integer()) {
      return InvalidArgument(operand.place, ".", name, ": expected an int or a long, found ", TypeName(number.type()));
    }
  }
  return UpdateActionPtr(std::make_unique<Bit>(operand.place, operand.value.fields()));
}

}  // namespace kalends
