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
  offsets_.reserve(rows.Count());
  rows.ForEach([this](std::uint32_t offset) { offsets_.push_back(offset); });
  const auto is_earlier = [this](std::uint32_t a, std::uint32_t b) { return run_->TimeAt(a) < run_->TimeAt(b); };
  if (std::is_sorted(offsets_.begin(), offsets_.end(), is_earlier)) return;
  // Sorting a few rows is cheaper than walking all; walking all than sorting many.
  if (offsets_.size() * static_cast<std::size_t>(std::bit_width(offsets_.size())) < run_->rows()) {
    std::stable_sort(offsets_.begin(), offsets_.end(), is_earlier);
    return;
  }
  offsets_.clear();
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
