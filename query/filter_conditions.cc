#include "query/filter_conditions.h"

#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "format/errors.h"
#include "query/array_conditions.h"
#include "query/bit_test.h"
#include "query/filter_comparisons.h"
#include "query/filter_operators.h"
#include "query/filter_values.h"
#include "query/mod_test.h"
#include "query/type_set.h"

namespace kalends {
namespace {

FilterNodePtr NegatedIf(bool negated, FilterNodePtr node) {
  return negated ? MakeNotNode(std::move(node)) : std::move(node);
}

// The operators of one object, which belongs to one subject.
class OperatorsParser {
 public:
  OperatorsParser(FilterParsing& parsing, const FilterSubject& subject, const Value& operators, int depth)
      : parsing_(parsing), subject_(subject), operators_(operators), depth_(depth) {}

  Result<FilterNodePtr> ParseOne(const Field& field, const FilterPlace& place) {
    KALENDS_TRY(const FilterOperator which, FindFilterOperator(field.name, OperatorPlace::kUnderField, place));
    const FilterPlace here(place, field.name);
    const Value& operand = field.value;
    switch (which) {
      case FilterOperator::kEqual:
        return MakeComparisonNode(parsing_, subject_, Comparison::kEqual, operand, here);
      case FilterOperator::kNotEqual:
        return ParseNotEqual(operand, here);
      case FilterOperator::kGreater:
        return ParseOrder(Comparison::kGreater, operand, here);
      case FilterOperator::kGreaterOrEqual:
        return ParseOrder(Comparison::kGreaterOrEqual, operand, here);
      case FilterOperator::kLess:
        return ParseOrder(Comparison::kLess, operand, here);
      case FilterOperator::kLessOrEqual:
        return ParseOrder(Comparison::kLessOrEqual, operand, here);
      case FilterOperator::kIn:
        return ParseIn(parsing_, subject_, operand, here);
      case FilterOperator::kNotIn:
        return Negated(ParseIn(parsing_, subject_, operand, here));
      case FilterOperator::kNot:
        return ParseNot(operand, here);
      case FilterOperator::kExists:
        return NegatedIf(!IsTruthy(operand), MakeExistsNode(parsing_, subject_));
      case FilterOperator::kType:
        return ParseType(operand, here);
      case FilterOperator::kRegex:
        return ParseRegex(operand, here);
      case FilterOperator::kOptions:
        if (operators_.Get("$regex").is_missing()) return InvalidArgument(here, ": needs $regex beside it");
        return MakeEverythingNode();  // $regex read it.
      case FilterOperator::kMod:
        return Tested(MakeModTest(operand, here));
      case FilterOperator::kAll:
        return ParseAll(parsing_, subject_, operand, here, depth_);
      case FilterOperator::kElementMatch:
        return Tested(ParseElementMatch(parsing_, operand, here, depth_ + 1));
      case FilterOperator::kSize:
        return ParseSize(operand, here);
      case FilterOperator::kBitsAllSet:
        return Tested(MakeBitTest(BitCondition::kAllSet, operand, here));
      case FilterOperator::kBitsAllClear:
        return Tested(MakeBitTest(BitCondition::kAllClear, operand, here));
      case FilterOperator::kBitsAnySet:
        return Tested(MakeBitTest(BitCondition::kAnySet, operand, here));
      case FilterOperator::kBitsAnyClear:
        return Tested(MakeBitTest(BitCondition::kAnyClear, operand, here));
      case FilterOperator::kComment:
        return MakeEverythingNode();
      default:
        return InvalidArgument(here, ": cannot stand under a field");
    }
  }

 private:
  Result<FilterNodePtr> Tested(Result<ValueTestPtr> test) const {
    if (!test.has_value()) return test.error();
    return MakeSubjectNode(parsing_, subject_, std::move(test).value());
  }
  static Result<FilterNodePtr> Negated(Result<FilterNodePtr> node) {
    if (!node.has_value()) return node.error();
    return MakeNotNode(std::move(node).value());
  }

  // No value here is a regular expression, so nothing can be compared with one.
  static Status RefuseRegex(const Value& operand, const FilterPlace& here) {
    KALENDS_TRY(const auto regex, AsRegexValue(operand, here));
    if (!regex.has_value()) return {};
    return InvalidArgument(
        here, ": a regular expression cannot be compared with; write {$not: {$regex: ...}} or {$regex: ...}");
  }
  Result<FilterNodePtr> ParseOrder(Comparison comparison, const Value& operand, const FilterPlace& here) {
    KALENDS_RETURN_IF_ERROR(RefuseRegex(operand, here));
    return MakeComparisonNode(parsing_, subject_, comparison, operand, here);
  }
  Result<FilterNodePtr> ParseNotEqual(const Value& operand, const FilterPlace& here) {
    KALENDS_RETURN_IF_ERROR(RefuseRegex(operand, here));
    return Negated(MakeComparisonNode(parsing_, subject_, Comparison::kEqual, operand, here));
  }

