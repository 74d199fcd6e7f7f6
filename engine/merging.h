#pragma once

#include <memory>

#include "engine/partition.h"
#include "kalends/status.h"

namespace kalends {

class DatabaseImpl;

// All on the background's thread.

// Merges runs of neighbouring segments while there are any to merge.
Status MergeSegments(DatabaseImpl& database, const std::shared_ptr<Partition>& partition);
// Removes the keys of segments that an earlier opening left.
Status RemoveLeftovers(DatabaseImpl& database, const std::shared_ptr<Partition>& partition);

}  // namespace kalends
