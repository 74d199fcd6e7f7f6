#pragma once

#include <optional>
#include <string_view>

#include "engine/database_impl.h"
#include "kalends/database.h"

namespace kalends {

// Database::RebuildIndex. While a month is in work, its state family holds a mark: the number from which on its
// segments are new. What was interrupted goes on there, and the mark goes when the month is done.
Result<RebuildReport> RebuildIndex(DatabaseImpl& database, std::optional<std::string_view> name,
                                   const RebuildOptions& options);

// The partitions of a collection, or of all, with their states read.
Result<std::vector<PartitionRef>> OpenPartitions(const DatabaseImpl& database, std::optional<std::string_view> name,
                                                 const TimeRange& time);

}  // namespace kalends
