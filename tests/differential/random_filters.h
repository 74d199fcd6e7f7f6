#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/differential/random_trees.h"
#include "tests/differential/tree.h"
#include "tests/differential/tree_order.h"

namespace kalends::differential {

// Paths and values that a filter may name; real documents bring their own.
class Vocabulary {
 public:
  virtual ~Vocabulary() = default;
  virtual std::string Path(Random& random) const = 0;
  // Where a value of a document may be found again.
  virtual std::pair<std::string, Tree> PathAndValue(Random& random) const = 0;
  virtual std::string TimeField() const = 0;
  virtual Tree Time(Random& random) const = 0;
};

// Every operator of filters. All that it makes is valid.
class RandomFilters {
 public:
  RandomFilters(Random& random, const Vocabulary& vocabulary) : random_(random), vocabulary_(vocabulary) {}

  Tree Filter(int depth) {
    Tree filter = Object();
    for (std::uint32_t i = 1 + random_.Below(random_.OneIn(3) ? 3 : 1); i > 0; --i) {
      if (depth > 0 && random_.OneIn(4)) {
        static constexpr std::string_view kLogical[] = {"$and", "$or", "$nor"};
        Tree parts = Array();
        for (std::uint32_t k = 1 + random_.Below(3); k > 0; --k) parts.items.push_back(Filter(depth - 1));
        filter.Set(random_.OneOf(kLogical), std::move(parts));
      } else if (random_.OneIn(8)) {
        filter.Set("$expr", Condition(2));
      } else if (random_.OneIn(30)) {
        filter.Set("$comment", Text("why"));
      } else if (!vocabulary_.TimeField().empty() && random_.OneIn(5)) {
        filter.Set(vocabulary_.TimeField(), OnTime());
      } else {
        const auto [path, value] = vocabulary_.PathAndValue(random_);
        filter.Set(path, OnField(value));
      }
    }
    return filter;
  }

  // {$elemMatch: this}
  Tree OnElement(const Tree& value, int depth) {
    if (random_.OneIn(2)) return Conditions(value, depth);
    Tree filter = Object();
    for (std::uint32_t i = random_.Below(3); i > 0; --i) {
      filter.Set(random_.OneOf(kNames), OnField(RandomValue(random_, 1)));
    }
    if (depth > 0 && random_.OneIn(6))
      filter.Set("$or", Array({OnElementFields(depth - 1), OnElementFields(depth - 1)}));
    return filter;
  }

 private:
  static constexpr std::string_view kNames[] = {"a", "b", "c", "0", "a.b", "0.a", "a.0"};
  static constexpr std::string_view kComparisons[] = {"$eq", "$ne", "$gt", "$gte", "$lt", "$lte"};

  Tree OnElementFields(int depth) {
    return Object({{random_.OneOf(kNames), Conditions(RandomValue(random_, 1), depth)}});
  }

  Tree OnField(const Tree& value) {
    const bool looks_like_operators = value.IsObject() && !value.names.empty() && value.names[0].starts_with('$');
    return random_.OneIn(4) && !looks_like_operators ? value : Conditions(value, 2);
  }

  Tree Conditions(const Tree& value, int depth) {
    Tree conditions = Object();
    for (std::uint32_t i = random_.OneIn(4) ? 2 : 1; i > 0; --i) AddCondition(value, depth, &conditions);
    return conditions;
  }

  Tree List(const Tree& value) {
    Tree list = Array();
    for (std::uint32_t i = random_.Below(4); i > 0; --i) list.items.push_back(RandomValue(random_, 1));
    if (random_.OneIn(3)) list.items.push_back(value);
    DropOperators(&list);
    return list;
  }

  // {$gt: ...} in a list of values is refused, whatever comes after the dollar.
  static void DropOperators(Tree* list) {
    std::erase_if(list->items, [](const Tree& item) {
      return item.IsObject() && !item.names.empty() && item.names[0].starts_with('$');
    });
  }

