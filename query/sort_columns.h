#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "format/arena.h"
#include "index/column.h"
#include "index/row_bits.h"
#include "kalends/status.h"
#include "kalends/value.h"
#include "query/partition_view.h"
#include "query/sort_key.h"

namespace kalends {

// The sort keys of the rows of one run, by its columns. The run must outlive it.
class SortColumns {
 public:
  // nullopt: of some field nothing is known, so that the rows must be read. Loads the run.
  // `scores`: of the rows, where they are known; must outlive it too.
  static Result<std::optional<SortColumns>> Find(const SortSpec& spec, RowRun& run, const std::vector<double>* scores);

  // The key of a row, as SortSpec::Key makes it; false where the row must be read. The values live as long as the
  // columns and the arena.
  bool Key(std::uint32_t row, Arena& arena, std::span<Value> out) const;

  // The column of the first field; null where that is the time or the score, or missing in all rows.
  const Column* first() const { return sources_.front().column; }
  // All rows but those whose first field is known to come behind `value`.
  RowBits RowsNotBehind(const Value& value) const;

 private:
  struct Source {
    bool is_time = false;
    const std::vector<double>* scores = nullptr;
    const Column* column = nullptr;  // Null where no row has the path.
  };
  SortColumns(const SortSpec& spec, const RowRun& run) : spec_(&spec), run_(&run) {}

  const SortSpec* spec_;
  const RowRun* run_;
  std::vector<Source> sources_;
};

// Which values of a stream do not come behind `value` in a direction; an empty vector: none.
std::vector<ColumnStream::CodeRange> CodesNotBehind(const ColumnStream& stream, const Value& value, bool is_descending);

}  // namespace kalends
