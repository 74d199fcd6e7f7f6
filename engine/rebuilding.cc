#include "engine/rebuilding.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include "engine/merging.h"
#include "engine/segment_building.h"
#include "format/errors.h"
#include "index/time_column.h"

namespace kalends {
namespace {

using Rebuilder = Partition::Rebuilder;

// Keeps a partition from being merged, or rebuilt by another.
class MergingPause {
 public:
  MergingPause(DatabaseImpl& database, const std::shared_ptr<Partition>& partition, Rebuilder rebuilder)
      : database_(database),
        partition_(partition),
        is_ours_(partition->rebuilder.compare_exchange_strong(before_, rebuilder)) {}
  ~MergingPause() {
    if (!is_ours_) return;
    partition_->rebuilder.store(Rebuilder::kNobody);
    if (merges_behind_) QueueMerging(database_, partition_);  // What was not merged meanwhile.
  }
  MergingPause(const MergingPause&) = delete;
  MergingPause& operator=(const MergingPause&) = delete;
  bool is_ours() const { return is_ours_; }
  // Who was first, where it is not ours.
  Rebuilder other() const { return before_; }
  // Merging would choose again what just failed.
  void MergeNothingBehind() { merges_behind_ = false; }

 private:
  DatabaseImpl& database_;
  const std::shared_ptr<Partition> partition_;
  Rebuilder before_ = Rebuilder::kNobody;
  const bool is_ours_;
  bool merges_behind_ = true;
};

// On the background's thread, a step at a time.
class Rebuild {
 public:
  Rebuild(DatabaseImpl& database, std::shared_ptr<Partition> partition, const RebuildRequest& request)
      : database_(database), partition_(std::move(partition)), request_(request) {}

  bool done() const { return done_; }

  // Builds the next block, and publishes where it was the last one of its segments.
  Status Step(RebuildStep* step) {
    *step = {};
    const std::shared_ptr<const View> view = database_.CurrentView();
    const auto state = view == nullptr ? nullptr : StateIn(*view, *partition_);
    const auto collection = view == nullptr ? nullptr : view->Find(partition_->entry().collection);
    if (state == nullptr || collection == nullptr) return End();  // Dropped meanwhile.
    if (run_.empty()) {
      Choose(*state, *collection);
      if (run_.empty()) return End();
    }
    const RowId run_end = run_.back()->rows().end;
    const RowId end{std::min(next_.value + kColumnBlockRows, run_end.value)};
    std::vector<NewSegment> built;
    KALENDS_RETURN_IF_ERROR(
        BuildSegments(database_, *view, partition_, {next_, end}, {{}, request_.with_ids}, nullptr, &built));
    std::move(built.begin(), built.end(), std::back_inserter(built_));
    step->rows = end.value - next_.value;
    next_ = end;
    if (next_ == run_end) {
      step->segments = run_.size();
      KALENDS_RETURN_IF_ERROR(Publish());
    }
    return {};
  }

  // Removes what was built and is not published.
  void Abandon() { DiscardSegments(database_, *partition_, std::exchange(built_, {})); }

 private:
  Status End() {
    done_ = true;
    return {};
  }

  // The first that is wanted, with those behind it as long as all fit into a block.
  void Choose(const PartitionState& state, const CollectionView& collection) {
    std::uint64_t rows = 0;
    for (const auto& segment : *state.segments) {
      const bool fits = run_.empty() || rows + segment->entry().rows <= kColumnBlockRows;
      if (fits && request_.is_wanted(*segment, state, collection)) {
        run_.push_back(segment);
        rows += segment->entry().rows;
      } else if (!run_.empty()) {
        break;
      }
    }
    if (!run_.empty()) next_ = run_.front()->rows().begin;
  }

  Status Publish() {
    std::uint64_t json_bytes = 0;
    for (const auto& segment : run_) json_bytes += segment->entry().json_bytes;
    KeepJsonBytes(json_bytes, &built_);
    return PublishSegments(database_, partition_, std::exchange(run_, {}), std::exchange(built_, {}), {});
  }

