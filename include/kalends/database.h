#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kalends/collection.h"
#include "kalends/options.h"
#include "kalends/status.h"
#include "kalends/time.h"

namespace kalends {

class FileObserver;

struct DiskBytes {
  std::uint64_t rows = 0;
  std::uint64_t index = 0;
  std::uint64_t text = 0;
  std::uint64_t columns = 0;
};

struct PartitionStats {
  std::string name;             // `messages_2024_01`, or the collection's name where it is plain.
  std::uint64_t documents = 0;  // Alive.
  std::uint64_t deleted = 0;    // Rows whose place is not yet given back.
  std::uint64_t raw_bytes = 0;  // Of the documents as JSON text, those deleted included.
  DiskBytes disk_bytes;         // Files; what is still in the log and in write buffers is not in them.
  std::optional<TimeUs> from;   // Of the oldest and the newest document, deleted ones included.
  std::optional<TimeUs> to;
  std::uint64_t segments = 0;
  std::uint64_t tail = 0;  // Rows not in a segment.
  // Indexes of the spec that some segment was built without, as they are younger: there columns or rows answer, until
  // RebuildIndex.
  std::vector<std::string> missing_indexes;
};

struct CollectionStats {
  std::string name;
  std::vector<PartitionStats> partitions;  // Oldest month first.
};

// What a drop removes.
struct DropReport {
  std::vector<std::string> partitions;
  std::uint64_t documents = 0;
  std::uint64_t bytes = 0;
};

// One thing that is wrong on disk.
struct Fault {
  std::string partition;  // Empty for the database.
  std::string part;       // `rows`, `state`, `index`, `columns`, `catalog`, `log`.
  std::string place;      // Row, segment, key or file and offset.
  std::string problem;
};

struct RebuildOptions {
  TimeRange time;        // Months that meet it.
  bool dry_run = false;  // Only tells what would be rebuilt.
  CallOptions call;
  // Told after some ten thousand rows each. Called from the thread of the call.
  std::function<void(std::uint64_t rows, std::uint64_t rows_total)> on_progress;
};

struct RebuildReport {
  std::vector<std::string> partitions;
  std::uint64_t segments = 0;  // That were replaced.
  std::uint64_t rows = 0;
};

struct CompactOptions {
  CallOptions call;
  // Called from the thread of the call.
  std::function<void(std::uint64_t steps, std::uint64_t steps_total)> on_progress;
};

struct CompactReport {
  std::uint64_t bytes_before = 0;  // Files of the partitions.
  std::uint64_t bytes_after = 0;
  std::uint64_t segments = 0;  // Built anew, because rows of theirs had been deleted.
};

// One directory. Safe for any number of threads. One process at a time may write it; a second is refused with kBusy and
// the holder's process id.
class Database {
 public:
  // Errors: kNotFound (no database there and create_if_missing is not set), kInvalidArgument (a directory with other
  // content), kBusy, kUnsupported (a newer format), kCorruption (with file and offset, or partition), kIoError,
  // kNoSpace.
  static Result<std::unique_ptr<Database>> Open(const std::string& directory, const DatabaseOptions& options = {});
  // Keeps everything in memory; gone when closed.
  static Result<std::unique_ptr<Database>> OpenInMemory(const DatabaseOptions& options = {});
  // Closes, if Close was not called; errors go to on_event then.
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // Waits for the calls under way, which end early where they can, so not from a callback of one; finishes background
  // work, seals tails and syncs the log. Cursors must be gone. Further calls return kCancelled.
  Status Close();

  // kAlreadyExists when the name is taken.
  Result<Collection> CreateCollection(std::string_view name, const CollectionSpec& spec);
  // kNotFound, naming the collections that exist.
  Result<Collection> GetCollection(std::string_view name) const;
  std::vector<std::string> CollectionNames() const;  // Sorted.
  // Replaces the spec. kInvalidArgument where stored documents forbid the change (time, id, plain).
  Status SetSpec(std::string_view name, const CollectionSpec& spec);

  // Drops a collection, or one month of it (`2024-01`), with all that belongs to it. Returns at once; the space is
  // given back when the last cursor that holds it is gone. With `dry_run` only tells what would go.
  Result<DropReport> Drop(std::string_view name, std::optional<std::string_view> month, bool dry_run);

  Result<CollectionStats> Stats(std::string_view name) const;

  // Checks the catalog against the families, every partition's manifest, ranges and counts; with `deep` reads every row
  // and compares all that is derived with it. Calls `on_fault` for each fault and returns how many there were.
  Result<std::uint64_t> Verify(bool deep, const std::function<void(const Fault&)>& on_fault,
                               const CallOptions& call = {});

  // Builds all that is derived from rows anew (columns, inverted lists, ids), with the indexes of the present spec, for
  // one collection or all: for an index that was added later, or where Verify found faults. Reads nothing but rows.
  // Readers and writers go on meanwhile. Each segment is replaced in one step: what is interrupted, by an error,
  // cancellation, deadline or a crash, goes on where it was when it is called again. kBusy where another call rebuilds
  // or compacts the same partition, kReadOnly, kCorruption for a row that cannot be read.
  Result<RebuildReport> RebuildIndex(std::optional<std::string_view> name, const RebuildOptions& options = {});

  // Gives back the space of deleted and overwritten documents, of one collection or all, so that on return no file
  // holds them any more: tails are sealed, segments that hold values of deleted documents built anew, the log flushed,
  // and the families rewritten. What an open Cursor may still read stays until it is gone. Four things outlive it:
  // names of fields, the ids in the commit entries of the last 7 days, what a zstd dictionary was trained on, and what
  // was saved of a damaged log in lost/. Readers and writers go on meanwhile. May be cancelled between its steps: what
  // was done stays. Errors as those of RebuildIndex.
  Result<CompactReport> Compact(std::optional<std::string_view> name, const CompactOptions& options = {});

  // Syncs the log: all that was committed survives a power cut.
  Status Sync();
  // Seals all tails and finishes merging, so that what is asked next finds segments.
  Status SealAll();

 private:
  friend Result<std::unique_ptr<Database>> OpenObserved(const std::string& directory, const DatabaseOptions& options,
                                                        std::shared_ptr<FileObserver> observer);
  explicit Database(std::unique_ptr<DatabaseImpl> impl);
  std::unique_ptr<DatabaseImpl> impl_;
};

// The version of the library, such as "0.1.0".
std::string_view Version();

}  // namespace kalends
