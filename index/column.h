#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "format/arena.h"
#include "index/packed_integers.h"
#include "index/row_bits.h"
#include "kalends/status.h"
#include "kalends/value.h"

namespace kalends {

// What a row has at a path. The numbers reach the disk: never reuse one.
enum class ColumnKind : std::uint8_t {
  kNull = 1,
  kBool = 2,
  kInt = 3,
  kLong = 4,
  kDouble = 5,
  kDate = 6,
  kObjectId = 7,
  kString = 8,
  // The row alone knows the value; only its type is known here:
  kText = 9,     // A string: long, or one of many that come once.
  kObject = 10,  // An object stands at the end of the path.
  kBinary = 11,
  kArray = 12,  // An array stands at the end of the path or on the way: nothing is known of the value.
};
inline constexpr int kColumnKinds = 13;
inline bool HasValues(ColumnKind kind) { return kind <= ColumnKind::kString; }
Type TypeOf(ColumnKind kind);  // kArray for kArray.

// The rows of one kind in a column, and their values in the order of the rows. A view into a Column.
class ColumnStream {
 public:
  ColumnKind kind() const { return kind_; }
  std::uint32_t count() const { return count_; }  // At least 1.
  bool has_all_rows() const { return rows_form_ == RowsForm::kAll; }

  // The index of a row's value; nullopt where the row is not of this kind.
  std::optional<std::uint32_t> IndexOf(std::uint32_t row) const;
  void AddRows(RowBits* rows) const;
  // Adds the rows of the values whose indexes are in `places` (count() of them).
  void AddRows(const RowBits& places, RowBits* rows) const;

  // Only where HasValues(kind()). Strings of uuid form are put into `arena`; others lie in the column.
  Value ValueAt(std::uint32_t index, Arena& arena) const { return DecodeValue(CodeAt(index), arena); }

  // Values are kept as codes: integers that compare as the values do. Those of strings and ObjectIds are places in the
  // dictionary, whose entries are sorted and different. All of kNull are 0.
  std::uint64_t CodeAt(std::uint32_t index) const;
  const PackedIntegers& codes() const { return codes_; }
  Value DecodeValue(std::uint64_t code, Arena& arena) const;
  bool has_dictionary() const { return kind_ == ColumnKind::kString || kind_ == ColumnKind::kObjectId; }
  std::uint32_t dictionary_size() const { return dictionary_size_; }  // 0 without.

  // Codes from `low` to `high`, both inside.
  struct CodeRange {
    std::uint64_t low = 1;
    std::uint64_t high = 0;
    bool is_empty() const { return low > high; }
  };
  // The codes of values equal to `value`; below it; above it. `value` is of the stream's type bracket (any number for
  // kInt, kLong and kDouble; compared exactly), and no NaN. NaNs of the column are in none of them.
  CodeRange Equal(const Value& value) const;
  CodeRange Below(const Value& value, bool or_equal) const;
  CodeRange Above(const Value& value, bool or_equal) const;
  // The codes of NaN, of either sign; only kDouble can have some.
  CodeRange NegativeNan() const;
  CodeRange PositiveNan() const;

 private:
  friend class Column;
  friend class ColumnReader;
  friend class ColumnEncoder;
  enum class RowsForm : std::uint8_t { kAll = 0, kBitmap = 1, kList = 2 };
  enum class CodeForm : std::uint8_t {
    kNone = 0,
    kInteger = 1,
    kDecimal = 2,
    kOrderedDouble = 3,
    kDictionary = 4,
    kUuidDictionary = 5
  };

  bool Contains(std::uint32_t row) const;
  std::string_view DictionaryEntry(std::uint64_t place) const;
  CodeRange Domain() const;  // Of all values that are ordered: without NaN.
  std::weak_ordering Order(std::uint64_t code, const Value& value) const;
  std::uint64_t Near(const Value& value) const;
  std::optional<std::uint64_t> First(const Value& value, bool or_equal) const;
  std::optional<std::uint64_t> Last(const Value& value, bool or_equal) const;

  ColumnKind kind_ = ColumnKind::kNull;
  RowsForm rows_form_ = RowsForm::kAll;
  CodeForm code_form_ = CodeForm::kNone;
  std::uint8_t decimal_places_ = 0;
  std::uint32_t rows_ = 0;
  std::uint32_t count_ = 0;
  std::string_view row_set_;
  std::vector<std::uint32_t> ranks_;  // Of a bitmap: how many rows are before each 1,024.
  PackedIntegers codes_;
  std::uint32_t dictionary_size_ = 0;
  std::string_view dictionary_offsets_;
  std::string_view dictionary_bytes_;
};

// One path in one block of rows: for each kind that occurs the rows and their values. Rows in no stream lack the path:
// an object on the way has not the name, or a scalar stands in the way. Reads in place: the bytes must outlive it.
// Immutable, hence thread-safe. The layout is at the head of the .cc.
class Column {
 public:
  // Checks the checksum and the structure.
  static Result<Column> Open(std::string_view bytes);
  std::uint32_t rows() const { return rows_; }
  const std::vector<ColumnStream>& streams() const { return streams_; }
  const ColumnStream* Find(ColumnKind kind) const;  // Null where no row is of this kind.
  // The stream that a row is in; null: the row lacks the path.
  const ColumnStream* StreamOf(std::uint32_t row) const;
  RowBits MissingRows() const;

 private:
  std::uint32_t rows_ = 0;
  std::vector<ColumnStream> streams_;
};

// Collects a column, rows in order, each at most once. Not thread-safe.
class ColumnBuilder {
 public:
  // `keeps_unique_strings`: also strings that come once each are stored, as long as they are short.
  explicit ColumnBuilder(bool keeps_unique_strings = true);
  ~ColumnBuilder();
  ColumnBuilder(ColumnBuilder&&) noexcept;
  ColumnBuilder& operator=(ColumnBuilder&&) noexcept;

  // A scalar, null, or what has no value here (string too long, object, binary, array). Rows ascend.
  void Add(std::uint32_t row, const Value& value);
  // The row is unknown whatever was or will be added for it: an array stands on the way.
  void AddArray(std::uint32_t row);

  std::uint32_t count() const;     // Rows that were added.
  std::size_t bytes() const;       // Of memory.
  std::uint32_t kinds() const;     // A bit for each ColumnKind.
  std::uint32_t distinct() const;  // Different strings; 0 where they were given up.

  // Extremes in the order of all values, encoded as EncodeKey does; nullopt where kText, kObject, kBinary or kArray
  // occur, or the encoding is longer than 64 bytes. Missing rows are not heeded. After Encode().
  std::optional<std::string> min_key() const;
  std::optional<std::string> max_key() const;

  // `rows`: of the block. At least one row was added.
  std::string Encode(std::uint32_t rows);

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace kalends
