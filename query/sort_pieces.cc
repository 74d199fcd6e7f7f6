#include "query/sort_pieces.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "format/compare.h"
#include "query/sort_columns.h"

namespace kalends {
namespace {

using CodeRange = ColumnStream::CodeRange;

bool IsNan(const Value& value) { return value.type() == Type::kDouble && std::isnan(value.as_double()); }

std::vector<std::uint32_t> ToVector(const RowBits& bits) {
  std::vector<std::uint32_t> rows;
  rows.reserve(bits.Count());
  bits.ForEach([&](std::uint32_t row) { rows.push_back(row); });
  return rows;
}

}  // namespace

SortPieces::SortPieces(const Column& column, bool is_descending) : column_(column), is_descending_(is_descending) {
  pieces_.push_back({.best = Value::Null(), .stream = nullptr, .piece = 0});
  for (const ColumnStream& stream : column.streams()) {
    if (stream.kind() == ColumnKind::kNull) {
      pieces_.push_back({.best = Value::Null(), .stream = &stream, .piece = 0});
    } else if (HasValues(stream.kind())) {
      for (std::uint32_t piece = 0; piece < stream.codes().pieces(); ++piece) {
        pieces_.push_back({.best = BestOf(stream, piece), .stream = &stream, .piece = piece});
      }
    }
  }
  std::stable_sort(pieces_.begin(), pieces_.end(),
                   [this](const Piece& a, const Piece& b) { return IsBefore(b.best, a.best); });
}

RowBits SortPieces::WithoutValues(const RowBits& rows) const {
  RowBits without(rows.rows());
  for (const ColumnStream& stream : column_.streams()) {
    if (!HasValues(stream.kind())) stream.AddRows(&without);
  }
  without &= rows;
  return without;
}

bool SortPieces::Next(const Value* worst, std::vector<std::uint32_t>* rows) {
  rows->clear();
  if (pieces_.empty() || (worst != nullptr && IsBefore(*worst, pieces_.back().best))) return false;
  const Piece piece = pieces_.back();
  pieces_.pop_back();
  AppendRows(piece, worst, rows);
  return true;
}

// A NaN comes before all numbers whichever end of the codes it has.
Value SortPieces::BestOf(const ColumnStream& stream, std::uint32_t piece) {
  const Value low = stream.DecodeValue(stream.codes().PieceMin(piece), arena_);
  const Value high = stream.DecodeValue(stream.codes().PieceMax(piece), arena_);
  if (!is_descending_) return IsNan(high) ? high : low;
  return IsNan(high) ? Value::Double(std::numeric_limits<double>::infinity()) : high;
}

bool SortPieces::IsBefore(const Value& a, const Value& b) const {
  return is_descending_ ? Compare(a, b) > 0 : Compare(a, b) < 0;
}

const std::vector<std::uint32_t>& SortPieces::RowsOf(const ColumnStream& stream) {
  std::vector<std::uint32_t>& rows = rows_[&stream];
  if (rows.empty()) {
    RowBits bits(column_.rows());
    stream.AddRows(&bits);
    rows = ToVector(bits);
  }
  return rows;
}

void SortPieces::AppendRows(const Piece& piece, const Value* worst, std::vector<std::uint32_t>* rows) {
  if (piece.stream == nullptr) {
    *rows = ToVector(column_.MissingRows());
    return;
  }
  const ColumnStream& stream = *piece.stream;
  if (stream.kind() == ColumnKind::kNull) {
    *rows = RowsOf(stream);
    return;
  }
  std::vector<CodeRange> wanted = {{.low = 0, .high = UINT64_MAX}};
  if (worst != nullptr) wanted = CodesNotBehind(stream, *worst, is_descending_);
  const std::vector<std::uint32_t>* rows_of = stream.has_all_rows() ? nullptr : &RowsOf(stream);
  stream.codes().ForEachInPiece(piece.piece, [&](std::uint32_t place, std::uint64_t code) {
    const bool is_wanted = std::any_of(wanted.begin(), wanted.end(), [code](const CodeRange& range) {
      return range.low <= code && code <= range.high;
    });
    if (is_wanted) rows->push_back(rows_of == nullptr ? place : (*rows_of)[place]);
  });
}

}  // namespace kalends
