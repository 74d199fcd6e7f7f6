#include "engine/id_lookup.h"

#include <algorithm>
#include <array>
#include <utility>

#include "format/errors.h"

namespace kalends {
namespace {

constexpr std::size_t kPrefetchAhead = 8;
constexpr std::size_t kMonthsAtOnce = 16;

struct MonthRef {
  std::uint32_t slot = 0;
  Partition* partition = nullptr;
  const PartitionState* state = nullptr;
  bool has_sealed = false;
  std::shared_ptr<IdFilter> filter;  // Null where nothing is sealed, or there was no room for one.
};

// Those of `months` that hold rows, in turned order. Fetches the lines of their filters that the first hashes need:
// each is far away in memory, and asking for all before looking at any takes the time of one.
Result<std::size_t> Gather(const View& view, std::span<const std::pair<Month, std::uint32_t>> months,
                           std::span<const IdHash> hashes, std::array<MonthRef, kMonthsAtOnce>* out) {
  std::size_t count = 0;
  for (std::size_t i = months.size(); i-- > 0;) {
    MonthRef& month = (*out)[count];
    month.slot = months[i].second;
    KALENDS_TRY(month.state, view.State(month.slot));
    if (month.state->end.value == 0) continue;
    Partition& partition = *view.Slot(month.slot).partition;
    month.partition = &partition;
    month.filter.reset();
    month.has_sealed = !month.state->segments->empty();
    if (month.has_sealed) {
      KALENDS_TRY(month.filter, partition.ids().Filter());
    }
    if (month.filter != nullptr) {
      for (const IdHash& hash : hashes.first(std::min(hashes.size(), kPrefetchAhead))) month.filter->Prefetch(hash);
    }
    ++count;
  }
  return count;
}

// The sealed row that the runs name for the id.
Result<std::optional<RowId>> FindSealed(const View& view, const MonthRef& month, const IdHash& hash, IdProof proof) {
  const rocksdb::Snapshot* snapshot = view.snapshot->get();
  KALENDS_TRY(std::optional<RowId> row, month.partition->ids().Find(hash, snapshot));
  if (!row || *row >= month.state->sealed_end() || month.state->deletions->Contains(*row))
    return std::optional<RowId>();
  if (proof == IdProof::kRow) {
    KALENDS_TRY(const bool is_its, month.partition->HoldsId(*row, hash, snapshot));
    if (!is_its) return std::optional<RowId>();
  }
  return row;
}

Status FindInMonth(const View& view, const MonthRef& month, std::span<const IdHash> hashes, IdProof proof,
                   std::vector<std::optional<RowId>>* rows, std::vector<std::optional<IdPlace>>* places) {
  rows->assign(hashes.size(), std::nullopt);
  const auto& tails = month.state->tails;
  for (auto tail = tails.rbegin(); tail != tails.rend(); ++tail) tail->tail->FindAll(hashes, tail->rows, *rows);
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    if (month.filter != nullptr && i + kPrefetchAhead < hashes.size())
      month.filter->Prefetch(hashes[i + kPrefetchAhead]);
    if ((*places)[i]) continue;
    std::optional<RowId>& row = (*rows)[i];
    // A row of a tail that was deleted hides no sealed one: an id is given again only after its older row was deleted.
    if (!row && month.has_sealed && (month.filter == nullptr || month.filter->MayContain(hashes[i]))) {
      KALENDS_TRY(row, FindSealed(view, month, hashes[i], proof));
    }
    if (row && !month.state->deletions->Contains(*row)) (*places)[i] = IdPlace{month.slot, *row};
  }
  return {};
}

}  // namespace

Status FindIds(const View& view, const CollectionView& collection, std::span<const IdHash> hashes, IdProof proof,
               std::vector<std::optional<IdPlace>>* places) {
  places->assign(hashes.size(), std::nullopt);
  std::vector<std::optional<RowId>> rows;
  // Newest first, some months at a time.
  for (std::size_t end = collection.months.size(); end > 0;) {
    const std::size_t begin = end - std::min(end, kMonthsAtOnce);
    std::array<MonthRef, kMonthsAtOnce> months;
    KALENDS_TRY(const std::size_t count,
                Gather(view, std::span(collection.months).subspan(begin, end - begin), hashes, &months));
    for (std::size_t m = 0; m < count; ++m)
      KALENDS_RETURN_IF_ERROR(FindInMonth(view, months[m], hashes, proof, &rows, places));
    end = begin;
  }
  return {};
}

}  // namespace kalends
