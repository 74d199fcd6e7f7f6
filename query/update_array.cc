// $addToSet, $pop, $pull and $pullAll.
#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "format/compare.h"
#include "format/errors.h"
#include "query/element_filter.h"
#include "query/filter_values.h"
#include "query/update_action.h"

namespace kalends {
namespace {

bool IsLess(const Value& a, const Value& b) { return Compare(a, b) < 0; }

Value ArrayOf(const std::vector<Value>& elements, Arena& arena) {
  return Value::Array(arena.Copy(std::span<const Value>(elements)));
}

Status CheckArray(const Value& value, std::string_view place) {
  if (value.is_array()) return {};
  return InvalidArgument(place, ": expected an array in the document, found ", TypeName(value.type()));
}

class AddToSet final : public UpdateAction {
 public:
  AddToSet(std::string place, std::span<const Value> values)
      : UpdateAction(std::move(place), WhereMissing::kMakesPath) {
    // Equal ones stand side by side in the order in which they were given: the first of them is kept.
    std::vector<std::size_t> order(values.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return IsLess(values[a], values[b]); });
    const auto end =
        std::unique(order.begin(), order.end(), [&](auto a, auto b) { return EqualByMongo(values[a], values[b]); });
    order.erase(end, order.end());
    for (const std::size_t i : order) sorted_.push_back({values[i], i});
  }

 protected:
  Result<UpdateChange> Change(const UpdateTarget& target, UpdateRun& run) const override {
    std::vector<Value> elements;
    if (!target.value.is_missing()) {
      KALENDS_RETURN_IF_ERROR(CheckArray(target.value, place()));
      elements.assign(target.value.elements().begin(), target.value.elements().end());
    }
    std::vector<bool> is_there(sorted_.size());
    for (const Value& element : elements) {
      const auto found = std::lower_bound(sorted_.begin(), sorted_.end(), element,
                                          [](const Member& a, const Value& b) { return IsLess(a.value, b); });
      if (found != sorted_.end() && EqualByMongo(found->value, element)) is_there[found - sorted_.begin()] = true;
    }
    std::vector<Member> added;
    for (std::size_t i = 0; i < sorted_.size(); ++i) {
      if (!is_there[i]) added.push_back(sorted_[i]);
    }
    if (added.empty() && !target.value.is_missing()) return UpdateChange::Same();
    std::sort(added.begin(), added.end(), [](const Member& a, const Member& b) { return a.place < b.place; });
    for (const Member& member : added) elements.push_back(member.value);
    return UpdateChange::Set(ArrayOf(elements, run.arena));
  }

 private:
  struct Member {
    Value value;
    std::size_t place;  // Among the values as they were given.
  };
  std::vector<Member> sorted_;
};

class Pop final : public UpdateAction {
 public:
  Pop(std::string place, bool is_first)
      : UpdateAction(std::move(place), WhereMissing::kNeedsNoPath), is_first_(is_first) {}

 protected:
  Result<UpdateChange> Change(const UpdateTarget& target, UpdateRun& /*run*/) const override {
    KALENDS_RETURN_IF_ERROR(CheckArray(target.value, place()));
    const std::span<const Value> elements = target.value.elements();
    if (elements.empty()) return UpdateChange::Same();
    return UpdateChange::Set(Value::Array(elements.subspan(is_first_ ? 1 : 0, elements.size() - 1)));
  }

 private:
  bool is_first_;
};

// Removes elements from an array.
class Culling : public UpdateAction {
 public:
  explicit Culling(std::string place) : UpdateAction(std::move(place), WhereMissing::kIgnores) {}

 protected:
  virtual Result<bool> IsCulled(const Value& element, UpdateRun& run) const = 0;

  Result<UpdateChange> Change(const UpdateTarget& target, UpdateRun& run) const override {
    KALENDS_RETURN_IF_ERROR(CheckArray(target.value, place()));
    std::vector<Value> kept;
    for (const Value& element : target.value.elements()) {
      KALENDS_TRY(const bool is_culled, IsCulled(element, run));
      if (!is_culled) kept.push_back(element);
    }
    if (kept.size() == target.value.elements().size()) return UpdateChange::Same();
    return UpdateChange::Set(ArrayOf(kept, run.arena));
  }
};

class Pull final : public Culling {
 public:
  Pull(std::string place, std::shared_ptr<const ElementFilter> filter)
      : Culling(std::move(place)), filter_(std::move(filter)) {}

 protected:
  Result<bool> IsCulled(const Value& element, UpdateRun& run) const override {
    run.scratch.arena.Reset();
    const bool matches = filter_->Matches(element, run.scratch);
    if (run.scratch.error.has_value()) return WithContext(place(), *run.scratch.error);
    return matches;
  }

 private:
  std::shared_ptr<const ElementFilter> filter_;
};

class PullAll final : public Culling {
 public:
  PullAll(std::string place, std::span<const Value> values)
      : Culling(std::move(place)), sorted_(values.begin(), values.end()) {
    std::sort(sorted_.begin(), sorted_.end(), IsLess);
  }

 protected:
  Result<bool> IsCulled(const Value& element, UpdateRun& /*run*/) const override {
    return std::binary_search(sorted_.begin(), sorted_.end(), element, IsLess);
  }

 private:
  std::vector<Value> sorted_;
};

}  // namespace

Result<UpdateActionPtr> MakeAddToSet(const UpdateOperand& operand) {
  const Value each = operand.value.Get("$each");
  if (each.is_missing()) {
    return UpdateActionPtr(std::make_unique<AddToSet>(operand.place, std::span<const Value>(&operand.value, 1)));
  }
  if (!each.is_array()) {
    return InvalidArgument(operand.place, ".$each: expected an array, found ", TypeName(each.type()));
  }
  if (operand.value.fields().size() > 1) return InvalidArgument(operand.place, ": $each stands alone in $addToSet");
  return UpdateActionPtr(std::make_unique<AddToSet>(operand.place, each.elements()));
}

Result<UpdateActionPtr> MakePop(const UpdateOperand& operand) {
  const auto end = ExactInteger(operand.value);
  if (end != 1 && end != -1) {
    return InvalidArgument(operand.place, ": expected 1 (the last element) or -1 (the first), found ",
                           operand.value.is_number() ? ToJson(operand.value) : TypeName(operand.value.type()));
  }
  return UpdateActionPtr(std::make_unique<Pop>(operand.place, end == -1));
}

Result<UpdateActionPtr> MakePull(const UpdateOperand& operand) {
  KALENDS_TRY(auto filter, ElementFilter::Parse(operand.value, operand.place));
  return UpdateActionPtr(std::make_unique<Pull>(operand.place, std::move(filter)));
}

Result<UpdateActionPtr> MakePullAll(const UpdateOperand& operand) {
  if (!operand.value.is_array()) {
    return InvalidArgument(operand.place, ": expected an array, found ", TypeName(operand.value.type()));
  }
  return UpdateActionPtr(std::make_unique<PullAll>(operand.place, operand.value.elements()));
}

}  // namespace kalends
