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

// As a block of a segment: columns and inverted lists as they are built of its rows.
class FakeBlockIndex final : public RunIndex {
 public:
  // Null: a row that was deleted before the block was built.
  FakeBlockIndex(std::span<const Value* const> rows, FakeIndexCounts* counts)
      : rows_(static_cast<std::uint32_t>(rows.size())), counts_(counts) {
    BlockBuilder builder({.indexes = FakeIndexPaths(), .found_otherwise = {"id"}});
    for (const Value* row : rows) {
      if (row == nullptr) {
        builder.AddDeleted();
      } else {
        builder.Add(*row);
      }
    }
    built_ = builder.Finish();
    directory_.emplace(BlockDirectory::Open(built_.directory).value());
  }

  std::uint32_t rows() const override { return rows_; }

  Result<FoundColumn> FindColumn(std::string_view path) override {
    ++counts_->columns;
    const auto found = directory_->Find(path);
    if (!found.has_value()) {
      return FoundColumn{directory_->IsAbsent(path) ? Presence::kAbsent : Presence::kUnknown, nullptr};
    }
    if (found->number == 0) return FoundColumn{};
    auto& column = columns_[found->number];
    if (!column.has_value()) {
      KALENDS_TRY(column, Column::Open(built_.columns.at(found->number - 1U)));
    }
    return FoundColumn{Presence::kColumn, &*column};
  }

  Result<ColumnExtremes> FindExtremes(std::string_view path) override {
    ++counts_->extremes;
    const auto found = directory_->Find(path);
    ColumnExtremes extremes;
    if (!found.has_value()) {
      if (directory_->IsAbsent(path)) extremes.presence = Presence::kAbsent;
    } else if (found->number != 0) {
      extremes = {Presence::kColumn, found->rows, found->min_key, found->max_key};
    }
    return extremes;
  }

  Result<bool> HasDottedNames() override { return directory_->has_dotted_names(); }

  bool HasIndex(std::string_view path) const override { return IndexOf(path).has_value(); }

  Result<bool> MayHaveEqual(std::string_view path, const Value& value) override {
    for (const ListEntry& entry : built_.lists.at(*IndexOf(path))) {
      if (entry.hash == kUnsureList || entry.hash == ListHash(value)) return true;
    }
    return false;
  }
  Status FindEqual(std::string_view path, const Value& value, RowMatches* matches) override {
    ++counts_->lists;
    RowBits unsure(rows_);
    for (const ListEntry& entry : built_.lists.at(*IndexOf(path))) {
      if (entry.hash != kUnsureList && entry.hash != ListHash(value)) continue;
      KALENDS_TRY(const InvertedList list, InvertedList::Open(entry.list));
      const bool is_sure = entry.hash != kUnsureList && list.IsOf(value);
      list.AddRows(0, is_sure ? &matches->certain : &unsure);
    }
    matches->possible |= matches->certain;
    matches->possible |= unsure;
    return {};
  }

 private:
  static std::optional<std::size_t> IndexOf(std::string_view path) {
    for (std::size_t i = 0; i < FakeIndexPaths().size(); ++i) {
      if (FakeIndexPaths()[i] == path) return i;
    }
    return std::nullopt;
  }

  std::uint32_t rows_;
  FakeIndexCounts* counts_;
  BuiltBlock built_;
  std::optional<BlockDirectory> directory_;
  std::map<std::uint16_t, std::optional<Column>> columns_;
};

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
