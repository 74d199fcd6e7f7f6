#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/catalog_codec.h"
#include "engine/storage.h"
#include "index/id_filter.h"
#include "index/id_run.h"

namespace kalends {

// The ids of a partition's sealed rows: the id runs in its index family, and a filter in front of them.
class SealedIds {
 public:
  SealedIds(std::shared_ptr<RocksInstance> instance, std::string name, PartitionFamilies families);

  // Once, before anything else: where the segments end.
  void Start(RowId sealed_end);
  std::uint32_t run_set() const { return run_set_; }

  // The filter over all of them, read or made at first use. Null where there is no room for it (filter_budget.h): any id
  // may be there. Thread-safe, as Find is.
  Result<std::shared_ptr<IdFilter>> Filter();
  // The row that the runs name for a hash, as `snapshot` sees them; null: as they are now. nullopt when there is none.
  Result<std::optional<RowId>> Find(const IdHash& hash, const rocksdb::Snapshot* snapshot) const;

  // Stores keys of the state family in a commit of its own.
  using Writer = std::function<Status(const StateUpdates&)>;

  // The background worker's alone, as are the two below: adds the ids of new sealed rows, whose run was ingested
  // already. Grows the filter when it is full. What is due to be stored of it goes through `write`, the last part into
  // `updates`, for the commit that publishes the rows.
  Status Add(const std::vector<IdHash>& ids, RowId sealed_end, const Writer& write, StateUpdates* updates);
  // All that is not stored, in the same way.
  Status Store(RowId sealed_end, const Writer& write, StateUpdates* updates);
  // Makes the filter anew from the runs. `stored_keys` receives the keys of the old one in the state family.
  Status Remake(RowId sealed_end, std::vector<std::string>* stored_keys);

 private:
  Result<std::shared_ptr<IdFilter>> Load();
  Result<std::shared_ptr<IdFilter>> Make(std::uint64_t ids, RowId complete, std::uint64_t replaced_bytes) const;
  Status FillFrom(RowId complete, IdFilter* filter) const;
  Status Grow(std::uint64_t ids, std::shared_ptr<IdFilter>* filter);
  Status Refill(std::uint64_t ids_max, IdFilter* filter);

  const std::shared_ptr<RocksInstance> instance_;
  const std::string name_;
  const PartitionFamilies families_;
  const std::uint32_t run_set_ = 0;
  RowId sealed_end_at_start_;

  std::mutex mutex_;  // Of the two below.
  bool is_loaded_ = false;
  std::shared_ptr<IdFilter> filter_;

  // The background worker's, once the filter is loaded.
  std::uint64_t stored_size_ = 0;      // Ids in the stored form;
  std::uint64_t stored_capacity_ = 0;  // 0: none is stored.
  std::uint64_t refill_from_ = kRefilled;
  static constexpr std::uint64_t kRefilled = UINT64_MAX;
};

}  // namespace kalends
