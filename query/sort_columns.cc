#include "query/sort_columns.h"

#include <cmath>
#include <compare>

#include "format/compare.h"
#include "format/errors.h"
#include "query/path_select.h"

namespace kalends {
namespace {

using CodeRange = ColumnStream::CodeRange;

constexpr CodeRange kAllCodes{.low = 0, .high = UINT64_MAX};

bool IsNan(const Value& value) { return value.type() == Type::kDouble && std::isnan(value.as_double()); }

// How the type brackets of two types compare in a direction: less comes first.
std::strong_ordering CompareBrackets(Type a, Type b, bool is_descending) {
  return is_descending ? TypeBracket(b) <=> TypeBracket(a) : TypeBracket(a) <=> TypeBracket(b);
}

}  // namespace

// NaN comes before all numbers, whatever its code.
std::vector<CodeRange> CodesNotBehind(const ColumnStream& stream, const Value& value, bool is_descending) {
  const auto order = CompareBrackets(TypeOf(stream.kind()), value.type(), is_descending);
  if (order > 0) return {};
  if (order < 0 || value.is_null()) return {kAllCodes};
  if (is_descending) return {IsNan(value) ? kAllCodes : stream.Above(value, true)};
  std::vector<CodeRange> ranges = {stream.NegativeNan(), stream.PositiveNan()};
  if (!IsNan(value)) ranges.push_back(stream.Below(value, true));
  return ranges;
}

Result<std::optional<SortColumns>> SortColumns::Find(const SortSpec& spec, RowRun& run,
                                                     const std::vector<double>* scores) {
  SortColumns columns(spec, run);
  KALENDS_RETURN_IF_ERROR(run.Load());
  for (std::size_t i = 0; i < spec.size(); ++i) {
    if (spec.IsTime(i)) {
      columns.sources_.push_back({.is_time = true});
      continue;
    }
    if (spec.IsTextScore(i)) {
      if (scores == nullptr) return std::optional<SortColumns>();
      columns.sources_.push_back({.scores = scores});
      continue;
    }
    // An id may have been made, which only the row knows.
    if (spec.IsId(i) || run.index() == nullptr) return std::optional<SortColumns>();
    KALENDS_TRY(const RunIndex::FoundColumn found, FindColumnOfPath(*run.index(), spec.PathOf(i)));
    if (found.presence == RunIndex::Presence::kUnknown) return std::optional<SortColumns>();
    columns.sources_.push_back({.column = found.column});
  }
  return std::optional(std::move(columns));
}

bool SortColumns::Key(std::uint32_t row, Arena& arena, std::span<Value> out) const {
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    const Source& source = sources_[i];
    if (source.is_time) {
      out[i] = Value::Long(run_->TimeAt(row).value);
      continue;
    }
    if (source.scores != nullptr) {
      out[i] = Value::Double((*source.scores)[row]);
      continue;
    }
    const ColumnStream* stream = source.column == nullptr ? nullptr : source.column->StreamOf(row);
    if (stream == nullptr || stream->kind() == ColumnKind::kNull) {
      out[i] = Value::Null();
    } else if (HasValues(stream->kind())) {
      out[i] = stream->ValueAt(*stream->IndexOf(row), arena);
    } else {
      return false;
    }
  }
  return true;
}

RowBits SortColumns::RowsNotBehind(const Value& value) const {
  const std::uint32_t rows = run_->rows();
  const bool is_descending = spec_->IsDescending(0);
  const bool keeps_null = CompareBrackets(Type::kNull, value.type(), is_descending) <= 0;
  if (sources_.front().is_time || sources_.front().scores != nullptr) return RowBits(rows, true);
  if (first() == nullptr) return RowBits(rows, keeps_null);
  RowBits kept(rows);
  if (keeps_null) kept |= first()->MissingRows();
  for (const ColumnStream& stream : first()->streams()) {
    if (!HasValues(stream.kind())) {
      const bool is_known = stream.kind() != ColumnKind::kArray;
      if (is_known && CompareBrackets(TypeOf(stream.kind()), value.type(), is_descending) > 0) continue;
      stream.AddRows(&kept);
    } else if (stream.kind() == ColumnKind::kNull) {
      if (keeps_null) stream.AddRows(&kept);
    } else {
      RowBits places(stream.count());
      for (const CodeRange& range : CodesNotBehind(stream, value, is_descending)) {
        if (!range.is_empty()) stream.codes().Select(range.low, range.high, &places);
      }
      stream.AddRows(places, &kept);
    }
  }
  return kept;
}

}  // namespace kalends
