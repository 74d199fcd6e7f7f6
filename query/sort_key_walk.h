#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "format/arena.h"
#include "kalends/status.h"
#include "kalends/value.h"
#include "query/partition_view.h"
#include "query/path.h"
#include "query/sort_key.h"

namespace kalends {

// Finds the key of one row: makes a key for each element of the arrays that the paths meet, and keeps the first.
class SortKeyWalk {
 public:
  SortKeyWalk(const SortSpec& spec, Arena& arena, std::span<Value> out) : spec_(spec), arena_(arena), first_(out) {}
  Status Run(const StoredRow& row);

 private:
  // How far a field is on its path. All fields that are not done stand at one object or in one array.
  struct Walker {
    Value value;  // Where it stands; the value of the key once it is done.
    std::span<const Path::Part> rest;
    const Value* array = nullptr;  // Where the array is that it met.
    bool is_done = false;
  };
  using Walkers = std::span<Walker>;

  std::optional<Value> OwnValue(const StoredRow& row, std::size_t i) const;
  bool RunWithoutArrays(const StoredRow& row);
  static void Step(Walker* walker);
  Status Continue(Walkers walkers);
  Status Expand(Walkers walkers, std::span<const Value> elements);
  Status CheckOneArray(Walkers walkers) const;
  Status Keep(Walkers walkers);

  const SortSpec& spec_;
  Arena& arena_;
  std::span<Value> first_;
  std::span<Value> candidate_;
  std::size_t elements_ = 0;  // Looked at so far.
  bool has_key_ = false;      // In first_.
};

}  // namespace kalends
