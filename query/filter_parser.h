#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "kalends/status.h"
#include "kalends/value.h"
#include "query/filter.h"
#include "query/filter_node.h"
#include "query/filter_place.h"
#include "query/regex.h"
#include "query/text_query.h"

namespace kalends {

// The nodes of a filter, which keep views of `filter`'s values and a reference to `context`: both must outlive them.
// `text`: what its `$text` asks, where it has one.
Result<FilterNodePtr> ParseFilterNodes(const Value& filter, const FilterContext& context,
                                       std::shared_ptr<const TextQuery>* text);

// What the parsers of a filter's parts share.
struct FilterParsing {
  explicit FilterParsing(const FilterContext& of) : context(of) {}

  // Regex::Compile within a number for the whole filter, as each may take some memory.
  Result<Regex> CompileRegex(const RegexSource& source, const FilterPlace& place);

  const FilterContext& context;
  std::size_t regexes = 0;
  std::shared_ptr<const TextQuery> text;  // Of the only `$text`.
};

enum class FilterLevel : std::uint8_t {
  kDocument,  // Of whole documents.
  kElement,   // Of an object inside, as in $elemMatch: what asks about the whole document is refused.
};

// {cost: 1, $or: [...]}: all of its fields must hold. `depth` counts what nests, from 1.
Result<FilterNodePtr> ParseFilterObject(FilterParsing& parsing, FilterLevel level, const Value& object,
                                        const FilterPlace& place, int depth);

// kLimitExceeded where a filter nests too deep.
Status CheckFilterDepth(const FilterPlace& place, int depth);

}  // namespace kalends
