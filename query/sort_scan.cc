#include "query/sort_scan.h"

#include <span>

#include "format/errors.h"
#include "query/row_selection.h"
#include "query/sort_pieces.h"
#include "query/step_clock.h"
#include "query/text_scorer.h"

namespace kalends {
namespace {

// From so many rows on it pays to begin with those whose first field comes first.
constexpr std::uint32_t kRowsByPiecesMin = 2048;

}  // namespace

Status SortScan::AddRun(const PartitionView& partition, RowRun& run) {
  KALENDS_RETURN_IF_ERROR(guard_.Check());
  KALENDS_TRY(RowMatches matches, SelectRows(partition, run, *plan_.filter, time_, stats_));
  if (!matches.possible.Any()) return {};
  StepClock clock(stats_ != nullptr);
  std::optional<std::vector<double>> scores;
  if (plan_.sort->HasTextScore()) {
    KALENDS_TRY(scores, plan_.scorer->ScoresOf(run, matches.certain));
  }
  KALENDS_TRY(const std::optional<SortColumns> columns,
              SortColumns::Find(*plan_.sort, run, scores.has_value() ? &*scores : nullptr));
  const Run at{.partition = partition, .run = run, .certain = matches.certain};
  RowBits to_read = matches.possible;
  if (columns.has_value()) {
    to_read -= matches.certain;
    KALENDS_RETURN_IF_ERROR(AddKnown(at, *columns, &to_read));
    if (const TopRows::Row* worst = top_.worst(); worst != nullptr && to_read.Any()) {
      to_read &= columns->RowsNotBehind(worst->key[0]);
    }
  }
  if (stats_ != nullptr) stats_->sort += clock.Lap();
  return AddByReading(at, to_read);
}

// Adds the certain rows whose keys the columns know, and to `unknown` the others.
Status SortScan::AddKnown(const Run& run, const SortColumns& columns, RowBits* unknown) {
  if (plan_.limit.has_value() && columns.first() != nullptr && run.certain.Count() >= kRowsByPiecesMin) {
    return AddByPieces(run, columns, unknown);
  }
  Status status;
  run.certain.ForEach([&](std::uint32_t row) {
    if (status.ok()) status = AddRow(run, columns, row, unknown);
  });
  return status;
}

// The pieces of the first column in the order of the best value in each, until none can hold a row that comes before
// the last one kept.
Status SortScan::AddByPieces(const Run& run, const SortColumns& columns, RowBits* unknown) {
  SortPieces pieces(*columns.first(), plan_.sort->IsDescending(0));
  *unknown |= pieces.WithoutValues(run.certain);
  std::vector<std::uint32_t> rows;
  while (true) {
    const TopRows::Row* worst = top_.worst();
    if (!pieces.Next(worst == nullptr ? nullptr : &worst->key[0], &rows)) return {};
    for (const std::uint32_t row : rows) {
      if (run.certain.Test(row)) KALENDS_RETURN_IF_ERROR(AddRow(run, columns, row, unknown));
    }
  }
}

Status SortScan::AddRow(const Run& run, const SortColumns& columns, std::uint32_t row, RowBits* unknown) {
  KALENDS_RETURN_IF_ERROR(guard_.Walked(1));
  key_arena_.Reset();
  if (!columns.Key(row, key_arena_, key_)) {
    unknown->Set(row);
    return {};
  }
  if (stats_ != nullptr) ++stats_->rows_matched;
  const RowId id{run.run.first_row().value + row};
  return top_.Add(key_, run.run.TimeAt(row), {&run.partition, id});
}

Status SortScan::AddByReading(const Run& run, const RowBits& rows) {
  return reader_.Read(run.partition, run.run, rows, run.certain,
                      [&](std::span<const StoredRow> read, std::span<const RowId> ids, Arena& arena) -> Status {
                        for (std::size_t i = 0; i < read.size(); ++i) {
                          StoredRow row = read[i];
                          if (plan_.sort->HasTextScore()) row.text_score = plan_.scorer->ScoreOf(row.root);
                          KALENDS_RETURN_IF_ERROR(plan_.sort->Key(row, arena, key_));
                          KALENDS_RETURN_IF_ERROR(top_.Add(key_, row.time, {&run.partition, ids[i]}));
                        }
                        return {};
                      });
}

}  // namespace kalends
