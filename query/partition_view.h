#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "format/arena.h"
#include "format/ids.h"
#include "kalends/status.h"
#include "kalends/time.h"
#include "kalends/value.h"
#include "query/run_index.h"

// What the query floor sees of storage. The engine implements it over a view; tests over vectors.
namespace kalends {

// Consecutive rows of a partition whose times are known: (a block of) a segment, or a tail. Immutable.
class RowRun {
 public:
  virtual ~RowRun() = default;
  virtual RowId first_row() const = 0;
  virtual std::uint32_t rows() const = 0;  // At least 1.
  virtual TimeUs min_time() const = 0;     // Known without reading; deleted rows count too.
  virtual TimeUs max_time() const = 0;
  // Makes the times readable. Call before the functions below; cheap when repeated.
  virtual Status Load() = 0;
  virtual TimeUs TimeAt(std::uint32_t offset) const = 0;  // Of the row first_row + offset.
  // The row (as an offset) at a position of the order by (time, row).
  virtual std::uint32_t OffsetAtPosition(std::uint32_t position) const = 0;
  // The first position whose time is at or after `time`; rows() when there is none.
  virtual std::uint32_t LowerBound(TimeUs time) const = 0;
  // Adds the rows whose times are in `time` to `rows`, which has rows() places.
  virtual void AddRowsIn(const TimeRange& time, RowBits* rows) const {
    for (std::uint32_t offset = 0; offset < this->rows(); ++offset) {
      if (time.Contains(TimeAt(offset))) rows->Set(offset);
    }
  }
  // What else is known of the rows without reading them; null: nothing. Lives as long as the run.
  virtual RunIndex* index() { return nullptr; }
};

struct StoredRow {
  TimeUs time;
  Value id;    // kMissing where the id is a field of the document.
  Value root;  // The document.
  std::uint32_t json_bytes = 0;
  double text_score = 0;  // Where something wants it: TextScorer.
};

// One partition as a view sees it. Any number of threads may read one.
class PartitionView {
 public:
  virtual ~PartitionView() = default;
  virtual const std::string& name() const = 0;
  virtual Generation generation() const = 0;
  // The times that documents here can have: the month, or everything where the collection is plain.
  virtual TimeRange range() const = 0;
  // Runs of this view that may hold rows in `range`, in order of their rows. Each caller gets its own.
  virtual Result<std::vector<std::unique_ptr<RowRun>>> Runs(const TimeRange& range) const = 0;
  virtual bool has_deletions() const = 0;
  virtual bool IsDeleted(RowId row) const = 0;
  // The deleted rows among `rows`, ascending.
  virtual std::vector<RowId> DeletedRows(RowRange rows) const = 0;
  // Paths that the collection has an index on, but some of the runs have none: they answer by columns or rows. Nothing
  // where the partition was not read yet.
  virtual std::vector<std::string> MissingIndexes() const { return {}; }
  // Reads rows that are alive, in any order, each at most once; `out` has as many places, `arena` holds the values. An
  // error names partition and row.
  virtual Status ReadRows(std::span<const RowId> rows, Arena& arena, std::span<StoredRow> out) const = 0;
};

}  // namespace kalends
