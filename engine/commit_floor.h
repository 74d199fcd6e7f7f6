#pragma once

#include "kalends/status.h"

namespace kalends {

class DatabaseImpl;

// Commit entries are kept for 7 days and 256 MB, whichever is less. Those below the floor are absent by definition;
// compactions of the catalog remove them. The floor is a key of the catalog, so that it never goes down. On the
// background's thread.
Status RaiseCommitFloor(DatabaseImpl& database);

}  // namespace kalends
