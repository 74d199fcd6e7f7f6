#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "format/errors.h"
#include "index/block_builder.h"
#include "index/block_directory.h"
#include "index/column.h"
#include "index/inverted_list.h"
#include "query/run_index.h"
#include "tests/query/naive_filter.h"

namespace kalends {

// What is known of the runs of a partition.
enum class FakeIndexing { kNone, kBlocks, kTails };

// What was asked of the indexes of a partition.
struct FakeIndexCounts {
  std::uint64_t columns = 0;
  std::uint64_t extremes = 0;
  std::uint64_t lists = 0;
};

inline const std::vector<std::string>& FakeIndexPaths() {
  static const std::vector<std::string> paths = {"a", "b", "a.b"};
  return paths;
}

class FakeTailIndex; using FakeBlockIndex = FakeTailIndex;
// As a tail: a few bits of a hash of each indexed value, so that everything is merely possible.
class FakeTailIndex final : public RunIndex {
 public:
  FakeTailIndex(std::span<const Value* const> rows, FakeIndexCounts* counts)
      : rows_(static_cast<std::uint32_t>(rows.size())), counts_(counts) {
    for (const std::string& path : FakeIndexPaths()) {
      auto& hashes = hashes_[path];
      for (const Value* row : rows) {
        std::set<std::uint64_t>& of_row = hashes.emplace_back();
        if (row == nullptr) continue;
        for (const Value& value : naive::ValuesAt(*row, naive::Split(path))) of_row.insert(HashOf(value));
      }
    }
  }

  std::uint32_t rows() const override { return rows_; }
  Result<FoundColumn> FindColumn(std::string_view) override {
    ++counts_->columns;
    return FoundColumn{};
  }
  Result<ColumnExtremes> FindExtremes(std::string_view) override {
    ++counts_->extremes;
    return ColumnExtremes{};
  }
  Result<bool> HasDottedNames() override { return true; }
  bool HasIndex(std::string_view path) const override { return hashes_.contains(path); }
  Status FindEqual(std::string_view path, const Value& value, RowMatches* matches) override {
    ++counts_->lists;
    const auto& hashes = hashes_.find(path)->second;
    for (std::uint32_t row = 0; row < rows_; ++row) {
      if (hashes[row].contains(HashOf(value))) matches->possible.Set(row);
    }
    return {};
  }

 private:
  // So few that different values meet.
  static std::uint64_t HashOf(const Value& value) { return HasList(value) ? ListHash(value) & 15U : 16; }

  std::uint32_t rows_;
  FakeIndexCounts* counts_;
  std::map<std::string, std::vector<std::set<std::uint64_t>>, std::less<>> hashes_;
};

}  // namespace kalends
