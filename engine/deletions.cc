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

std::uint64_t Deletions::CountIn(RowRange rows) const { return count_ == 0 ? 0 : In(rows).size(); }

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
