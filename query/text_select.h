#pragma once

#include "kalends/status.h"
#include "query/run_index.h"
#include "query/select_context.h"
#include "query/text_query.h"

namespace kalends {

// Whether the terms of a run say anything about what the query asks.
bool KnowsText(const RunIndex& index, const TextQuery& query);

// False where its terms tell at once that no row matches. Only where KnowsText, as the other.
Result<bool> MayMatchText(const TextQuery& query, SelectContext& context);

// Says which rows match; `matches` comes in empty, with as many places. Rows that only have the words of a phrase are
// possible.
Status SelectText(const TextQuery& query, SelectContext& context, RowMatches* matches);

}  // namespace kalends
