#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "format/ids.h"
#include "kalends/query.h"
#include "kalends/status.h"
#include "kalends/time.h"
#include "query/call_guard.h"
#include "query/partition_view.h"
#include "query/selected_run.h"

namespace kalends {

// Where a row is.
struct RowPlace {
  const PartitionView* partition;
  RowId row;
  bool is_certain = false;  // It is known to match without being read.
};

// The place of a row in the order of all rows.
struct RowPosition {
  TimeUs time;
  Generation generation;
  RowId row;
  friend auto operator<=>(const RowPosition&, const RowPosition&) = default;
};

// The living rows of some runs whose times are in a range, in order of (time, generation, row) or in the reverse of it.
//
// A run is loaded when the rows before it have been taken: the minimum and maximum of its times tell when. So a query
// that ends early reads few runs, and where runs do not overlap only one is open at a time: its rows are taken by
// position without comparing times.
class RunMerge {
 public:
  struct Input {
    const PartitionView* partition;
    std::unique_ptr<RowRun> run;
    const SelectedRun* selected = nullptr;  // `run` itself where it is one; null: all its living rows are meant.
  };

  // The partitions and `guard` must outlive the merge. With `after`, only rows behind it in the order.
  RunMerge(Order order, const TimeRange& time, std::vector<Input> inputs, CallGuard* guard,
           const std::optional<RowPosition>& after = std::nullopt);

  // How many rows to go on for: until there were so many certain ones, or so many others.
  struct Quota {
    std::uint64_t certain;
    std::uint64_t others;

    bool IsMet() const { return certain == 0 || others == 0; }
    void Use(bool is_certain) { --(is_certain ? certain : others); }
  };
  // Appends the next rows to `out`, at least one of them; the quota is not met only at the end.
  Status Take(Quota quota, std::vector<RowPlace>* out);
  // Passes over the next `count` rows and returns how many there were; fewer only at the end. Not where runs are
  // selected.
  Result<std::uint64_t> Skip(std::uint64_t count);

 private:
  // Compares in the order of the merge: for newest first all bits are flipped, which reverses the order of integers.
  struct Key {
    std::int64_t time;
    std::uint32_t generation;
    std::uint64_t row;
    friend auto operator<=>(const Key&, const Key&) = default;
  };
  // A run that is not loaded yet, and the keys of the first and last times that it may have in the range.
  struct Waiting {
    Input input;
    std::int64_t first;
    std::int64_t last;
    bool is_whole;  // All of its times are in the range.
  };
  struct Open {
    Key key;  // Of the next row.
    const PartitionView* partition;
    std::unique_ptr<RowRun> run;
    std::uint32_t position;  // Of the next row.
    std::uint32_t left;      // Rows from there on in the direction of the order, at least 1.
    bool has_deletions;
    const SelectedRun* selected;  // `run`, or null.

    bool IsCertain(std::uint64_t row) const {
      return selected != nullptr && selected->IsCertain(static_cast<std::uint32_t>(row - run->first_row().value));
    }
  };

  Status Advance(Quota* quota, std::vector<RowPlace>* out);
  Result<std::uint64_t> SkipWholeRuns(std::uint64_t count);
  Status OpenReached();
  Status OpenRun(Waiting waiting);
  std::uint32_t PositionOfAfter(const RowRun& run, Generation generation) const;
  void AdvanceOnlyOne(Quota* quota, std::vector<RowPlace>* out);
  void AdvanceFirst(Quota* quota, std::vector<RowPlace>* out);
  std::uint32_t LeftBefore(const Open& open, std::int64_t time_key) const;
  std::int64_t TimeKey(TimeUs time) const { return is_reversed_ ? ~time.value : time.value; }
  void Move(Open* open, std::uint32_t rows) const;
  void SetKey(Open* open) const;
  void SiftDown(std::size_t index);
  void RemoveFirst();

  bool is_reversed_;
  TimeRange time_;
  CallGuard* guard_;
  std::optional<RowPosition> after_;
  std::vector<Waiting> waiting_;  // The next one last.
  std::vector<Open> open_;        // A heap, the least key first.
  std::uint64_t walked_ = 0;      // Rows looked at, since the guard was told.
};

}  // namespace kalends
