#include "engine/segment_lists.h"

#include <memory>
#include <string>
#include <vector>

#include "engine/rocks_status.h"
#include "format/errors.h"
#include "format/varint.h"
#include "index/inverted_list.h"

namespace kalends {
namespace {

constexpr std::size_t kListKeyBytes = 15;
constexpr std::size_t kIndexAt = 6;
constexpr std::size_t kHashAt = 7;

}  // namespace

SegmentLists::SegmentLists(const Partition& partition, const Segment& segment, std::uint64_t first_row)
    : first_row_(first_row) {
  const auto [begin, end] = KeyRangeOf({segment.id(), SegmentPart::Kind::kLists});
  end_key_ = end;
  end_ = rocksdb::Slice(end_key_);
  rocksdb::ReadOptions options;
  options.total_order_seek = true;
  options.fill_cache = false;
  options.iterate_upper_bound = &end_;
  iterator_.reset(partition.db()->NewIterator(options, partition.families().columns->handle()));
  iterator_->Seek(begin);
}

std::string_view SegmentLists::place() const { return ViewOf(iterator_->key()).substr(kIndexAt); }
std::uint64_t SegmentLists::hash() const { return ReadBigEndian<std::uint64_t>(place(), kHashAt - kIndexAt); }
std::string_view SegmentLists::list() const { return ViewOf(iterator_->value()); }

Status SegmentLists::Check() const {
  if (AtEnd()) {
    KALENDS_RETURN_IF_ROCKS_ERROR("reading lists", iterator_->status());
  } else if (iterator_->key().size() != kListKeyBytes) {
    return Corruption("columns: the key of a list has ", iterator_->key().size(), " bytes");
  }
  return {};
}

Status MergeLists(const Partition& partition, std::span<const std::shared_ptr<const Segment>> run,
                  SegmentFiles* files) {
  if (run.front()->entry().indexes.empty()) return {};
  std::vector<std::unique_ptr<SegmentLists>> inputs;
  for (const auto& segment : run) {
    inputs.push_back(std::make_unique<SegmentLists>(
        partition, *segment, segment->entry().first_row.value - run.front()->entry().first_row.value));
    KALENDS_RETURN_IF_ERROR(inputs.back()->Check());
  }
  std::string place;
  std::vector<std::string_view> lists;
  std::vector<std::uint64_t> first_rows;
  while (true) {
    // There are at most some dozen inputs, and most lists are in one of them: looking at all costs less than a heap.
    const SegmentLists* least = nullptr;
    for (const auto& input : inputs) {
      if (!input->AtEnd() && (least == nullptr || input->place() < least->place())) least = input.get();
    }
    if (least == nullptr) return {};
    place = least->place();
    lists.clear();
    first_rows.clear();
    for (const auto& input : inputs) {
      if (input->AtEnd() || input->place() != place) continue;
      lists.push_back(input->list());
      first_rows.push_back(input->first_row());
    }
    auto merged = MergeLists(lists, first_rows);
    if (!merged.has_value())
      return WithContext("partition " + partition.name() + ": lists; `kalends migrate --rebuild index` makes them anew",
                         merged.error());
    KALENDS_RETURN_IF_ERROR(files->PutList(static_cast<std::uint8_t>(place[0]),
                                           ReadBigEndian<std::uint64_t>(place, kHashAt - kIndexAt), *merged));
    for (const auto& input : inputs) {
      if (input->AtEnd() || input->place() != place) continue;
      input->Next();
      KALENDS_RETURN_IF_ERROR(input->Check());
    }
  }
}

}  // namespace kalends
