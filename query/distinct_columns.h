#pragma once

#include "index/column.h"
#include "index/row_bits.h"
#include "kalends/status.h"
#include "query/distinct.h"

namespace kalends {

// Adds the values that `rows` have in a column, each at least once, and to `unknown` those of the rows whose value the
// column does not know.
Status AddDistinctOfColumn(const Column& column, const RowBits& rows, DistinctValues* values, RowBits* unknown);

}  // namespace kalends
