#include "query/selected_run.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "format/errors.h"
#include "query/row_selection.h"

namespace kalends {

Status SelectedRun::Load() {
  if (is_loaded_) return {};
  KALENDS_TRY(RowMatches matches, SelectRows(partition_, *run_, filter_, time_, stats_));
  if (matches.possible.Any()) KALENDS_RETURN_IF_ERROR(run_->Load());
  OrderByTime(matches.possible);
  certain_ = std::move(matches.certain);
  is_loaded_ = true;
  return {};
}

void SelectedRun::OrderByTime(const RowBits& rows) {
  const std::uint32_t count = rows.Count();
  offsets_.reserve(count);
  // Sorting a few rows is cheaper than walking all; walking all than sorting many.
  if (std::size_t{count} * static_cast<std::size_t>(std::bit_width(count)) < run_->rows()) {
    struct Timed {
      TimeUs time;
      std::uint32_t offset;
      auto operator<=>(const Timed&) const = default;
    };
    std::vector<Timed> timed;
    timed.reserve(count);
    rows.ForEach([&](std::uint32_t offset) { timed.push_back({run_->TimeAt(offset), offset}); });
    if (!std::is_sorted(timed.begin(), timed.end())) std::sort(timed.begin(), timed.end());
    for (const Timed& row : timed) offsets_.push_back(row.offset);
    return;
  }
  for (std::uint32_t position = 0; position < run_->rows(); ++position) {
    const std::uint32_t offset = run_->OffsetAtPosition(position);
    if (rows.Test(offset)) offsets_.push_back(offset);
  }
}

std::uint32_t SelectedRun::LowerBound(TimeUs time) const {
  const auto found = std::partition_point(offsets_.begin(), offsets_.end(),
                                          [&](std::uint32_t offset) { return run_->TimeAt(offset) < time; });
  return static_cast<std::uint32_t>(found - offsets_.begin());
}

}  // namespace kalends