  void AddCondition(const Tree& value, int depth, Tree* conditions) {
    switch (random_.Below(18)) {
      case 0:
      case 1: {
        Tree list = List(value);
        conditions->Set(random_.OneIn(2) ? "$in" : "$nin", std::move(list));
        return;
      }
      case 2:
        conditions->Set("$exists", random_.OneIn(4) ? Int(random_.Below(2)) : Bool(random_.OneIn(2)));
        return;
      case 3:
        conditions->Set("$type", TypeOperand());
        return;
      case 4:
        conditions->Set("$regex", Pattern(value));
        if (random_.OneIn(2)) conditions->Set("$options", Text("i"));
        return;
      case 5:
        conditions->Set("$mod", Array({Int(1 + random_.Below(4)), Int(static_cast<int>(random_.Below(4)) - 1)}));
        return;
      case 6:
        conditions->Set("$all", AllOperand(value, depth));
        return;
      case 7:
      case 8:
        conditions->Set("$elemMatch", OnElement(FirstElement(value), depth > 0 ? depth - 1 : 0));
        return;
      case 9:
        conditions->Set("$size", random_.OneIn(2) ? Int(random_.Below(4)) : Double(random_.Below(3)));
        return;
      case 10: {
        static constexpr std::string_view kBits[] = {"$bitsAllSet", "$bitsAnySet", "$bitsAllClear", "$bitsAnyClear"};
        conditions->Set(random_.OneOf(kBits), BitsOperand());
        return;
      }
      case 11:
      case 12:
        if (depth > 0) {
          conditions->Set("$not", Conditions(value, depth - 1));
          return;
        }
        [[fallthrough]];
      default:
        conditions->Set(random_.OneOf(kComparisons), random_.OneIn(3) ? RandomValue(random_, 2) : value);
    }
  }

  Tree FirstElement(const Tree& value) {
    return value.IsArray() && !value.items.empty() ? value.items[0] : RandomScalar(random_);
  }

  Tree TypeOperand() {
    static constexpr std::string_view kAliases[] = {"double", "string", "object", "array", "binData", "objectId",
                                                    "bool",   "date",   "null",   "int",   "long",    "number"};
    static constexpr int kNumbers[] = {1, 2, 3, 4, 5, 7, 8, 9, 10, 16, 18};
    Tree one = random_.OneIn(3) ? Int(random_.OneOf(kNumbers)) : Text(random_.OneOf(kAliases));
    return random_.OneIn(4) ? Array({one, Text(random_.OneOf(kAliases))}) : one;
  }

  // Of the value's own letters, where it is a text: what MatchesPattern of the model knows.
  Tree Pattern(const Tree& value) {
    static constexpr std::string_view kPatterns[] = {"x", "^x", "y$", "^$", "x|y", "^x$|^$", "xy", ""};
    std::string pattern;
    for (const char c : value.text.substr(0, 6)) {
      if (!value.Is(Type::kString) || !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == ' ')) break;
      pattern += c;
    }
    if (pattern.empty()) return Text(random_.OneOf(kPatterns));
    return Text((random_.OneIn(2) ? "^" : "") + pattern);
  }

  Tree AllOperand(const Tree& value, int depth) {
    if (depth > 0 && random_.OneIn(3)) {
      Tree list = Array();
      for (std::uint32_t i = 1 + random_.Below(2); i > 0; --i) {
        list.items.push_back(Object({{"$elemMatch", OnElement(FirstElement(value), depth - 1)}}));
      }
      return list;
    }
    Tree list = Array();
    for (std::uint32_t i = random_.Below(3); i > 0; --i) {
      list.items.push_back(random_.OneIn(2) ? FirstElement(value) : RandomValue(random_, 1));
    }
    DropOperators(&list);
    return list;
  }

