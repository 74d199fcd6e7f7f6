#pragma once

#include <compare>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "format/arena.h"
#include "kalends/document.h"
#include "kalends/status.h"
#include "kalends/value.h"
#include "query/filter.h"
#include "query/partition_view.h"
#include "query/path.h"

namespace kalends {

// What to sort by, as MongoDB says it: {a: 1, "b.c": -1}. Immutable: safe for any number of threads.
class SortSpec {
 public:
  static constexpr std::size_t kFieldsMax = 32;
  // Elements of arrays that are looked at for one key. More than a document can hold: only paths that go through the
  // same array more than once, by a number, can exceed it.
  static constexpr std::size_t kElementsPerRowMax = std::size_t{1} << 23U;

  // {} sorts by nothing. Errors name the field, such as `sort.a.b`.
  static Result<SortSpec> Parse(const Value& sort, const FilterContext& context);

  std::size_t size() const { return fields_.size(); }
  bool IsDescending(std::size_t field) const { return fields_[field].is_descending; }
  const std::string& PathOf(std::size_t field) const { return fields_[field].path.text(); }
  bool IsTime(std::size_t field) const { return fields_[field].is_time; }
  bool IsId(std::size_t field) const { return fields_[field].is_id; }
  // {$meta: "textScore"}: StoredRow::text_score, the highest first.
  bool IsTextScore(std::size_t field) const { return fields_[field].is_text_score; }
  bool HasTextScore() const;
  // True where the time is all that is sorted by: the order that rows are stored in, or its reverse.
  bool IsTimeOnly() const { return fields_.size() == 1 && fields_.front().is_time; }

  // The key of a row; `out` has size() places. A missing field is null. An array gives the least of its elements for an
  // ascending field and the greatest for a descending one; an empty array gives kMissing, which is below null. Where
  // fields lie in the same array, it is the element whose fields together come first. The time field gives the row's
  // own time, as a long of microseconds; the id field also the id that was made. The values live as long as the row and
  // the arena. Errors: two fields lie in different arrays, a number in a path fits both an index and a name,
  // or the search takes too many steps.
  Status Key(const StoredRow& row, Arena& arena, std::span<Value> out) const;

  // Of two keys, heeding directions: less comes first.
  std::weak_ordering CompareKeys(std::span<const Value> a, std::span<const Value> b) const;

  // A key as bytes, for a page token.
  static std::string EncodeKey(std::span<const Value> key);
  // A key that compares as the one that was encoded; its values lie in `bytes` and `arena`. Error kInvalidArgument: no
  // such bytes, or the key of another number of fields than out.size().
  static Status DecodeKey(std::string_view bytes, Arena& arena, std::span<Value> out);

 private:
  struct SortField {
    Path path;
    bool is_descending;
    bool is_time;
    bool is_id;
    bool is_text_score;
  };

  std::vector<SortField> fields_;
  friend class SortKeyWalk;
};

}  // namespace kalends
