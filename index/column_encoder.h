#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "index/column.h"

namespace kalends {

// Writes a column, stream by stream, kinds ascending; rows ascend and are in one stream alone. For ColumnBuilder; the
// layout is at the head of column.cc.
class ColumnEncoder {
 public:
  explicit ColumnEncoder(std::uint32_t rows);  // Of the block.
  // Of null, and of kinds without values.
  void AddRows(ColumnKind kind, std::span<const std::uint16_t> rows);
  // Bools, ints, longs and dates, as codes.
  void AddIntegers(ColumnKind kind, std::span<const std::uint16_t> rows, std::span<const std::uint64_t> codes);
  // Doubles, as their bits.
  void AddDoubles(std::span<const std::uint16_t> rows, std::span<const std::uint64_t> bits);
  // Strings and ObjectIds; the entries of the dictionary are different and ascend.
  void AddTexts(ColumnKind kind, std::span<const std::uint16_t> rows, std::span<const std::uint64_t> places,
                std::span<const std::string_view> dictionary);
  std::string Finish();

 private:
  using RowsForm = ColumnStream::RowsForm;
  using CodeForm = ColumnStream::CodeForm;
  void AddHeader(ColumnKind kind, CodeForm form, int decimal_places, std::span<const std::uint16_t> rows);

  std::uint32_t rows_;
  std::uint8_t streams_ = 0;
  std::string out_;
};

}  // namespace kalends
