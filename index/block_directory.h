#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kalends/status.h"

namespace kalends::fb {
struct BlockDirectory;
}

namespace kalends {

struct ColumnSummary {
  std::string path;
  std::uint16_t number = 0;    // 0: no column.
  std::uint32_t rows = 0;      // That have something at the path, null too.
  std::uint32_t kinds = 0;     // A bit for each ColumnKind.
  std::uint32_t distinct = 0;  // Different strings; 0: not known.
  std::uint32_t bytes = 0;
  std::optional<std::string> min_key;  // In the order of all values, as EncodeKey gives them; nullopt: not known.
  std::optional<std::string> max_key;
};

// `columns` sorted by path.
std::string EncodeBlockDirectory(std::uint32_t rows, bool is_complete, bool has_dotted_names,
                                 const std::vector<ColumnSummary>& columns);

// Reads in place: the bytes must outlive it. Immutable.
class BlockDirectory {
 public:
  static Result<BlockDirectory> Open(std::string_view bytes);
  std::uint32_t rows() const;
  // Where true, a path without entry is missing in every row.
  bool is_complete() const;
  bool has_dotted_names() const;
  std::size_t size() const;
  // What is looked at without copying: number and extremes. nullopt: no entry.
  struct Found {
    std::uint16_t number = 0;
    std::uint32_t rows = 0;
    std::uint32_t kinds = 0;
    std::optional<std::string_view> min_key;
    std::optional<std::string_view> max_key;
  };
  std::optional<Found> Find(std::string_view path) const;
  ColumnSummary at(std::size_t index) const;  // In order of paths.

 private:
  const fb::BlockDirectory* directory_ = nullptr;
};

}  // namespace kalends
