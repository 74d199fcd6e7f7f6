#include "engine/dictionaries.h"

#include <rocksdb/db.h>

#include <string>
#include <utility>
#include <vector>

#include "engine/database_impl.h"
#include "engine/rocks_status.h"
#include "format/errors.h"
#include "format/record_codec.h"

namespace kalends {
namespace {

constexpr std::uint64_t kRowsForDictionary = 256;
constexpr std::uint64_t kRowsForLarge = 100'000;
constexpr std::size_t kLargeTrainingRows = 8192;

void AddDictionary(Partition& partition, const CollectionSpec& spec, std::string_view bytes) {
  const std::lock_guard lock(partition.dictionary_mutex);
  const auto current = partition.dictionaries().current();
  if (current != nullptr && current->bytes() == bytes) return;
  const unsigned id = current == nullptr ? 1 : current->id() + 1U;
  if (id > 255) return;
  auto dictionary = ZstdDictionary::Load(static_cast<std::uint8_t>(id), bytes, spec.compression_level);
  if (dictionary.has_value()) partition.dictionaries().Add(std::move(*dictionary));
}

// Trains from the newest rows of the partition.
Status Train(DatabaseImpl& database, const std::shared_ptr<Partition>& partition, const CollectionSpec& spec,
             std::size_t rows, std::size_t bytes_max) {
  rocksdb::ReadOptions options;
  options.total_order_seek = true;
  const std::unique_ptr<rocksdb::Iterator> iterator(
      database.storage().db()->NewIterator(options, partition->families().rows->handle()));
  RecordDecoder decoder;
  std::vector<std::string> samples;
  for (iterator->SeekToLast(); iterator->Valid() && samples.size() < rows; iterator->Prev()) {
    auto raw = decoder.Raw({iterator->value().data(), iterator->value().size()}, partition->dictionaries());
    if (!raw.has_value()) return WithContext("partition " + partition->name(), raw.error());
    samples.emplace_back(*raw);
  }
  KALENDS_RETURN_IF_ROCKS_ERROR("partition " + partition->name(), iterator->status());
  auto bytes = ZstdDictionary::Train(samples, bytes_max);
  // Too few or too equal samples to learn from: the month goes on without.
  if (!bytes.has_value()) return bytes.error().code() == ErrorCode::kInvalidArgument ? Status() : Status(bytes.error());
  AddDictionary(*partition, spec, *bytes);
  return {};
}

void TrainInBackground(DatabaseImpl& database, const std::shared_ptr<Partition>& partition,
                       const std::shared_ptr<const CollectionSpec>& spec, std::size_t rows, std::size_t bytes_max) {
  database.background()->Add(
      "training a dictionary for " + partition->name(),
      [&database, partition, spec, rows, bytes_max] { return Train(database, partition, *spec, rows, bytes_max); });
}

// The dictionary of the newest older month, else of any other, else of the import; empty when there is none.
std::string InheritedDictionary(const View& view, const CollectionView& collection, const Partition& partition) {
  std::shared_ptr<const ZstdDictionary> best;
  for (const auto& [month, slot] : collection.months) {
    if (slot == partition.slot) {
      if (best != nullptr) break;
      continue;
    }
    const auto ref = view.Ref(slot);
    if (!ref.has_value()) continue;
    if (auto dictionary = ref->partition->dictionaries().current()) {
      best = std::move(dictionary);
      if (partition.entry().month && *partition.entry().month < month) break;
    }
  }
  if (best != nullptr) return best->bytes();
  const std::lock_guard lock(collection.state->seed_mutex);
  return collection.state->seed_dictionary;
}

}  // namespace

std::shared_ptr<const ZstdDictionary> DictionaryForRow(DatabaseImpl& database, const View& view,
                                                       const CollectionView& collection, const WriteTarget& before) {
  Partition& partition = *before.partition;
  const CollectionSpec& spec = *collection.spec;
  if (spec.codec != Codec::kZstdDictionary) return nullptr;
  const PartitionSlot* slot = partition.slot < view.slots() ? &view.Slot(partition.slot) : nullptr;
  const bool is_in_view = slot != nullptr && slot->partition.get() == &partition && slot->state != nullptr;
  const std::uint64_t stored = is_in_view ? slot->state->end.value : 0;
  auto current = partition.dictionaries().current();
  if (current == nullptr) {
    if (stored + before.rows < kRowsForDictionary) return nullptr;
    if (!partition.inherited.load(std::memory_order_relaxed) && !partition.inherited.exchange(true)) {
      const std::string bytes = InheritedDictionary(view, collection, partition);
      if (!bytes.empty()) AddDictionary(partition, spec, bytes);
    }
    if (stored >= kTrainingRows && is_in_view && partition.dictionaries().current() == nullptr &&
        !partition.trained_small.exchange(true)) {
      TrainInBackground(database, slot->partition, collection.spec, kTrainingRows, kSmallDictionaryBytes);
    }
    return partition.dictionaries().current();
  }
  if (current->bytes().size() <= kSmallDictionaryBytes && is_in_view && stored >= kTrainingRows && before.rows == 0 &&
      !collection.state->trained_large.load(std::memory_order_relaxed)) {
    std::uint64_t rows = 0;
    for (const auto& [month, other] : collection.months) {
      if (const auto& state = view.Slot(other).state) rows += state->end.value;
    }
    if (rows >= kRowsForLarge && !collection.state->trained_large.exchange(true)) {
      TrainInBackground(database, slot->partition, collection.spec, kLargeTrainingRows, kLargeDictionaryBytes);
    }
  }
  return current;
}

}  // namespace kalends
