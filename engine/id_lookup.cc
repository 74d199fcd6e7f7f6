#include "engine/id_lookup.h"

#include <algorithm>

#include "format/errors.h"

namespace kalends {
namespace {

constexpr std::size_t kPrefetchAhead = 8;

// The newest row with this id in the tails of a state.
std::optional<RowId> FindInTails(const PartitionState& state, const IdHash& hash) {
  for (auto tail = state.tails.rbegin(); tail != state.tails.rend(); ++tail) {
    if (const auto offset = tail->tail->Find(hash, tail->rows)) return RowId{tail->tail->first_row().value + *offset};
  }
  return std::nullopt;
}

}  // namespace

Status FindIds(const View& view, const CollectionView& collection, std::span<const IdHash> hashes,
               std::vector<std::optional<IdPlace>>* places) {
  places->assign(hashes.size(), std::nullopt);
  for (auto month = collection.months.rbegin(); month != collection.months.rend(); ++month) {
    const std::uint32_t slot = month->second;
    KALENDS_TRY(const PartitionRef ref, view.Ref(slot));
    if (ref.state->end.value == 0) continue;
    std::shared_ptr<IdFilter> filter;
    if (!ref.state->segments->empty()) {
      KALENDS_TRY(filter, ref.partition->Filter());
    }
    for (std::size_t i = 0; i < hashes.size(); ++i) {
      if (filter != nullptr && i + kPrefetchAhead < hashes.size()) filter->Prefetch(hashes[i + kPrefetchAhead]);
      if ((*places)[i]) continue;
      std::optional<RowId> row = FindInTails(*ref.state, hashes[i]);
      // A row of a tail that was deleted hides no sealed one: an id is given again only after its older row was
      // deleted.
      if (!row && filter != nullptr && filter->MayContain(hashes[i])) {
        KALENDS_TRY(row, ref.partition->FindSealed(hashes[i], view.snapshot->get()));
      }
      if (row && !ref.state->deletions->Contains(*row)) (*places)[i] = IdPlace{slot, *row};
    }
  }
  return {};
}

}  // namespace kalends
