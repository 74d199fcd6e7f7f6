#include "suites/comparison.h"

#include <algorithm>
#include <cmath>
#include <span>

namespace kalends::suites {
namespace {

bool NumbersAgree(const Value& expected, const Value& got, NumberRule rule) {
  const bool same_type =
      expected.type() == got.type() || (rule == NumberRule::kIntLikeLong && expected.is_integer() && got.is_integer());
  if (rule != NumberRule::kByValue && !same_type) return false;
  if (expected.is_integer() && got.is_integer()) return expected.as_integer() == got.as_integer();
  const double a = expected.ToDouble();
  const double b = got.ToDouble();
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  return a == b && (rule == NumberRule::kByValue || std::signbit(a) == std::signbit(b));
}

bool IsApproximate(const Value& expected) {
  return expected.is_object() && expected.fields().size() == 2 && expected.Get("$approx").is_number() &&
         expected.Get("tol").is_number();
}

bool IsNear(const Value& expected, const Value& got) {
  if (!got.is_number()) return false;
  if (std::isnan(expected.Get("$approx").ToDouble())) return std::isnan(got.ToDouble());
  return std::abs(expected.Get("$approx").ToDouble() - got.ToDouble()) <= expected.Get("tol").ToDouble();
}

bool ListsAgree(std::span<const Value> expected, std::span<const Value> got, const ComparisonRules& rules) {
  return std::equal(expected.begin(), expected.end(), got.begin(), got.end(),
                    [&](const Value& a, const Value& b) { return Agrees(a, b, rules); });
}

// Each of one with one of the other. The first partner will do, as agreement hardly differs from equality.
bool SetsAgree(std::span<const Value> expected, std::span<const Value> got, const ComparisonRules& rules) {
  if (expected.size() != got.size()) return false;
  std::vector<bool> taken(got.size(), false);
  return std::all_of(expected.begin(), expected.end(), [&](const Value& value) {
    for (std::size_t i = 0; i < got.size(); ++i) {
      if (taken[i] || !Agrees(value, got[i], rules)) continue;
      taken[i] = true;
      return true;
    }
    return false;
  });
}

bool FieldAgrees(const Field& expected, const Value& object, const ComparisonRules& rules) {
  const Value got = object.Get(expected.name);
  if (got.is_missing()) return rules.missing_is_null && expected.value.is_null();
  const auto& unordered = rules.unordered_fields;
  const bool has_order = std::find(unordered.begin(), unordered.end(), expected.name) == unordered.end();
  if (!has_order && expected.value.is_array() && got.is_array()) {
    return SetsAgree(expected.value.elements(), got.elements(), rules);
  }
  // The field of a reply that holds a document.
  if (expected.name == "value" && rules.only_expected_fields) {
    ComparisonRules whole = rules;
    whole.only_expected_fields = false;
    return Agrees(expected.value, got, whole);
  }
  return Agrees(expected.value, got, rules);
}

bool ObjectsAgree(const Value& expected, const Value& got, const ComparisonRules& rules) {
  const auto fields = expected.fields();
  if (!std::all_of(fields.begin(), fields.end(), [&](const Field& field) { return FieldAgrees(field, got, rules); })) {
    return false;
  }
  const auto others = got.fields();
  return rules.only_expected_fields || std::all_of(others.begin(), others.end(), [&](const Field& field) {
           return !expected.Get(field.name).is_missing();
         });
}

}  // namespace

bool Agrees(const Value& expected, const Value& got, const ComparisonRules& rules) {
  if (IsApproximate(expected)) return IsNear(expected, got);
  if (expected.is_number() && got.is_number()) return NumbersAgree(expected, got, rules.numbers);
  if (expected.type() != got.type()) return false;
  if (expected.is_object()) return ObjectsAgree(expected, got, rules);
  if (!expected.is_array()) return Identical(expected, got);
  ComparisonRules whole = rules;
  whole.only_expected_fields = false;
  return ListsAgree(expected.elements(), got.elements(), whole);
}

bool DocumentsAgree(const Value& expected, const Value& got, const ComparisonRules& rules) {
  if (!rules.any_document_order || !expected.is_array() || !got.is_array()) return Agrees(expected, got, rules);
  return SetsAgree(expected.elements(), got.elements(), rules);
}

}  // namespace kalends::suites
