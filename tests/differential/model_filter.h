#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/differential/model_expression.h"
#include "tests/differential/model_row.h"
#include "tests/differential/tree.h"
#include "tests/differential/tree_order.h"
#include "tests/differential/tree_path.h"

namespace kalends::differential {

// Alternatives of plain text, each with `^` before it or `$` behind it or both: all the regular expressions that the
// generators write.
inline bool MatchesPattern(std::string pattern, std::string text, bool ignores_case) {
  const auto lower = [ignores_case](std::string* part) {
    for (char& c : *part) {
      if (ignores_case && c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
  };
  lower(&pattern);
  lower(&text);
  for (std::size_t begin = 0; begin <= pattern.size();) {
    const std::size_t end = std::min(pattern.find('|', begin), pattern.size());
    std::string_view plain = std::string_view(pattern).substr(begin, end - begin);
    const bool at_begin = plain.starts_with('^');
    if (at_begin) plain.remove_prefix(1);
    const bool at_end = plain.ends_with('$');
    if (at_end) plain.remove_suffix(1);
    if (at_begin && at_end ? text == plain
        : at_begin         ? text.starts_with(plain)
        : at_end           ? text.ends_with(plain)
                           : text.find(plain) != std::string::npos) {
      return true;
    }
    begin = end + 1;
  }
  return false;
}

class ModelFilter {
 public:
  explicit ModelFilter(const Setting& setting) : setting_(setting) {}

  bool Matches(const Tree& filter, const Row& row) {
    Tree seen = row.root;  // As expressions see it: the time is a date.
    if (!setting_.time_field.empty()) seen.Set(setting_.time_field, Date(FloorToMs(row.time_us)));
    row_ = &row;
    seen_ = &seen;
    return MatchesObject(filter, row.root, true);
  }
  // An expression failed on the last row.
  bool has_failed() const { return has_failed_; }

  // {$elemMatch: condition} of a projection: whether it means this element.
  bool MatchesElement(const Tree& condition, const Tree& element) {
    if (!condition.items.empty() && IsOperator(condition.names[0]) && !IsLogical(condition.names[0])) {
      Reached reached;
      ReachAlone(element, &reached);
      return MeetsAll(condition, reached, false);
    }
    if (!element.IsArray() && !element.IsObject()) return false;
    return MatchesObject(condition, element.IsArray() ? ByIndex(element) : element, false);
  }

 private:
  static std::int64_t FloorToMs(std::int64_t us) { return us >= 0 ? us / 1000 : -((999 - us) / 1000); }
  static bool IsOperator(std::string_view name) { return name.starts_with('$'); }
  static bool IsLogical(std::string_view name) { return name == "$and" || name == "$or" || name == "$nor"; }

  bool MatchesObject(const Tree& filter, const Tree& root, bool is_row) {
    for (std::size_t i = 0; i < filter.items.size(); ++i) {
      if (!MatchesField(filter.names[i], filter.items[i], root, is_row)) return false;
    }
    return true;
  }

  bool MatchesField(const std::string& name, const Tree& value, const Tree& root, bool is_row) {
    if (IsLogical(name)) {
      std::size_t matching = 0;
      for (const Tree& each : value.items) matching += MatchesObject(each, root, is_row) ? 1U : 0U;
      if (name == "$and") return matching == value.items.size();
      return (matching > 0) == (name == "$or");
    }
    if (name == "$expr") {
      const auto result = ModelExpression(*seen_).Evaluate(value);
      has_failed_ = has_failed_ || !result;
      return result && IsTrue(*result);
    }
    if (name == "$comment") return true;
    Reached reached;
    const bool is_time = is_row && !setting_.time_field.empty() && name == setting_.time_field;
    // Microseconds; so are the operands that it meets.
    const Tree time = is_time ? Date(row_->time_us) : Tree();
    if (is_time) {
      ReachAlone(time, &reached);
    } else {
      Reach(root, Split(name), 0, &reached);
    }
    const bool is_condition = value.IsObject() && !value.items.empty() && IsOperator(value.names[0]);
    return is_condition ? MeetsAll(value, reached, is_time) : Equals(value, reached, is_time);
  }

  bool MeetsAll(const Tree& conditions, const Reached& reached, bool is_time) {
    for (std::size_t i = 0; i < conditions.items.size(); ++i) {
      const std::string& name = conditions.names[i];
      const Tree& operand = conditions.items[i];
      if (name == "$regex") {
        const Tree* const options = conditions.Find("$options");
        const bool ignores_case = options != nullptr && options->text == "i";
        if (!Any(reached.each, [&](const Tree& value) {
              return value.Is(Type::kString) && MatchesPattern(operand.text, value.text, ignores_case);
            })) {
          return false;
        }
      } else if (name != "$options" && !Meets(name, operand, reached, is_time)) {
        return false;
      }
    }
    return true;
  }

  template <class Test>
  static bool Any(const std::vector<const Tree*>& values, const Test& test) {
    return std::any_of(values.begin(), values.end(), [&test](const Tree* value) { return test(*value); });
  }

  bool Equals(const Tree& operand, const Reached& reached, bool is_time) {
    return Meets("$eq", operand, reached, is_time);
  }

  bool Meets(std::string_view name, const Tree& operand, const Reached& reached, bool is_time) {
    if (name == "$not") return !MeetsAll(operand, reached, is_time);
    if (name == "$ne") return !Equals(operand, reached, is_time);
    if (name == "$in" || name == "$nin") {
      bool is_in = false;
      for (const Tree& each : operand.items) is_in = is_in || Equals(each, reached, is_time);
      return is_in == (name == "$in");
    }
    if (name == "$all") {
      for (const Tree& each : operand.items) {
        const Tree* const element = each.Find("$elemMatch");
        if (!(element == nullptr ? Equals(each, reached, is_time) : HasElement(*element, reached))) return false;
      }
      return !operand.items.empty();
    }
    if (name == "$elemMatch") return HasElement(operand, reached);
    if (name == "$exists") {
      return IsTrue(operand) == Any(reached.each, [](const Tree& value) { return !value.Is(Type::kMissing); });
    }
    if (name == "$size") {
      return Any(reached.whole, [&](const Tree& value) {
        return value.IsArray() && static_cast<long double>(value.items.size()) == Exact(operand);
      });
    }
    if (name == "$comment") return true;
    const bool is_comparison = name.starts_with("$eq") || name.starts_with("$gt") || name.starts_with("$lt");
    const std::optional<std::int64_t> time = is_time && is_comparison ? TimeOf(operand, setting_) : std::nullopt;
    const Tree other = time ? Date(*time) : operand;
    return Any(reached.each, [&](const Tree& value) { return MeetsOne(name, other, value); });
  }

  bool HasElement(const Tree& condition, const Reached& reached) {
    return Any(reached.whole, [&](const Tree& value) {
      return value.IsArray() && std::any_of(value.items.begin(), value.items.end(),
                                            [&](const Tree& element) { return MatchesElement(condition, element); });
    });
  }

  static bool MeetsOne(std::string_view name, const Tree& operand, const Tree& value) {
    if (name == "$type") return IsOfType(operand, value);
    if (name == "$mod") return LeavesRemainder(operand, value);
    if (name.starts_with("$bits")) return HasBits(name, operand, value);
    const bool with_equal = name == "$eq" || name == "$gte" || name == "$lte";
    if (operand.IsNullish() || value.IsNullish()) return with_equal && operand.IsNullish() && value.IsNullish();
    if (Rank(operand.type) != Rank(value.type)) return false;
    if (IsNan(operand) != IsNan(value)) return false;
    const int order = OrderOf(value, operand);
    if (order == 0) return with_equal;
    return order > 0 ? name == "$gt" || name == "$gte" : name == "$lt" || name == "$lte";
  }

  static bool IsOfType(const Tree& operand, const Tree& value) {
    if (operand.IsArray()) {
      return std::any_of(operand.items.begin(), operand.items.end(),
                         [&](const Tree& each) { return IsOfType(each, value); });
    }
    struct Named {
      Type type;
      std::string_view name;
      std::int64_t number;
    };
    static constexpr Named kTypes[] = {
        {Type::kDouble, "double", 1}, {Type::kString, "string", 2},  {Type::kObject, "object", 3},
        {Type::kArray, "array", 4},   {Type::kBinary, "binData", 5}, {Type::kObjectId, "objectId", 7},
        {Type::kBool, "bool", 8},     {Type::kDate, "date", 9},      {Type::kNull, "null", 10},
        {Type::kInt, "int", 16},      {Type::kLong, "long", 18},
    };
    if (operand.Is(Type::kString) && operand.text == "number") return value.IsNumber();
    return std::any_of(std::begin(kTypes), std::end(kTypes), [&](const Named& named) {
      const bool is_meant = operand.Is(Type::kString) ? operand.text == named.name
                                                      : Exact(operand) == static_cast<long double>(named.number);
      return is_meant && value.Is(named.type);
    });
  }

  // What an integer or a double is when cut to 64 bits.
  static std::optional<std::int64_t> Cut(const Tree& value) {
    if (value.IsInteger()) return value.integer;
    if (!value.Is(Type::kDouble) || !(std::fabs(value.number) < 0x1p63)) return std::nullopt;
    return static_cast<std::int64_t>(value.number);
  }

  static bool LeavesRemainder(const Tree& operand, const Tree& value) {
    const auto number = Cut(value);
    const std::int64_t divisor = *Cut(operand.items[0]);
    if (!number) return false;
    return (divisor == -1 ? 0 : *number % divisor) == *Cut(operand.items[1]);
  }

  // The bit at a position without end.
  static bool BitOf(const Tree& value, std::int64_t position) {
    if (value.Is(Type::kBinary)) {
      const auto byte = static_cast<std::size_t>(position / 8);
      return byte < value.text.size() && (static_cast<unsigned char>(value.text[byte]) >> (position % 8) & 1) != 0;
    }
    return (*Cut(value) >> std::min<std::int64_t>(position, 63) & 1) != 0;
  }

  static bool HasBits(std::string_view name, const Tree& operand, const Tree& value) {
    if (!value.Is(Type::kBinary)) {
      const auto whole = Cut(value);
      if (!whole || Exact(value) != static_cast<long double>(*whole)) return false;
    }
    std::vector<std::int64_t> positions;
    for (const Tree& item : operand.items) positions.push_back(*Cut(item));
    const std::int64_t bits = operand.Is(Type::kBinary) ? static_cast<std::int64_t>(operand.text.size()) * 8 : 63;
    for (std::int64_t i = 0; i < bits && !operand.IsArray(); ++i) {
      if (BitOf(operand, i)) positions.push_back(i);
    }
    std::size_t set = 0;
    for (const std::int64_t position : positions) set += BitOf(value, position) ? 1U : 0U;
    if (name == "$bitsAllSet") return set == positions.size();
    if (name == "$bitsAllClear") return set == 0;
    return name == "$bitsAnySet" ? set > 0 : set < positions.size();
  }

  const Setting& setting_;
  const Row* row_ = nullptr;
  const Tree* seen_ = nullptr;
  bool has_failed_ = false;
};

}  // namespace kalends::differential
