#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "format/arena.h"
#include "index/column.h"
#include "index/row_bits.h"
#include "kalends/value.h"

namespace kalends {

// The rows of a column, a piece of some hundreds after the other, in the order of the best value that a piece holds: so
// that who looks for the first few rows of a sort ends after few pieces. The column must outlive it.
class SortPieces {
 public:
  SortPieces(const Column& column, bool is_descending);

  // Those of `rows` whose value the column does not know; Next never gives them.
  RowBits WithoutValues(const RowBits& rows) const;
  // The rows of the next piece, of which those may be left out whose value comes behind `worst`, if that is given;
  // false where no piece is left that can hold another.
  bool Next(const Value* worst, std::vector<std::uint32_t>* rows);

 private:
  struct Piece {
    Value best;
    const ColumnStream* stream;  // Null: the rows that lack the path.
    std::uint32_t piece;
  };

  Value BestOf(const ColumnStream& stream, std::uint32_t piece);
  bool IsBefore(const Value& a, const Value& b) const;
  const std::vector<std::uint32_t>& RowsOf(const ColumnStream& stream);
  void AppendRows(const Piece& piece, const Value* worst, std::vector<std::uint32_t>* rows);

  const Column& column_;
  bool is_descending_;
  Arena arena_;
  std::vector<Piece> pieces_;  // The next one last.
  // Of a stream that has not all rows: the rows of its values.
  std::map<const ColumnStream*, std::vector<std::uint32_t>> rows_;
};

}  // namespace kalends
