#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/view.h"
#include "kalends/database.h"
#include "query/partition_view.h"

namespace kalends {

// A partition of a view, for the query floor. Holds the view.
class PartitionReader : public PartitionView {
 public:
  PartitionReader(std::shared_ptr<const View> view, PartitionRef ref) : view_(std::move(view)), ref_(std::move(ref)) {}
  const std::string& name() const override { return ref_.partition->name(); }
  Generation generation() const override { return ref_.partition->generation(); }
  TimeRange range() const override { return ref_.partition->range(); }
  Result<std::vector<std::unique_ptr<RowRun>>> Runs(const TimeRange& range) const override;
  bool has_deletions() const override { return ref_.state->deletions->count() != 0; }
  bool IsDeleted(RowId row) const override { return ref_.state->deletions->Contains(row); }
  std::vector<RowId> DeletedRows(RowRange rows) const override { return ref_.state->deletions->In(rows); }
  Status ReadRows(std::span<const RowId> rows, Arena& arena, std::span<StoredRow> out) const override;
  const PartitionRef& ref() const { return ref_; }

 private:
  std::shared_ptr<const View> view_;
  PartitionRef ref_;
};

// Readers of the months of a collection that meet `range`.
Result<std::vector<std::shared_ptr<const PartitionView>>> OpenReaders(const std::shared_ptr<const View>& view, const CollectionView& collection,
                                                                      const TimeRange& range);

DiskBytes DiskBytesOf(const Partition& partition);

}  // namespace kalends
