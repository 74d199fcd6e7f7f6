#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "format/arena.h"
#include "index/text_options.h"
#include "kalends/spec.h"
#include "kalends/status.h"
#include "kalends/time.h"
#include "kalends/value.h"
#include "query/partition_view.h"

namespace kalends {

struct SelectContext;
class TextMatcher;
struct TextQuery;

// What a filter must know of its collection.
struct FilterContext {
  std::vector<std::string>
      time_fields;  // Compared as times: the row's own, whatever their spelling in the document. Empty: none.
  TimeUnit time_unit = TimeUnit::kAuto;
  std::string id_field;           // A made id is found under this name too.
  TextOptionsPtr text = nullptr;  // What `$text` looks into; null: there is none.
};

// What matching one row needs and learns beside its answer. One a thread; reused from row to row.
struct MatchScratch {
  Arena arena;  // For values that an expression computes; a row may find it used, so whoever loops resets it.
  std::optional<Error>
      error;  // An expression failed on this row (`$expr`): then it does not match, and the query fails.
  // The element of an array that met a condition, as the positional operator `$` of updates and projections means it:
  // that of the last array that a condition of this row looked into.
  std::optional<std::size_t> array_index;
  std::shared_ptr<TextMatcher> text;  // Of the filter's `$text`; made when it is first needed.
};

// A filter of MongoDB's query language, parsed. Immutable: safe for any number of threads.
class Filter {
 public:
  // Copies what it needs of `filter`. kInvalidArgument or kUnsupported name the operator and its place, such as
  // `$and[1].cost.$foo`.
  static Result<std::shared_ptr<const Filter>> Parse(const Value& filter, const FilterContext& context);
  virtual ~Filter() = default;
  // Clears scratch->array_index first; leaves an earlier error.
  virtual bool Matches(const StoredRow& row, MatchScratch& scratch) const = 0;
  virtual bool MatchesEverything() const = 0;
  // Every row that matches has its time in here.
  virtual TimeRange TimeBounds() const = 0;
  // True where a row matches exactly when its time is in TimeBounds().
  virtual bool IsTimeBoundsOnly() const = 0;
  // The value that the id must equal for a row to match, where the filter says so at its top: then at most one row
  // matches. nullopt otherwise.
  virtual std::optional<Value> IdEquality() const = 0;

  // Of its `$text`; null where there is none.
  virtual std::shared_ptr<const TextQuery> text() const = 0;

  // Whether Select can tell more than that every row is possible.
  virtual bool CanSelect(const RunIndex& index) const = 0;
  // Whether it is worth to ask Select: false where no row of context.run matches. Cheap.
  virtual Result<bool> MayMatch(SelectContext& context) const = 0;
  // Which rows of context.run match, of those that matter. A row on which an expression would fail may be left out or
  // called certain where the rest of the filter decides.
  virtual Result<RowMatches> Select(SelectContext& context) const = 0;
};

}  // namespace kalends
