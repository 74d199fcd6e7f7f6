#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "format/ids.h"

namespace kalends {

// The deleted rows of a partition: a bitmap per 65,536 rows, shared between views and copied on change. Immutable: safe
// for any number of threads.
class Deletions {
 public:
  Deletions();
  ~Deletions();
  Deletions(const Deletions& other);
  Deletions& operator=(const Deletions&) = delete;

  bool Contains(RowId row) const;
  std::uint64_t count() const { return count_; }
  std::uint64_t CountIn(RowRange rows) const;
  std::vector<RowId> In(RowRange rows) const;  // Ascending.

  // A copy with `rows` added; blocks without change are shared.
  std::shared_ptr<const Deletions> With(const std::vector<RowId>& rows) const;

 private:
  class Block;
  std::vector<std::shared_ptr<const Block>> blocks_;  // By row / 65,536; null: none deleted.
  std::uint64_t count_ = 0;
};

}  // namespace kalends
