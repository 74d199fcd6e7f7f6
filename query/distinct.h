#pragma once

#include <cstddef>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "format/arena.h"
#include "format/compare.h"
#include "kalends/status.h"
#include "kalends/value.h"
#include "query/filter.h"
#include "query/partition_view.h"

namespace kalends {

// Collects the values at a path, each once, as MongoDB's distinct does: of an array at the end of the path the
// elements, but arrays among them as they are; of an array on the way those of each object in it, or, where a number
// follows, those of the element of that index. What is missing does not count. 1 and 1.0 are one value: of equal ones
// that are spelled differently an int stays before a long, a long before a double, 0.0 before -0.0, whatever the order
// they are met in. A field whose own name holds the dots goes before the path. The time field gives dates; the id
// field also the id that was made. One thread at a time.
class DistinctValues {
 public:
  static constexpr std::size_t kMemoryBytesMax = 64U << 20U;

  // Whether `path` can be asked for.
  static Status CheckPath(std::string_view path);
  // `path` is one that CheckPath accepts.
  DistinctValues(std::string_view path, const FilterContext& context, std::size_t memory_bytes_max = kMemoryBytesMax);

  // Copies what it keeps. Error kLimitExceeded: the values take more memory than they may.
  Status Add(const StoredRow& row);
  // A value at the path that is no array. So too.
  Status AddValue(const Value& value);
  // What another collector of the same path holds.
  Status AddAll(const DistinctValues& other);

  // Another collector of the same path, which holds nothing.
  std::unique_ptr<DistinctValues> MakeEmpty() const;

  const std::string& path() const { return path_; }
  // Whether the values at the path are those that the documents hold there, and no time or id.
  bool IsPlainPath() const { return !is_time_ && !is_id_; }

  // In the order of all values; they live as long as this.
  std::vector<Value> Values() const { return {values_.begin(), values_.end()}; }
  std::size_t size() const { return values_.size(); }

 private:
  struct Less {
    bool operator()(const Value& a, const Value& b) const { return Compare(a, b) < 0; }
  };

  DistinctValues() = default;
  Status AddAlongPath(const Value& holder, std::string_view path);
  Status AddAtEnd(const Value& value);

  std::string path_;
  TimeUnit time_unit_ = TimeUnit::kAuto;
  bool is_time_ = false;
  bool is_id_ = false;
  std::size_t memory_bytes_max_ = 0;
  Arena arena_;
  std::set<Value, Less> values_;
};

}  // namespace kalends
