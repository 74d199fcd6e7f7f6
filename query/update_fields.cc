// $set, $setOnInsert, $unset, $min, $max and $currentDate: operators that put a value of theirs in the place of
// another.
#include <compare>
#include <utility>

#include "format/compare.h"
#include "format/errors.h"
#include "query/update_action.h"

namespace kalends {
namespace {

UpdateChange SetUnlessSame(const Value& before, const Value& after) {
  return SameInOrder(before, after) ? UpdateChange::Same() : UpdateChange::Set(after);
}

class Set : public UpdateAction {
 public:
  Set(std::string place, const Value& value)
      : UpdateAction(std::move(place), WhereMissing::kMakesPath), value_(value) {}

 protected:
  Result<UpdateChange> Change(const UpdateTarget& target, UpdateRun& /*run*/) const override {
    return SetUnlessSame(target.value, value_);
  }

 private:
  Value value_;
};

class SetOnInsert final : public Set {
 public:
  using Set::Set;

 protected:
  bool Acts(const UpdateRun& run) const override { return run.is_inserting; }
};

class Unset final : public UpdateAction {
 public:
  explicit Unset(std::string place) : UpdateAction(std::move(place), WhereMissing::kIgnores) {}

 protected:
  Result<UpdateChange> Change(const UpdateTarget& /*target*/, UpdateRun& /*run*/) const override {
    return UpdateChange::Removed();
  }
};

// $min and $max. Values of other types count too, in the total order.
class SetIfCompares final : public UpdateAction {
 public:
  SetIfCompares(std::string place, const Value& value, std::weak_ordering wanted)
      : UpdateAction(std::move(place), WhereMissing::kMakesPath), value_(value), wanted_(wanted) {}

 protected:
  Result<UpdateChange> Change(const UpdateTarget& target, UpdateRun& /*run*/) const override {
    if (!target.value.is_missing() && Compare(value_, target.value) != wanted_) return UpdateChange::Same();
    return UpdateChange::Set(value_);
  }

 private:
  Value value_;
  std::weak_ordering wanted_;
};

}  // namespace

Result<UpdateActionPtr> MakeSet(const UpdateOperand& operand) {
  return UpdateActionPtr(std::make_unique<Set>(operand.place, operand.value));
}

Result<UpdateActionPtr> MakeSetOnInsert(const UpdateOperand& operand) {
  return UpdateActionPtr(std::make_unique<SetOnInsert>(operand.place, operand.value));
}

// The value is not looked at: MongoDB takes any.
Result<UpdateActionPtr> MakeUnset(const UpdateOperand& operand) {
  return UpdateActionPtr(std::make_unique<Unset>(operand.place));
}

Result<UpdateActionPtr> MakeMin(const UpdateOperand& operand) {
  return UpdateActionPtr(std::make_unique<SetIfCompares>(operand.place, operand.value, std::weak_ordering::less));
}

Result<UpdateActionPtr> MakeMax(const UpdateOperand& operand) {
  return UpdateActionPtr(std::make_unique<SetIfCompares>(operand.place, operand.value, std::weak_ordering::greater));
}

// MongoDB takes `false` for `true`.
Result<UpdateActionPtr> MakeCurrentDate(const UpdateOperand& operand) {
  const Value& option = operand.value;
  if (option.is_object()) {
    if (option.fields().size() != 1 || option.fields().front().name != "$type") {
      return InvalidArgument(operand.place, ": expected {$type: \"date\"}, found other fields");
    }
    const Value& type = option.fields().front().value;
    if (type.is_string() && type.as_string() == "timestamp") {
      return Unsupported(operand.place, ".$type: values of type timestamp are not supported; use \"date\"");
    }
    if (!type.is_string() || type.as_string() != "date") {
      return InvalidArgument(operand.place, ".$type: expected \"date\", found another ", TypeName(type.type()));
    }
  } else if (option.type() != Type::kBool) {
    return InvalidArgument(operand.place, ": expected true or {$type: \"date\"}, found ", TypeName(option.type()));
  }
  return UpdateActionPtr(std::make_unique<Set>(operand.place, Value::DateMs(operand.now_ms)));
}

}  // namespace kalends
