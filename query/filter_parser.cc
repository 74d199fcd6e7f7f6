#include "query/filter_parser.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "format/errors.h"
#include "kalends/limits.h"
#include "query/expression.h"
#include "query/filter_conditions.h"
#include "query/filter_operators.h"
#include "query/filter_values.h"
#include "query/json_schema.h"

namespace kalends {
namespace {

constexpr std::size_t kRegexesMax = 256;  // Of one filter.

Result<FilterNodePtr> ParseLogical(FilterParsing& parsing, FilterLevel level, FilterOperator which,
                                   const Value& operand, const FilterPlace& here, int depth) {
  if (!operand.is_array() || operand.elements().empty()) {
    return InvalidArgument(here, ": expected an array of at least one filter");
  }
  const auto text_before = parsing.text;
  std::vector<FilterNodePtr> nodes;
  for (std::size_t i = 0; i < operand.elements().size(); ++i) {
    KALENDS_TRY(FilterNodePtr node,
                ParseFilterObject(parsing, level, operand.elements()[i], FilterPlace(here, i), depth + 1));
    nodes.push_back(std::move(node));
  }
  if (which == FilterOperator::kAnd) return MakeAndNode(std::move(nodes));
  if (which == FilterOperator::kNor && parsing.text != text_before)
    return InvalidArgument(here, ": $text cannot stand inside it; write -word in its $search");
  FilterNodePtr any = MakeOrNode(std::move(nodes));
  return which == FilterOperator::kNor ? MakeNotNode(std::move(any)) : std::move(any);
}

Result<FilterNodePtr> ParseAlways(bool answer, const Value& operand, const FilterPlace& here) {
  if (ExactInteger(operand) != 1) return InvalidArgument(here, ": expected 1");
  return answer ? MakeEverythingNode() : MakeNothingNode();
}

Result<FilterNodePtr> ParseTopOperator(FilterParsing& parsing, FilterLevel level, const Field& field,
                                       const FilterPlace& place, int depth) {
  KALENDS_TRY(const FilterOperator which, FindFilterOperator(field.name, OperatorPlace::kTop, place));
  const FilterPlace here(place, field.name);
  switch (which) {
    case FilterOperator::kAnd:
    case FilterOperator::kOr:
    case FilterOperator::kNor:
      return ParseLogical(parsing, level, which, field.value, here, depth);
    case FilterOperator::kAlwaysTrue:
    case FilterOperator::kAlwaysFalse:
      return ParseAlways(which == FilterOperator::kAlwaysTrue, field.value, here);
    case FilterOperator::kJsonSchema:
      return ParseJsonSchema(parsing, field.value, here, depth + 1);
    case FilterOperator::kExpression: {
      if (level == FilterLevel::kElement) return InvalidArgument(here, ": can stand at the top of a filter only");
      KALENDS_TRY(auto expression, Expression::Parse(field.value, parsing.context, here.Text()));
      return MakeExpressionNode(std::move(expression));
    }
    case FilterOperator::kText: {
      if (level == FilterLevel::kElement) return InvalidArgument(here, ": can stand at the top of a filter only");
      if (parsing.text != nullptr) return InvalidArgument(here, ": a filter can have one $text only");
      KALENDS_TRY(parsing.text, TextQuery::Parse(field.value, parsing.context.text, here));
      return MakeTextNode(parsing.text);
    }
    case FilterOperator::kComment:
      return MakeEverythingNode();
    default:
      return InvalidArgument(here, ": needs a field before it");
  }
}

Result<FilterNodePtr> ParseField(FilterParsing& parsing, FilterLevel level, const Field& field,
                                 const FilterPlace& place, int depth) {
  const FilterPlace here(place, field.name);
  if (static_cast<std::size_t>(std::count(field.name.begin(), field.name.end(), '.')) >= kPathPartsMax) {
    return LimitExceeded(here, ": a path has at most ", kPathPartsMax, " parts");
  }
  FilterSubject subject{.kind = FilterSubject::kPath, .path = field.name};
  if (level == FilterLevel::kDocument) {
    const auto& times = parsing.context.time_fields;
    if (std::find(times.begin(), times.end(), field.name) != times.end()) {
      subject.kind = FilterSubject::kTime;
    } else if (!parsing.context.id_field.empty() && field.name == parsing.context.id_field) {
      subject.kind = FilterSubject::kId;
    }
  }
  return ParseCondition(parsing, subject, field.value, here, depth + 1);
}

}  // namespace

Result<Regex> FilterParsing::CompileRegex(const RegexSource& source, const FilterPlace& place) {
  if (++regexes > kRegexesMax) {
    return LimitExceeded(place, ": a filter holds at most ", kRegexesMax, " regular expressions");
  }
  return Regex::Compile(source.pattern, source.options, place);
}

Status CheckFilterDepth(const FilterPlace& place, int depth) {
  if (depth <= kNestingDepthMax) return {};
  return LimitExceeded(place, ": a filter nests at most ", kNestingDepthMax, " deep");
}

Result<FilterNodePtr> ParseFilterObject(FilterParsing& parsing, FilterLevel level, const Value& object,
                                        const FilterPlace& place, int depth) {
  if (!object.is_object()) return InvalidArgument(place, ": expected an object, found ", TypeName(object.type()));
  KALENDS_RETURN_IF_ERROR(CheckFilterDepth(place, depth));
  std::vector<FilterNodePtr> nodes;
  for (const Field& field : object.fields()) {
    const bool is_operator = IsOperatorName(field.name) && !IsReferenceField(field.name);
    auto node = is_operator ? ParseTopOperator(parsing, level, field, place, depth)
                            : ParseField(parsing, level, field, place, depth);
    if (!node.has_value()) return node.error();
    nodes.push_back(std::move(node).value());
  }
  return MakeAndNode(std::move(nodes));
}

Result<FilterNodePtr> ParseFilterNodes(const Value& filter, const FilterContext& context,
                                       std::shared_ptr<const TextQuery>* text) {
  FilterParsing parsing(context);
  auto nodes = ParseFilterObject(parsing, FilterLevel::kDocument, filter, FilterPlace(""), 1);
  *text = std::move(parsing.text);
  return nodes;
}

}  // namespace kalends
