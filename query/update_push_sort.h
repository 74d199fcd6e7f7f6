#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "kalends/status.h"
#include "kalends/value.h"
#include "query/path.h"

namespace kalends {

// The $sort of a $push: 1 or -1 orders the elements themselves, {"a.b": 1, c: -1} by their fields. What has no such
// field counts as null. Immutable: safe for any number of threads.
class PushSort {
 public:
  // Errors begin with `place`.
  static Result<PushSort> Parse(const Value& sort, const std::string& place);

  // Orders the elements; equal ones keep their order.
  void Sort(std::vector<Value>* elements) const;

 private:
  struct Key {
    Path path;
    bool is_descending;
  };

  void SortByFields(std::vector<Value>* elements) const;

  std::vector<Key> keys_;  // None: by the elements themselves.
  bool is_descending_ = false;
};

}  // namespace kalends
