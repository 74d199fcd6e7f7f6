#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "engine/view.h"
#include "format/ids.h"
#include "kalends/value.h"

namespace kalends {

struct IdPlace {
  std::uint32_t slot = 0;
  RowId row;
};

// The row that holds each id, alive in the view, over all months of the collection: tails first, then id runs where the
// month's filter does not exclude it. By hash alone: 128 bits, seeded. `places` gets one entry a hash.
Status FindIds(const View& view, const CollectionView& collection, std::span<const IdHash> hashes,
               std::vector<std::optional<IdPlace>>* places);

}  // namespace kalends
