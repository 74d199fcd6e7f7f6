#pragma once

#include <cmath>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "format/arena.h"
#include "kalends/time.h"
#include "kalends/value.h"

namespace kalends {

// Documents and filters over few names and few values, so that they often meet.
class RandomValues {
 public:
  RandomValues(std::uint32_t seed, Arena* arena) : random_(seed), arena_(*arena) {}

  std::uint32_t Below(std::uint32_t bound) { return random_() % bound; }
  bool OneIn(std::uint32_t n) { return Below(n) == 0; }

  Value Text(std::string_view text) { return Value::String(arena_.Copy(text)); }
  Value Object(const std::vector<Field>& fields) { return Value::Object(arena_.Copy(std::span<const Field>(fields))); }
  Value Array(const std::vector<Value>& elements) {
    return Value::Array(arena_.Copy(std::span<const Value>(elements)));
  }

  Value Scalar() {
    switch (Below(14)) {
      case 0:
        return Value::Null();
      case 1:
        return Value::Bool(OneIn(2));
      case 2:
        return Value::Double(0.5 * Below(4));
      case 3:
        return Value::Double(OneIn(2) ? std::nan("") : 9007199254740992.0);
      case 4:
        return Value::Long(OneIn(2) ? 9007199254740993 : Below(3));
      case 5:
        return Value::DateMs(Below(2));
      case 6:
      case 7:
      case 8:
        return Value::String(kTexts[Below(3)]);
      default:
        return Value::Int(static_cast<std::int32_t>(Below(5)) - 1);
    }
  }

  Value Any(int depth) {
    if (depth > 0 && OneIn(3)) {
      std::vector<Value> elements(Below(4));
      for (Value& element : elements) element = Any(depth - 1);
      return Array(elements);
    }
    return depth > 0 && OneIn(3) ? Object(Fields(depth - 1)) : Scalar();
  }

  std::vector<Field> Fields(int depth) {
    std::vector<Field> fields;
    for (const char* name : {"a", "b", "0"}) {
      if (!OneIn(3)) fields.push_back({name, Any(depth)});
    }
    return fields;
  }

  // A condition on the time field (`t`, in milliseconds), near `around`.
  Value TimeOperand(TimeUs around, std::map<std::string, TimeUs>* spelled) {
    switch (Below(6)) {
      case 0:
        return Value::Null();
      case 1:
        return OneIn(3) ? Value::Bool(true) : Value::Long(around.value / 1000);
      case 2:
        return Value::DateMs(around.value / 1000);
      default: {
        const std::string text = FormatTime(around);
        (*spelled)[text] = around;
        return Text(text);
      }
    }
  }

  std::string_view Path() { return kPaths[Below(std::size(kPaths))]; }

  template <class MakeOperand>
  Value Conditions(int depth, const MakeOperand& operand) {
    std::vector<Field> conditions;
    for (std::uint32_t i = 0; i < 1 + Below(2); ++i) {
      const std::string_view name = kOperators[Below(std::size(kOperators))];
      if (name == "$exists") {
        conditions.push_back({name, Value::Bool(OneIn(2))});
      } else if (name == "$not") {
        conditions.push_back({name, depth > 0 ? Conditions(depth - 1, operand) : Object({{"$eq", operand()}})});
      } else if (name == "$in" || name == "$nin") {
        std::vector<Value> operands(Below(4));
        for (Value& each : operands) each = operand();
        conditions.push_back({name, Array(operands)});
      } else {
        conditions.push_back({name, operand()});
      }
    }
    return Object(conditions);
  }

  Value Filter(int depth, TimeUs around, std::map<std::string, TimeUs>* spelled) {
    std::vector<Field> fields;
    for (std::uint32_t i = 0; i < Below(3); ++i) {
      if (depth > 0 && OneIn(3)) {
        std::vector<Value> children;
        for (std::uint32_t k = 0; k < 1 + Below(2); ++k) children.push_back(Filter(depth - 1, around, spelled));
        fields.push_back({kLogical[Below(3)], Array(children)});
      } else if (OneIn(3)) {
        const auto operand = [&] {
          return TimeOperand(TimeUs{around.value + (static_cast<std::int64_t>(Below(2000)) - 1000) * 250}, spelled);
        };
        fields.push_back({"t", OneIn(4) ? operand() : Conditions(1, operand)});
      } else {
        const auto operand = [&] { return Any(2); };
        fields.push_back({Path(), OneIn(3) ? operand() : Conditions(1, operand)});
      }
    }
    return Object(fields);
  }

 private:
  static constexpr std::string_view kTexts[] = {"", "x", "y"};
  static constexpr std::string_view kLogical[] = {"$and", "$or", "$nor"};
  static constexpr std::string_view kOperators[] = {"$eq", "$gt", "$gte", "$lt",  "$lte",
                                                    "$ne", "$in", "$nin", "$not", "$exists"};
  static constexpr std::string_view kPaths[] = {"a",     "b",     "id",    "a.b", "a.0",    "a.0.b",
                                                "a.b.0", "b.0.0", "a.a.a", "b.1", "missing"};

  std::mt19937 random_;
  Arena& arena_;
};

}  // namespace kalends
