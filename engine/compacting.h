#pragma once

#include <optional>
#include <string_view>

#include "engine/database_impl.h"
#include "kalends/database.h"

namespace kalends {

// Database::Compact.
Result<CompactReport> CompactDatabase(DatabaseImpl& database, std::optional<std::string_view> name,
                                      const CompactOptions& options);

}  // namespace kalends
