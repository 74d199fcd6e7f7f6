#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "index/inverted_list.h"
#include "kalends/value.h"

namespace kalends {

struct BlockOptions {
  std::vector<std::string> indexes;  // Paths with inverted lists, each once.
  // Paths whose strings are found otherwise (the id by id runs, the time by its own column): where they come once each
  // no column keeps them.
  std::vector<std::string> found_otherwise;
};

struct BuiltBlock {
  std::string directory;
  std::vector<std::string> columns;           // The nth has the number n + 1 in the directory.
  std::vector<std::vector<ListEntry>> lists;  // Of each of BlockOptions::indexes.
  std::vector<bool> has_unsure;               // Of each index: whether one of its lists is kUnsureList.
};

// Shreds the documents of one block of up to 65,536 rows into columns and lists. A path of at least 1 % and 16 of the
// rows (or of half, where the block has fewer than 32) becomes a column by itself, at most kColumnsMax, the most
// frequent first; indexes always. Memory and bytes stay bounded where keys are hostile: paths that are rare when there
// are too many are forgotten, and the directory is then not complete. Not thread-safe; reusable after Finish.
class BlockBuilder {
 public:
  static constexpr std::uint32_t kColumnsMax = 1000;
  // Paths that are looked after at once.
  static constexpr std::uint32_t kPathsMax = 16384;
  // Entries of a complete directory.
  static constexpr std::uint32_t kEntriesMax = 4096;
  // A longer path is not looked after, unless it is an index.
  static constexpr std::uint32_t kPathBytesMax = 512;

  explicit BlockBuilder(BlockOptions options);
  ~BlockBuilder();
  BlockBuilder(const BlockBuilder&) = delete;
  BlockBuilder& operator=(const BlockBuilder&) = delete;

  void Add(const Value& root);  // The next row: an object. Copies what it keeps.
  void AddDeleted();            // The next row, which is nobody's any more: missing in all columns, in no list.
  std::uint32_t rows() const;
  std::size_t bytes() const;  // Of memory, about. Asks each path: not for every row.
  BuiltBlock Finish();        // At least one row.

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace kalends
