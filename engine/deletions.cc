#include "engine/deletions.h"

#include <algorithm>
#include <roaring/roaring.hh>

namespace kalends {
namespace {

constexpr std::uint64_t kBlockRows = 65536;

}  // namespace

class Deletions::Block {
 public:
  Roaring rows;
};

Deletions::Deletions() = default;
Deletions::~Deletions() = default;
Deletions::Deletions(const Deletions& other) = default;

bool Deletions::Contains(RowId row) const {
  const std::uint64_t block = row.value / kBlockRows;
  return block < blocks_.size() && blocks_[block] != nullptr &&
         blocks_[block]->rows.contains(static_cast<std::uint32_t>(row.value % kBlockRows));
}

std::vector<RowId> Deletions::In(RowRange rows) const {
  std::vector<RowId> result;
  for (std::uint64_t block = rows.begin.value / kBlockRows;
       block < blocks_.size() && block * kBlockRows < rows.end.value; ++block) {
    if (blocks_[block] == nullptr) continue;
    for (const std::uint32_t offset : blocks_[block]->rows) {
      const RowId row{block * kBlockRows + offset};
      if (rows.Contains(row)) result.push_back(row);
    }
  }
  return result;
}

std::uint64_t Deletions::CountIn(RowRange rows) const {
  std::uint64_t count = 0;
  // Of the rows below `end` in its block.
  const auto rank = [this](RowId end) -> std::uint64_t {
    const std::uint64_t block = end.value / kBlockRows;
    const auto offset = static_cast<std::uint32_t>(end.value % kBlockRows);
    if (offset == 0 || block >= blocks_.size() || blocks_[block] == nullptr) return 0;
    return blocks_[block]->rows.rank(offset - 1);
  };
  const std::uint64_t end_block = std::min<std::uint64_t>(rows.end.value / kBlockRows, blocks_.size());
  for (std::uint64_t block = rows.begin.value / kBlockRows; block < end_block; ++block) {
    if (blocks_[block] != nullptr) count += blocks_[block]->rows.cardinality();
  }
  return count + rank(rows.end) - rank(rows.begin);
}

std::shared_ptr<const Deletions> Deletions::With(const std::vector<RowId>& rows) const {
  auto result = std::make_shared<Deletions>(*this);
  std::vector<RowId> sorted = rows;
  std::sort(sorted.begin(), sorted.end());
  for (std::size_t i = 0; i < sorted.size();) {
    const std::uint64_t number = sorted[i].value / kBlockRows;
    if (number >= result->blocks_.size()) result->blocks_.resize(number + 1);
    auto block = result->blocks_[number] == nullptr ? std::make_shared<Block>()
                                                    : std::make_shared<Block>(*result->blocks_[number]);
    const std::uint64_t before = block->rows.cardinality();
    for (; i < sorted.size() && sorted[i].value / kBlockRows == number; ++i) {
      block->rows.add(static_cast<std::uint32_t>(sorted[i].value % kBlockRows));
    }
    result->count_ += block->rows.cardinality() - before;
    result->blocks_[number] = std::move(block);
  }
  return result;
}

}  // namespace kalends
