#include "query/path_select.h"

#include <algorithm>
#include <optional>
#include <span>

#include "format/errors.h"
#include "format/key_encoding.h"
#include "format/time_field.h"
#include "index/inverted_list.h"
#include "query/column_select.h"

namespace kalends {
namespace {

// Whether the extremes of the column tell, without reading it, that no row passes.
Result<bool> IsBeyondExtremes(std::string_view path, const ValueTest& test, SelectContext& context) {
  if (HasEmptyPart(path) || test.Holds(Value(), context.scratch)) return false;
  KALENDS_TRY(const RunIndex::ColumnExtremes extremes, context.index.FindExtremes(path));
  if (!extremes.min_key.has_value() || !extremes.max_key.has_value()) return false;
  std::string_view min_key = *extremes.min_key;
  std::string_view max_key = *extremes.max_key;
  KALENDS_TRY(const Value min, DecodeKey(&min_key, context.arena));
  KALENDS_TRY(const Value max, DecodeKey(&max_key, context.arena));
  const bool may_hold = test.MayHoldWithin(min, max);
  context.arena.Reset();
  return !may_hold;
}

}  // namespace

Result<RunIndex::FoundColumn> FindColumnOfPath(RunIndex& index, std::string_view path) {
  if (HasEmptyPart(path)) return RunIndex::FoundColumn{};
  return index.FindColumn(path);
}

SelectBy HowToSelect(const RunIndex& index, std::string_view path, const ValueTest& test) {
  if (!index.HasIndex(path)) return SelectBy::kColumn;
  const std::optional<std::span<const Value>> values = test.EqualsOneOf();
  return values.has_value() && std::all_of(values->begin(), values->end(), HasList) ? SelectBy::kList
                                                                                    : SelectBy::kColumn;
}

Result<bool> MayMatchAtPath(std::string_view path, const ValueTest& test, SelectContext& context) {
  if (HowToSelect(context.index, path, test) != SelectBy::kList) return true;
  context.used_lists = true;
  const std::span<const Value> values = *test.EqualsOneOf();
  for (const Value& value : values) {
    KALENDS_TRY(const bool may_have, context.index.MayHaveEqual(path, value));
    if (may_have) return true;
  }
  return false;
}

Status SelectAtPath(std::string_view path, const ValueTest& test, SelectContext& context, RowMatches* matches) {
  if (HowToSelect(context.index, path, test) == SelectBy::kList) {
    context.used_lists = true;
    const std::span<const Value> values = *test.EqualsOneOf();
    for (const Value& value : values) {
      KALENDS_RETURN_IF_ERROR(context.index.FindEqual(path, value, matches));
    }
    return {};
  }
  KALENDS_TRY(const bool is_beyond, IsBeyondExtremes(path, test, context));
  if (is_beyond) {
    context.used_columns = true;
    return {};
  }
  KALENDS_TRY(const RunIndex::FoundColumn found, FindColumnOfPath(context.index, path));
  switch (found.presence) {
    case RunIndex::Presence::kUnknown:
      matches->possible.SetRange(0, matches->possible.rows());
      break;
    case RunIndex::Presence::kAbsent:
      context.used_columns = true;
      if (test.Holds(Value(), context.scratch)) {
        matches->certain.SetRange(0, matches->certain.rows());
        matches->possible.SetRange(0, matches->possible.rows());
      }
      break;
    case RunIndex::Presence::kColumn:
      context.used_columns = true;
      SelectInColumn(*found.column, test, context, matches);
      break;
  }
  return {};
}

}  // namespace kalends
