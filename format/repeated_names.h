#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kalends/value.h"

namespace kalends {

// Applies the rule for a name given twice in an object: the last value, at the place of the first. Keeps a table
// between calls.
class RepeatedNames {
 public:
  RepeatedNames();

  // Applies it to the fields from `begin` on, which are those of one object.
  void Drop(std::vector<Field>& fields, std::size_t begin);

 private:
  void DropBySearch(std::vector<Field>& fields, std::size_t begin) const;
  void DropByHash(std::vector<Field>& fields, std::size_t begin);

  std::uint64_t seed_;
  std::vector<std::uint32_t> table_;  // Open addressing; 0 is empty, else the position from `begin`, plus 1.
};

}  // namespace kalends
