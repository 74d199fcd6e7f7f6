#include "engine/segment_lists.h"

#include <vector>

#include "engine/part_entries.h"
#include "format/errors.h"
#include "format/varint.h"
#include "index/inverted_list.h"

namespace kalends {

Result<ListPlace> ListPlaceOf(std::string_view place) {
  if (place.size() != 1 + sizeof(std::uint64_t))
    return Corruption("columns: the key of a list has ", place.size(), " bytes behind its mark");
  return ListPlace{static_cast<std::uint8_t>(place[0]), ReadBigEndian<std::uint64_t>(place, 1)};
}

Status MergeLists(const Partition& partition, std::span<const std::shared_ptr<const Segment>> run,
                  SegmentFiles* files) {
  if (run.front()->entry().indexes.empty()) return {};
  KALENDS_TRY(const PartsOfRun parts, OpenParts(partition, run, SegmentPart::Kind::kLists));
  std::vector<std::string_view> lists;
  std::vector<std::uint64_t> first_rows;
  return ForEachPlace(parts, [&](std::string_view key, std::span<const PartEntries* const> having) -> Status {
    KALENDS_TRY(const ListPlace place, ListPlaceOf(key));
    lists.clear();
    first_rows.clear();
    for (const PartEntries* part : having) {
      lists.push_back(part->value());
      first_rows.push_back(part->first_row());
    }
    auto merged = MergeLists(lists, first_rows);
    if (!merged.has_value())
      return WithContext("partition " + partition.name() + ": lists; `kalends migrate --rebuild index` makes them anew",
                         merged.error());
    return files->PutList(place.index, place.hash, *merged);
  });
}

}  // namespace kalends
