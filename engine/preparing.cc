#include "engine/preparing.h"

#include <algorithm>
#include <array>
#include <random>
#include <utility>

#include "engine/dictionaries.h"
#include "engine/partition_reader.h"
#include "format/errors.h"
#include "format/key_encoding.h"
#include "format/time_field.h"
#include "kalends/limits.h"

namespace kalends {
namespace {

Value UuidText(std::uint64_t high, std::uint64_t low, unsigned version, Arena& arena) {
  high = (high & ~std::uint64_t{0xF000}) | (std::uint64_t{version} << 12U);
  low = (low & 0x3FFFFFFFFFFFFFFFU) | 0x8000000000000000U;
  static constexpr char kDigits[] = "0123456789abcdef";
  std::array<char, 36> text{};
  std::size_t at = 0;
  for (int nibble = 0; nibble < 32; ++nibble) {
    if (nibble == 8 || nibble == 12 || nibble == 16 || nibble == 20) text[at++] = '-';
    const std::uint64_t word = nibble < 16 ? high : low;
    text[at++] = kDigits[(word >> (60U - 4U * (static_cast<unsigned>(nibble) % 16U))) & 0xFU];
  }
  return Value::String(arena.Copy({text.data(), text.size()}));
}

std::string ListOf(const std::vector<std::string>& paths) {
  std::string list;
  for (const std::string& path : paths) list += (list.empty() ? "" : ", ") + path;
  return list;
}

}  // namespace

Value MakeUuid(Arena& arena) {
  thread_local std::mt19937_64 random = [] {
    std::random_device device;
    std::seed_seq seed{device(), device(), device(), device()};
    return std::mt19937_64(seed);
  }();
  const auto milliseconds = static_cast<std::uint64_t>(Now().value / 1000);
  return UuidText((milliseconds << 16U) | (random() & 0xFFFU), random(), 7, arena);
}

Value UuidOfHash(const IdHash& hash, Arena& arena) { return UuidText(hash.high, hash.low, 8, arena); }

void InheritKeys(const View& view, const CollectionView& collection, Partition* partition) {
  const std::lock_guard lock(collection.state->seed_mutex);
  if (!collection.months.empty()) {
    const auto newest = view.Ref(collection.months.back().second);
    if (!newest.has_value()) return;  // A month that cannot be read has nothing to give; whoever reads it is told.
    const KeyDictionary& keys = newest->partition->keys();
    for (std::uint32_t number = 0; number < keys.size(); ++number)
      partition->keys().Append(keys.Name(static_cast<std::uint16_t>(number)));
    return;
  }
  for (const std::string& name : collection.state->seed_keys) partition->keys().Append(name);
}

Preparer::Preparer(DatabaseImpl& database, std::shared_ptr<CollectionState> collection)
    : database_(database), state_(std::move(collection)) {}

Status Preparer::Begin(WriteRequest* request) {
  preparation_.reset();
  if (database_.closed()) return MakeError(ErrorCode::kCancelled, "the database was closed");
  preparation_.emplace(&database_, state_);
  KALENDS_TRY(collection_view_, database_.CollectionIn(*view(), *state_));
  last_month_ = {Month::Of(Now()).index + collection_view_->spec->months_ahead};
  request->collection = state_;
  request->targets.clear();
  request->rows.clear();
  request->indexes = collection_view_->indexes;
  request->index_hashes.clear();
  request->text = collection_view_->text;
  request->terms.clear();
  request->deletions.clear();
  request->records.clear();
  request->checked = view()->commit;
  request->conflict.reset();
  request->status = {};
  request->done = false;
  return {};
}

Result<Candidate> Preparer::Examine(const Value& root, std::size_t json_bytes, const Value& made_id,
                                    Arena& arena) const {
  const CollectionSpec& spec = *collection_view_->spec;
  Candidate candidate;
  candidate.root = root;
  if (json_bytes > kDocumentBytesMax) {
    return LimitExceeded("the document is ", json_bytes, " bytes long; at most ", kDocumentBytesMax, " are stored");
  }
  candidate.json_bytes = static_cast<std::uint32_t>(json_bytes);

  const std::optional<TimeUs> time = TimeOfDocument(root, spec.time_fields, spec.time_unit);
  if (!time && !spec.plain && spec.missing_time == MissingTime::kError) {
    return InvalidArgument("no time in ", ListOf(spec.time_fields), "; the collection ", state_->name, " needs one");
  }
  candidate.time = time.value_or(Now());
  candidate.time_is_arrival = !time;
  if (!spec.plain) {
    candidate.month = Month::Of(candidate.time);
    if (*candidate.month < Month::FromYearMonth(kFirstYear, 1) || *candidate.month > last_month_) {
      return InvalidArgument("the time ", FormatTime(candidate.time), " is outside ", kFirstYear, "-01 to ",
                             last_month_.ToString(), "; is the unit of ", ListOf(spec.time_fields),
                             " right? (time_unit in the spec)");
    }
  }

  candidate.id = ValueAtPath(root, spec.id_field);
  if (candidate.id.is_missing() || candidate.id.is_null()) {
    candidate.id_is_made = true;
    candidate.id = made_id.is_missing() ? MakeUuid(arena) : made_id;
  } else if (candidate.id.is_array()) {
    return InvalidArgument("the id in ", spec.id_field, " is an array; an id cannot be one");
  } else if (candidate.id.is_object() ||
             (candidate.id.is_string() && candidate.id.as_string().size() > kIdBytesMax / 2)) {
    std::string key;
    EncodeKey(candidate.id, &key);
    if (key.size() > kIdBytesMax)
      return LimitExceeded("the id in ", spec.id_field, " is longer than ", kIdBytesMax, " bytes");
  }
  candidate.hash = HashId(candidate.id, database_.seed());
  return candidate;
}

Result<std::uint32_t> Preparer::TargetOf(std::uint32_t slot, std::shared_ptr<Partition> partition,
                                         WriteRequest* request) {
  for (std::size_t i = 0; i < request->targets.size(); ++i) {
    if (request->targets[i].slot == slot) return static_cast<std::uint32_t>(i);
  }
  request->targets.push_back({std::move(partition), slot, 0});
  return static_cast<std::uint32_t>(request->targets.size() - 1);
}

Result<std::uint32_t> Preparer::TargetOf(std::optional<Month> month, WriteRequest* request) {
  // Batches are mostly of one month: the last target first.
  for (std::size_t i = request->targets.size(); i-- > 0;) {
    if (request->targets[i].partition->entry().month == month) return static_cast<std::uint32_t>(i);
  }
  KALENDS_TRY(const DatabaseImpl::PlacedPartition placed, database_.EnsurePartition(state_, month));
  // Read its state here rather than in the queue.
  KALENDS_TRY(PartitionRef ref, placed.view->Ref(placed.slot));
  return TargetOf(placed.slot, std::move(ref.partition), request);
}

Status Preparer::Add(const Candidate& candidate, bool replaces, WriteRequest* request) {
  KALENDS_TRY(const std::uint32_t target, TargetOf(candidate.month, request));
  Partition& partition = *request->targets[target].partition;
  const CollectionSpec& spec = *collection_view_->spec;
  const std::shared_ptr<const ZstdDictionary> dictionary =
      DictionaryForRow(database_, *view(), *collection_view_, request->targets[target]);
  RecordParts parts;
  parts.time = candidate.time;
  if (candidate.id_is_made) parts.id = candidate.id;
  parts.flags = candidate.time_is_arrival ? kRecordTimeIsArrival : 0;
  parts.json_bytes = candidate.json_bytes;
  parts.root = candidate.root;
  RecordCompression compression;
  compression.codec = spec.codec;
  compression.level = spec.compression_level;
  compression.compress_above = spec.compress_above;
  compression.dictionary = dictionary.get();
  PreparedRow row;
  row.target = target;
  row.record_begin = request->records.size();
  KALENDS_RETURN_IF_ERROR(encoder_.Encode(parts, compression, partition.keys(), &request->records));
  row.record_bytes = static_cast<std::uint32_t>(request->records.size() - row.record_begin);
  row.json_bytes = candidate.json_bytes;
  row.time = candidate.time;
  row.hash = candidate.hash;
  row.replaces = replaces;
  if (request->text != nullptr) KALENDS_RETURN_IF_ERROR(AppendTerms(candidate.root, request, &row));
  ++request->targets[target].rows;
  request->rows.push_back(row);
  request->index_hashes.resize(request->rows.size() * request->indexes->size());
  IndexHashesOf(candidate.root, *request->indexes, std::span(request->index_hashes).last(request->indexes->size()));
  return {};
}

Status Preparer::AppendTerms(const Value& root, WriteRequest* request, PreparedRow* row) {
  if (text_ != request->text) {
    KALENDS_TRY(terms_, DocumentTerms::Make(*request->text));
    text_ = request->text;
  }
  row->terms_begin = request->terms.size();
  terms_->Append(root, &request->terms);
  row->terms_bytes = static_cast<std::uint32_t>(request->terms.size() - row->terms_begin);
  return {};
}

Status Preparer::AddDeletion(const IdPlace& place, const Value& id, DeletionKind kind, WriteRequest* request) {
  KALENDS_TRY(PartitionRef ref, view()->Ref(place.slot));
  PreparedDeletion deletion;
  KALENDS_TRY(deletion.target, TargetOf(place.slot, std::move(ref.partition), request));
  deletion.row = place.row;
  deletion.kind = kind;
  EncodeKey(id, &deletion.id_key);
  request->deletions.push_back(std::move(deletion));
  return {};
}

Status Preparer::Read(const IdPlace& place, Arena& arena, StoredRow* row) const {
  const PartitionReader reader(view(), place.slot);
  return reader.ReadRows({&place.row, 1}, arena, {row, 1});
}

}  // namespace kalends
