#include "engine/segment_building.h"

#include <rocksdb/convenience.h>

#include <algorithm>
#include <utility>

#include "engine/rocks_status.h"
#include "engine/segment_files.h"
#include "engine/text_block.h"
#include "format/errors.h"
#include "format/key_encoding.h"
#include "format/record_codec.h"
#include "index/block_builder.h"
#include "index/time_column.h"

namespace kalends {
namespace {

// Of the memory bound, for the block that is being built.
constexpr std::size_t kBlockMemoryShare = 4;
// Asking the builder takes a look at every path, so it is done after so many rows, or after as much JSON as could take
// a good part of that memory: an array of numbers takes eight times its text in lists.
constexpr std::uint32_t kRowsBetweenMemoryChecks = 256;
constexpr std::uint64_t kJsonBytesShare = 16;

// Reads rows in order and makes blocks of them.
class RowsToBlocks {
 public:
  // `text`: null where the collection has none; must outlive it.
  RowsToBlocks(DatabaseImpl& database, const View& view, const std::shared_ptr<Partition>& partition, RowRange rows,
               bool with_ids, TextBlock* text)
      : partition_(*partition),
        rows_(rows),
        next_(rows.begin),
        with_ids_(with_ids),
        text_(text),
        seed_(database.seed()) {
    const auto state = StateIn(view, partition_);
    deletions_ = state->deletions;
    const auto collection = view.Find(partition_.entry().collection);
    indexes_ = collection->indexes;
    id_field_ = collection->spec->id_field;
    BlockOptions options{*indexes_, collection->spec->time_fields};
    options.found_otherwise.push_back(id_field_);
    builder_ = std::make_unique<BlockBuilder>(std::move(options));
    memory_max_ = database.options().memory_bytes / kBlockMemoryShare;
    json_bytes_between_checks_ = memory_max_ / kJsonBytesShare;
    rocksdb::ReadOptions read;
    read.snapshot = view.snapshot->get();
    read.total_order_seek = true;
    read.fill_cache = false;
    end_key_ = RowKey(rows.end);
    end_ = rocksdb::Slice(end_key_);
    read.iterate_upper_bound = &end_;
    iterator_.reset(partition_.db()->NewIterator(read, partition_.families().rows->handle()));
    iterator_->Seek(RowKey(rows.begin));
  }

  bool AtEnd() const { return next_ == rows_.end; }
  const IndexPaths& indexes() const { return indexes_; }
  // Of the last block, where they are wanted.
  std::vector<IdEntry> TakeIds() { return std::exchange(ids_, {}); }

  // The next block: its rows, times and what is derived from them.
  Status Next(SegmentEntry* entry, std::vector<TimeUs>* times, BuiltBlock* block) {
    *entry = {};
    entry->first_row = next_;
    times->clear();
    ids_.clear();
    std::uint64_t json_bytes_to_check = json_bytes_between_checks_;
    while (!AtEnd() && times->size() < kColumnBlockRows && !entry->is_cut) {
      KALENDS_RETURN_IF_ERROR(AddRow(entry, times));
      if (times->size() % kRowsBetweenMemoryChecks != 0 && entry->json_bytes < json_bytes_to_check) continue;
      json_bytes_to_check = entry->json_bytes + json_bytes_between_checks_;
      entry->is_cut = builder_->bytes() + (text_ == nullptr ? 0 : text_->bytes()) > memory_max_;
    }
    entry->rows = static_cast<std::uint32_t>(times->size());
    const auto [min, max] = std::minmax_element(times->begin(), times->end());
    entry->blocks = {{entry->rows, *min, *max, {}, 0, true}};
    *block = builder_->Finish();
    return {};
  }

 private:
  Status AddRow(SegmentEntry* entry, std::vector<TimeUs>* times) {
    const std::string where = "partition " + partition_.name();
    const std::string key = RowKey(next_);
    const bool is_here = iterator_->Valid() && ViewOf(iterator_->key()) == key;
    if (is_here) {
      arena_.Reset();
      auto parts = decoder_.Decode(ViewOf(iterator_->value()), partition_.keys(), partition_.dictionaries(), arena_);
      if (!parts.has_value()) return WithContext(where + ": row " + std::to_string(next_.value), parts.error());
      builder_->Add(parts->root);
      if (text_ != nullptr) text_->Add(parts->root);
      times->push_back(parts->time);
      entry->json_bytes += parts->json_bytes;
      if (with_ids_) ids_.push_back({HashId(IdOf(parts->root, parts->id, id_field_), seed_), next_});
      iterator_->Next();
    } else {
      KALENDS_RETURN_IF_ROCKS_ERROR(where + ": rows", iterator_->status());
      if (!deletions_->Contains(next_))
        return Corruption(where, ": row ", next_.value, " is missing; restore the month from a backup");
      builder_->AddDeleted();
      if (text_ != nullptr) text_->AddDeleted();
      ++entry->deleted;
      // Nobody asks for its time, which must not widen the block.
      times->push_back(times->empty() ? TimeOfDeleted() : times->back());
    }
    ++next_.value;
    return {};
  }

