#include "engine/part_entries.h"

#include "engine/rocks_status.h"
#include "format/errors.h"

namespace kalends {
namespace {

constexpr std::size_t kPlaceAt = 6;  // Behind segment and mark.

}  // namespace

PartEntries::PartEntries(const Partition& partition, const SegmentPart& part, std::uint64_t first_row)
    : first_row_(first_row) {
  const auto [begin, end] = KeyRangeOf(part);
  end_key_ = end;
  end_ = rocksdb::Slice(end_key_);
  rocksdb::ReadOptions options;
  options.total_order_seek = true;
  options.fill_cache = false;
  options.iterate_upper_bound = &end_;
  iterator_.reset(partition.db()->NewIterator(options, partition.families().columns->handle()));
  iterator_->Seek(begin);
}

std::string_view PartEntries::place() const { return ViewOf(iterator_->key()).substr(kPlaceAt); }
std::string_view PartEntries::value() const { return ViewOf(iterator_->value()); }

Status PartEntries::Check() const {
  if (AtEnd()) {
    KALENDS_RETURN_IF_ROCKS_ERROR("reading a part of a segment", iterator_->status());
  } else if (iterator_->key().size() <= kPlaceAt) {
    return Corruption("columns: a key has ", iterator_->key().size(), " bytes");
  }
  return {};
}

Result<PartsOfRun> OpenParts(const Partition& partition, std::span<const std::shared_ptr<const Segment>> run,
                             SegmentPart::Kind kind) {
  PartsOfRun parts;
  for (const auto& segment : run) {
    parts.push_back(
        std::make_unique<PartEntries>(partition, SegmentPart{segment->id(), kind},
                                      segment->entry().first_row.value - run.front()->entry().first_row.value));
    KALENDS_RETURN_IF_ERROR(parts.back()->Check());
  }
  return parts;
}

Status ForEachPlace(const PartsOfRun& parts,
                    const std::function<Status(std::string_view place, std::span<const PartEntries* const>)>& visit) {
  std::string place;
  std::vector<const PartEntries*> having;
  while (true) {
    // There are at most some dozen, and most places are in one of them: looking at all costs less than a heap.
    const PartEntries* least = nullptr;
    for (const auto& part : parts) {
      if (!part->AtEnd() && (least == nullptr || part->place() < least->place())) least = part.get();
    }
    if (least == nullptr) return {};
    place = least->place();
    having.clear();
    for (const auto& part : parts) {
      if (!part->AtEnd() && part->place() == place) having.push_back(part.get());
    }
    KALENDS_RETURN_IF_ERROR(visit(place, having));
    for (const auto& part : parts) {
      if (part->AtEnd() || part->place() != place) continue;
      part->Next();
      KALENDS_RETURN_IF_ERROR(part->Check());
    }
  }
}

}  // namespace kalends
