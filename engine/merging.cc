#include "engine/merging.h"

#include <algorithm>
#include <span>
#include <string>
#include <utility>

#include "engine/database_impl.h"
#include "engine/rebuilding.h"
#include "engine/segment_building.h"
#include "engine/segment_files.h"
#include "engine/segment_lists.h"
#include "engine/segment_text.h"
#include "format/errors.h"
#include "index/time_column.h"

namespace kalends {
namespace {

constexpr std::size_t kFanOut = 8;
constexpr std::uint64_t kSegmentRowsMax = 4'194'304;
// Smaller segments are built anew from their rows, larger ones are merged without reading any.
constexpr std::uint32_t kBuiltRowsMin = 32'768;
// A segment of which more than one row in so many was deleted since it was built is built anew.
constexpr std::uint64_t kDeletedShare = 4;

using Run = std::span<const std::shared_ptr<const Segment>>;

std::uint32_t RowsOf(const std::shared_ptr<const Segment>& segment) { return segment->entry().rows; }

// Whether building it anew, with others, would give a larger one: where rows are wide, memory bounds the blocks.
bool IsSmall(const std::shared_ptr<const Segment>& segment) {
  return RowsOf(segment) < kBuiltRowsMin && !segment->entry().is_cut;
}

// The sizes 8, 64, 512, ...: segments of one class differ by less than eight times.
int SizeClass(std::uint32_t rows) {
  int size_class = 0;
  for (; rows >= kFanOut; rows /= kFanOut) ++size_class;
  return size_class;
}

// Whether two neighbours can become one without reading rows: they have columns, lists of the same indexes and terms of
// the same text.
bool FitTogether(const Segment& a, const Segment& b) {
  const auto has_columns = [](const Segment& segment) {
    return std::all_of(segment.entry().blocks.begin(), segment.entry().blocks.end(),
                       [](const SegmentBlock& block) { return block.has_columns; });
  };
  return has_columns(a) && has_columns(b) && a.entry().text == b.entry().text &&
         std::equal(a.entry().indexes.begin(), a.entry().indexes.end(), b.entry().indexes.begin(),
                    b.entry().indexes.end(),
                    [](const SegmentIndex& left, const SegmentIndex& right) { return left.path == right.path; });
}

// Whether no merging touches the segment, or the one before it.
bool AreLeft(const Segments& segments, std::size_t i, const Partition& partition) {
  return partition.IsLeftUnmerged(segments[i]->id()) || partition.IsLeftUnmerged(segments[i - 1]->id());
}

// The neighbours among the first `count` to join, the smallest class first: as many rows as the next class begins with,
// in segments of no larger class. So each row moves up a class with every merge. Empty where there are none.
template <class Fits>
Run ChooseRun(const Segments& segments, std::size_t count, std::uint64_t rows_max, const Fits& fits_behind) {
  std::uint64_t rows_of_next_class = kFanOut;
  for (int size_class = 0; rows_of_next_class <= rows_max; ++size_class, rows_of_next_class *= kFanOut) {
    std::size_t begin = 0;
    std::uint64_t rows = 0;
    for (std::size_t i = 0; i <= count; ++i) {
      const bool is_small = i < count && SizeClass(RowsOf(segments[i])) <= size_class;
      if (is_small && rows + RowsOf(segments[i]) <= rows_max && (i == begin || fits_behind(i))) {
        rows += RowsOf(segments[i]);
        continue;
      }
      if (i - begin >= 2 && rows >= rows_of_next_class) return std::span(segments).subspan(begin, i - begin);
      // The segment that ended the run begins the next one, where it is small enough itself.
      const bool starts = is_small && i > begin;
      begin = starts ? i : i + 1;
      rows = starts ? RowsOf(segments[i]) : 0;
    }
  }
  return {};
}

// Small ones, to be built anew as segments of whole blocks.
Run ChooseSmall(const Segments& segments, const Partition& partition) {
  return ChooseRun(segments, segments.size(), kFanOut * kColumnBlockRows, [&](std::size_t i) {
    return IsSmall(segments[i]) && IsSmall(segments[i - 1]) && !AreLeft(segments, i, partition);
  });
}

// Large ones, and small ones that stand between them. Small ones at the end wait for others.
Run ChooseLarge(const Segments& segments, const Partition& partition) {
  std::size_t count = segments.size();
  while (count > 0 && IsSmall(segments[count - 1])) --count;
  return ChooseRun(segments, count, kSegmentRowsMax, [&](std::size_t i) {
    return FitTogether(*segments[i - 1], *segments[i]) && !AreLeft(segments, i, partition);
  });
}

bool HasLostPart(const Segment& segment, const Partition& partition) {
  return std::any_of(segment.parts().begin(), segment.parts().end(),
                     [&partition](const auto& part) { return partition.IsLost(part->part()); });
}

// The first of which too many rows were deleted since it was built, or a file is lost: merging would hide that its
// lists are incomplete.
Run ChooseWorn(const PartitionState& state, const Partition& partition) {
  const Segments& segments = *state.segments;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    if (partition.IsLeftUnmerged(segments[i]->id())) continue;
    if (HasLostPart(*segments[i], partition) || IsThinned(*segments[i], *state.deletions))
      return std::span(segments).subspan(i, 1);
  }
  return {};
}

Status MergeRun(DatabaseImpl& database, const std::shared_ptr<Partition>& partition, const Segments& run) {
  NewSegment merged;
  merged.id = partition->NextSegment();
  merged.entry.first_row = run.front()->entry().first_row;
  merged.entry.indexes = run.front()->entry().indexes;
  merged.entry.text = run.front()->entry().text;
  for (const auto& segment : run) {
    const SegmentEntry& entry = segment->entry();
    merged.entry.rows += entry.rows;
    merged.entry.json_bytes += entry.json_bytes;
    merged.entry.deleted += entry.deleted;
    merged.entry.is_cut = merged.entry.is_cut || entry.is_cut;
    for (SegmentBlock block : entry.blocks) {
      block.segment = segment->ColumnsOf(block);
      merged.entry.blocks.push_back(block);
    }
    for (std::size_t i = 0; i < entry.indexes.size(); ++i) {
      SegmentIndex& index = merged.entry.indexes[i];
      index.has_unsure = index.has_unsure || entry.indexes[i].has_unsure;
    }
  }
  SegmentFiles files(database.storage(), *partition, merged.id);
  KALENDS_RETURN_IF_ERROR(MergeLists(*partition, run, &files));
  KALENDS_RETURN_IF_ERROR(files.FinishLists());
  KALENDS_RETURN_IF_ERROR(MergeText(*partition, run, &files));
  KALENDS_RETURN_IF_ERROR(files.FinishText());
  merged.entry.list_bytes = files.list_bytes();
  merged.entry.text_bytes = files.text_bytes();
  KALENDS_RETURN_IF_ERROR(database.Sync());
  KALENDS_RETURN_IF_ERROR(files.Ingest());
  return PublishSegments(database, partition, run, {std::move(merged)}, {});
}

}  // namespace

