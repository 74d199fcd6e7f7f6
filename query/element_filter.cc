#include "query/element_filter.h"

#include <utility>

#include "format/arena.h"
#include "format/compare.h"
#include "format/errors.h"
#include "query/filter_conditions.h"
#include "query/filter_parser.h"
#include "query/filter_values.h"

namespace kalends {
namespace {

// Equal as a whole, without a look into arrays.
class EqualTest final : public ValueTest {
 public:
  explicit EqualTest(const Value& operand) : operand_(operand) {}
  bool Holds(const Value& value, MatchScratch&) const override { return EqualByMongo(value, operand_); }

 private:
  Value operand_;
};

bool IsLogicalName(std::string_view name) { return name == "$and" || name == "$or" || name == "$nor"; }

class ParsedElementFilter final : public ElementFilter {
 public:
  Status Parse(const Value& text, const std::string& where) {
    const Value condition = CopyValue(text, arena_);
    const FilterPlace place(where);
    FilterParsing parsing(context_);
    KALENDS_TRY(const auto regex, AsRegexValue(condition, place));
    if (regex.has_value() || (HoldsOperators(condition) && !IsLogicalName(condition.fields().front().name))) {
      KALENDS_TRY(node_, ParseCondition(parsing, {.kind = FilterSubject::kPulled}, condition, place, 1));
    } else if (condition.is_object()) {
      objects_only_ = true;
      KALENDS_TRY(node_, ParseFilterObject(parsing, FilterLevel::kElement, condition, place, 1));
    } else {
      node_ = MakeValueNode(std::make_unique<EqualTest>(condition), false);
    }
    return {};
  }

  bool Matches(const Value& element, MatchScratch& scratch) const override {
    if (objects_only_ && !element.is_object()) return false;
    return node_->Matches({.time = {}, .id = {}, .root = element, .json_bytes = 0}, scratch);
  }

 private:
  FilterContext context_;  // Of no collection: an element has neither its time nor its id.
  Arena arena_;
  FilterNodePtr node_;
  bool objects_only_ = false;
};

}  // namespace

Result<std::shared_ptr<const ElementFilter>> ElementFilter::Parse(const Value& condition, const std::string& where) {
  auto parsed = std::make_shared<ParsedElementFilter>();
  KALENDS_RETURN_IF_ERROR(parsed->Parse(condition, where));
  return std::shared_ptr<const ElementFilter>(std::move(parsed));
}

}  // namespace kalends
