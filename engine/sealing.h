#pragma once

#include <memory>

#include "engine/partition.h"
#include "engine/view.h"
#include "kalends/status.h"

namespace kalends {

class DatabaseImpl;

// Sealing turns a tail into a segment: its columns, inverted lists and run of ids become sorted files, which are
// ingested after the log was synced (a log is a prefix, so that a segment is never older than its rows); then the
// manifest entry is committed, and the next view shows the segment in the place of the tail. Merging (merging.h) keeps
// segments few.

// Has the background seal what is full or frozen, and merge.
void QueueSealing(DatabaseImpl& database, const std::shared_ptr<Partition>& partition);
// Freezes the largest tails when all of them pass a quarter of the memory bound.
void SealLargestTails(DatabaseImpl& database);
// Freezes tails without a new row for 30 s, or with a row older than 5 minutes. Called about once a second.
void SealIdleTails(DatabaseImpl& database);
// On the calling thread: seals tails of 4,096 rows and more and those that would be read back a third time, and notes
// how often the others were.
Status SealForClose(DatabaseImpl& database);
// On the background's thread.
Status SealPartition(DatabaseImpl& database, const std::shared_ptr<Partition>& partition);

}  // namespace kalends
