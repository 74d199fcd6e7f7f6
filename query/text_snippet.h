#pragma once

#include <memory>
#include <optional>

#include "kalends/search.h"
#include "kalends/value.h"
#include "query/text_query.h"

namespace kalends {

// Of the string of the document that has most of what the query looks for, the part with the most of it; nullopt: there
// is nothing of it.
std::optional<Snippet> SnippetOf(const std::shared_ptr<const TextQuery>& query, const Value& root);

}  // namespace kalends
