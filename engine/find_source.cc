#include "engine/find_source.h"

#include <utility>

#include "format/errors.h"
#include "query/text_scorer.h"

namespace kalends {

Result<bool> FindSource::Next(Document* document) {
  if (failed_) return *failed_;
  auto more = NextRow();
  if (more.has_value() && *more) {
    auto shown = Show(batch_.rows[at_++]);
    if (shown.has_value()) {
      *document = std::move(*shown);
      return true;
    }
    more = shown.error();
  }
  if (!more.has_value()) failed_ = more.error();
  return more;
}

Result<bool> FindSource::NextRow() {
  if (at_ < batch_.rows.size()) return true;
  at_ = 0;
  KALENDS_TRY(const bool more, executor_.Next(&batch_));
  if (!more) return false;
  memory_ = std::make_shared<DocumentMemory>();
  memory_->arena = batch_.arena;
  memory_->projection = projection_;
  for (const PartitionView* partition : batch_.partitions) {
    memory_->Hold(static_cast<const PartitionReader*>(partition)->keys());
  }
  return true;
}

Result<Document> FindSource::Show(StoredRow row) const {
  if (projection_ == nullptr) return Document(row.root, memory_, row.json_bytes);
  std::optional<std::size_t> array_index;
  if (projection_->IsPositional()) {  // Which element met the filter was not kept for every row.
    MatchScratch scratch;
    (void)plan_.filter->Matches(row, scratch);
    array_index = scratch.array_index;
  }
  if (projection_->ShowsTextScore()) row.text_score = plan_.scorer->ScoreOf(row.root);
  KALENDS_TRY(const Value shown, projection_->Apply(row, array_index, *memory_->arena));
  return Document(shown, memory_, 0);
}

Result<PagePosition> FindSource::Position() const {
  const std::size_t last = at_ - 1;
  StoredRow row = batch_.rows[last];
  PagePosition position;
  position.row = {row.time, batch_.partitions[last]->generation(), batch_.row_ids[last]};
  if (plan_.sort != nullptr) {
    Arena arena;
    std::vector<Value> key(plan_.sort->size());
    if (plan_.sort->HasTextScore()) row.text_score = plan_.scorer->ScoreOf(row.root);
    KALENDS_RETURN_IF_ERROR(plan_.sort->Key(row, arena, key));
    position.sort_key = SortSpec::EncodeKey(key);
  }
  return position;
}

}  // namespace kalends
