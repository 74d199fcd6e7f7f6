#pragma once

#include <string_view>

#include "kalends/status.h"
#include "query/run_index.h"
#include "query/select_context.h"
#include "query/value_test.h"

// Which rows of a run have a value at a path that passes a test, by what the run's index knows.
namespace kalends {

// As RunIndex::FindColumn for any path that a query may name: columns know nothing of fields without a name.
Result<RunIndex::FoundColumn> FindColumnOfPath(RunIndex& index, std::string_view path);

SelectBy HowToSelect(const RunIndex& index, std::string_view path, const ValueTest& test);
// As FilterNode::MayMatch.
Result<bool> MayMatchAtPath(std::string_view path, const ValueTest& test, SelectContext& context);
// `matches` comes in empty.
Status SelectAtPath(std::string_view path, const ValueTest& test, SelectContext& context, RowMatches* matches);

}  // namespace kalends
