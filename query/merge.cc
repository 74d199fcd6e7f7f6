#include "query/merge.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "format/errors.h"
#include "query/run_ranges.h"
#include "query/time_ranges.h"

namespace kalends {
namespace {

constexpr std::uint64_t kRowsPerStep = 4096;  // Between two looks at the guard.

}  // namespace

RunMerge::RunMerge(Order order, const TimeRange& time, std::vector<Input> inputs, CallGuard* guard,
                   const std::optional<RowPosition>& after)
    : is_reversed_(order == Order::kNewestFirst), time_(time), guard_(guard), after_(after) {
  if (after && is_reversed_) time_.end = std::min(time_.end, After(after->time));
  if (after && !is_reversed_) time_.begin = std::max(time_.begin, after->time);
  if (time_.IsEmpty()) return;
  const TimeUs last_time{time_.end.value - 1};
  for (Input& input : inputs) {
    const TimeUs run_min = input.run->min_time();
    const TimeUs run_max = input.run->max_time();
    if (run_max < time_.begin || run_min > last_time) continue;
    std::int64_t first = TimeKey(std::max(run_min, time_.begin));
    std::int64_t last = TimeKey(std::min(run_max, last_time));
    if (is_reversed_) std::swap(first, last);
    const bool is_whole = !after && run_min >= time_.begin && run_max <= last_time;
    waiting_.push_back({.input = std::move(input), .first = first, .last = last, .is_whole = is_whole});
  }
  std::sort(waiting_.begin(), waiting_.end(), [](const Waiting& a, const Waiting& b) { return a.first > b.first; });
}

Status RunMerge::Take(Quota quota, std::vector<RowPlace>* out) { return Advance(&quota, out); }

Result<std::uint64_t> RunMerge::Skip(std::uint64_t count) {
  Quota quota{.certain = UINT64_MAX, .others = count};
  KALENDS_RETURN_IF_ERROR(Advance(&quota, nullptr));
  return count - quota.others;
}

// `out` may be null: then the rows are only passed over.
Status RunMerge::Advance(Quota* quota, std::vector<RowPlace>* out) {
  while (!quota->IsMet()) {
    if (out == nullptr) {
      KALENDS_TRY(const std::uint64_t skipped, SkipWholeRuns(quota->others));
      quota->others -= skipped;
    }
    KALENDS_RETURN_IF_ERROR(OpenReached());
    if (open_.empty()) break;
    if (open_.size() == 1) {
      AdvanceOnlyOne(quota, out);
    } else {
      AdvanceFirst(quota, out);
    }
    KALENDS_RETURN_IF_ERROR(guard_->Walked(std::exchange(walked_, 0)));
  }
  return {};
}

// Runs that overlap no other and of which all living rows are passed over need not be loaded.
Result<std::uint64_t> RunMerge::SkipWholeRuns(std::uint64_t count) {
  std::uint64_t done = 0;
  while (open_.empty() && !waiting_.empty()) {
    const Waiting& next = waiting_.back();
    const bool overlaps = waiting_.size() > 1 && waiting_[waiting_.size() - 2].first <= next.last;
    if (overlaps || !next.is_whole) break;
    std::uint64_t rows = next.input.run->rows();
    if (next.input.partition->has_deletions()) {
      rows -= next.input.partition->DeletedRows(RowsOf(*next.input.run)).size();
    }
    if (rows > count - done) break;
    done += rows;
    waiting_.pop_back();
  }
  return done;
}

// Afterwards no run that waits can hold a row before the first open one.
Status RunMerge::OpenReached() {
  while (!waiting_.empty() && (open_.empty() || waiting_.back().first <= open_.front().key.time)) {
    Waiting waiting = std::move(waiting_.back());
    waiting_.pop_back();
    KALENDS_RETURN_IF_ERROR(OpenRun(std::move(waiting)));
  }
  return {};
}

Status RunMerge::OpenRun(Waiting waiting) {
  RowRun& run = *waiting.input.run;
  const PartitionView& partition = *waiting.input.partition;
  KALENDS_RETURN_IF_ERROR(run.Load());
  std::uint32_t begin = waiting.is_whole ? 0 : run.LowerBound(time_.begin);
  std::uint32_t end = waiting.is_whole ? run.rows() : run.LowerBound(time_.end);
  if (after_) {
    const std::uint32_t position = PositionOfAfter(run, partition.generation());
    if (is_reversed_) {
      end = std::min(end, position);
    } else {
      begin = std::max(begin, position);
    }
  }
  if (begin >= end) return {};
  Open open{.key = {},
            .partition = &partition,
            .run = std::move(waiting.input.run),
            .position = is_reversed_ ? end - 1 : begin,
            .left = end - begin,
            .has_deletions = waiting.input.selected == nullptr && partition.has_deletions() &&
                             !partition.DeletedRows(RowsOf(run)).empty(),
            .selected = waiting.input.selected};
  SetKey(&open);
  open_.push_back(std::move(open));
  std::push_heap(open_.begin(), open_.end(), [](const Open& a, const Open& b) { return a.key > b.key; });
  return {};
}

// The first position that is behind `after_`; in reversed order the first that is not before it.
std::uint32_t RunMerge::PositionOfAfter(const RowRun& run, Generation generation) const {
  std::uint32_t low = run.LowerBound(after_->time);
  std::uint32_t high = run.LowerBound(After(after_->time));
  if (generation != after_->generation) return generation < after_->generation ? high : low;
  while (low < high) {  // Rows of equal time stand in order of their ids.
    const std::uint32_t middle = low + (high - low) / 2;
    const RowId row{run.first_row().value + run.OffsetAtPosition(middle)};
    const bool is_before = is_reversed_ ? row < after_->row : row <= after_->row;
    (is_before ? low : high) = is_before ? middle + 1 : middle;
  }
  return low;
}

void RunMerge::AdvanceOnlyOne(Quota* quota, std::vector<RowPlace>* out) {
  Open& open = open_.front();
  std::uint32_t left = waiting_.empty() ? open.left : LeftBefore(open, waiting_.back().first);
  assert(left > 0 && left <= open.left);
  if (out == nullptr && !open.has_deletions) {
    assert(open.selected == nullptr);
    const std::uint64_t passed = std::min<std::uint64_t>(left, quota->others);
    quota->others -= passed;
    Move(&open, static_cast<std::uint32_t>(passed));
  } else {
    left = static_cast<std::uint32_t>(std::min<std::uint64_t>(left, kRowsPerStep));
    std::uint32_t walked = 0;
    const std::uint64_t first_row = open.run->first_row().value;
    for (std::uint32_t position = open.position; walked < left && !quota->IsMet(); position += is_reversed_ ? -1 : 1) {
      const RowId row{first_row + open.run->OffsetAtPosition(position)};
      ++walked;
      if (open.has_deletions && open.partition->IsDeleted(row)) continue;
      const bool is_certain = open.IsCertain(row.value);
      quota->Use(is_certain);
      if (out != nullptr) out->push_back({open.partition, row, is_certain});
    }
    Move(&open, walked);
    walked_ += walked;
  }
  if (open.left == 0) {
    RemoveFirst();
  } else {
    SetKey(&open);
  }
}

// Several runs are open: takes rows until one of them ends or another must be opened.
void RunMerge::AdvanceFirst(Quota* quota, std::vector<RowPlace>* out) {
  for (std::uint64_t step = 0; step < kRowsPerStep && !quota->IsMet(); ++step) {
    Open& open = open_.front();
    if (!waiting_.empty() && waiting_.back().first <= open.key.time) break;
    const RowId row{is_reversed_ ? ~open.key.row : open.key.row};
    ++walked_;
    if (!open.has_deletions || !open.partition->IsDeleted(row)) {
      const bool is_certain = open.IsCertain(row.value);
      quota->Use(is_certain);
      if (out != nullptr) out->push_back({open.partition, row, is_certain});
    }
    Move(&open, 1);
    if (open.left == 0) {
      RemoveFirst();
      break;
    }
    SetKey(&open);
    SiftDown(0);
  }
}

// How many of the rows left in `open` come before all rows of a time with the key `time_key`.
std::uint32_t RunMerge::LeftBefore(const Open& open, std::int64_t time_key) const {
  if (!is_reversed_) {
    const std::uint32_t end = open.run->LowerBound(TimeUs{time_key});
    return std::min(end - std::min(end, open.position), open.left);
  }
  const std::uint32_t first = open.run->LowerBound(After(TimeUs{~time_key}));
  return std::min(open.position + 1 - std::min(first, open.position + 1), open.left);
}

void RunMerge::Move(Open* open, std::uint32_t rows) const {
  open->left -= rows;
  open->position = is_reversed_ ? open->position - rows : open->position + rows;
}

void RunMerge::SetKey(Open* open) const {
  const std::uint32_t offset = open->run->OffsetAtPosition(open->position);
  const std::uint64_t row = open->run->first_row().value + offset;
  const std::uint32_t generation = open->partition->generation().value;
  open->key = {.time = TimeKey(open->run->TimeAt(offset)),
               .generation = is_reversed_ ? ~generation : generation,
               .row = is_reversed_ ? ~row : row};
}

void RunMerge::SiftDown(std::size_t index) {
  for (;;) {
    std::size_t least = 2 * index + 1;
    if (least >= open_.size()) return;
    if (least + 1 < open_.size() && open_[least + 1].key < open_[least].key) ++least;
    if (open_[index].key <= open_[least].key) return;
    std::swap(open_[index], open_[least]);
    index = least;
  }
}

void RunMerge::RemoveFirst() {
  if (open_.size() > 1) open_.front() = std::move(open_.back());
  open_.pop_back();
  if (!open_.empty()) SiftDown(0);
}

}  // namespace kalends