  DatabaseImpl& database_;
  const std::shared_ptr<Partition> partition_;
  const RebuildRequest& request_;
  Segments run_;  // What is in work; nobody else replaces it.
  RowId next_;
  std::vector<NewSegment> built_;
  bool done_ = false;
};

// A rebuild that nobody waits for.
struct QueuedRebuild {
  QueuedRebuild(DatabaseImpl& database, const std::shared_ptr<Partition>& partition, SegmentId wanted,
                RebuildRequest how)
      : segment(wanted),
        pause(database, partition, Rebuilder::kBackground),
        request(std::move(how)),
        rebuild(database, partition, request) {}
  const SegmentId segment;
  MergingPause pause;
  const RebuildRequest request;
  Rebuild rebuild;
};

void QueueStep(DatabaseImpl& database, const std::shared_ptr<Partition>& partition,
               const std::shared_ptr<QueuedRebuild>& work) {
  database.background()->Add("building anew in " + partition->name(), [&database, partition, work]() -> Status {
    RebuildStep step;
    Status status = work->rebuild.Step(&step);
    if (partition->dropped.load()) return {};  // What was begun goes with the families.
    if (!status.ok()) {
      if (Partition::IsUnreadable(status.error())) partition->LeaveUnmerged(work->segment);
      work->pause.MergeNothingBehind();
      work->rebuild.Abandon();
      return status;
    }
    if (!work->rebuild.done()) QueueStep(database, partition, work);
    return {};
  });
}

}  // namespace

void QueueRebuild(DatabaseImpl& database, const std::shared_ptr<Partition>& partition, SegmentId segment) {
  const auto is_wanted = [segment](const Segment& found, const PartitionState&, const CollectionView&) {
    return found.id() == segment;
  };
  // While a rebuild of the index waits to be gone on with, new segments count as done: with their ids.
  const bool with_ids = partition->rebuild_mark().has_value();
  const auto work =
      std::make_shared<QueuedRebuild>(database, partition, segment, RebuildRequest{is_wanted, with_ids, nullptr});
  if (work->pause.is_ours()) QueueStep(database, partition, work);
}

Status RebuildWanted(DatabaseImpl& database, const std::shared_ptr<Partition>& partition,
                     const RebuildRequest& request) {
  const std::shared_ptr<Background> background = database.background();
  std::optional<MergingPause> pause(std::in_place, database, partition, Rebuilder::kCaller);
  while (!pause->is_ours()) {
    if (pause->other() == Rebuilder::kCaller)
      return MakeError(ErrorCode::kBusy, "partition ", partition->name(),
                       " is being rebuilt or compacted by another call");
    // A step of what the background does of itself; then it may be done.
    KALENDS_RETURN_IF_ERROR(background->Do([] { return Status(); }));
    KALENDS_RETURN_IF_ERROR(request.on_step({}));
    pause.emplace(database, partition, Rebuilder::kCaller);
  }
  Rebuild rebuild(database, partition, request);
  while (true) {
    RebuildStep step;
    Status status = background->Do([&rebuild, &step] { return rebuild.Step(&step); });
    if (partition->dropped.load()) return {};  // What was begun goes with the families.
    if (status.ok() && rebuild.done()) return {};
    if (status.ok()) status = request.on_step(step);
    if (!status.ok()) {
      (void)background->Do([&rebuild] {
        rebuild.Abandon();
        return Status();
      });
      return status;
    }
  }
}

bool IsOlderThan(const Segment& segment, SegmentId mark) {
  const auto& blocks = segment.entry().blocks;
  return segment.id() < mark || std::any_of(blocks.begin(), blocks.end(),
                                            [&](const SegmentBlock& block) { return segment.ColumnsOf(block) < mark; });
}

Status CheckWritable(const DatabaseImpl& database) {
  if (database.closed()) return MakeError(ErrorCode::kCancelled, "the database was closed");
  if (database.options().read_only)
    return MakeError(ErrorCode::kReadOnly, "the database is open for reading only: its segments cannot be built anew");
  return {};
}

}  // namespace kalends
