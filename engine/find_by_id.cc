#include "engine/find_by_id.h"

#include <vector>

#include "engine/id_lookup.h"
#include "format/errors.h"

namespace kalends {

Result<bool> FindById::Next(FindExecutor::Batch* batch) {
  *batch = {};
  if (is_done_ || plan_.skip > 0 || plan_.limit == 0U) return false;
  is_done_ = true;
  std::vector<std::optional<IdPlace>> places;
  KALENDS_RETURN_IF_ERROR(FindIds(*view_, *collection_, {&id_, 1}, IdProof::kRow, &places));
  if (!places[0]) return false;
  const RowId row = places[0]->row;
  reader_.emplace(view_, places[0]->slot);
  batch->arena = std::make_shared<Arena>();
  batch->rows.resize(1);
  batch->row_ids = {row};
  batch->partitions = {&*reader_};
  KALENDS_RETURN_IF_ERROR(reader_->ReadRows({&row, 1}, *batch->arena, batch->rows));
  if (plan_.stats != nullptr) ++plan_.stats->rows_read;
  MatchScratch scratch;
  const bool matches = plan_.filter->Matches(batch->rows[0], scratch);
  if (scratch.error) return *scratch.error;
  if (!matches || !plan_.time.Contains(batch->rows[0].time)) return false;
  if (plan_.stats != nullptr) ++plan_.stats->rows_matched;
  return true;
}

}  // namespace kalends
