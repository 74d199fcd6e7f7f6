#include "index/column_encoder.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <optional>
#include <vector>

#include "format/checksum.h"
#include "format/varint.h"
#include "index/column_format.h"

namespace kalends {
namespace {

struct DecimalCodes {
  int places = 0;
  std::vector<std::uint64_t> codes;
};

// The fewest places in which each double is exact. What is exact in few places is so in more, as long as its digits
// are not too many: hence all are looked at again in the end.
std::optional<DecimalCodes> DecimalCodesOf(std::span<const std::uint64_t> bits) {
  DecimalCodes decimals;
  for (const std::uint64_t double_bits : bits) {
    while (!DigitsOfDouble(std::bit_cast<double>(double_bits), decimals.places)) {
      if (++decimals.places > kDecimalPlacesMax) return std::nullopt;
    }
  }
  decimals.codes.reserve(bits.size());
  for (const std::uint64_t double_bits : bits) {
    const auto digits = DigitsOfDouble(std::bit_cast<double>(double_bits), decimals.places);
    if (!digits) return std::nullopt;
    decimals.codes.push_back(IntegerCode(*digits));
  }
  return decimals;
}

// The 16 bytes of each; nullopt where one is no UUID as UnpackUuid writes it.
std::optional<std::string> PackedUuids(std::span<const std::string_view> texts) {
  std::string packed;
  for (const std::string_view text : texts) {
    char uuid[kUuidBytes];
    if (!PackUuid(text, uuid)) return std::nullopt;
    packed.append(uuid, sizeof uuid);
  }
  return packed;
}

}  // namespace

ColumnEncoder::ColumnEncoder(std::uint32_t rows) : rows_(rows) {
  out_.push_back(static_cast<char>(kColumnVersion));
  out_.push_back(0);  // How many streams, which Finish knows.
  AppendLittleEndian(rows, &out_);
}

void ColumnEncoder::AddHeader(ColumnKind kind, CodeForm form, int decimal_places, std::span<const std::uint16_t> rows) {
  assert(!rows.empty() && rows.back() < rows_);
  const std::size_t bitmap_words = (rows_ + 63) / 64;
  RowsForm rows_form = RowsForm::kBitmap;
  if (rows.size() == rows_) {
    rows_form = RowsForm::kAll;
  } else if (rows.size_bytes() < bitmap_words * sizeof(std::uint64_t)) {
    rows_form = RowsForm::kList;
  }
  ++streams_;
  out_.push_back(static_cast<char>(kind));
  out_.push_back(static_cast<char>(rows_form));
  out_.push_back(static_cast<char>(form));
  out_.push_back(static_cast<char>(decimal_places));
  AppendLittleEndian(static_cast<std::uint32_t>(rows.size()), &out_);
  if (rows_form == RowsForm::kList) {
    for (const std::uint16_t row : rows) AppendLittleEndian(row, &out_);
  } else if (rows_form == RowsForm::kBitmap) {
    RowBits bitmap(rows_);
    for (const std::uint16_t row : rows) bitmap.Set(row);
    for (const std::uint64_t word : bitmap.words()) AppendLittleEndian(word, &out_);
  }
}

void ColumnEncoder::AddRows(ColumnKind kind, std::span<const std::uint16_t> rows) {
  AddHeader(kind, CodeForm::kNone, 0, rows);
}

void ColumnEncoder::AddIntegers(ColumnKind kind, std::span<const std::uint16_t> rows,
                                std::span<const std::uint64_t> codes) {
  AddHeader(kind, CodeForm::kInteger, 0, rows);
  AppendPackedIntegers(codes, &out_);
}

void ColumnEncoder::AddDoubles(std::span<const std::uint16_t> rows, std::span<const std::uint64_t> bits) {
  if (const auto decimals = DecimalCodesOf(bits)) {
    AddHeader(ColumnKind::kDouble, CodeForm::kDecimal, decimals->places, rows);
    return AppendPackedIntegers(decimals->codes, &out_);
  }
  std::vector<std::uint64_t> codes;
  codes.reserve(bits.size());
  for (const std::uint64_t double_bits : bits) codes.push_back(OrderedDoubleCode(std::bit_cast<double>(double_bits)));
  AddHeader(ColumnKind::kDouble, CodeForm::kOrderedDouble, 0, rows);
  AppendPackedIntegers(codes, &out_);
}

void ColumnEncoder::AddTexts(ColumnKind kind, std::span<const std::uint16_t> rows,
                             std::span<const std::uint64_t> places, std::span<const std::string_view> dictionary) {
  const auto uuids = kind == ColumnKind::kString ? PackedUuids(dictionary) : std::nullopt;
  AddHeader(kind, uuids ? CodeForm::kUuidDictionary : CodeForm::kDictionary, 0, rows);
  AppendPackedIntegers(places, &out_);
  AppendLittleEndian(static_cast<std::uint32_t>(dictionary.size()), &out_);
  if (uuids) {
    out_ += *uuids;
    return;
  }
  if (kind == ColumnKind::kString) {
    std::uint32_t end = 0;
    for (const std::string_view entry : dictionary) {
      end += static_cast<std::uint32_t>(entry.size());
      AppendLittleEndian(end, &out_);
    }
  }
  for (const std::string_view entry : dictionary) out_ += entry;
}

std::string ColumnEncoder::Finish() {
  out_[1] = static_cast<char>(streams_);
  AppendLittleEndian(Checksum32(out_), &out_);
  return std::move(out_);
}

}  // namespace kalends