  TimeUs TimeOfDeleted() const { return partition_.entry().month ? partition_.entry().month->begin() : TimeUs{}; }

  Partition& partition_;
  const RowRange rows_;
  RowId next_;
  const bool with_ids_;
  TextBlock* const text_;
  const std::uint64_t seed_;
  std::string id_field_;
  std::vector<IdEntry> ids_;
  std::shared_ptr<const Deletions> deletions_;
  IndexPaths indexes_;
  std::unique_ptr<BlockBuilder> builder_;
  std::size_t memory_max_ = 0;
  std::uint64_t json_bytes_between_checks_ = 0;
  std::string end_key_;
  rocksdb::Slice end_;
  std::unique_ptr<rocksdb::Iterator> iterator_;
  RecordDecoder decoder_;
  Arena arena_;
};

// A block as RowsToBlocks gives it.
struct Block {
  std::vector<TimeUs> times;
  BuiltBlock built;
};

// Writes and ingests a block as a segment; with the last one `ids`. `write_text`: null where there is no text.
Status StoreBlock(DatabaseImpl& database, const Partition& partition, const Block& block, RowsToBlocks* source,
                  const std::function<Status(SegmentFiles*)>& write_text, const SegmentIds& ids, NewSegment* segment) {
  SegmentFiles files(database.storage(), partition, segment->id);
  KALENDS_RETURN_IF_ERROR(files.WriteColumns(block.times, block.built));
  for (std::size_t index = 0; index < source->indexes()->size(); ++index) {
    for (const ListEntry& list : block.built.lists[index])
      KALENDS_RETURN_IF_ERROR(files.PutList(static_cast<std::uint8_t>(index), list.hash, list.list));
    segment->entry.indexes.push_back({(*source->indexes())[index], block.built.has_unsure[index]});
  }
  KALENDS_RETURN_IF_ERROR(files.FinishLists());
  if (write_text) KALENDS_RETURN_IF_ERROR(write_text(&files));
  std::vector<IdEntry> of_segment = source->TakeIds();
  if (source->AtEnd()) of_segment.insert(of_segment.end(), ids.known.begin(), ids.known.end());
  KALENDS_RETURN_IF_ERROR(files.WriteIds(std::move(of_segment)));
  segment->entry.column_bytes = files.column_bytes();
  segment->entry.list_bytes = files.list_bytes();
  segment->entry.text_bytes = files.text_bytes();
  // A log is a prefix: what is derived from rows must not outlive them.
  KALENDS_RETURN_IF_ERROR(database.Sync());
  return files.Ingest();
}

// Builds the next block of `source`.
Status BuildOne(DatabaseImpl& database, const Partition& partition, RowsToBlocks* source, TextBlock* text,
                const SegmentIds& ids, NewSegment* segment) {
  Block block;
  KALENDS_RETURN_IF_ERROR(source->Next(&segment->entry, &block.times, &block.built));
  if (text == nullptr) return StoreBlock(database, partition, block, source, nullptr, ids, segment);
  segment->entry.text = text->options();
  return StoreBlock(
      database, partition, block, source, [text](SegmentFiles* files) { return text->Write(files); }, ids, segment);
}

// Builds the rows of a tail as one segment with the terms that it has; false where they take too much memory for one.
Result<bool> BuildFromTail(DatabaseImpl& database, const Partition& partition, RowsToBlocks* source, const Tail& tail,
                           const SegmentIds& ids, NewSegment* segment) {
  Block block;
  KALENDS_RETURN_IF_ERROR(source->Next(&segment->entry, &block.times, &block.built));
  if (!source->AtEnd()) return false;
  segment->entry.text = *tail.text();
  KALENDS_RETURN_IF_ERROR(StoreBlock(
      database, partition, block, source, [&tail](SegmentFiles* files) { return WriteTextOfTail(tail, files); }, ids,
      segment));
  return true;
}

// Parts that `old` needs and `next` do not.
StoredParts Unneeded(const Segments& old, const Segments& next) {
  StoredParts unneeded;
  for (const auto& segment : old) {
    for (const auto& part : segment->parts()) {
      const bool is_needed = std::any_of(next.begin(), next.end(), [&part](const auto& other) {
        return std::find(other->parts().begin(), other->parts().end(), part) != other->parts().end();
      });
      if (!is_needed) unneeded.push_back(part);
    }
  }
  return unneeded;
}

}  // namespace

std::shared_ptr<const PartitionState> StateIn(const View& view, const Partition& partition) {
  const PartitionSlot& slot = view.Slot(partition.slot);
  if (slot.partition.get() != &partition) return nullptr;
  return slot.state != nullptr ? slot.state : slot.opened->Loaded();
}

Status BuildSegments(DatabaseImpl& database, const View& view, const std::shared_ptr<Partition>& partition,
                     RowRange rows, const SegmentIds& ids, const Tail* tail, std::vector<NewSegment>* built) {
  const TextOptionsPtr options = view.Find(partition->entry().collection)->text;
  if (tail != nullptr && options != nullptr) {
    RowsToBlocks source(database, view, partition, rows, ids.from_rows, nullptr);
    NewSegment segment;
    segment.id = partition->NextSegment();
    KALENDS_TRY(const bool is_built, BuildFromTail(database, *partition, &source, *tail, ids, &segment));
    if (is_built) {
      built->push_back(std::move(segment));
      return {};
    }
  }
  std::unique_ptr<TextBlock> text;
  if (options != nullptr) {
    KALENDS_TRY(text, TextBlock::Make(options));
  }
  RowsToBlocks source(database, view, partition, rows, ids.from_rows, text.get());
  while (!source.AtEnd()) {
    NewSegment segment;
    segment.id = partition->NextSegment();
    Status status = BuildOne(database, *partition, &source, text.get(), ids, &segment);
    if (!status.ok()) {
      DiscardSegments(database, *partition, *built);
      return status;
    }
    built->push_back(std::move(segment));
  }
  return {};
}

void DiscardSegments(DatabaseImpl& database, const Partition& partition, const std::vector<NewSegment>& built) {
  for (const NewSegment& segment : built) {
    for (const auto& part : PartsOf(segment.id, segment.entry, {})) {
      // What cannot be removed now is found as a leftover at the next opening.
      (void)RemovePart(database, partition, part->part());
    }
  }
}

Status PublishSegments(DatabaseImpl& database, const std::shared_ptr<Partition>& partition, const Segments& old,
                       std::vector<NewSegment> built, const StateUpdates& updates) {
  StoredParts known;
  for (const auto& segment : old) known.insert(known.end(), segment->parts().begin(), segment->parts().end());
  Segments next;
  for (NewSegment& segment : built) {
    StoredParts parts = PartsOf(segment.id, segment.entry, known);
    next.push_back(std::make_shared<const Segment>(segment.id, std::move(segment.entry), std::move(parts)));
  }
  const StoredParts unneeded = Unneeded(old, next);
  const std::weak_ptr<Background> background = database.background();
  const std::weak_ptr<Partition> weak = partition;
  const auto reap = [background, weak, &database](SegmentPart part) {
    const auto worker = background.lock();
    const auto owner = weak.lock();
    if (worker == nullptr || owner == nullptr) return;
    worker->Add("removing a segment of " + owner->name(), [owner, part, &database] {
      const Status status = owner->dropped.load() ? Status() : RemovePart(database, *owner, part);
      return owner->dropped.load() ? Status() : status;
    });
  };
  return database.CommitStructure({[&](rocksdb::WriteBatch& batch) {
                                     rocksdb::ColumnFamilyHandle* state = partition->families().state->handle();
                                     for (const auto& [key, value] : updates) batch.Put(state, key, value);
                                     for (const auto& segment : next)
                                       batch.Put(state, SegmentKey(segment->id()), EncodeSegment(segment->entry()));
                                     for (const auto& segment : old) batch.Delete(state, SegmentKey(segment->id()));
                                     if (old.empty()) batch.Delete(state, TailKey());
                                   },
                                   [&](View& view) {
                                     const auto now = StateIn(view, *partition);
                                     auto changed = std::make_shared<PartitionState>(*now);
                                     auto segments = std::make_shared<Segments>();
                                     for (const auto& segment : *now->segments) {
                                       if (!old.empty() && segment == old.front())
                                         segments->insert(segments->end(), next.begin(), next.end());
                                       if (std::find(old.begin(), old.end(), segment) == old.end())
                                         segments->push_back(segment);
                                     }
                                     if (old.empty()) {
                                       segments->insert(segments->end(), next.begin(), next.end());
                                       changed->tails.erase(changed->tails.begin());
                                     }
                                     changed->segments = std::move(segments);
                                     view.SetSlot(partition->slot, {partition, std::move(changed), nullptr});
                                     for (const auto& part : unneeded) part->Supersede(reap);
                                   },
                                   false, partition.get()});
}

void KeepJsonBytes(std::uint64_t json_bytes, std::vector<NewSegment>* built) {
  for (const NewSegment& segment : *built) json_bytes -= segment.entry.json_bytes;
  built->front().entry.json_bytes += json_bytes;
}

Status RemovePart(DatabaseImpl& database, const Partition& partition, const SegmentPart& part) {
  const auto [begin_key, end_key] = KeyRangeOf(part);
  const rocksdb::Slice begin(begin_key);
  const rocksdb::Slice end(end_key);
  // RocksDB removes files at once, whatever the log still holds back: after a power cut the manifest would name the
  // segment again, and its columns would be gone.
  KALENDS_RETURN_IF_ERROR(database.Sync());
  KALENDS_RETURN_IF_ROCKS_ERROR(
      "partition " + partition.name() + ": removing segment " + std::to_string(part.segment.value),
      rocksdb::DeleteFilesInRange(partition.db(), partition.families().columns->handle(), &begin, &end,
                                  /*include_end=*/false));
  return {};
}

}  // namespace kalends