  Result<FilterNodePtr> ParseNot(const Value& operand, const FilterPlace& here) {
    KALENDS_TRY(const auto regex, AsRegexValue(operand, here));
    if (!regex.has_value() && !HoldsOperators(operand)) {
      return InvalidArgument(here, ": expected an object of operators, such as {$gt: 1}");
    }
    return Negated(ParseCondition(parsing_, subject_, operand, here, depth_ + 1));
  }

  Result<FilterNodePtr> ParseType(const Value& operand, const FilterPlace& here) {
    KALENDS_TRY(const TypeSet types, ParseTypeSet(operand, TypeNames::kNumbersAndAliases, here));
    return MakeSubjectNode(parsing_, subject_, MakeTypeTest(types));
  }

  Result<FilterNodePtr> ParseSize(const Value& operand, const FilterPlace& here) {
    const std::optional<std::int64_t> size = ExactInteger(operand);
    if (!size.has_value() || *size < 0)
      return InvalidArgument(here, ": expected an integer that is not negative, found ", ToJson(operand).substr(0, 60));
    return MakeSubjectNode(parsing_, subject_, MakeSizeTest(static_cast<std::size_t>(*size)));
  }

  Result<FilterNodePtr> ParseRegex(const Value& operand, const FilterPlace& here) {
    const Value options = operators_.Get("$options");
    if (!options.is_missing() && !options.is_string()) {
      return InvalidArgument(here, ": $options is no string but ", TypeName(options.type()));
    }
    KALENDS_TRY(std::optional<RegexSource> source, AsRegexValue(operand, here));
    if (!source.has_value()) {
      if (!operand.is_string()) return InvalidArgument(here, ": expected a string, found ", TypeName(operand.type()));
      source = RegexSource{.pattern = operand.as_string(), .options = {}};
    }
    if (options.is_string()) {
      if (!source->options.empty())
        return InvalidArgument(here, ": options are given twice, in $regex and in $options");
      source->options = options.as_string();
    }
    KALENDS_TRY(Regex regex, parsing_.CompileRegex(*source, here));
    return MakeSubjectNode(parsing_, subject_, MakeRegexTest(std::move(regex)));
  }

  FilterParsing& parsing_;
  const FilterSubject& subject_;
  const Value& operators_;
  int depth_;
};

}  // namespace

FilterNodePtr MakeSubjectNode(const FilterParsing& parsing, const FilterSubject& subject, ValueTestPtr test) {
  switch (subject.kind) {
    case FilterSubject::kPath:
      break;
    case FilterSubject::kId:
      return MakeIdNode(Path(subject.path), std::move(test), std::nullopt);
    case FilterSubject::kTime:
      return MakeTimeTestNode(parsing.context, Path(subject.path), std::move(test));
    case FilterSubject::kElement:
      return MakeValueNode(std::move(test), false);
    case FilterSubject::kPulled:
      return MakeValueNode(std::move(test), true);
  }
  return MakePathNode(Path(subject.path), std::move(test));
}

Result<FilterNodePtr> ParseCondition(FilterParsing& parsing, const FilterSubject& subject, const Value& condition,
                                     const FilterPlace& place, int depth) {
  KALENDS_TRY(const auto source, AsRegexValue(condition, place));
  if (source.has_value()) {
    KALENDS_TRY(Regex regex, parsing.CompileRegex(*source, place));
    return MakeSubjectNode(parsing, subject, MakeRegexTest(std::move(regex)));
  }
  if (HoldsOperators(condition)) return ParseOperators(parsing, subject, condition, place, depth);
  return MakeComparisonNode(parsing, subject, Comparison::kEqual, condition, place);
}

Result<FilterNodePtr> ParseOperators(FilterParsing& parsing, const FilterSubject& subject, const Value& operators,
                                     const FilterPlace& place, int depth) {
  KALENDS_RETURN_IF_ERROR(CheckFilterDepth(place, depth));
  OperatorsParser parser(parsing, subject, operators, depth);
  std::vector<FilterNodePtr> nodes;
  for (const Field& field : operators.fields()) {
    if (!IsOperatorName(field.name)) {
      return InvalidArgument(place, ": ", field.name, " stands beside operators but is none");
    }
    KALENDS_TRY(FilterNodePtr node, parser.ParseOne(field, place));
    nodes.push_back(std::move(node));
  }
  return MakeAndNode(std::move(nodes));
}

}  // namespace kalends
