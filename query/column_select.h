#pragma once

#include "index/column.h"
#include "query/run_index.h"
#include "query/select_context.h"
#include "query/value_test.h"

namespace kalends {

// Adds the rows of a column whose value at the path passes `test`, as AnyValueAtPath says; those of which the row alone
// knows the value are merely possible.
void SelectInColumn(const Column& column, const ValueTest& test, SelectContext& context, RowMatches* matches);

}  // namespace kalends