  Tree BitsOperand() {
    if (random_.OneIn(3)) {
      Tree positions = Array();
      for (std::uint32_t i = random_.Below(4); i > 0; --i) {
        positions.items.push_back(Int(random_.Below(random_.OneIn(3) ? 200 : 4)));
      }
      return positions;
    }
    if (random_.OneIn(3)) {
      Tree mask = Text(std::string(1 + random_.Below(3), static_cast<char>(random_.Below(4))));
      mask.type = Type::kBinary;
      return mask;
    }
    return random_.OneIn(3) ? Double(random_.Below(8)) : Int(random_.Below(8));
  }

  Tree OnTime() {
    const auto operand = [this] { return random_.OneIn(12) ? Null() : vocabulary_.Time(random_); };
    switch (random_.Below(9)) {
      case 0:
        return operand();
      case 1: {
        Tree list = Array();
        for (std::uint32_t i = random_.Below(4); i > 0; --i) list.items.push_back(operand());
        return Object({{random_.OneIn(2) ? "$in" : "$nin", list}});
      }
      case 2:
        return Object({{"$exists", Bool(random_.OneIn(2))}});
      case 3:
        return Object({{"$type", Text(random_.OneIn(2) ? "date" : "string")}});
      case 4:
        return Object({{"$not", Object({{random_.OneOf(kComparisons), operand()}})}});
      case 5:
      case 6:
        return Object({{"$gte", operand()}, {"$lt", operand()}});
      default:
        return Object({{random_.OneOf(kComparisons), operand()}});
    }
  }

  // What $expr takes: comparisons of all values, arithmetic of the field `n` alone, which holds small numbers or null.
  Tree Condition(int depth) {
    if (depth > 0 && random_.OneIn(3)) {
      if (random_.OneIn(3)) return Object({{"$not", Array({Condition(depth - 1)})}});
      return Object({{random_.OneIn(2) ? "$and" : "$or", Array({Condition(depth - 1), Condition(depth - 1)})}});
    }
    if (random_.OneIn(6)) return Operand();  // Its truth.
    static constexpr std::string_view kCompared[] = {"$eq", "$ne", "$gt", "$gte", "$lt", "$lte", "$cmp"};
    const bool of_numbers = random_.OneIn(2);
    Tree left = of_numbers ? Number(2) : Operand();
    Tree right = of_numbers ? Number(1) : Operand();
    return Object({{random_.OneOf(kCompared), Array({std::move(left), std::move(right)})}});
  }

  Tree Operand() {
    if (random_.OneIn(2)) return Object({{"$literal", vocabulary_.PathAndValue(random_).second}});
    if (!vocabulary_.TimeField().empty() && random_.OneIn(6)) return Text("$" + vocabulary_.TimeField());
    const std::string path = vocabulary_.Path(random_);
    // Names that are empty or begin with `$` cannot stand in such a path.
    if (path.empty() || path[0] == '$' || path[0] == '.' || path.back() == '.' ||
        path.find("..") != std::string::npos || path.find(".$") != std::string::npos) {
      return Text("$n");
    }
    return Text("$" + path);
  }

  Tree Number(int depth) {
    if (depth == 0 || random_.OneIn(3)) {
      if (random_.OneIn(2)) return Text("$n");
      return random_.OneIn(3) ? Double(0.5 * random_.Below(5)) : Int(random_.Below(6));
    }
    switch (random_.Below(6)) {
      case 0:
        return Object({{"$abs", Number(depth - 1)}});
      case 1:
        return Object({{"$divide", Array({Number(depth - 1), Int(1 + random_.Below(4))})}});
      case 2:
        return Object({{"$mod", Array({Number(depth - 1), Int(1 + random_.Below(4))})}});
      case 3:
        return Object({{"$subtract", Array({Number(depth - 1), Number(depth - 1)})}});
      default:
        return Object(
            {{random_.OneIn(2) ? "$add" : "$multiply", Array({Number(depth - 1), Number(depth - 1), Int(2)})}});
    }
  }

  Random& random_;
  const Vocabulary& vocabulary_;
};

}  // namespace kalends::differential
