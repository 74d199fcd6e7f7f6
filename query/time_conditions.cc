#include "query/time_conditions.h"

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "format/errors.h"
#include "format/time_field.h"
#include "query/time_ranges.h"

namespace kalends {
namespace {

// Dates beyond the microseconds of 64 bits are beyond every row: the last microsecond on their side stands for them.
TimeUs TimeOfDate(std::int64_t milliseconds) {
  constexpr std::int64_t kUsPerMs = 1000;
  if (milliseconds > INT64_MAX / kUsPerMs) return TimeUs{INT64_MAX};
  if (milliseconds < INT64_MIN / kUsPerMs) return TimeUs{INT64_MIN};
  return TimeUs{milliseconds * kUsPerMs};
}

// nullopt where the value is of a type that no time has.
Result<std::optional<TimeUs>> TimeOfOperand(const Value& operand, TimeUnit unit, const FilterPlace& place) {
  if (operand.type() == Type::kDate) return std::optional(TimeOfDate(operand.as_date_ms()));
  if (operand.is_string()) {
    const Result<TimeUs> time = ParseTime(operand.as_string());
    if (!time.has_value()) return WithContext(place.Text(), time.error());
    return std::optional(time.value());
  }
  if (!operand.is_number()) return std::optional<TimeUs>();
  const std::optional<TimeUs> time = TimeOfValue(operand, unit);
  if (!time.has_value()) return InvalidArgument(place, ": the number ", ToJson(operand), " is no time");
  return time;
}

TimeRange RangeOf(Comparison comparison, TimeUs time) {
  switch (comparison) {
    case Comparison::kEqual:
      return {.begin = time, .end = After(time)};
    case Comparison::kGreater:
      return {.begin = After(time)};
    case Comparison::kGreaterOrEqual:
      return {.begin = time};
    case Comparison::kLess:
      return {.end = time};
    case Comparison::kLessOrEqual:
      return {.end = After(time)};
  }
  return kNoTimes;
}

FilterNodePtr MakeNoTimeNode(const FilterContext& context, std::string_view path) {
  return MakeIfTimedNode(context, false,
                         MakePathNode(Path(path), MakeComparisonTest(Comparison::kEqual, Value::Null())));
}

}  // namespace

Result<FilterNodePtr> MakeTimeComparison(const FilterContext& context, std::string_view path, Comparison comparison,
                                         const Value& operand, const FilterPlace& place) {
  if (operand.is_null()) {
    const bool accepts_equal = comparison != Comparison::kGreater && comparison != Comparison::kLess;
    return accepts_equal ? MakeNoTimeNode(context, path) : MakeNothingNode();
  }
  KALENDS_TRY(const std::optional<TimeUs> time, TimeOfOperand(operand, context.time_unit, place));
  return time.has_value() ? MakeTimeRangeNode(RangeOf(comparison, *time)) : MakeNothingNode();
}

Result<FilterNodePtr> MakeTimeIn(const FilterContext& context, std::string_view path, std::span<const Value> operands,
                                 const FilterPlace& place) {
  std::vector<TimeUs> times;
  bool has_null = false;
  for (std::size_t i = 0; i < operands.size(); ++i) {
    KALENDS_TRY(const std::optional<TimeUs> time, TimeOfOperand(operands[i], context.time_unit, FilterPlace(place, i)));
    if (time.has_value()) times.push_back(*time);
    has_null = has_null || operands[i].is_null();
  }
  std::vector<FilterNodePtr> either;
  either.push_back(MakeTimeInNode(std::move(times)));
  if (has_null) either.push_back(MakeNoTimeNode(context, path));
  return MakeOrNode(std::move(either));
}

}  // namespace kalends
