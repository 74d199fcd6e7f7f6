#include "query/read_places.h"

#include <cstddef>
#include <vector>

#include "format/errors.h"

namespace kalends {

Status ReadPlaces(std::span<const RowPlace> rows, Arena& arena, std::span<StoredRow> out, FindStats* stats) {
  std::vector<RowId> ids;
  std::vector<std::size_t> places;
  std::vector<StoredRow> read;
  std::vector<bool> is_read(rows.size(), false);
  for (std::size_t first = 0; first < rows.size(); ++first) {
    if (is_read[first]) continue;
    ids.clear();
    places.clear();
    for (std::size_t i = first; i < rows.size(); ++i) {
      if (rows[i].partition != rows[first].partition) continue;
      ids.push_back(rows[i].row);
      places.push_back(i);
      is_read[i] = true;
    }
    if (stats != nullptr) {
      stats->rows_read += ids.size();
      stats->Of(*rows[first].partition).rows_read += ids.size();
    }
    if (ids.size() == rows.size()) return rows[first].partition->ReadRows(ids, arena, out);
    read.resize(ids.size());
    KALENDS_RETURN_IF_ERROR(rows[first].partition->ReadRows(ids, arena, read));
    for (std::size_t i = 0; i < places.size(); ++i) out[places[i]] = read[i];
  }
  return {};
}

}  // namespace kalends
