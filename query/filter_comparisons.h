#pragma once

#include "kalends/status.h"
#include "kalends/value.h"
#include "query/filter_conditions.h"
#include "query/filter_node.h"
#include "query/filter_parser.h"
#include "query/filter_place.h"
#include "query/value_test.h"

// Conditions that compare the subject with values; those on times and ids are known to the planner.
namespace kalends {

Result<FilterNodePtr> MakeComparisonNode(const FilterParsing& parsing, const FilterSubject& subject,
                                         Comparison comparison, const Value& operand, const FilterPlace& here);
// $in: values, regular expressions among them.
Result<FilterNodePtr> ParseIn(FilterParsing& parsing, const FilterSubject& subject, const Value& operand,
                              const FilterPlace& here);
FilterNodePtr MakeExistsNode(const FilterParsing& parsing, const FilterSubject& subject);

}  // namespace kalends
