// What a deleted document leaves: its row below a RocksDB tombstone, its values in the columns and lists of its
// segment, and its record in the log. Columns and lists go when the segment is built anew; rows and logs when the
// families are flushed and compacted down to the last level. The columns family is never compacted: its files hold one
// part each, and superseded parts are removed with their files.
#include "engine/compacting.h"

#include <utility>
#include <vector>

#include "engine/index_rebuild.h"
#include "engine/merging.h"
#include "engine/partition_reader.h"
#include "engine/rebuilding.h"
#include "engine/sealing.h"
#include "engine/segment_building.h"
#include "format/errors.h"
#include "query/call_guard.h"

namespace kalends {
namespace {

std::uint64_t BytesOf(const std::vector<std::shared_ptr<Partition>>& partitions) {
  std::uint64_t bytes = 0;
  for (const auto& partition : partitions) {
    if (partition->dropped.load()) continue;
    const DiskBytes of_partition = DiskBytesOf(*partition);
    bytes += of_partition.rows + of_partition.index + of_partition.text + of_partition.columns;
  }
  return bytes;
}

class Compaction {
 public:
  Compaction(DatabaseImpl& database, const CompactOptions& options)
      : database_(database), options_(options), background_(database.background()), guard_(options.call) {}

  Result<CompactReport> Run(std::optional<std::string_view> name) {
    {
      // Not longer: states keep segments from being removed.
      KALENDS_TRY(std::vector<PartitionRef> partitions, OpenPartitions(database_, name, {}));
      for (PartitionRef& ref : partitions) partitions_.push_back(std::move(ref.partition));
    }
    CompactReport report;
    KALENDS_RETURN_IF_ERROR(database_.storage().FlushAll());
    report.bytes_before = BytesOf(partitions_);
    // Each partition is sealed and rebuilt, then compacted.
    steps_total_ = 2 * partitions_.size() + 1;
    for (const auto& partition : partitions_) KALENDS_RETURN_IF_ERROR(RebuildSegments(partition, &report));
    // Files of superseded segments were queued to be removed when their last view went.
    KALENDS_RETURN_IF_ERROR(background_->Do([] { return Status(); }));
    KALENDS_RETURN_IF_ERROR(database_.storage().FlushAll());
    for (const auto& partition : partitions_) KALENDS_RETURN_IF_ERROR(CompactFamilies(partition));
    KALENDS_RETURN_IF_ERROR(database_.storage().Compact(database_.storage().catalog()));
    KALENDS_RETURN_IF_ERROR(StepDone());
    report.bytes_after = BytesOf(partitions_);
    return report;
  }

 private:
  Status StepDone() {
    ++steps_;
    if (options_.on_progress) options_.on_progress(steps_, steps_total_);
    if (database_.closed()) return MakeError(ErrorCode::kCancelled, "the database is being closed");
    return guard_.Check();
  }

  Status RebuildSegments(const std::shared_ptr<Partition>& partition, CompactReport* report) {
    KALENDS_RETURN_IF_ERROR(guard_.Check());
    database_.FreezeTails(
        [&partition](const Partition& found, const TailView& /*tail*/) { return &found == partition.get(); });
    std::size_t tails = 0;
    SegmentId mark;
    KALENDS_RETURN_IF_ERROR(OnBackground(partition, [&]() -> Status {
      const std::shared_ptr<const View> view = database_.CurrentView();
      const auto state = StateIn(*view, *partition);
      if (state != nullptr) tails = state->tails.size();
      return {};
    }));
    // Each time one of them; others of the background's jobs go between.
    for (; tails > 0; --tails)
      KALENDS_RETURN_IF_ERROR(OnBackground(partition, [&] { return SealPartition(database_, partition); }));
    KALENDS_RETURN_IF_ERROR(OnBackground(partition, [&]() -> Status {
      mark = partition->NextSegment();  // What is deleted from now on is for the next compaction.
      return {};
    }));
    const RebuildRequest request{
        [mark](const Segment& segment, const PartitionState& state, const CollectionView& /*collection*/) {
          return IsOlderThan(segment, mark) && DeletedSinceBuilt(segment, *state.deletions) > 0;
        },
        /*with_ids=*/false,
        [this, report](const RebuildStep& step) {
          report->segments += step.segments;
          return guard_.Check();
        }};
    KALENDS_RETURN_IF_ERROR(RebuildWanted(database_, partition, request));
    KALENDS_RETURN_IF_ERROR(OnBackground(partition, [&] { return MergeSegments(database_, partition); }));
    return StepDone();
  }

  Status CompactFamilies(const std::shared_ptr<Partition>& partition) {
    const PartitionFamilies& families = partition->families();
    for (const auto& family : {families.rows, families.state, families.index}) {
      KALENDS_RETURN_IF_ERROR(guard_.Check());
      if (partition->dropped.load()) break;
      KALENDS_RETURN_IF_ERROR(Unless(partition, database_.storage().Compact(family->handle())));
    }
    return StepDone();
  }

  // What fails because the partition was dropped is none of the caller's.
  static Status Unless(const std::shared_ptr<Partition>& partition, Status status) {
    return partition->dropped.load() ? Status() : std::move(status);
  }
  Status OnBackground(const std::shared_ptr<Partition>& partition, Background::Job job) {
    return Unless(partition, background_->Do(std::move(job)));
  }

  DatabaseImpl& database_;
  const CompactOptions& options_;
  const std::shared_ptr<Background> background_;
  CallGuard guard_;
  std::vector<std::shared_ptr<Partition>> partitions_;
  std::uint64_t steps_ = 0;
  std::uint64_t steps_total_ = 0;
};

}  // namespace

Result<CompactReport> CompactDatabase(DatabaseImpl& database, std::optional<std::string_view> name,
                                      const CompactOptions& options) {
  KALENDS_RETURN_IF_ERROR(CheckWritable(database));
  return Compaction(database, options).Run(name);
}

}  // namespace kalends
