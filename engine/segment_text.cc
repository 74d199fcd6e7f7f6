#include "engine/segment_text.h"

#include <map>
#include <vector>

#include "engine/part_entries.h"
#include "format/errors.h"
#include "format/varint.h"
#include "index/posting_list.h"

namespace kalends {

Result<TextPlace> TextPlaceOf(std::string_view place) {
  TextPlace found;
  if (place.size() == 1 + sizeof(std::uint32_t) && place[0] == kTextLengths) {
    found.is_lengths = true;
    found.first_row = ReadBigEndian<std::uint32_t>(place, 1);
    return found;
  }
  if (place.size() > 1 && place[0] == kTextPostings) {
    found.term = place.substr(1);
    return found;
  }
  return Corruption("columns: a key of text of an unknown kind, of ", place.size(), " bytes behind its mark");
}

Status MergeText(const Partition& partition, std::span<const std::shared_ptr<const Segment>> run, SegmentFiles* files) {
  if (!run.front()->entry().text.has_value()) return {};
  KALENDS_TRY(const PartsOfRun parts, OpenParts(partition, run, SegmentPart::Kind::kText));
  // Lengths come first in each, and get other places.
  std::map<std::uint32_t, std::string> lengths;
  for (const auto& part : parts) {
    while (!part->AtEnd()) {
      KALENDS_TRY(const TextPlace place, TextPlaceOf(part->place()));
      if (!place.is_lengths) break;
      lengths[static_cast<std::uint32_t>(part->first_row() + place.first_row)] = part->value();
      part->Next();
      KALENDS_RETURN_IF_ERROR(part->Check());
    }
  }
  for (const auto& [first_row, value] : lengths) KALENDS_RETURN_IF_ERROR(files->PutTextLengths(first_row, value));

  std::vector<std::string_view> lists;
  std::vector<std::uint64_t> first_rows;
  return ForEachPlace(parts, [&](std::string_view key, std::span<const PartEntries* const> having) -> Status {
    KALENDS_TRY(const TextPlace place, TextPlaceOf(key));
    lists.clear();
    first_rows.clear();
    for (const PartEntries* part : having) {
      lists.push_back(part->value());
      first_rows.push_back(part->first_row());
    }
    auto merged = MergePostings(lists, first_rows);
    if (!merged.has_value())
      return WithContext("partition " + partition.name() + ": text; `kalends migrate --rebuild index` makes it anew",
                         merged.error());
    return files->PutPostings(place.term, *merged);
  });
}

}  // namespace kalends
