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

// Whether a row that an id run names is read to see that it has the id. A run can outlive its rows: where a damaged log
// was cut, and the number of a lost row was given again, it names another document.
enum class IdProof { kNone, kRow };

// The row that holds each id, alive in the view, over all months of the collection: tails first, then id runs where the
// month's filter does not exclude it. By hash alone: 128 bits, seeded. `places` gets one entry a hash. Without proof
// whoever reads the row looks at its id.
Status FindIds(const View& view, const CollectionView& collection, std::span<const IdHash> hashes, IdProof proof,
               std::vector<std::optional<IdPlace>>* places);

}  // namespace kalends
