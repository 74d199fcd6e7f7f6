#pragma once

#include <cstdint>
#include <string_view>

#include "kalends/status.h"
#include "kalends/value.h"
#include "query/filter_node.h"
#include "query/filter_parser.h"
#include "query/filter_place.h"
#include "query/value_test.h"

namespace kalends {

// What a condition is about.
struct FilterSubject {
  enum Kind : std::uint8_t {
    kPath,
    kId,       // The id field.
    kTime,     // A time field.
    kElement,  // The root itself, an array as a whole: what $elemMatch looks at.
    kPulled,   // The root itself, an array by its elements too: what $pull looks at.
  };
  Kind kind = kPath;
  std::string_view path = {};  // Of the first three.
};

// The subject passes `test`.
FilterNodePtr MakeSubjectNode(const FilterParsing& parsing, const FilterSubject& subject, ValueTestPtr test);

// What stands behind a field: a value to be equal to, a regular expression or operators.
Result<FilterNodePtr> ParseCondition(FilterParsing& parsing, const FilterSubject& subject, const Value& condition,
                                     const FilterPlace& place, int depth);

// {$gt: 1, $lt: 5} under a field: each may be met by another element of an array.
Result<FilterNodePtr> ParseOperators(FilterParsing& parsing, const FilterSubject& subject, const Value& operators,
                                     const FilterPlace& place, int depth);

}  // namespace kalends
