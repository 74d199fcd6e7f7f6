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

void AppendNans(const ColumnStream& stream, std::vector<ColumnStream::CodeRange>* ranges) {
  ranges->push_back(stream.NegativeNan());
  ranges->push_back(stream.PositiveNan());
}

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

  std::optional<bool> HoldsForAll(Type type) const override {
    if (TypeBracket(type) != bracket_) return false;
    return std::nullopt;
  }
  bool FindCodes(const ColumnStream& stream, std::vector<ColumnStream::CodeRange>* ranges) const override {
    if (!is_nan_) {
      ranges->push_back(CodesIn(stream));
    } else if (AcceptsEqual()) {
      AppendNans(stream, ranges);
    }
    return true;
  }
  bool MayHoldWithin(const Value& min, const Value& max) const override {
    switch (comparison_) {
      case Comparison::kEqual:
        return Compare(min, operand_) <= 0 && Compare(max, operand_) >= 0;
      case Comparison::kGreater:
        return Compare(max, operand_) > 0;
      case Comparison::kGreaterOrEqual:
        return Compare(max, operand_) >= 0;
      case Comparison::kLess:
        return Compare(min, operand_) < 0;
      case Comparison::kLessOrEqual:
        return Compare(min, operand_) <= 0;
    }
    return true;
  }
  std::optional<std::span<const Value>> EqualsOneOf() const override {
    if (comparison_ != Comparison::kEqual) return std::nullopt;
    return std::span(&operand_, 1);
  }

 private:
  using CodeRange = ColumnStream::CodeRange;

  CodeRange CodesIn(const ColumnStream& stream) const {
    switch (comparison_) {
      case Comparison::kEqual:
        return stream.Equal(operand_);
      case Comparison::kGreater:
        return stream.Above(operand_, false);
      case Comparison::kGreaterOrEqual:
        return stream.Above(operand_, true);
      case Comparison::kLess:
        return stream.Below(operand_, false);
      case Comparison::kLessOrEqual:
        return stream.Below(operand_, true);
    }
    return {};
  }

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
      has_null_ = has_null_ || IsNullish(operand);
      sorted_.push_back(operand.is_missing() ? Value::Null() : operand);
    }
    std::sort(sorted_.begin(), sorted_.end(), IsBefore);
  }

  bool Holds(const Value& value, MatchScratch&) const override {
    if (IsNullish(value)) return has_null_;
    if (std::binary_search(sorted_.begin(), sorted_.end(), value, IsBefore)) return true;
    return value.is_string() && std::any_of(patterns_.begin(), patterns_.end(),
                                            [&](const Regex& pattern) { return pattern.Matches(value.as_string()); });
  }

  std::optional<bool> HoldsForAll(Type type) const override {
    if (type == Type::kString && !patterns_.empty()) return std::nullopt;
    if (OfBracket(type).empty()) return false;
    return std::nullopt;
  }
  bool FindCodes(const ColumnStream& stream, std::vector<ColumnStream::CodeRange>* ranges) const override {
    const Type type = TypeOf(stream.kind());
    if (type == Type::kString && !patterns_.empty()) return false;
    for (const Value& operand : OfBracket(type)) {
      if (IsNan(operand)) {
        AppendNans(stream, ranges);
      } else {
        ranges->push_back(stream.Equal(operand));
      }
    }
    return true;
  }
  bool MayHoldWithin(const Value& min, const Value& max) const override {
    if (!patterns_.empty()) return true;
    const auto first = std::lower_bound(sorted_.begin(), sorted_.end(), min, IsBefore);
    return first != sorted_.end() && Compare(*first, max) <= 0;
  }
  std::optional<std::span<const Value>> EqualsOneOf() const override {
    if (!patterns_.empty()) return std::nullopt;
    return sorted_;
  }

 private:
  // The operands of one type bracket, which stand together.
  std::span<const Value> OfBracket(Type type) const {
    const auto is_of = [bracket = TypeBracket(type)](const Value& operand) {
      return TypeBracket(operand.type()) == bracket;
    };
    const auto begin = std::find_if(sorted_.begin(), sorted_.end(), is_of);
    return {begin, std::find_if_not(begin, sorted_.end(), is_of)};
  }

  std::vector<Value> sorted_;
  std::vector<Regex> patterns_;
  bool has_null_ = false;
};

class ExistsTest final : public ValueTest {
 public:
  bool Holds(const Value& value, MatchScratch&) const override { return !value.is_missing(); }
  std::optional<bool> HoldsForAll(Type) const override { return true; }
};

class RegexTest final : public ValueTest {
 public:
  explicit RegexTest(Regex pattern) : pattern_(std::move(pattern)) {}
  bool Holds(const Value& value, MatchScratch&) const override {
    return value.is_string() && pattern_.Matches(value.as_string());
  }
  std::optional<bool> HoldsForAll(Type type) const override {
    if (type != Type::kString) return false;
    return std::nullopt;
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
  std::optional<bool> HoldsForAll(Type) const override { return false; }
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
