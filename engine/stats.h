#pragma once

#include <string_view>

#include "engine/database_impl.h"
#include "kalends/database.h"

namespace kalends {

Result<CollectionStats> StatsOf(DatabaseImpl& database, std::string_view collection);

}  // namespace kalends
