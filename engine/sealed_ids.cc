#include "engine/sealed_ids.h"

#include <algorithm>

#include "engine/filter_budget.h"
#include "engine/rocks_status.h"
#include "format/errors.h"
#include "format/varint.h"

namespace kalends {
namespace {

constexpr std::uint64_t kCapacityMin = 1024;
constexpr std::size_t kChunkBytes = 64U << 10U;
// No commit stores more of a filter: one of a hundred million ids is as large as the write buffers of all months.
constexpr std::uint32_t kChunksAtOnce = 16;
// Making a filter of so many anew takes a tenth of a second; larger ones grow by doubling.
constexpr std::uint64_t kRemadeMax = 1'000'000;
// For each id that is added while a grown filter is refilled: it is done when a third as many were added as it had.
constexpr std::uint64_t kRefilledPerId = 3;

std::string MarkValue(RowId complete, std::uint64_t refill_from) {
  std::string value;
  AppendBigEndian(complete.value, &value);
  AppendBigEndian(refill_from, &value);
  return value;
}

}  // namespace

SealedIds::SealedIds(std::shared_ptr<RocksInstance> instance, std::string name, PartitionFamilies families)
    : instance_(std::move(instance)), name_(std::move(name)), families_(std::move(families)) {}

void SealedIds::Start(RowId sealed_end) { sealed_end_at_start_ = sealed_end; }

Result<std::optional<RowId>> SealedIds::Find(const IdHash& hash, const rocksdb::Snapshot* snapshot) const {
  rocksdb::ReadOptions options;
  options.snapshot = snapshot;
  rocksdb::PinnableSlice value;
  const rocksdb::Status status =
      instance_->db->Get(options, families_.index->handle(), IdRunKey(run_set_, hash), &value);
  if (status.IsNotFound()) return std::optional<RowId>();
  KALENDS_RETURN_IF_ROCKS_ERROR("partition " + name_ + ": index", status);
  KALENDS_TRY(const RowId row, DecodeIdRunValue(ViewOf(value)));
  return std::optional<RowId>(row);
}

Status SealedIds::FillFrom(RowId complete, IdFilter* filter) const {
  const auto iterator = IterateFamily(instance_->db.get(), *families_.index);
  for (iterator->Seek(IdRunKey(run_set_, {0, 0})); iterator->Valid(); iterator->Next()) {
    std::uint32_t run_set = 0;
    KALENDS_TRY(const IdHash hash, DecodeIdRunKey(ViewOf(iterator->key()), &run_set));
    if (run_set != run_set_) break;
    KALENDS_TRY(const RowId row, DecodeIdRunValue(ViewOf(iterator->value())));
    if (row >= complete) filter->Add(hash);
  }
  KALENDS_RETURN_IF_ROCKS_ERROR("partition " + name_ + ": index", iterator->status());
  return {};
}

Result<std::shared_ptr<IdFilter>> SealedIds::Make(std::uint64_t ids, RowId complete,
                                                  std::uint64_t replaced_bytes) const {
  std::uint64_t capacity = std::max(kCapacityMin, 2 * ids);
  const std::uint64_t room = instance_->filter_budget->Room(replaced_bytes);
  if (IdFilter::BytesFor(capacity) > room) {
    capacity = IdFilter::CapacityOf(room);
    // A fuller one would let nearly every id pass.
    if (capacity < std::max(kCapacityMin, ids / 4)) return std::shared_ptr<IdFilter>();
  }
  std::shared_ptr<IdFilter> filter = instance_->filter_budget->Hold(std::make_unique<IdFilter>(capacity));
  KALENDS_RETURN_IF_ERROR(FillFrom(complete, filter.get()));
  return filter;
}

Result<std::shared_ptr<IdFilter>> SealedIds::Load() {
  RowId complete;
  std::uint64_t refill_from = kRefilled;
  IdFilterDecoder decoder(instance_->filter_budget->Room());
  const auto iterator = IterateFamily(instance_->db.get(), *families_.state);
  iterator->Seek(FilterRowKey());
  if (iterator->Valid() && ViewOf(iterator->key()) == FilterRowKey()) {
    if (iterator->value().size() != 16)
      return Corruption("partition ", name_, ": the mark of its id filter has ", iterator->value().size(),
                        " bytes instead of 16");
    complete.value = ReadBigEndian<std::uint64_t>(ViewOf(iterator->value()), 0);
    refill_from = ReadBigEndian<std::uint64_t>(ViewOf(iterator->value()), 8);
  }
  if (complete.value > 0) {
    // Behind the last one chunks of a larger filter may lie that is no more.
    for (iterator->Seek(FilterChunkKey(0));
         iterator->Valid() && iterator->key().starts_with("f") && !decoder.is_complete(); iterator->Next()) {
      const Status added = decoder.Add(ViewOf(iterator->value()));
      if (added.ok()) continue;
      if (added.error().code() == ErrorCode::kLimitExceeded) return std::shared_ptr<IdFilter>();
      return WithContext("partition " + name_, added.error());
    }
  }
  KALENDS_RETURN_IF_ROCKS_ERROR("partition " + name_ + ": state", iterator->status());
  if (complete.value == 0) return Make(sealed_end_at_start_.value, {0}, 0);
  if (!decoder.is_complete()) return Corruption("partition ", name_, ": id filter: its last chunks are missing");
  std::shared_ptr<IdFilter> filter = instance_->filter_budget->Hold(decoder.Take());
  stored_size_ = filter->size();
  stored_capacity_ = filter->capacity();
  refill_from_ = refill_from;
  if (complete < sealed_end_at_start_) KALENDS_RETURN_IF_ERROR(FillFrom(complete, filter.get()));
  return filter;
}

Result<std::shared_ptr<IdFilter>> SealedIds::Filter() {
  const std::lock_guard lock(mutex_);
  if (!is_loaded_) {
    KALENDS_TRY(filter_, Load());
    is_loaded_ = true;
  }
  return filter_;
}

Status SealedIds::Grow(std::uint64_t ids, std::shared_ptr<IdFilter>* filter) {
  const std::uint64_t bytes = IdFilter::BytesFor((*filter)->capacity());
  const std::uint64_t size = (*filter)->size() + ids;
  std::shared_ptr<IdFilter> larger;
  // Where there is room for little more, reading all runs again is not worth it.
  if (size <= kRemadeMax && IdFilter::CapacityOf(instance_->filter_budget->Room(bytes)) >= 2 * (*filter)->capacity()) {
    KALENDS_TRY(larger, Make(size, {0}, bytes));
    if (larger != nullptr) refill_from_ = kRefilled;
  } else if (2 * bytes <= instance_->filter_budget->Room(bytes)) {
    larger = instance_->filter_budget->Hold((*filter)->Doubled());
    refill_from_ = 0;
  }
  // Without room the old one becomes fuller: the runs are looked into more often.
  if (larger == nullptr) return {};
  *filter = larger;
  const std::lock_guard lock(mutex_);
  filter_ = std::move(larger);
  return {};
}

Status SealedIds::Refill(std::uint64_t ids_max, IdFilter* filter) {
  const auto iterator = IterateFamily(instance_->db.get(), *families_.index);
  iterator->Seek(IdRunKey(run_set_, {filter->FirstHighOf(refill_from_), 0}));
  std::vector<IdHash> ids;  // Of the block `refill_from_`.
  for (std::uint64_t seen = 0; refill_from_ < filter->blocks(); iterator->Next()) {
    std::optional<IdHash> hash;
    if (iterator->Valid()) {
      std::uint32_t run_set = 0;
      KALENDS_TRY(hash, DecodeIdRunKey(ViewOf(iterator->key()), &run_set));
      if (run_set != run_set_) hash.reset();
    } else {
      KALENDS_RETURN_IF_ROCKS_ERROR("partition " + name_ + ": index", iterator->status());
    }
    const std::uint64_t block = hash ? filter->BlockOf(*hash) : filter->blocks();
    if (block != refill_from_) {
      for (; refill_from_ < block; ++refill_from_) {
        filter->Refill(refill_from_, ids);
        ids.clear();
      }
      if (seen >= ids_max) return {};
    }
    if (!hash) break;
    ids.push_back(*hash);
    ++seen;
  }
  refill_from_ = kRefilled;
  return {};
}

Status SealedIds::Add(const std::vector<IdHash>& ids, RowId sealed_end, const Writer& write, StateUpdates* updates) {
  KALENDS_TRY(std::shared_ptr<IdFilter> filter, Filter());
  if (filter == nullptr) return {};
  const std::shared_ptr<IdFilter> before = filter;
  if (filter->size() + ids.size() > filter->capacity()) KALENDS_RETURN_IF_ERROR(Grow(ids.size(), &filter));
  const bool is_remade = filter != before && refill_from_ == kRefilled;  // Then the new ones are in it.
  if (!is_remade) {
    for (const IdHash& id : ids) filter->Add(id);
  }
  if (refill_from_ != kRefilled) KALENDS_RETURN_IF_ERROR(Refill(kRefilledPerId * ids.size(), filter.get()));
  // Storing all of it at every sealing would cost more than the rows; after a crash the ids since are read from the
  // runs.
  if (filter->size() - std::min(filter->size(), stored_size_) < std::max<std::uint64_t>(filter->size() / 8, 8192))
    return {};
  return Store(sealed_end, write, updates);
}

Status SealedIds::Store(RowId sealed_end, const Writer& write, StateUpdates* updates) {
  std::shared_ptr<IdFilter> filter;
  {
    const std::lock_guard lock(mutex_);
    filter = filter_;
  }
  if (filter == nullptr || (filter->size() == stored_size_ && filter->capacity() == stored_capacity_)) return {};
  const std::uint32_t chunks = filter->ChunkCount(kChunkBytes);
  // A crash between two commits leaves newer chunks beside older ones. Those of one capacity make a filter that has
  // what the older mark promises.
  if (chunks > kChunksAtOnce && stored_capacity_ != filter->capacity())
    KALENDS_RETURN_IF_ERROR(write({{FilterRowKey(), MarkValue({0}, kRefilled)}}));
  StateUpdates part;
  for (std::uint32_t chunk = 0; chunk < chunks; ++chunk) {
    part.emplace_back(FilterChunkKey(static_cast<std::uint16_t>(chunk)), filter->EncodeChunk(chunk, kChunkBytes));
    if (part.size() < kChunksAtOnce || chunk + 1 == chunks) continue;
    KALENDS_RETURN_IF_ERROR(write(part));
    part.clear();
  }
  part.emplace_back(FilterRowKey(), MarkValue(sealed_end, refill_from_));
  std::move(part.begin(), part.end(), std::back_inserter(*updates));
  stored_size_ = filter->size();
  stored_capacity_ = filter->capacity();
  return {};
}

Status SealedIds::Remake(RowId sealed_end, std::vector<std::string>* stored_keys) {
  std::uint64_t replaced_bytes = 0;
  {
    const std::lock_guard lock(mutex_);
    if (filter_ != nullptr) replaced_bytes = IdFilter::BytesFor(filter_->capacity());
  }
  // Beside the old one, so that nobody waits.
  KALENDS_TRY(std::shared_ptr<IdFilter> filter, Make(sealed_end.value, {0}, replaced_bytes));
  const auto iterator = IterateFamily(instance_->db.get(), *families_.state);
  for (iterator->Seek(FilterChunkKey(0)); iterator->Valid() && iterator->key().starts_with("f"); iterator->Next())
    stored_keys->push_back(iterator->key().ToString());
  KALENDS_RETURN_IF_ROCKS_ERROR("partition " + name_ + ": state", iterator->status());
  stored_keys->push_back(FilterRowKey());
  const std::lock_guard lock(mutex_);
  filter_ = std::move(filter);
  is_loaded_ = true;
  stored_size_ = 0;
  stored_capacity_ = 0;
  refill_from_ = kRefilled;
  return {};
}

}  // namespace kalends
