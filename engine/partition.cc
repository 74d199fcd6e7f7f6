#include "engine/partition.h"

#include <algorithm>
#include <set>
#include <utility>

#include "engine/rocks_status.h"
#include "format/arena.h"
#include "format/errors.h"
#include "format/key_encoding.h"
#include "format/record_codec.h"
#include "format/time_field.h"
#include "format/varint.h"
#include "index/document_terms.h"
#include "index/id_run.h"

namespace kalends {
namespace {

// Far more than a month holds; bounds what a damaged number takes in memory.
constexpr std::uint64_t kRowsMax = std::uint64_t{1} << 40U;
constexpr std::uint16_t kTextMark = 0xFFFE;  // In the place of a column's number.
constexpr std::uint16_t kListsMark = 0xFFFF;
constexpr std::size_t kPartKeyBytes = 6;  // Segment and column.

std::string MarkedKey(SegmentId segment, std::uint16_t mark) {
  std::string key;
  AppendBigEndian(segment.value, &key);
  AppendBigEndian(mark, &key);
  return key;
}

}  // namespace

std::string ColumnKey(SegmentId segment, std::uint16_t column, std::uint16_t block) {
  std::string key;
  AppendBigEndian(segment.value, &key);
  AppendBigEndian(column, &key);
  AppendBigEndian(block, &key);
  return key;
}

std::string ListKey(SegmentId segment, std::uint8_t index, std::uint64_t hash) {
  std::string key = MarkedKey(segment, kListsMark);
  key.push_back(static_cast<char>(index));
  AppendBigEndian(hash, &key);
  return key;
}

std::string TextLengthsKey(SegmentId segment, std::uint32_t first_row) {
  std::string key = MarkedKey(segment, kTextMark);
  key.push_back(kTextLengths);
  AppendBigEndian(first_row, &key);
  return key;
}

std::string PostingsKey(SegmentId segment, std::string_view term) {
  std::string key = MarkedKey(segment, kTextMark);
  key.push_back(kTextPostings);
  key += term;
  return key;
}

SegmentPart PartOfKey(std::string_view key) {
  const std::uint16_t column = ReadBigEndian<std::uint16_t>(key, 4);
  const SegmentPart::Kind kind = column == kListsMark  ? SegmentPart::Kind::kLists
                                 : column == kTextMark ? SegmentPart::Kind::kText
                                                       : SegmentPart::Kind::kColumns;
  return {SegmentId{ReadBigEndian<std::uint32_t>(key)}, kind};
}

std::pair<std::string, std::string> KeyRangeOf(const SegmentPart& part) {
  const std::string text = MarkedKey(part.segment, kTextMark);
  const std::string lists = MarkedKey(part.segment, kListsMark);
  switch (part.kind) {
    case SegmentPart::Kind::kColumns:
      return {ColumnKey(part.segment, 0, 0), text};
    case SegmentPart::Kind::kText:
      return {text, lists};
    default:
      return {lists, ColumnKey({part.segment.value + 1}, 0, 0)};
  }
}

StoredParts PartsOf(SegmentId id, const SegmentEntry& entry, const StoredParts& known) {
  StoredParts parts;
  const auto add = [&parts, &known](const SegmentPart& wanted) {
    const auto is_wanted = [&wanted](const auto& part) { return part->part() == wanted; };
    if (std::any_of(parts.begin(), parts.end(), is_wanted)) return;
    const auto found = std::find_if(known.begin(), known.end(), is_wanted);
    parts.push_back(found != known.end() ? *found : std::make_shared<const StoredPart>(wanted));
  };
  for (const SegmentBlock& block : entry.blocks)
    add({block.segment.value == 0 ? id : block.segment, SegmentPart::Kind::kColumns});
  if (!entry.indexes.empty()) add({id, SegmentPart::Kind::kLists});
  if (entry.text.has_value()) add({id, SegmentPart::Kind::kText});
  return parts;
}

IndexPaths IndexPathsOf(const CollectionSpec& spec) {
  auto paths = std::make_shared<std::vector<std::string>>(spec.indexes);
  const bool is_named =
      spec.series_field.empty() || std::find(paths->begin(), paths->end(), spec.series_field) != paths->end();
  if (!is_named) paths->push_back(spec.series_field);
  return paths;
}

TextOptionsPtr TextOptionsOf(const CollectionSpec& spec) {
  if (spec.text_fields.empty()) return nullptr;
  TextOptions options;
  options.fields = spec.text_fields;
  options.exclude = spec.text_exclude;
  options.found_otherwise = *IndexPathsOf(spec);
  options.found_otherwise.insert(options.found_otherwise.end(), spec.time_fields.begin(), spec.time_fields.end());
  options.found_otherwise.push_back(spec.id_field);
  // By its name: `en` and `english` are one. The spec was checked for it.
  const auto language = TextLanguage::Make(spec.text_language);
  options.language = language.has_value() ? language->name() : spec.text_language;
  return std::make_shared<const TextOptions>(std::move(options));
}

std::string RowKey(RowId row) {
  std::string key;
  AppendBigEndian(row.value, &key);
  return key;
}

Value IdOf(const Value& root, const Value& made_id, const std::string& id_field) {
  return made_id.is_missing() ? ValueAtPath(root, id_field) : made_id;
}

Partition::Partition(std::shared_ptr<RocksInstance> instance, Generation generation, PartitionEntry entry,
                     std::string name, PartitionFamilies families, const CollectionSpec& spec, std::uint64_t seed)
    : instance_(std::move(instance)),
      generation_(generation),
      entry_(std::move(entry)),
      name_(std::move(name)),
      families_(std::move(families)),
      id_field_(spec.id_field),
      indexes_(IndexPathsOf(spec)),
      text_(TextOptionsOf(spec)),
      compression_level_(spec.compression_level),
      seed_(seed),
      ids_(instance_, name_, families_) {}

Partition::~Partition() = default;

TimeRange Partition::range() const {
  return entry_.month ? TimeRange{entry_.month->begin(), entry_.month->end()} : TimeRange{};
}

std::shared_ptr<const PartitionState> Partition::StartEmpty() {
  auto state = std::make_shared<PartitionState>();
  state->segments = std::make_shared<const Segments>();
  state->deletions = std::make_shared<const Deletions>();
  return state;
}

Result<const PartitionState*> LazyState::Load() {
  const std::lock_guard lock(mutex_);
  if (state_ == nullptr && !error_) {
    auto loaded = partition_->Load();
    if (loaded.has_value()) {
      state_ = std::move(*loaded);
      loaded_.store(state_.get(), std::memory_order_release);
    } else {
      error_ = WithContext("partition " + partition_->name(), loaded.error());
    }
  }
  if (error_) return *error_;
  return state_.get();
}

Status Partition::LoadState(std::vector<std::pair<SegmentId, SegmentEntry>>* segments, std::vector<RowId>* deleted,
                            std::optional<TailEntry>* tail) {
  const auto iterator = IterateFamily(db(), *families_.state);
  for (iterator->SeekToFirst(); iterator->Valid(); iterator->Next()) {
    const std::string_view key = ViewOf(iterator->key());
    const std::string_view value = ViewOf(iterator->value());
    const char kind = key.empty() ? '\0' : key[0];
    if (kind == 'd' && key.size() == 9) {
      deleted->push_back({ReadBigEndian<std::uint64_t>(key, 1)});
    } else if (kind == 'f') {
      iterator->Seek("g");  // The filter is read when it is first needed.
      if (!iterator->Valid()) break;
      iterator->Prev();
    } else if (kind == 'k' && key.size() == 3) {
      if (ReadBigEndian<std::uint16_t>(key, 1) != keys_->size() || !keys_->Append(value)) {
        return Corruption("state: key ", ReadBigEndian<std::uint16_t>(key, 1), " where ", keys_->size(),
                          " was expected");
      }
    } else if (kind == 'r' && key.size() == 1 && value.size() == 4) {
      rebuild_mark_ = SegmentId{ReadBigEndian<std::uint32_t>(value)};
    } else if (kind == 's' && key.size() == 5) {
      KALENDS_TRY(SegmentEntry entry, DecodeSegment(value));
      segments->emplace_back(SegmentId{ReadBigEndian<std::uint32_t>(key, 1)}, std::move(entry));
    } else if (kind == 't') {
      KALENDS_TRY(*tail, DecodeTail(value));
    } else if (kind == 'z' && key.size() == 2) {
      KALENDS_TRY(auto dictionary, ZstdDictionary::Load(static_cast<std::uint8_t>(key[1]), value, compression_level_));
      dictionaries_.Add(std::move(dictionary));
      ++dictionaries_stored;
    } else if (kind != 'F') {
      return Corruption("state: a key of an unknown kind, of ", key.size(), " bytes");
    }
  }
  KALENDS_RETURN_IF_ROCKS_ERROR("state", iterator->status());
  keys_stored = keys_->size();
  return {};
}

Result<std::shared_ptr<const PartitionState>> Partition::Load() {
  std::vector<std::pair<SegmentId, SegmentEntry>> entries;
  std::vector<RowId> deleted;
  std::optional<TailEntry> tail_entry;
  KALENDS_RETURN_IF_ERROR(LoadState(&entries, &deleted, &tail_entry));

  auto state = std::make_shared<PartitionState>();
  const RowId last_deleted = deleted.empty() ? RowId{0} : *std::max_element(deleted.begin(), deleted.end());
  if (last_deleted.value >= (expected_end_ ? expected_end_->value : kRowsMax))
    return Corruption("state: the deletion of row ", last_deleted.value,
                      ", which was never there; restore the month from a backup");
  state->deletions = Deletions().With(deleted);
  std::sort(entries.begin(), entries.end(),
            [](const auto& a, const auto& b) { return a.second.first_row < b.second.first_row; });
  auto segments = std::make_shared<Segments>();
  RowId sealed_end;
  StoredParts parts;
  for (auto& [id, entry] : entries) {
    if (entry.first_row != sealed_end) {
      return Corruption("state: segment ", id.value, " begins at row ", entry.first_row.value, " where ",
                        sealed_end.value, " was expected; restore the month from a backup");
    }
    sealed_end.value += entry.rows;
    state->json_bytes += entry.json_bytes;
    StoredParts of_segment = PartsOf(id, entry, parts);
    parts.insert(parts.end(), of_segment.begin(), of_segment.end());
    segments->push_back(std::make_shared<const Segment>(id, std::move(entry), std::move(of_segment)));
  }
  state->segments = segments;
  KALENDS_RETURN_IF_ERROR(FindLeftovers(*segments));

  // Every row id that was given is alive or in the deletions.
  RowId end = sealed_end;
  if (!deleted.empty()) end = std::max(end, RowId{deleted.back().value + 1});
  const auto rows = IterateFamily(db(), *families_.rows);
  rows->SeekToLast();
  if (rows->Valid()) {
    if (rows->key().size() != 8) return Corruption("rows: a key of ", rows->key().size(), " bytes");
    end = std::max(end, RowId{ReadBigEndian<std::uint64_t>(ViewOf(rows->key())) + 1});
  }
  KALENDS_RETURN_IF_ROCKS_ERROR("rows", rows->status());
  if (expected_end_ && end != *expected_end_) {
    return Corruption("rows end at ", end.value, " where the last commit says ", expected_end_->value,
                      "; restore the month from a backup");
  }
  state->end = end;
  const std::uint32_t loads = tail_entry && tail_entry->first_row == sealed_end ? tail_entry->loads : 0;
  KALENDS_RETURN_IF_ERROR(LoadTail(sealed_end, end, *state->deletions, loads + 1, state.get()));
  ids_.Start(sealed_end);
  return std::shared_ptr<const PartitionState>(std::move(state));
}

// A file of the columns family holds one part, and nothing moves keys from file to file: the bounds of the files tell
// what there is without reading any.
Status Partition::FindLeftovers(const Segments& segments) {
  std::set<SegmentPart> named;
  std::uint32_t last_segment = 0;
  for (const auto& segment : segments) {
    last_segment = std::max(last_segment, segment->id().value);
    for (const auto& part : segment->parts()) {
      named.insert(part->part());
      if (part->part().kind != SegmentPart::Kind::kLists || segment->entry().list_bytes > 0) lost_.insert(part->part());
    }
  }
  rocksdb::ColumnFamilyMetaData family;
  db()->GetColumnFamilyMetaData(families_.columns->handle(), &family);
  for (const rocksdb::LevelMetaData& level : family.levels) {
    for (const rocksdb::SstFileMetaData& file : level.files) {
      const std::string& first = file.smallestkey;
      const std::string& last = file.largestkey;
      if (first.size() <= kPartKeyBytes || last.size() <= kPartKeyBytes)
        return Corruption("columns: file ", file.name, " has a key of ", first.size(), " bytes");
      const SegmentPart part = PartOfKey(first);
      const auto [begin, end] = KeyRangeOf(part);
      if (last < begin || last >= end)
        return Corruption("columns: file ", file.name, " holds more than segment ", part.segment.value,
                          "; restore the month from a backup");
      last_segment = std::max(last_segment, part.segment.value);
      lost_.erase(part);
      if (!named.contains(part)) leftovers_.push_back(part);
    }
  }
  has_leftovers_.store(!leftovers_.empty());
  next_segment_ = last_segment + 1;
  return {};
}

Status Partition::LoadTail(RowId begin, RowId end, const Deletions& deletions, std::uint32_t loads,
                           PartitionState* state) {
  if (begin == end) return {};
  RecordDecoder decoder;
  Arena arena;
  std::vector<std::uint32_t> index_hashes(indexes_->size());
  std::optional<DocumentTerms> document_terms;
  if (text_ != nullptr) {
    KALENDS_TRY(document_terms, DocumentTerms::Make(*text_));
  }
  std::string terms;
  const auto iterator = IterateFamily(db(), *families_.rows);
  iterator->Seek(RowKey(begin));
  for (RowId row = begin; row < end; ++row.value) {
    if (state->tails.empty() || state->tails.back().rows == Tail::kRowsMax) {
      state->tails.push_back({std::make_shared<Tail>(row, indexes_, text_), 0, {INT64_MAX}, {INT64_MIN}});
      state->tails.back().tail->loads = loads;
    }
    TailView& tail = state->tails.back();
    const bool is_here = iterator->Valid() && iterator->key() == RowKey(row);
    if (!is_here && !deletions.Contains(row)) {
      KALENDS_RETURN_IF_ROCKS_ERROR("rows", iterator->status());
      return Corruption("row ", row.value, " is missing; restore the month from a backup");
    }
    if (is_here) {
      arena.Reset();
      auto parts = decoder.Decode(ViewOf(iterator->value()), *keys_, dictionaries_, arena);
      if (!parts.has_value()) return WithContext("row " + std::to_string(row.value), parts.error());
      const IdHash hash = HashId(IdOf(parts->root, parts->id, id_field_), seed_);
      IndexHashesOf(parts->root, *indexes_, index_hashes);
      terms.clear();
      if (document_terms.has_value()) document_terms->Append(parts->root, &terms);
      tail.tail->Append({parts->time, hash, parts->json_bytes, index_hashes, terms});
      tail.min = std::min(tail.min, parts->time);
      tail.max = std::max(tail.max, parts->time);
      state->json_bytes += parts->json_bytes;
      iterator->Next();
    } else {
      // Nobody asks for a deleted row, but its place must be filled. Its time must not widen the run.
      const TimeUs first_time = entry_.month ? entry_.month->begin() : TimeUs{};
      tail.tail->Append(
          {tail.rows == 0 ? first_time : tail.tail->TimeAt(tail.rows - 1), IdHash{}, 0, index_hashes, {}});
    }
    ++tail.rows;
  }
  for (TailView& tail : state->tails) {
    if (tail.min > tail.max) tail.min = tail.max = tail.tail->TimeAt(0);
  }
  return {};
}

Result<bool> Partition::HoldsId(RowId row, const IdHash& hash, const rocksdb::Snapshot* snapshot) {
  rocksdb::ReadOptions options;
  options.snapshot = snapshot;
  rocksdb::PinnableSlice value;
  const rocksdb::Status status = db()->Get(options, families_.rows->handle(), RowKey(row), &value);
  if (status.IsNotFound())
    return Corruption("partition ", name_, ": row ", row.value, " is missing; restore the month from a backup");
  KALENDS_RETURN_IF_ROCKS_ERROR("partition " + name_ + ": rows", status);
  Arena arena;
  RecordDecoder decoder;
  auto parts = decoder.Decode(ViewOf(value), *keys_, dictionaries_, arena);
  if (!parts.has_value())
    return WithContext("partition " + name_ + ": row " + std::to_string(row.value), parts.error());
  return HashId(IdOf(parts->root, parts->id, id_field_), seed_) == hash;
}

std::vector<SegmentPart> Partition::TakeLeftovers() {
  const std::lock_guard lock(leftovers_mutex_);
  has_leftovers_.store(false);
  return std::exchange(leftovers_, {});
}

}  // namespace kalends
