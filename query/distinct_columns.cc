#include "query/distinct_columns.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "format/arena.h"
#include "format/errors.h"

namespace kalends {
namespace {

// Codes that lie in a range not wider than this are told apart by a bit each, others by sorting.
constexpr std::uint64_t kSpreadMax = std::uint64_t{1} << 20U;

// Collects different codes that lie between two bounds.
class CodeSet {
 public:
  CodeSet(std::uint64_t low, std::uint64_t high) : low_(low) {
    if (high - low < kSpreadMax) seen_ = RowBits(static_cast<std::uint32_t>(high - low + 1));
  }
  void Add(std::uint64_t code) {
    if (seen_.rows() > 0) {
      seen_.Set(static_cast<std::uint32_t>(code - low_));
    } else if (codes_.empty() || codes_.back() != code) {
      codes_.push_back(code);
    }
  }
  // Ascending.
  std::vector<std::uint64_t> Take() {
    seen_.ForEach([this](std::uint32_t bit) { codes_.push_back(low_ + bit); });
    std::sort(codes_.begin(), codes_.end());
    codes_.erase(std::unique(codes_.begin(), codes_.end()), codes_.end());
    return std::move(codes_);
  }

 private:
  std::uint64_t low_;
  RowBits seen_;  // Of no places where codes are sorted.
  std::vector<std::uint64_t> codes_;
};

CodeSet EmptySetFor(const PackedIntegers& codes) {
  std::uint64_t low = UINT64_MAX;
  std::uint64_t high = 0;
  for (std::uint32_t piece = 0; piece < codes.pieces(); ++piece) {
    low = std::min(low, codes.PieceMin(piece));
    high = std::max(high, codes.PieceMax(piece));
  }
  return {low, std::max(low, high)};
}

// The places of a stream whose rows are in `rows`.
RowBits PlacesOf(const ColumnStream& stream, const RowBits& rows) {
  if (stream.has_all_rows()) return rows;
  RowBits places(stream.count());
  RowBits of_stream(rows.rows());
  stream.AddRows(&of_stream);
  std::uint32_t place = 0;
  of_stream.ForEach([&](std::uint32_t row) {
    if (rows.Test(row)) places.Set(place);
    ++place;
  });
  return places;
}

std::vector<std::uint64_t> DifferentCodes(const ColumnStream& stream, const RowBits& rows) {
  const PackedIntegers& codes = stream.codes();
  const RowBits places = PlacesOf(stream, rows);
  CodeSet different = EmptySetFor(codes);
  codes.ForEach([&](std::uint32_t place, std::uint64_t code) {
    if (places.Test(place)) different.Add(code);
  });
  return different.Take();
}

}  // namespace

Status AddDistinctOfColumn(const Column& column, const RowBits& rows, DistinctValues* values, RowBits* unknown) {
  Arena arena;
  for (const ColumnStream& stream : column.streams()) {
    if (!HasValues(stream.kind()) || stream.kind() == ColumnKind::kNull) {
      RowBits of_stream(rows.rows());
      stream.AddRows(&of_stream);
      of_stream &= rows;
      if (stream.kind() != ColumnKind::kNull) {
        *unknown |= of_stream;
      } else if (of_stream.Any()) {
        KALENDS_RETURN_IF_ERROR(values->AddValue(Value::Null()));
      }
      continue;
    }
    for (const std::uint64_t code : DifferentCodes(stream, rows)) {
      KALENDS_RETURN_IF_ERROR(values->AddValue(stream.DecodeValue(code, arena)));
      arena.Reset();
    }
  }
  return {};
}

}  // namespace kalends
