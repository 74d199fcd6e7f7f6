#pragma once

#include <cmath>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "kalends/time.h"
#include "kalends/value.h"
#include "query/partition_view.h"

// MongoDB's filters once more, as plainly as they can be written, sharing no code with query/ or format/: all values of
// a path are listed, then compared. It knows valid filters only.
namespace kalends::naive {

inline int Rank(const Value& value) {
  switch (value.type()) {
    case Type::kMissing:
      return 0;
    case Type::kNull:
      return 1;
    case Type::kInt:
    case Type::kLong:
    case Type::kDouble:
      return 2;
    case Type::kString:
      return 3;
    case Type::kObject:
      return 4;
    case Type::kArray:
      return 5;
    case Type::kBinary:
      return 6;
    case Type::kObjectId:
      return 7;
    case Type::kBool:
      return 8;
    case Type::kDate:
      return 9;
  }
  return -1;
}

template <class T>
int Sign(const T& a, const T& b) {
  return a < b ? -1 : (b < a ? 1 : 0);
}

inline int Order(const Value& a, const Value& b) {
  if (Rank(a) != Rank(b)) return Sign(Rank(a), Rank(b));
  if (a.is_number()) {
    // 64 bits of mantissa: every long and every double is exact.
    const auto exact = [](const Value& v) {
      return v.is_integer() ? static_cast<long double>(v.as_integer()) : v.as_double();
    };
    const bool a_nan = std::isnan(exact(a));
    const bool b_nan = std::isnan(exact(b));
    return a_nan || b_nan ? Sign(b_nan, a_nan) : Sign(exact(a), exact(b));
  }
  if (a.is_string()) return Sign(a.as_string(), b.as_string());
  if (a.type() == Type::kBool) return Sign(a.as_bool(), b.as_bool());
  if (a.type() == Type::kDate) return Sign(a.as_date_ms(), b.as_date_ms());
  if (a.is_array()) {
    for (std::size_t i = 0; i < a.elements().size() && i < b.elements().size(); ++i) {
      if (const int order = Order(a.elements()[i], b.elements()[i]); order != 0) return order;
    }
    return Sign(a.elements().size(), b.elements().size());
  }
  if (a.is_object()) {
    for (std::size_t i = 0; i < a.fields().size() && i < b.fields().size(); ++i) {
      const Field& x = a.fields()[i];
      const Field& y = b.fields()[i];
      if (const int order = Sign(Rank(x.value), Rank(y.value)); order != 0) return order;
      if (const int order = Sign(x.name, y.name); order != 0) return order;
      if (const int order = Order(x.value, y.value); order != 0) return order;
    }
    return Sign(a.fields().size(), b.fields().size());
  }
  return 0;
}

inline bool IsNan(const Value& v) { return v.type() == Type::kDouble && std::isnan(v.as_double()); }

inline bool Compares(std::string_view name, const Value& value, const Value& operand) {
  const bool null_value = value.is_missing() || value.is_null();
  const bool with_equal = name == "$eq" || name == "$gte" || name == "$lte";
  if (operand.is_null() || null_value) return with_equal && operand.is_null() && null_value;
  if (Rank(value) != Rank(operand)) return false;
  if (IsNan(value) != IsNan(operand)) return false;
  const int order = Order(value, operand);
  if (order == 0) return with_equal;
  if (name == "$gt" || name == "$gte") return order > 0;
  return name != "$eq" && order < 0;
}

inline std::vector<std::string> Split(std::string_view path) {
  std::vector<std::string> parts(1);
  for (const char c : path) {
    if (c == '.') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

inline std::vector<Value> ValuesAt(const Value& value, const std::vector<std::string>& parts, std::size_t at = 0) {
  std::vector<Value> values;
  const auto add = [&](const std::vector<Value>& more) { values.insert(values.end(), more.begin(), more.end()); };
  if (at == parts.size()) {
    if (value.is_array()) values.assign(value.elements().begin(), value.elements().end());
    values.push_back(value);
    return values;
  }
  if (value.is_object()) return ValuesAt(value.Get(parts[at]), parts, at + 1);
  if (!value.is_array()) return {Value()};
  for (std::size_t i = 0; i < value.elements().size(); ++i) {
    const Value& element = value.elements()[i];
    if (element.is_object()) add(ValuesAt(element, parts, at));
    if (parts[at] != std::to_string(i)) continue;
    if (at + 1 == parts.size()) {
      values.push_back(element);
    } else if (element.is_object() || element.is_array()) {
      add(ValuesAt(element, parts, at + 1));
    }
  }
  return values;
}

struct Context {
  std::string time_field;
  std::string id_field;
  std::map<std::string, TimeUs> spelled_times;  // What the strings of the time field mean.
};

class Model {
 public:
  explicit Model(Context context) : context_(std::move(context)) {}

  bool Matches(const Value& filter, const StoredRow& row) const {
    for (const Field& field : filter.fields()) {
      if (!MatchesField(field, row)) return false;
    }
    return true;
  }

 private:
  bool MatchesField(const Field& field, const StoredRow& row) const {
    if (field.name == "$and" || field.name == "$or" || field.name == "$nor") {
      std::size_t matching = 0;
      for (const Value& each : field.value.elements()) matching += Matches(each, row) ? 1 : 0;
      if (field.name == "$and") return matching == field.value.elements().size();
      return field.name == "$or" ? matching > 0 : matching == 0;
    }
    if (field.value.is_object() && !field.value.fields().empty() && field.value.fields()[0].name[0] == '$') {
      return MatchesConditions(field.name, field.value, row);
    }
    return Holds(field.name, "$eq", field.value, row);
  }

  bool MatchesConditions(std::string_view path, const Value& conditions, const StoredRow& row) const {
    for (const Field& condition : conditions.fields()) {
      if (!MatchesCondition(path, condition, row)) return false;
    }
    return true;
  }

  bool MatchesCondition(std::string_view path, const Field& condition, const StoredRow& row) const {
    if (condition.name == "$not") return !MatchesConditions(path, condition.value, row);
    if (condition.name == "$ne") return !Holds(path, "$eq", condition.value, row);
    if (condition.name == "$in" || condition.name == "$nin") {
      bool any = false;
      for (const Value& each : condition.value.elements()) any = any || Holds(path, "$eq", each, row);
      return any == (condition.name == "$in");
    }
    if (condition.name == "$exists") {
      bool exists = path == context_.time_field && HasTime(row);
      for (const Value& value : ValuesAt(row.root, Split(path))) exists = exists || !value.is_missing();
      return exists == condition.value.as_bool();
    }
    return Holds(path, condition.name, condition.value, row);
  }

  bool Holds(std::string_view path, std::string_view name, const Value& operand, const StoredRow& row) const {
    if (path == context_.time_field && !operand.is_null()) return HoldsForTime(name, operand, row.time);
    if (path == context_.time_field && HasTime(row)) return false;
    std::vector<Value> values = ValuesAt(row.root, Split(path));
    if (path == context_.id_field && !row.id.is_missing()) values.push_back(row.id);
    for (const Value& value : values) {
      if (Compares(name, value, operand)) return true;
    }
    return false;
  }

  bool HoldsForTime(std::string_view name, const Value& operand, TimeUs time) const {
    TimeUs other;
    if (operand.type() == Type::kDate) {
      other.value = operand.as_date_ms() * 1000;
    } else if (operand.is_number()) {
      other.value = operand.as_integer() * 1000;
    } else if (operand.is_string()) {
      other = context_.spelled_times.at(std::string(operand.as_string()));
    } else {
      return false;
    }
    if (name == "$eq") return time == other;
    if (name == "$gt") return time > other;
    if (name == "$gte") return time >= other;
    return name == "$lt" ? time < other : time <= other;
  }

  bool HasTime(const StoredRow& row) const {
    const Value value = row.root.Get(context_.time_field);
    return value.type() == Type::kDate || value.is_number() || value.is_string();
  }

  Context context_;
};

}  // namespace kalends::naive
