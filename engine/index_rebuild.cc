#include "engine/index_rebuild.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "engine/catalog_codec.h"
#include "engine/rebuilding.h"
#include "engine/segment_building.h"
#include "format/errors.h"
#include "format/varint.h"
#include "query/call_guard.h"

namespace kalends {
namespace {

// Also where the spec changed while a rebuild was interrupted: newer segments may lack an index then.
bool IsWanted(const Segment& segment, std::optional<SegmentId> mark, const CollectionView& collection) {
  const auto& indexes = segment.entry().indexes;
  const bool has_text =
      collection.text == nullptr ? !segment.entry().text.has_value() : segment.entry().text == *collection.text;
  return !mark || IsOlderThan(segment, *mark) || !has_text ||
         !std::equal(indexes.begin(), indexes.end(), collection.indexes->begin(), collection.indexes->end(),
                     [](const SegmentIndex& index, const std::string& path) { return index.path == path; });
}

struct Plan {
  std::shared_ptr<Partition> partition;
  std::optional<SegmentId> mark;
  std::uint64_t segments = 0;
  std::uint64_t rows = 0;
};

Result<Plan> MakePlan(DatabaseImpl& database, std::shared_ptr<Partition> partition) {
  Plan plan;
  plan.partition = std::move(partition);
  KALENDS_RETURN_IF_ERROR(database.background()->Do([&]() -> Status {
    plan.mark = plan.partition->rebuild_mark();
    const std::shared_ptr<const View> view = database.CurrentView();
    const auto state = StateIn(*view, *plan.partition);
    const auto collection = view->Find(plan.partition->entry().collection);
    if (state == nullptr || collection == nullptr) return {};  // Dropped meanwhile.
    for (const auto& segment : *state->segments) {
      if (!IsWanted(*segment, plan.mark, *collection)) continue;
      ++plan.segments;
      plan.rows += segment->entry().rows;
    }
    return {};
  }));
  return plan;
}

// On the background's thread.
Status BeginRebuild(DatabaseImpl& database, const std::shared_ptr<Partition>& partition, SegmentId mark) {
  std::string value;
  AppendBigEndian(mark.value, &value);
  KALENDS_RETURN_IF_ERROR(database.CommitStructure(
      {[&](rocksdb::WriteBatch& batch) { batch.Put(partition->families().state->handle(), RebuildKey(), value); },
       nullptr, false, partition.get()}));
  partition->SetRebuildMark(mark);
  return {};
}

// On the background's thread. The filter of ids is derived too: it is made anew from the new ids.
Status EndRebuild(DatabaseImpl& database, const std::shared_ptr<Partition>& partition) {
  const std::shared_ptr<const View> view = database.CurrentView();
  const auto state = StateIn(*view, *partition);
  if (state == nullptr) return {};  // Dropped meanwhile.
  std::vector<std::string> keys;
  KALENDS_RETURN_IF_ERROR(partition->ids().Remake(state->sealed_end(), &keys));
  keys.push_back(RebuildKey());
  KALENDS_RETURN_IF_ERROR(database.CommitStructure({[&](rocksdb::WriteBatch& batch) {
                                                      rocksdb::ColumnFamilyHandle* state =
                                                          partition->families().state->handle();
                                                      for (const std::string& key : keys) batch.Delete(state, key);
                                                    },
                                                    nullptr, false, partition.get()}));
  partition->SetRebuildMark(std::nullopt);
  return {};
}

Status RebuildPartition(DatabaseImpl& database, Plan* plan, const std::function<Status(const RebuildStep&)>& on_step) {
  const std::shared_ptr<Partition>& partition = plan->partition;
  if (!plan->mark) {
    KALENDS_RETURN_IF_ERROR(database.background()->Do([&] {
      plan->mark = partition->NextSegment();
      return BeginRebuild(database, partition, *plan->mark);
    }));
  }
  const auto is_wanted = [plan](const Segment& segment, const PartitionState&, const CollectionView& collection) {
    return IsWanted(segment, plan->mark, collection);
  };
  KALENDS_RETURN_IF_ERROR(RebuildWanted(database, partition, {is_wanted, /*with_ids=*/true, on_step}));
  return database.background()->Do([&] {
    const Status status = EndRebuild(database, partition);
    return partition->dropped.load() ? Status() : status;
  });
}

}  // namespace

Result<std::vector<PartitionRef>> OpenPartitions(const DatabaseImpl& database, std::optional<std::string_view> name,
                                                 const TimeRange& time) {
  const std::shared_ptr<const View> view = database.CurrentView();
  if (view == nullptr) return MakeError(ErrorCode::kCancelled, "the database was closed");
  if (name) {
    KALENDS_TRY([[maybe_unused]] const auto collection, database.GetCollection(*name));
  }
  std::vector<PartitionRef> partitions;
  for (const auto& [collection_name, collection] : *view->directory) {
    if (name && collection_name != *name) continue;
    for (const auto& [month, slot] : collection->months) {
      const TimeRange range = view->Slot(slot).partition->range();
      if (range.begin >= time.end || time.begin >= range.end) continue;
      KALENDS_TRY(PartitionRef ref, view->Ref(slot));
      partitions.push_back(std::move(ref));
    }
  }
  return partitions;
}

Result<RebuildReport> RebuildIndex(DatabaseImpl& database, std::optional<std::string_view> name,
                                   const RebuildOptions& options) {
  if (!options.dry_run) KALENDS_RETURN_IF_ERROR(CheckWritable(database));
  std::vector<Plan> plans;
  RebuildReport report;
  std::uint64_t rows_total = 0;
  {
    // Not longer: states keep segments from being removed.
    KALENDS_TRY(std::vector<PartitionRef> partitions, OpenPartitions(database, name, options.time));
    for (PartitionRef& ref : partitions) {
      KALENDS_TRY(Plan plan, MakePlan(database, std::move(ref.partition)));
      if (plan.segments == 0 && !plan.mark) continue;
      rows_total += plan.rows;
      plans.push_back(std::move(plan));
    }
  }
  CallGuard guard(options.call);
  for (Plan& plan : plans) {
    if (plan.segments > 0) report.partitions.push_back(plan.partition->name());
    if (options.dry_run) {
      report.segments += plan.segments;
      report.rows += plan.rows;
      continue;
    }
    KALENDS_RETURN_IF_ERROR(guard.Check());
    KALENDS_RETURN_IF_ERROR(RebuildPartition(database, &plan, [&](const RebuildStep& step) {
      report.segments += step.segments;
      report.rows += step.rows;
      if (options.on_progress) options.on_progress(report.rows, std::max(report.rows, rows_total));
      if (database.closed()) return Status(MakeError(ErrorCode::kCancelled, "the database is being closed"));
      return guard.Check();
    }));
  }
  return report;
}

}  // namespace kalends
