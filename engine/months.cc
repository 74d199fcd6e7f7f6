// Making and dropping collections and months.
#include <algorithm>
#include <utility>

#include "engine/database_impl.h"
#include "engine/partition_reader.h"
#include "engine/preparing.h"
#include "format/errors.h"
#include "format/varint.h"
#include "index/text_language.h"
#include "kalends/limits.h"

namespace kalends {
namespace {

std::string Joined(const Directory& directory) {
  std::string names;
  for (const auto& [name, collection] : directory) names += (names.empty() ? "" : ", ") + name;
  return names.empty() ? "there are none" : "there are: " + names;
}

std::shared_ptr<const Directory> WithCollection(const Directory& directory, const std::string& name,
                                                std::shared_ptr<const CollectionView> collection) {
  auto changed = std::make_shared<Directory>(directory);
  if (collection == nullptr) {
    changed->erase(name);
  } else {
    (*changed)[name] = std::move(collection);
  }
  return changed;
}

Status CheckSpec(const CollectionSpec& spec) {
  KALENDS_RETURN_IF_ERROR(spec.Validate());
  if (const auto language = TextLanguage::Make(spec.text_language); !language.has_value())
    return InvalidArgument("spec: \"text_language\": ", language.error().message());
  return {};
}

}  // namespace

Result<std::shared_ptr<CollectionState>> DatabaseImpl::CreateCollection(std::string_view name,
                                                                        const CollectionSpec& spec) {
  KALENDS_RETURN_IF_ERROR(ValidateCollectionName(name));
  KALENDS_RETURN_IF_ERROR(CheckSpec(spec));
  const std::lock_guard lock(months_mutex_);
  const std::shared_ptr<const View> view = CurrentView();
  if (view == nullptr) return MakeError(ErrorCode::kCancelled, "the database was closed");
  if (view->Find(name) != nullptr) return AlreadyExists("the collection ", name, " exists already");
  if (view->directory->size() >= kCollectionsMax)
    return LimitExceeded("a database holds at most ", kCollectionsMax, " collections");
  auto collection = std::make_shared<CollectionView>();
  collection->state = std::make_shared<CollectionState>(std::string(name));
  collection->spec = std::make_shared<const CollectionSpec>(spec);
  collection->indexes = IndexPathsOf(spec);
  collection->text = TextOptionsOf(spec);
  auto state = collection->state;
  KALENDS_RETURN_IF_ERROR(CommitStructure(
      {[this, &spec, &state](rocksdb::WriteBatch& batch) {
         batch.Put(storage_->catalog(), CollectionKey(state->name), EncodeCollection(spec));
       },
       [&collection, &state](View& next) { next.directory = WithCollection(*next.directory, state->name, collection); },
       false}));
  return state;
}

Result<std::shared_ptr<CollectionState>> DatabaseImpl::GetCollection(std::string_view name) const {
  const std::shared_ptr<const View> view = CurrentView();
  if (view == nullptr) return MakeError(ErrorCode::kCancelled, "the database was closed");
  const auto collection = view->Find(name);
  if (collection == nullptr)
    return NotFound("there is no collection ", name, " in ", directory_, "; ", Joined(*view->directory));
  return collection->state;
}

Status DatabaseImpl::SetSpec(std::string_view name, const CollectionSpec& spec) {
  KALENDS_RETURN_IF_ERROR(CheckSpec(spec));
  const std::lock_guard lock(months_mutex_);
  const std::shared_ptr<const View> view = CurrentView();
  if (view == nullptr) return MakeError(ErrorCode::kCancelled, "the database was closed");
  const auto collection = view->Find(name);
  if (collection == nullptr) return NotFound("there is no collection ", name, "; ", Joined(*view->directory));
  const CollectionSpec& old = *collection->spec;
  if (!collection->months.empty() && (old.plain != spec.plain || old.time_fields != spec.time_fields ||
                                      old.time_unit != spec.time_unit || old.id_field != spec.id_field)) {
    return InvalidArgument("the collection ", name,
                           " holds documents: its time fields, their unit, its id field and plain cannot change; ",
                           "export it and import it into a new collection");
  }
  auto changed = std::make_shared<CollectionView>(*collection);
  changed->spec = std::make_shared<const CollectionSpec>(spec);
  changed->indexes = IndexPathsOf(spec);
  changed->text = TextOptionsOf(spec);
  return CommitStructure(
      {[this, &spec, &collection](rocksdb::WriteBatch& batch) {
         batch.Put(storage_->catalog(), CollectionKey(collection->state->name), EncodeCollection(spec));
       },
       [&changed](View& next) { next.directory = WithCollection(*next.directory, changed->state->name, changed); },
       false});
}

Result<DatabaseImpl::PlacedPartition> DatabaseImpl::EnsurePartition(const std::shared_ptr<CollectionState>& collection,
                                                                    std::optional<Month> month) {
  const Month key = month.value_or(Month{0});
  const auto slot_of = [&key](const CollectionView& found) -> std::optional<std::uint32_t> {
    const auto place = std::lower_bound(found.months.begin(), found.months.end(), key,
                                        [](const auto& entry, Month wanted) { return entry.first < wanted; });
    if (place == found.months.end() || place->first != key) return std::nullopt;
    return place->second;
  };
  const std::lock_guard lock(months_mutex_);
  const std::shared_ptr<const View> view = CurrentView();
  if (view == nullptr || closed()) return MakeError(ErrorCode::kCancelled, "the database was closed");
  KALENDS_TRY(const auto found, CollectionIn(*view, *collection));
  if (const auto slot = slot_of(*found)) return PlacedPartition{view, *slot};
  if (options_.read_only) return MakeError(ErrorCode::kReadOnly, directory_, " is open for reading only");
  if (found->months.size() >= kPartitionsMax) {
    return LimitExceeded("the collection ", collection->name, " holds ", kPartitionsMax, " months, and a document of ",
                         key.ToString(), " would make another; is the unit of its time field right?");
  }
  PartitionEntry entry{collection->name, month, PartitionLife::kLive, found->spec->compress_above > 0, Now()};
  const std::string name = month ? PartitionName(collection->name, *month) : collection->name;
  KALENDS_TRY(PartitionFamilies families, storage_->CreateFamilies(name, entry.block_compression));
  const Generation generation{last_generation_ + 1};
  auto partition = std::make_shared<Partition>(storage_->instance(), generation, entry, name, std::move(families),
                                               *found->spec, seed_);
  const auto empty = partition->StartEmpty();
  InheritKeys(*view, *found, partition.get());
  std::uint32_t slot = 0;
  while (slot < view->slots() && view->Slot(slot).partition != nullptr) ++slot;
  partition->slot = slot;
  auto changed = std::make_shared<CollectionView>(*found);
  changed->months.emplace_back(key, slot);
  std::sort(changed->months.begin(), changed->months.end());
  std::string generation_bytes;
  AppendBigEndian(generation.value, &generation_bytes);
  KALENDS_RETURN_IF_ERROR(
      CommitStructure({[&](rocksdb::WriteBatch& batch) {
                         batch.Put(storage_->catalog(), LastGenerationKey(), generation_bytes);
                         batch.Put(storage_->catalog(), PartitionKey(generation), EncodePartition(entry));
                       },
                       [&](View& next) {
                         next.directory = WithCollection(*next.directory, collection->name, changed);
                         next.SetSlot(slot, {partition, empty, nullptr});
                       },
                       false}));
  last_generation_ = generation.value;
  return PlacedPartition{CurrentView(), slot};
}

Result<DropReport> DatabaseImpl::Drop(std::string_view name, std::optional<std::string_view> month, bool dry_run) {
  std::optional<Month> wanted;
  if (month) {
    KALENDS_TRY(wanted, Month::Parse(*month));
  }
  const std::lock_guard lock(months_mutex_);
  std::shared_ptr<const View> view = CurrentView();
  if (view == nullptr) return MakeError(ErrorCode::kCancelled, "the database was closed");
  const auto collection = view->Find(name);
  if (collection == nullptr) return NotFound("there is no collection ", name, "; ", Joined(*view->directory));
  if (wanted && collection->spec->plain) return InvalidArgument("the collection ", name, " is plain: it has no months");

  DropReport report;
  std::vector<PartitionRef> dropped;
  auto changed = std::make_shared<CollectionView>(*collection);
  changed->months.clear();
  for (const auto& [key, slot] : collection->months) {
    if (wanted && key != *wanted) {
      changed->months.emplace_back(key, slot);
      continue;
    }
    // A month that cannot be read can be dropped all the same: it counts no documents.
    PartitionRef ref{view->Slot(slot).partition, nullptr};
    if (auto read = view->Ref(slot); read.has_value()) ref.state = read->state;
    report.partitions.push_back(ref.partition->name());
    if (ref.state != nullptr) report.documents += ref.state->documents();
    const DiskBytes bytes = DiskBytesOf(*ref.partition);
    report.bytes += bytes.rows + bytes.index + bytes.text + bytes.columns;
    dropped.push_back(std::move(ref));
  }
  if (wanted && dropped.empty()) return NotFound("the collection ", name, " has no month ", wanted->ToString());
  if (dry_run) return report;

  const auto state = collection->state;
  KALENDS_RETURN_IF_ERROR(CommitStructure(
      {[&](rocksdb::WriteBatch& batch) {
         for (const PartitionRef& ref : dropped) {
           PartitionEntry entry = ref.partition->entry();
           entry.life = PartitionLife::kDropping;
           batch.Put(storage_->catalog(), PartitionKey(ref.partition->generation()), EncodePartition(entry));
         }
         if (!wanted) batch.Delete(storage_->catalog(), CollectionKey(state->name));
       },
       [&](View& next) {
         next.directory = WithCollection(*next.directory, state->name, wanted ? changed : nullptr);
         for (const PartitionRef& ref : dropped) {
           next.SetSlot(ref.partition->slot, {nullptr, nullptr, nullptr});
           ref.partition->dropped.store(true);
         }
         if (!wanted) state->dropped.store(true);
       },
       true}));
  // The entry that says so is synced: from here on the month is gone, whatever happens.
  for (const PartitionRef& ref : dropped) KALENDS_RETURN_IF_ERROR(storage_->DropFamilies(ref.partition->families()));
  KALENDS_RETURN_IF_ERROR(CommitStructure({[&](rocksdb::WriteBatch& batch) {
                                             for (const PartitionRef& ref : dropped) {
                                               batch.Delete(storage_->catalog(),
                                                            PartitionKey(ref.partition->generation()));
                                             }
                                           },
                                           nullptr, false}));
  view = nullptr;
  {
    const std::lock_guard dropped_lock(dropped_mutex_);
    for (PartitionRef& ref : dropped) dropped_.push_back(std::move(ref.partition));
  }
  dropped.clear();
  background_->Add("removing the files of " + std::string(name), [this] {
    ReleaseDropped();
    return Status();
  });
  return report;
}

}  // namespace kalends
