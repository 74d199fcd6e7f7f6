#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "index/column.h"

namespace kalends {

// A path that documents have: a name behind the path of its parent.
struct PathNode {
  std::string name;
  PathNode* parent = nullptr;  // Null of the root alone.
  std::uint32_t children = 0;
  std::uint32_t path_bytes = 0;
  std::uint64_t order = 0;  // Of creation: parents are older than their children.
  std::uint32_t born = 0;   // Rows before it are unknown: the path may have been forgotten, or come too often.
  std::uint32_t rows = 0;   // That have something here and are not before `born`.
  std::uint32_t last_row = kNoRow;
  std::vector<std::uint32_t> array_rows;  // Those of `rows` that have an array here, ascending.
  std::optional<ColumnBuilder> column;    // Once there are rows.

  bool is_to_be_forgotten = false;
  bool is_pinned = false;  // Never forgotten: an index, the id, or on the way to one.
  bool keeps_unique_strings = true;
  std::optional<std::uint32_t> index;  // Its number.

  // The field that came first in the last document here, and the one that came behind this: most likely they do again.
  PathNode* first_child = nullptr;
  PathNode* next = nullptr;

  static constexpr std::uint32_t kNoRow = ~std::uint32_t{0};
  bool HasArrayIn(std::uint32_t row) const { return !array_rows.empty() && array_rows.back() == row; }
};

// All the paths of a block: at most `nodes_max`, and those that are pinned. Not thread-safe.
class PathTree {
 public:
  PathTree(std::uint32_t nodes_max, std::uint32_t path_bytes_max)
      : nodes_max_(nodes_max), path_bytes_max_(path_bytes_max) {}

  PathNode* root() { return &root_; }
  std::size_t size() const { return nodes_.size(); }
  // Where false, some path was not taken, or forgotten.
  bool is_complete() const { return is_complete_; }

  // Makes the node of a dotted path that is to be kept whatever happens; before the first row.
  PathNode* Pin(std::string_view path);
  // The child of that name, made where there is none; null where there is no room for it.
  PathNode* Child(PathNode* parent, std::string_view name, std::uint32_t row) {
    const auto found = nodes_.find(Key{parent, name});
    return found != nodes_.end() ? found->second.get() : Make(parent, name, row);
  }
  // To be called between rows, of which there were `rows`: makes room where there was none.
  void MakeRoom(std::uint32_t rows) {
    if (is_full_) Forget(rows);
  }
  // Without the root; parents before their children.
  std::vector<PathNode*> Nodes() const;
  std::size_t bytes() const;

 private:
  // `name` lies in the node itself.
  struct Key {
    const PathNode* parent;
    std::string_view name;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct Hash {
    std::size_t operator()(const Key& key) const;
  };

  PathNode* Make(PathNode* parent, std::string_view name, std::uint32_t row);
  PathNode* Insert(PathNode* parent, std::string_view name);
  void Forget(std::uint32_t rows);
  void MarkRareLeaves(std::uint32_t rows_min);
  void MarkAllBut(std::size_t count);
  void EraseMarked();

  const std::uint32_t nodes_max_;
  const std::uint32_t path_bytes_max_;
  PathNode root_;
  std::unordered_map<Key, std::unique_ptr<PathNode>, Hash> nodes_;
  std::uint64_t next_order_ = 0;
  bool is_complete_ = true;
  bool is_full_ = false;   // A path found no room since the last Forget.
  bool has_lost_ = false;  // A path found no room, or was forgotten, ever.
};

}  // namespace kalends
