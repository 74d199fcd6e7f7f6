#pragma once

#include <span>

#include "format/arena.h"
#include "kalends/status.h"
#include "query/find_stats.h"
#include "query/merge.h"
#include "query/partition_view.h"

namespace kalends {

// Reads rows of several partitions to the places of `out` that they have in `rows`, and counts them in `stats`, which
// may be null; the arena holds their values.
Status ReadPlaces(std::span<const RowPlace> rows, Arena& arena, std::span<StoredRow> out, FindStats* stats);

}  // namespace kalends
