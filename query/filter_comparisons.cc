#include "query/filter_comparisons.h"

#include <optional>
#include <utility>
#include <vector>

#include "format/errors.h"
#include "query/filter_values.h"
#include "query/time_conditions.h"

namespace kalends {
namespace {

// A path with dots may meet several values in arrays, none of which is the id: then only a scan finds all that match.
std::optional<Value> AsIdEquality(const FilterSubject& subject, const Value& operand) {
  if (!IsScalar(operand) || subject.path.find('.') != std::string_view::npos) return std::nullopt;
  return operand;
}

Result<FilterNodePtr> MakeTimeInNode(const FilterParsing& parsing, const FilterSubject& subject,
                                     std::span<const Value> values, std::vector<Regex> patterns,
                                     const FilterPlace& here) {
  KALENDS_TRY(FilterNodePtr times, MakeTimeIn(parsing.context, subject.path, values, here));
  if (patterns.empty()) return times;
  std::vector<FilterNodePtr> either;
  either.push_back(std::move(times));
  either.push_back(MakeSubjectNode(parsing, subject, MakeInTest({}, std::move(patterns))));
  return MakeOrNode(std::move(either));
}

}  // namespace

Result<FilterNodePtr> MakeComparisonNode(const FilterParsing& parsing, const FilterSubject& subject,
                                         Comparison comparison, const Value& operand, const FilterPlace& here) {
  if (subject.kind == FilterSubject::kTime) {
    return MakeTimeComparison(parsing.context, subject.path, comparison, operand, here);
  }
  ValueTestPtr test = MakeComparisonTest(comparison, operand);
  if (subject.kind == FilterSubject::kId && comparison == Comparison::kEqual) {
    return MakeIdNode(Path(subject.path), std::move(test), AsIdEquality(subject, operand));
  }
  return MakeSubjectNode(parsing, subject, std::move(test));
}

Result<FilterNodePtr> ParseIn(FilterParsing& parsing, const FilterSubject& subject, const Value& operand,
                              const FilterPlace& here) {
  if (!operand.is_array()) return InvalidArgument(here, ": expected an array, found ", TypeName(operand.type()));
  std::vector<Value> values;
  std::vector<Regex> patterns;
  for (std::size_t i = 0; i < operand.elements().size(); ++i) {
    const Value& element = operand.elements()[i];
    const FilterPlace place(here, i);
    KALENDS_TRY(const auto source, AsRegexValue(element, place));
    if (source.has_value()) {
      KALENDS_TRY(Regex regex, parsing.CompileRegex(*source, place));
      patterns.push_back(std::move(regex));
    } else if (HoldsOperators(element)) {
      return InvalidArgument(place, ": operators cannot stand in a list of values");
    } else {
      values.push_back(element);
    }
  }
  if (subject.kind == FilterSubject::kTime) return MakeTimeInNode(parsing, subject, values, std::move(patterns), here);
  const bool is_one_id = subject.kind == FilterSubject::kId && values.size() == 1 && patterns.empty();
  ValueTestPtr test = MakeInTest(values, std::move(patterns));
  if (!is_one_id) return MakeSubjectNode(parsing, subject, std::move(test));
  return MakeIdNode(Path(subject.path), std::move(test), AsIdEquality(subject, values.front()));
}

FilterNodePtr MakeExistsNode(const FilterParsing& parsing, const FilterSubject& subject) {
  switch (subject.kind) {
    case FilterSubject::kTime:
      return MakeIfTimedNode(parsing.context, true, MakePathNode(Path(subject.path), MakeExistsTest()));
    case FilterSubject::kId:  // Asks about the document: an id that was made is none of its fields.
      return MakePathNode(Path(subject.path), MakeExistsTest());
    default:
      return MakeSubjectNode(parsing, subject, MakeExistsTest());
  }
}

}  // namespace kalends
