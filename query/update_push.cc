// $push: the values of $each are put at $position, then the array is sorted by $sort, then cut by $slice.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "format/errors.h"
#include "query/filter_values.h"
#include "query/update_action.h"
#include "query/update_path.h"
#include "query/update_push_sort.h"

namespace kalends {
namespace {

struct PushClauses {
  std::vector<Value> values;
  std::optional<std::int64_t> position;  // From the end where negative.
  std::optional<std::int64_t> slice;     // How many are kept: the first, or the last where negative.
  std::optional<PushSort> sort;
};

// |number|, of which INT64_MIN has one too, or `most` where that is less.
std::size_t Magnitude(std::int64_t number, std::size_t most) {
  const std::uint64_t magnitude =
      number < 0 ? ~static_cast<std::uint64_t>(number) + 1 : static_cast<std::uint64_t>(number);
  return static_cast<std::size_t>(std::min<std::uint64_t>(magnitude, most));
}

class Push final : public UpdateAction {
 public:
  Push(std::string place, PushClauses clauses)
      : UpdateAction(std::move(place), WhereMissing::kMakesPath), clauses_(std::move(clauses)) {}

 protected:
  Result<UpdateChange> Change(const UpdateTarget& target, UpdateRun& run) const override {
    std::vector<Value> elements;
    if (!target.value.is_missing()) {
      if (!target.value.is_array()) {
        return InvalidArgument(place(), ": expected an array in the document, found ", TypeName(target.value.type()));
      }
      elements.assign(target.value.elements().begin(), target.value.elements().end());
    }
    elements.insert(elements.begin() + static_cast<std::ptrdiff_t>(Position(elements.size())), clauses_.values.begin(),
                    clauses_.values.end());
    if (clauses_.sort.has_value()) clauses_.sort->Sort(&elements);
    const Value after = Value::Array(run.arena.Copy(Slice(elements)));
    if (SameInOrder(target.value, after)) return UpdateChange::Same();
    return UpdateChange::Set(after);
  }

 private:
  std::size_t Position(std::size_t size) const {
    if (!clauses_.position.has_value()) return size;
    const std::size_t distance = Magnitude(*clauses_.position, size);
    return *clauses_.position < 0 ? size - distance : distance;
  }

  std::span<const Value> Slice(const std::vector<Value>& elements) const {
    const std::span<const Value> all(elements);
    if (!clauses_.slice.has_value()) return all;
    const std::size_t kept = Magnitude(*clauses_.slice, all.size());
    return *clauses_.slice < 0 ? all.last(kept) : all.first(kept);
  }

  PushClauses clauses_;
};

Result<std::int64_t> ParseInteger(const Value& value, const std::string& place) {
  if (const auto integer = ExactInteger(value)) return *integer;
  return InvalidArgument(place, ": expected an integer, found ",
                         value.is_number() ? ToJson(value) : TypeName(value.type()));
}

Result<PushClauses> ParseClauses(const Value& value, const std::string& place) {
  PushClauses clauses;
  for (const auto& [name, operand] : value.fields()) {
    const std::string where = place + "." + ShortName(name);
    if (name == "$each") {
      if (!operand.is_array()) return InvalidArgument(where, ": expected an array, found ", TypeName(operand.type()));
      clauses.values.assign(operand.elements().begin(), operand.elements().end());
    } else if (name == "$position") {
      KALENDS_TRY(clauses.position, ParseInteger(operand, where));
    } else if (name == "$slice") {
      KALENDS_TRY(clauses.slice, ParseInteger(operand, where));
    } else if (name == "$sort") {
      KALENDS_TRY(clauses.sort, PushSort::Parse(operand, where));
    } else {
      return InvalidArgument(where, ": expected $each, $position, $slice or $sort");
    }
  }
  return clauses;
}

}  // namespace

Result<UpdateActionPtr> MakePush(const UpdateOperand& operand) {
  PushClauses clauses = {.values = {operand.value}, .position = {}, .slice = {}, .sort = {}};
  const Value& value = operand.value;
  // Without $each an object is a value to push, whatever its names.
  if (value.is_object() && !value.Get("$each").is_missing()) {
    KALENDS_TRY(clauses, ParseClauses(value, operand.place));
  }
  return UpdateActionPtr(std::make_unique<Push>(operand.place, std::move(clauses)));
}

}  // namespace kalends
