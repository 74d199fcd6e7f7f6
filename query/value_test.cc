#include "query/value_test.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "format/compare.h"

namespace kalends {
namespace {

bool IsNan(const Value& value) { return value.type() == Type::kDouble && std::isnan(value.as_double()); }
bool IsNullish(const Value& value) { return value.is_missing() || value.is_null(); }

class ComparisonTest final : public ValueTest {
 public:
  ComparisonTest(Comparison comparison, const Value& operand)
      : comparison_(comparison), operand_(operand), bracket_(TypeBracket(operand.type())), is_nan_(IsNan(operand)) {}

  bool Holds(const Value& value, MatchScratch&) const override {
    if (IsNullish(operand_) || IsNullish(value)) return AcceptsEqual() && IsNullish(operand_) && IsNullish(value);
    if (TypeBracket(value.type()) != bracket_) return false;
    // NaN is neither above nor below a number, though the sort order puts it first.
    if (is_nan_ || IsNan(value)) return AcceptsEqual() && is_nan_ && IsNan(value);
    const std::weak_ordering order = Compare(value, operand_);
    switch (comparison_) {
      case Comparison::kEqual:
        return order == 0;
      case Comparison::kGreater:
        return order > 0;
      case Comparison::kGreaterOrEqual:
        return order >= 0;
      case Comparison::kLess:
        return order < 0;
      case Comparison::kLessOrEqual:
        return order <= 0;
    }
    return false;
  }

 private:
  bool AcceptsEqual() const { return comparison_ != Comparison::kGreater && comparison_ != Comparison::kLess; }

  Comparison comparison_;
  Value operand_;
  int bracket_;
  bool is_nan_;
};

bool IsBefore(const Value& a, const Value& b) { return Compare(a, b) < 0; }

class InTest final : public ValueTest {
 public:
  InTest(std::span<const Value> operands, std::vector<Regex> patterns) : patterns_(std::move(patterns)) {
    sorted_.reserve(operands.size());
    for (const Value& operand : operands) {
      if (IsNullish(operand)) {
        has_null_ = true;
      } else {
        sorted_.push_back(operand);
      }
    }
    std::sort(sorted_.begin(), sorted_.end(), IsBefore);
  }

  bool Holds(const Value& value, MatchScratch&) const override {
    if (IsNullish(value)) return has_null_;
    if (std::binary_search(sorted_.begin(), sorted_.end(), value, IsBefore)) return true;
    return value.is_string() && std::any_of(patterns_.begin(), patterns_.end(),
                                            [&](const Regex& pattern) { return pattern.Matches(value.as_string()); });
  }

 private:
  std::vector<Value> sorted_;
  std::vector<Regex> patterns_;
  bool has_null_ = false;
};

class ExistsTest final : public ValueTest {
 public:
  bool Holds(const Value& value, MatchScratch&) const override { return !value.is_missing(); }
};

class RegexTest final : public ValueTest {
 public:
  explicit RegexTest(Regex pattern) : pattern_(std::move(pattern)) {}
  bool Holds(const Value& value, MatchScratch&) const override {
    return value.is_string() && pattern_.Matches(value.as_string());
  }

 private:
  Regex pattern_;
};

class SizeTest final : public ValueTest {
 public:
  explicit SizeTest(std::size_t size) : size_(size) {}
  bool Holds(const Value& value, MatchScratch&) const override {
    return value.is_array() && value.elements().size() == size_;
  }
  bool LooksIntoArrays() const override { return false; }

 private:
  std::size_t size_;
};

}  // namespace

ValueTestPtr MakeComparisonTest(Comparison comparison, const Value& operand) {
  return std::make_unique<ComparisonTest>(comparison, operand);
}
ValueTestPtr MakeInTest(std::span<const Value> operands, std::vector<Regex> patterns) {
  return std::make_unique<InTest>(operands, std::move(patterns));
}
ValueTestPtr MakeExistsTest() { return std::make_unique<ExistsTest>(); }
ValueTestPtr MakeRegexTest(Regex pattern) { return std::make_unique<RegexTest>(std::move(pattern)); }
ValueTestPtr MakeSizeTest(std::size_t size) { return std::make_unique<SizeTest>(size); }

}  // namespace kalends
