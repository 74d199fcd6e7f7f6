#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "index/column.h"
#include "index/row_bits.h"
#include "index/text_options.h"
#include "kalends/status.h"
#include "kalends/value.h"

namespace kalends {

// Which rows of a run match: those in `certain` do, those in `possible` may (the row must be asked), others do not.
// `certain` is a part of `possible`.
struct RowMatches {
  RowBits certain;
  RowBits possible;
};

// What is derived from the rows of a run beside their times: columns and inverted lists of a block of a segment, hashes
// of indexed values of a tail. One query's; not thread-safe.
class RunIndex {
 public:
  virtual ~RunIndex() = default;
  virtual std::uint32_t rows() const = 0;

  enum class Presence : std::uint8_t {
    kUnknown,  // The rows must be asked.
    kAbsent,   // No row has anything at the path.
    kColumn,
  };
  struct FoundColumn {
    Presence presence = Presence::kUnknown;
    const Column* column = nullptr;  // Of kColumn; lives as long as the RunIndex.
  };
  // The column of a dotted path.
  virtual Result<FoundColumn> FindColumn(std::string_view path) = 0;
  // The same without reading the column, and its extremes (of the rows that have something at the path) as EncodeKey
  // gives them; nullopt: not known. They live as long as the RunIndex.
  struct ColumnExtremes {
    Presence presence = Presence::kUnknown;
    std::uint32_t rows = 0;  // That have something there.
    std::optional<std::string_view> min_key;
    std::optional<std::string_view> max_key;
  };
  virtual Result<ColumnExtremes> FindExtremes(std::string_view path) = 0;
  // Whether some field's name holds a dot or is empty: no path leads to such fields.
  virtual Result<bool> HasDottedNames() = 0;

  // Whether rows can be found by equality at `path` without reading a column.
  virtual bool HasIndex(std::string_view path) const = 0;
  // False where FindEqual would find none; cheaper than that. Only where HasIndex(path) and HasList(value).
  virtual Result<bool> MayHaveEqual(std::string_view /*path*/, const Value& /*value*/) { return true; }
  // Adds the rows whose value at `path`, or an element of an array there, equals `value` by MongoDB's equality (null
  // also where it is missing). Only where HasIndex(path) and HasList(value); sets of rows() places.
  virtual Status FindEqual(std::string_view path, const Value& value, RowMatches* matches) = 0;

  // How the terms of the rows were made; null: they are not known, and the rows must be asked. The others only where
  // they are.
  virtual const TextOptions* text() const { return nullptr; }
  // False where no row has the term; cheaper than FindTerm.
  virtual Result<bool> MayHaveTerm(std::string_view /*term*/) { return true; }
  // Adds the rows that have the term; a set of rows() places.
  virtual Status FindTerm(std::string_view /*term*/, RowBits* /*rows*/) { return {}; }
  // Calls visit(row, count) for each row that has the term, ascending, with how often.
  using VisitPosting = std::function<void(std::uint32_t row, std::uint32_t count)>;
  virtual Status ForEachPosting(std::string_view /*term*/, const VisitPosting& /*visit*/) { return {}; }
  // The terms that begin with `prefix`, in no order; some may be of rows outside the run.
  virtual Result<std::vector<std::string>> TermsWith(std::string_view /*prefix*/) { return std::vector<std::string>(); }
  // How many terms a row has; all rows together, deleted ones too.
  virtual Result<std::uint64_t> TextLengthAt(std::uint32_t /*row*/) { return std::uint64_t{0}; }
  virtual Result<std::uint64_t> TextLength() { return std::uint64_t{0}; }
};

}  // namespace kalends
