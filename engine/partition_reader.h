#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "engine/view.h"
#include "kalends/database.h"
#include "query/partition_view.h"

namespace kalends {

// A partition of a view, for the query floor. Holds the view. The partition's state is read when Runs or ReadRows first
// asks for it.
class PartitionReader : public PartitionView {
 public:
  PartitionReader(std::shared_ptr<const View> view, std::uint32_t slot)
      : view_(std::move(view)), partition_(view_->Slot(slot).partition), slot_(slot) {}
  const std::string& name() const override { return partition_->name(); }
  Generation generation() const override { return partition_->generation(); }
  TimeRange range() const override { return partition_->range(); }
  Result<std::vector<std::unique_ptr<RowRun>>> Runs(const TimeRange& range) const override;
  // These three after Runs.
  bool has_deletions() const override { return state().deletions->count() != 0; }
  bool IsDeleted(RowId row) const override { return state().deletions->Contains(row); }
  std::vector<RowId> DeletedRows(RowRange rows) const override { return state().deletions->In(rows); }
  Status ReadRows(std::span<const RowId> rows, Arena& arena, std::span<StoredRow> out) const override;
  std::vector<std::string> MissingIndexes() const override;
  // Holds the names of the fields of documents that were read.
  const std::shared_ptr<KeyDictionary>& keys() const { return partition_->shared_keys(); }

 private:
  Status EnsureState() const;
  const PartitionState& state() const { return *state_.load(std::memory_order_relaxed); }

  std::shared_ptr<const View> view_;
  std::shared_ptr<Partition> partition_;
  std::uint32_t slot_;
  mutable std::atomic<const PartitionState*> state_{nullptr};  // The view's. After EnsureState.
};

// Readers of the months of a collection that meet `range`.
std::vector<std::shared_ptr<const PartitionView>> OpenReaders(const std::shared_ptr<const View>& view,
                                                              const CollectionView& collection, const TimeRange& range);

// Of the indexes of the collection, those that some segment was built without; "$text" for its text.
std::vector<std::string> MissingIndexesOf(const PartitionState& state, const CollectionView& collection);

DiskBytes DiskBytesOf(const Partition& partition);

}  // namespace kalends
