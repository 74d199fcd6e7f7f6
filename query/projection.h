#pragma once

#include <cstddef>
#include <memory>
#include <optional>

#include "format/arena.h"
#include "kalends/status.h"
#include "kalends/value.h"
#include "query/filter.h"
#include "query/partition_view.h"

namespace kalends {

struct ProjectionPlan;

// Which fields of a document are shown, as MongoDB's find says it: {a: 1, "b.c": 1}, {a: 0}, {a: {$slice: 2}},
// {a: {$elemMatch: {...}}}, {"a.$": 1}, {total: {$add: ["$a", "$b"]}}; {} shows all. The id field is shown unless it is
// excluded by name. Immutable: safe for any number of threads.
class Projection {
 public:
  // Copies what it needs. `filter` is that of the query, which a positional projection `a.$` relies on; it may be
  // missing where there is none. Errors name the path, such as `projection.a.b`.
  static Result<std::shared_ptr<const Projection>> Parse(const Value& projection, const FilterContext& context,
                                                         const Value& filter);
  explicit Projection(std::unique_ptr<const ProjectionPlan> plan);
  ~Projection();

  // The document as it is to be shown: a time field that is kept has its own spelling, an id that was made is not
  // added. Shares values with the row, the arena and this, and lives as long as they. `matched_index` is
  // MatchScratch::array_index, of the match that chose the row. Errors: an expression failed, or `a.$` met an array of
  // which the filter matched no element.
  Result<Value> Apply(const StoredRow& row, std::optional<std::size_t> matched_index, Arena& arena) const;

  // True where Apply changes nothing.
  bool ShowsEverything() const;
  // True where Apply wants StoredRow::text_score.
  bool ShowsTextScore() const;
  // True where Apply wants `matched_index`.
  bool IsPositional() const;

 private:
  std::unique_ptr<const ProjectionPlan> plan_;
};

}  // namespace kalends
