#include "query/array_conditions.h"

#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "format/errors.h"
#include "query/filter_comparisons.h"
#include "query/filter_values.h"

namespace kalends {
namespace {

// Inside an element nothing is the collection's time or id.
const FilterContext& ContextOfElements() {
  static const FilterContext context;
  return context;
}

class ElementMatchTest final : public ValueTest {
 public:
  ElementMatchTest(FilterNodePtr condition, bool is_filter) : condition_(std::move(condition)), is_filter_(is_filter) {}

  bool Holds(const Value& value, MatchScratch& scratch) const override {
    if (!value.is_array()) return false;
    const std::span<const Value> elements = value.elements();
    for (std::size_t i = 0; i < elements.size(); ++i) {
      if (is_filter_ && !elements[i].is_object() && !elements[i].is_array()) continue;
      if (condition_->Matches({.time = {}, .id = {}, .root = elements[i], .json_bytes = 0}, scratch)) {
        scratch.array_index = i;
        return true;
      }
    }
    return false;
  }
  bool LooksIntoArrays() const override { return false; }
  std::optional<bool> HoldsForAll(Type) const override { return false; }

 private:
  FilterNodePtr condition_;
  bool is_filter_;
};

// {$or: [...]} and a reference begin with a dollar too, but are filters.
bool IsFilter(const Value& operand) {
  if (!HoldsOperators(operand)) return true;
  const std::string_view first = operand.fields().front().name;
  return first == "$and" || first == "$or" || first == "$nor" || IsReferenceField(first) || first == "$expr" ||
         first == "$where" || first == "$text" || first == "$jsonSchema" || first == "$alwaysTrue" ||
         first == "$alwaysFalse";
}

bool IsElementMatch(const Value& value) {
  return value.is_object() && !value.fields().empty() && value.fields().front().name == "$elemMatch";
}

Result<FilterNodePtr> ParseAllElementMatches(FilterParsing& parsing, const FilterSubject& subject,
                                             std::span<const Value> operands, const FilterPlace& here, int depth) {
  std::vector<FilterNodePtr> nodes;
  for (std::size_t i = 0; i < operands.size(); ++i) {
    const FilterPlace place(here, i);
    if (!IsElementMatch(operands[i]) || operands[i].fields().size() != 1) {
      return InvalidArgument(place, ": expected {$elemMatch: ...} alone, like the first");
    }
    const Field& field = operands[i].fields().front();
    KALENDS_TRY(ValueTestPtr test, ParseElementMatch(parsing, field.value, FilterPlace(place, field.name), depth + 2));
    nodes.push_back(MakeSubjectNode(parsing, subject, std::move(test)));
  }
  return MakeAndNode(std::move(nodes));
}

}  // namespace

Result<ValueTestPtr> ParseElementMatch(FilterParsing& parsing, const Value& operand, const FilterPlace& here,
                                       int depth) {
  if (!operand.is_object()) return InvalidArgument(here, ": expected an object, found ", TypeName(operand.type()));
  FilterParsing inner(ContextOfElements());
  inner.regexes = parsing.regexes;
  const bool is_filter = IsFilter(operand);
  auto condition = is_filter ? ParseFilterObject(inner, FilterLevel::kElement, operand, here, depth)
                             : ParseCondition(inner, {.kind = FilterSubject::kElement}, operand, here, depth);
  parsing.regexes = inner.regexes;
  if (!condition.has_value()) return condition.error();
  return ValueTestPtr(std::make_unique<ElementMatchTest>(std::move(condition).value(), is_filter));
}

Result<FilterNodePtr> ParseAll(FilterParsing& parsing, const FilterSubject& subject, const Value& operand,
                               const FilterPlace& here, int depth) {
  if (!operand.is_array()) return InvalidArgument(here, ": expected an array, found ", TypeName(operand.type()));
  const std::span<const Value> operands = operand.elements();
  if (operands.empty()) return MakeNothingNode();
  if (IsElementMatch(operands.front())) return ParseAllElementMatches(parsing, subject, operands, here, depth);
  std::vector<FilterNodePtr> nodes;
  for (std::size_t i = 0; i < operands.size(); ++i) {
    const FilterPlace place(here, i);
    KALENDS_TRY(const auto source, AsRegexValue(operands[i], place));
    if (source.has_value()) {
      KALENDS_TRY(Regex regex, parsing.CompileRegex(*source, place));
      nodes.push_back(MakeSubjectNode(parsing, subject, MakeRegexTest(std::move(regex))));
      continue;
    }
    if (HoldsOperators(operands[i])) {
      return InvalidArgument(place,
                             ": operators cannot stand in a list of values, but {$elemMatch: ...} in all of them");
    }
    KALENDS_TRY(FilterNodePtr equal, MakeComparisonNode(parsing, subject, Comparison::kEqual, operands[i], place));
    nodes.push_back(std::move(equal));
  }
  return MakeAndNode(std::move(nodes));
}

}  // namespace kalends
