#pragma once

#include <memory>

#include "engine/database_impl.h"
#include "kalends/import.h"

namespace kalends {

// See Collection::Import. Threads take batches of lines in turn, parse, examine, look up and encode them side by side,
// and commit them in the order of the lines.
Result<ImportReport> ImportLines(DatabaseImpl& database, const std::shared_ptr<CollectionState>& collection,
                                 LineSource& source, const ImportOptions& options, ImportReport* report);

}  // namespace kalends
