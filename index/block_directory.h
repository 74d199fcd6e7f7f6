#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "format/block_directory_generated.h"
#include "format/envelope.h"
#include "kalends/status.h"

namespace kalends {

struct ColumnSummary {
  std::string path;
  std::uint16_t number = 0;    // 0: no column.
  std::uint32_t rows = 0;      // That have something at the path, null too, or are unknown there.
  std::uint32_t kinds = 0;     // A bit for each ColumnKind.
  std::uint32_t distinct = 0;  // Different strings; 0: not known.
  std::uint32_t bytes = 0;
  std::optional<std::string> min_key = {};  // In the order of all values, as EncodeKey gives them; nullopt: not known.
  std::optional<std::string> max_key = {};
};

// `columns` sorted by path (memcmp), each path once.
std::string EncodeBlockDirectory(std::uint32_t rows, bool is_complete, bool has_dotted_names,
                                 const std::vector<ColumnSummary>& columns);

// Immutable. Copies the bytes: they may go after Open.
class BlockDirectory {
 public:
  static Result<BlockDirectory> Open(std::string_view bytes);
  std::uint32_t rows() const { return directory_->rows(); }
  // Where true, every path that a document's fields spell has an entry; what is inside arrays has none (IsAbsent).
  bool is_complete() const { return directory_->complete(); }
  bool has_dotted_names() const { return directory_->dotted_names(); }
  std::size_t size() const;
  // What is looked at without copying: number and extremes. nullopt: no entry. The views live as long as the
  // BlockDirectory, or the one that it was moved to.
  struct Found {
    std::uint16_t number = 0;
    std::uint32_t rows = 0;
    std::uint32_t kinds = 0;
    std::optional<std::string_view> min_key;
    std::optional<std::string_view> max_key;
  };
  std::optional<Found> Find(std::string_view path) const;
  // Whether the path is known to be missing in every row: the directory is complete, has no entry for it, and no row
  // has an array on the way.
  bool IsAbsent(std::string_view path) const;
  ColumnSummary at(std::size_t index) const;  // In order of paths.

 private:
  explicit BlockDirectory(Root<fb::BlockDirectory> directory) : directory_(std::move(directory)) {}
  const fb::ColumnEntry* EntryOf(std::string_view path) const;

  Root<fb::BlockDirectory> directory_;
};

}  // namespace kalends
