#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>

#include "format/arena.h"
#include "index/block_directory.h"
#include "index/column.h"
#include "index/row_bits.h"
#include "kalends/collection.h"

namespace kalends {

// Collects what documents have at their paths: from documents, or from the columns of blocks. Memory is bounded,
// whatever they are. Not thread-safe.
class FieldFacts {
 public:
  void AddDocument(const Value& root);

  // The column of a path in a block.
  struct ColumnOfBlock {
    std::string_view path;
    const Column* column = nullptr;
    const Column* parent = nullptr;   // Of the path without its last name; null where it has none.
    const RowBits* living = nullptr;  // Null: all rows.
    bool is_complete = false;         // The block's directory.
  };
  void AddColumn(const ColumnOfBlock& found);
  // A path without column. `may_be_deleted`: some rows of the block were deleted since it was built.
  void AddWithoutColumn(const ColumnSummary& summary, bool may_be_deleted);
  // There is more than was added.
  void SetIncomplete() { is_complete_ = false; }

  // `documents`: all that there are.
  FieldsReport Report(std::uint64_t documents) const;

 private:
  struct Facts {
    std::uint64_t documents = 0;
    bool is_exact = true;
    std::array<std::uint64_t, 12> of_type = {};
    std::uint32_t uncounted_types = 0;  // A bit for each Type.
    std::optional<std::string> min_key;
    std::optional<std::string> max_key;
    bool has_text = false;  // Strings that are not known.
    bool has_unread = false;
    std::optional<std::unordered_set<std::string>> distinct = std::unordered_set<std::string>();  // nullopt: given up.
  };

  Facts* Find(std::string_view path);
  void AddFields(const Value& object, std::string* path);
  void AddValue(const Value& value, Facts* facts);
  void AddStream(const ColumnOfBlock& found, const ColumnStream& stream, Facts* facts);
  void AddValues(const ColumnOfBlock& found, const ColumnStream& stream, Facts* facts);
  void AddDistinct(std::string_view key, Facts* facts);
  void GiveUpDistinct(Facts* facts);

  std::map<std::string, Facts, std::less<>> paths_;
  std::size_t distinct_bytes_ = 0;
  bool is_complete_ = true;
};

}  // namespace kalends
