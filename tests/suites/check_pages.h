#pragma once

#include <vector>

#include "kalends/collection.h"

namespace kalends::suites {

// Whether the other ways to ask agree with what Find gave: pages that are walked by their tokens, the totals of these
// pages, and Count. Only for a query without skip and limit. An error tells what does not agree.
Status CheckPages(const Query& query, const std::vector<Document>& found, const Collection& collection);

}  // namespace kalends::suites