void QueueMerging(DatabaseImpl& database, const std::shared_ptr<Partition>& partition) {
  if (partition->merging_queued.exchange(true)) return;
  database.background()->Add("merging " + partition->name(), [&database, partition] {
    partition->merging_queued.store(false);
    const Status status = MergeSegments(database, partition);
    return partition->dropped.load() ? Status() : status;  // What was begun goes with the families.
  });
}

std::uint64_t DeletedSinceBuilt(const Segment& segment, const Deletions& deletions) {
  const std::uint64_t deleted = deletions.CountIn(segment.rows());
  return deleted - std::min<std::uint64_t>(deleted, segment.entry().deleted);
}

bool IsThinned(const Segment& segment, const Deletions& deletions) {
  return DeletedSinceBuilt(segment, deletions) * kDeletedShare > segment.entry().rows;
}

Status RebuildSegments(DatabaseImpl& database, const std::shared_ptr<Partition>& partition, const Segments& run) {
  const std::shared_ptr<const View> view = database.CurrentView();
  if (view == nullptr || StateIn(*view, *partition) == nullptr) return {};  // Dropped meanwhile.
  std::uint64_t json_bytes = 0;
  for (const auto& segment : run) json_bytes += segment->entry().json_bytes;
  std::vector<NewSegment> built;
  const RowRange rows{run.front()->rows().begin, run.back()->rows().end};
  // While a rebuild of the index waits to be gone on with, new segments count as done: with their ids.
  const bool with_ids = partition->rebuild_mark().has_value();
  KALENDS_RETURN_IF_ERROR(BuildSegments(database, *view, partition, rows, {{}, with_ids}, nullptr, &built));
  KeepJsonBytes(json_bytes, &built);
  return PublishSegments(database, partition, run, std::move(built), {});
}

Status MergeSegments(DatabaseImpl& database, const std::shared_ptr<Partition>& partition) {
  while (partition->rebuilder.load() == Partition::Rebuilder::kNobody) {
    Segments run;
    bool is_rebuilt = true;
    {
      const std::shared_ptr<const View> view = database.CurrentView();
      const auto state = StateIn(*view, *partition);
      if (state == nullptr) return {};
      Run chosen = ChooseWorn(*state, *partition);
      if (chosen.empty()) chosen = ChooseSmall(*state->segments, *partition);
      if (chosen.empty()) {
        chosen = ChooseLarge(*state->segments, *partition);
        is_rebuilt = false;
      }
      if (chosen.empty()) return {};
      run.assign(chosen.begin(), chosen.end());
    }
    if (HasLostPart(*run.front(), *partition)) {
      database.Tell("partition " + partition->name() + ": a file of segment " +
                    std::to_string(run.front()->id().value) + " is gone; the segment is built anew from its rows");
    }
    if (run.size() == 1 && RowsOf(run.front()) > kColumnBlockRows) {
      // A job for each block: sealing goes on between.
      QueueRebuild(database, partition, run.front()->id());
      return {};
    }
    Status status = is_rebuilt ? RebuildSegments(database, partition, run) : MergeRun(database, partition, run);
    if (status.ok()) continue;
    if (Partition::IsUnreadable(status.error())) {
      for (const auto& segment : run) partition->LeaveUnmerged(segment->id());
    }
    return status;
  }
  return {};
}

Status RemoveLeftovers(DatabaseImpl& database, const std::shared_ptr<Partition>& partition) {
  for (const SegmentPart& part : partition->TakeLeftovers())
    KALENDS_RETURN_IF_ERROR(RemovePart(database, *partition, part));
  return {};
}

}  // namespace kalends
