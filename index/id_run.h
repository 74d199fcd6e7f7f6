#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "format/ids.h"
#include "kalends/status.h"

namespace kalends {

// The keys and values of id runs in a month's index family (layout in the .cc): prefix, run set, hash -> row. A rebuild
// writes a new run set.
std::string IdRunKey(std::uint32_t run_set, const IdHash& hash);
std::string IdRunValue(RowId row);
Result<RowId> DecodeIdRunValue(std::string_view value);
Result<IdHash> DecodeIdRunKey(std::string_view key, std::uint32_t* run_set);

struct IdEntry {
  IdHash hash;
  RowId row;
};
// Sorts by hash; of equal hashes the newest row alone stays.
void SortIdRun(std::vector<IdEntry>* entries);

}  // namespace kalends
