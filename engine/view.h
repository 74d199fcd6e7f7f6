#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "engine/partition.h"
#include "engine/recent_ids.h"
#include "engine/storage.h"
#include "format/calendar.h"
#include "kalends/spec.h"

namespace kalends {

// What stays of a collection while its specs and months change. Handles of the API hold it.
struct CollectionState {
  explicit CollectionState(std::string collection_name) : name(std::move(collection_name)) {}
  const std::string name;
  std::atomic<bool> dropped{false};
  RecentIds recent_ids;  // Under the mutex of the database's view.

  // What an import learned from its first documents, for the first months that it makes. Under seed_mutex.
  std::mutex seed_mutex;
  std::vector<std::string> seed_keys;
  std::string seed_dictionary;
  std::atomic<bool> trained_large{false};  // The training of a large dictionary was begun.
};

// A collection as one view sees it. Immutable.
struct CollectionView {
  std::shared_ptr<CollectionState> state;
  std::shared_ptr<const CollectionSpec> spec;
  IndexPaths indexes;                                   // Of the spec: IndexPathsOf,
  TextOptionsPtr text;                                  // TextOptionsOf.
  std::vector<std::pair<Month, std::uint32_t>> months;  // Sorted; the slot of each. Where plain: one, its month 0.
};

using Directory = std::map<std::string, std::shared_ptr<const CollectionView>, std::less<>>;

struct PartitionSlot {
  std::shared_ptr<Partition> partition;         // Null: the slot is free.
  std::shared_ptr<const PartitionState> state;  // Null: as it was opened, in `opened`.
  std::shared_ptr<LazyState> opened;
};

// A partition in a view, with its state read.
struct PartitionRef {
  std::shared_ptr<Partition> partition;
  std::shared_ptr<const PartitionState> state;
};

// An immutable picture of the whole database. Copying one costs a pointer a chunk, however many months there are.
class View {
 public:
  static constexpr std::uint32_t kChunkSlots = 32;
  using Chunk = std::array<PartitionSlot, kChunkSlots>;

  CommitNumber commit;
  std::shared_ptr<Snapshot> snapshot;
  std::shared_ptr<const Directory> directory = std::make_shared<const Directory>();
  std::vector<std::shared_ptr<const Chunk>> chunks;

  std::uint32_t slots() const { return static_cast<std::uint32_t>(chunks.size()) * kChunkSlots; }
  const PartitionSlot& Slot(std::uint32_t slot) const { return (*chunks[slot / kChunkSlots])[slot % kChunkSlots]; }
  void SetSlot(std::uint32_t slot, PartitionSlot value);  // While the view is being made.

  // Null when there is none.
  std::shared_ptr<const CollectionView> Find(std::string_view collection) const;
  // Reads the partition's state where it was not needed before.
  Result<PartitionRef> Ref(std::uint32_t slot) const;
  // The same, valid as long as the view: a look-up of an id asks every month, and counting references would cost more
  // than the look-up.
  Result<const PartitionState*> State(std::uint32_t slot) const;
};

}  // namespace kalends
