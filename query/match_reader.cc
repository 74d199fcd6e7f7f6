#include "query/match_reader.h"

#include "format/errors.h"
#include "query/step_clock.h"

namespace kalends {

Status MatchReader::Read(const PartitionView& partition, const RowRun& run, const RowBits& rows, const RowBits& certain,
                         const Visit& visit) {
  Status status;
  rows.ForEach([&](std::uint32_t offset) {
    if (!status.ok()) return;
    ids_.push_back(RowId{run.first_row().value + offset});
    if (ids_.size() >= batch_size_.rows()) status = ReadBatch(partition, run, certain, visit);
  });
  if (!status.ok() || ids_.empty()) return status;
  return ReadBatch(partition, run, certain, visit);
}

Status MatchReader::ReadBatch(const PartitionView& partition, const RowRun& run, const RowBits& certain,
                              const Visit& visit) {
  KALENDS_RETURN_IF_ERROR(guard_.Check());
  StepClock clock(stats_ != nullptr);
  Arena arena;
  rows_.resize(ids_.size());
  KALENDS_RETURN_IF_ERROR(partition.ReadRows(ids_, arena, rows_));
  KALENDS_RETURN_IF_ERROR(guard_.Walked(ids_.size()));
  batch_size_.Read(ids_.size(), arena.bytes_reserved());
  if (stats_ != nullptr) {
    stats_->read += clock.Lap();
    stats_->rows_read += ids_.size();
    stats_->Of(partition).rows_read += ids_.size();
  }
  std::size_t kept = 0;
  for (std::size_t i = 0; i < ids_.size(); ++i) {
    const auto offset = static_cast<std::uint32_t>(ids_[i].value - run.first_row().value);
    KALENDS_TRY(const bool matches, Matches(rows_[i], certain.Test(offset)));
    if (!matches) continue;
    rows_[kept] = rows_[i];
    ids_[kept++] = ids_[i];
  }
  if (stats_ != nullptr) {
    stats_->match += clock.Lap();
    stats_->rows_matched += kept;
  }
  Status visited = visit(std::span(rows_).first(kept), std::span(ids_).first(kept), arena);
  if (stats_ != nullptr) stats_->sort += clock.Lap();
  ids_.clear();
  return visited;
}

Result<bool> MatchReader::Matches(const StoredRow& row, bool is_certain) {
  if (is_certain) return true;
  const bool matches = filter_.Matches(row, scratch_);
  scratch_.arena.Reset();
  if (scratch_.error) return *scratch_.error;
  return matches;
}

}  // namespace kalends
