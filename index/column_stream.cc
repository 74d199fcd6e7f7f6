// How a stream of a column is read: which rows it has, and what their codes mean.
#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>
#include <limits>

#include "format/compare.h"
#include "index/bitmap_kernels.h"
#include "index/column.h"
#include "index/column_format.h"
#include "index/load.h"

namespace kalends {
namespace {

constexpr std::size_t kWordBytes = sizeof(std::uint64_t);

std::uint64_t WordAt(std::string_view bitmap, std::size_t word) {
  return Load<std::uint64_t>(bitmap.data() + word * kWordBytes);
}

std::uint32_t ListedRow(std::string_view list, std::size_t index) {
  return Load<std::uint16_t>(list.data() + index * 2);
}

// The first index of a sorted list whose row is not below `row`.
std::uint32_t LowerBound(std::string_view list, std::uint32_t count, std::uint32_t row) {
  std::uint32_t begin = 0;
  std::uint32_t end = count;
  while (begin < end) {
    const std::uint32_t middle = begin + (end - begin) / 2;
    if (ListedRow(list, middle) < row) {
      begin = middle + 1;
    } else {
      end = middle;
    }
  }
  return begin;
}

// Rounded toward zero, and to the nearest that there is.
std::int64_t ClampedInteger(double value) {
  if (value >= 0x1p63) return std::numeric_limits<std::int64_t>::max();
  if (value < -0x1p63) return std::numeric_limits<std::int64_t>::min();
  return static_cast<std::int64_t>(value);
}

}  // namespace

Type TypeOf(ColumnKind kind) {
  switch (kind) {
    case ColumnKind::kNull:
      return Type::kNull;
    case ColumnKind::kBool:
      return Type::kBool;
    case ColumnKind::kInt:
      return Type::kInt;
    case ColumnKind::kLong:
      return Type::kLong;
    case ColumnKind::kDouble:
      return Type::kDouble;
    case ColumnKind::kDate:
      return Type::kDate;
    case ColumnKind::kObjectId:
      return Type::kObjectId;
    case ColumnKind::kString:
    case ColumnKind::kText:
      return Type::kString;
    case ColumnKind::kObject:
      return Type::kObject;
    case ColumnKind::kBinary:
      return Type::kBinary;
    case ColumnKind::kArray:
      return Type::kArray;
  }
  return Type::kMissing;
}

bool ColumnStream::Contains(std::uint32_t row) const {
  if (rows_form_ == RowsForm::kBitmap) return (WordAt(row_set_, row / 64) >> (row % 64) & 1U) != 0;
  return IndexOf(row).has_value();
}

std::optional<std::uint32_t> ColumnStream::IndexOf(std::uint32_t row) const {
  assert(row < rows_);
  if (rows_form_ == RowsForm::kAll) return row;
  if (rows_form_ == RowsForm::kList) {
    const std::uint32_t index = LowerBound(row_set_, count_, row);
    if (index == count_ || ListedRow(row_set_, index) != row) return std::nullopt;
    return index;
  }
  const std::uint64_t word = WordAt(row_set_, row / 64);
  if ((word >> (row % 64) & 1U) == 0) return std::nullopt;
  const std::uint32_t first_word = row / kColumnRankRows * (kColumnRankRows / 64);
  const std::uint32_t words_before =
      AvailableBitmapKernels().back().count(row_set_.data() + first_word * kWordBytes, row / 64 - first_word);
  const std::uint64_t bits_before = word & ((std::uint64_t{1} << (row % 64)) - 1);
  return ranks_[row / kColumnRankRows] + words_before + static_cast<std::uint32_t>(std::popcount(bits_before));
}

void ColumnStream::AddRows(RowBits* rows) const {
  assert(rows->rows() == rows_);
  switch (rows_form_) {
    case RowsForm::kAll:
      return rows->SetRange(0, rows_);
    case RowsForm::kBitmap:
      for (std::size_t i = 0; i < rows->words().size(); ++i) rows->words()[i] |= WordAt(row_set_, i);
      return;
    case RowsForm::kList:
      for (std::size_t i = 0; i < count_; ++i) rows->Set(ListedRow(row_set_, i));
      return;
  }
}

void ColumnStream::AddRows(const RowBits& places, RowBits* rows) const {
  assert(places.rows() == count_ && rows->rows() == rows_);
  switch (rows_form_) {
    case RowsForm::kAll:
      *rows |= places;
      return;
    case RowsForm::kBitmap:
      return AvailableBitmapKernels().back().spread(places.words(), row_set_.data(), rows->words());
    case RowsForm::kList:
      return places.ForEach([&](std::uint32_t place) { rows->Set(ListedRow(row_set_, place)); });
  }
}

std::uint64_t ColumnStream::CodeAt(std::uint32_t index) const {
  assert(index < count_);
  return code_form_ == CodeForm::kNone ? 0 : codes_.At(index);
}

std::string_view ColumnStream::DictionaryEntry(std::uint64_t place) const {
  assert(place < dictionary_size_);
  if (kind_ == ColumnKind::kObjectId) return dictionary_bytes_.substr(place * kObjectIdBytes, kObjectIdBytes);
  if (code_form_ == CodeForm::kUuidDictionary) return dictionary_bytes_.substr(place * kUuidBytes, kUuidBytes);
  const char* ends = dictionary_offsets_.data() + place * sizeof(std::uint32_t);
  const std::uint32_t begin = place == 0 ? 0 : Load<std::uint32_t>(ends - sizeof(std::uint32_t));
  return dictionary_bytes_.substr(begin, Load<std::uint32_t>(ends) - begin);
}

Value ColumnStream::DecodeValue(std::uint64_t code, Arena& arena) const {
  assert(HasValues(kind_));
  switch (kind_) {
    case ColumnKind::kNull:
      return Value::Null();
    case ColumnKind::kBool:
      return Value::Bool(code != 0);
    case ColumnKind::kInt:
      return Value::Int(static_cast<std::int32_t>(IntegerOfCode(code)));
    case ColumnKind::kLong:
      return Value::Long(IntegerOfCode(code));
    case ColumnKind::kDouble:
      return Value::Double(code_form_ == CodeForm::kDecimal ? DoubleOfDigits(IntegerOfCode(code), decimal_places_)
                                                            : DoubleOfOrderedCode(code));
    case ColumnKind::kDate:
      return Value::DateMs(IntegerOfCode(code));
    case ColumnKind::kObjectId:
      return Value::ObjectId(DictionaryEntry(code).data());
    case ColumnKind::kString: {
      if (code_form_ == CodeForm::kDictionary) return Value::String(DictionaryEntry(code));
      auto* text = static_cast<char*>(arena.Allocate(kUuidTextBytes));
      UnpackUuid(DictionaryEntry(code).data(), text);
      return Value::String({text, kUuidTextBytes});
    }
    default:
      return {};
  }
}

// The bounds of values in codes. What a code means is known exactly, and compared exactly; so it is enough to guess
// where a value must be, and to walk from there to the bound. Guesses are off by a few codes at most: where a long is
// no double, where a decimal was rounded, and by -0.0.

ColumnStream::CodeRange ColumnStream::Domain() const {
  switch (code_form_) {
    case CodeForm::kNone:
      return {0, 0};
    case CodeForm::kInteger:
      if (kind_ == ColumnKind::kBool) return {0, 1};
      if (kind_ == ColumnKind::kInt) {
        return {IntegerCode(std::numeric_limits<std::int32_t>::min()),
                IntegerCode(std::numeric_limits<std::int32_t>::max())};
      }
      return {0, ~std::uint64_t{0}};
    case CodeForm::kDecimal:
      return {IntegerCode(-kDecimalDigitsMax), IntegerCode(kDecimalDigitsMax)};
    case CodeForm::kOrderedDouble:
      return {kMinusInfinityCode, kPlusInfinityCode};
    case CodeForm::kDictionary:
    case CodeForm::kUuidDictionary:
      return {0, dictionary_size_ - std::uint64_t{1}};
  }
  return {};
}

// How what `code` stands for compares to `value`.
std::weak_ordering ColumnStream::Order(std::uint64_t code, const Value& value) const {
  if (kind_ == ColumnKind::kObjectId) return DictionaryEntry(code) <=> value.as_object_id();
  if (code_form_ == CodeForm::kDictionary) return DictionaryEntry(code) <=> value.as_string();
  if (code_form_ == CodeForm::kUuidDictionary) {
    char text[kUuidTextBytes];
    UnpackUuid(DictionaryEntry(code).data(), text);
    return std::string_view(text, sizeof text) <=> value.as_string();
  }
  Arena unused;
  return Compare(DecodeValue(code, unused), value);
}

// A code of the domain near which the codes of `value` would be.
std::uint64_t ColumnStream::Near(const Value& value) const {
  assert(TypeBracket(value.type()) == TypeBracket(TypeOf(kind_)));
  assert(value.type() != Type::kDouble || !std::isnan(value.as_double()));
  const CodeRange domain = Domain();
  std::uint64_t code = 0;
  if (has_dictionary()) {
    std::uint64_t end = domain.high;
    while (code < end) {
      const std::uint64_t middle = code + (end - code) / 2;
      if (Order(middle, value) < 0) {
        code = middle + 1;
      } else {
        end = middle;
      }
    }
  } else if (code_form_ == CodeForm::kOrderedDouble) {
    code = OrderedDoubleCode(value.ToDouble());
  } else if (code_form_ == CodeForm::kDecimal) {
    code = IntegerCode(ClampedInteger(value.ToDouble() * kPowersOfTen[decimal_places_]));
  } else if (value.is_number()) {
    code = IntegerCode(value.is_integer() ? value.as_integer() : ClampedInteger(value.as_double()));
  } else if (value.type() == Type::kDate) {
    code = IntegerCode(value.as_date_ms());
  } else if (value.type() == Type::kBool) {
    code = value.as_bool() ? 1 : 0;
  }
  return std::clamp(code, domain.low, domain.high);
}

// The first code above `value`, or of it.
std::optional<std::uint64_t> ColumnStream::First(const Value& value, bool or_equal) const {
  const auto is_in = [&](std::uint64_t code) {
    const std::weak_ordering order = Order(code, value);
    return order > 0 || (or_equal && order == 0);
  };
  const CodeRange domain = Domain();
  std::uint64_t code = Near(value);
  if (is_in(code)) {
    while (code > domain.low && is_in(code - 1)) --code;
    return code;
  }
  while (code < domain.high) {
    if (is_in(++code)) return code;
  }
  return std::nullopt;
}

// The last code below `value`, or of it.
std::optional<std::uint64_t> ColumnStream::Last(const Value& value, bool or_equal) const {
  const auto is_in = [&](std::uint64_t code) {
    const std::weak_ordering order = Order(code, value);
    return order < 0 || (or_equal && order == 0);
  };
  const CodeRange domain = Domain();
  std::uint64_t code = Near(value);
  if (is_in(code)) {
    while (code < domain.high && is_in(code + 1)) ++code;
    return code;
  }
  while (code > domain.low) {
    if (is_in(--code)) return code;
  }
  return std::nullopt;
}

ColumnStream::CodeRange ColumnStream::Equal(const Value& value) const {
  const auto first = First(value, true);
  const auto last = Last(value, true);
  return first && last && *first <= *last ? CodeRange{*first, *last} : CodeRange{};
}

ColumnStream::CodeRange ColumnStream::Below(const Value& value, bool or_equal) const {
  const auto last = Last(value, or_equal);
  return last ? CodeRange{Domain().low, *last} : CodeRange{};
}

ColumnStream::CodeRange ColumnStream::Above(const Value& value, bool or_equal) const {
  const auto first = First(value, or_equal);
  return first ? CodeRange{*first, Domain().high} : CodeRange{};
}

ColumnStream::CodeRange ColumnStream::NegativeNan() const {
  return code_form_ == CodeForm::kOrderedDouble ? CodeRange{0, kMinusInfinityCode - 1} : CodeRange{};
}

ColumnStream::CodeRange ColumnStream::PositiveNan() const {
  return code_form_ == CodeForm::kOrderedDouble ? CodeRange{kPlusInfinityCode + 1, ~std::uint64_t{0}} : CodeRange{};
}

}  // namespace kalends
