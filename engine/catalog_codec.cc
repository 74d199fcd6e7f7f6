#include "engine/catalog_codec.h"

#include <utility>

#include "format/arena.h"
#include "format/catalog_generated.h"
#include "format/envelope.h"
#include "format/key_encoding.h"
#include "format/varint.h"

namespace kalends {
namespace {

template <class Integer>
std::string KeyOf(char kind, Integer number) {
  std::string key(1, kind);
  AppendBigEndian(number, &key);
  return key;
}

std::string StringOf(const flatbuffers::String* text) { return text == nullptr ? std::string() : text->str(); }

constexpr std::string_view kNoLanguage = "none";

std::vector<std::string> StringsOf(const flatbuffers::Vector<flatbuffers::Offset<flatbuffers::String>>* strings) {
  std::vector<std::string> result;
  if (strings == nullptr) return result;
  for (const auto* text : *strings) result.push_back(text->str());
  return result;
}

// FlatBuffers' Verifier looks at the length of a vector alone: one of larger items may still begin between two of them.
template <class T>
bool IsAligned(const flatbuffers::Vector<T>* vector) {
  return vector == nullptr || vector->size() == 0 || reinterpret_cast<std::uintptr_t>(vector->Data()) % sizeof(T) == 0;
}

std::vector<TimeUs> TimesOf(const flatbuffers::Vector<std::int64_t>* times) {
  std::vector<TimeUs> result;
  if (times == nullptr) return result;
  for (const std::int64_t time : *times) result.push_back({time});
  return result;
}

}  // namespace

std::string HeaderKey() { return "h"; }
std::string LastGenerationKey() { return "g"; }
std::string CommitFloorKey() { return "f"; }
std::string CollectionKey(std::string_view name) { return "s" + std::string(name); }
std::string PartitionKey(Generation generation) { return KeyOf('p', generation.value); }
std::string CommitKey(CommitNumber commit) { return KeyOf('c', commit.value); }
std::string KeyNameKey(std::uint16_t number) { return KeyOf('k', number); }
std::string ZstdDictionaryKey(std::uint8_t id) { return KeyOf('z', id); }
std::string SegmentKey(SegmentId segment) { return KeyOf('s', segment.value); }
std::string DeletionKey(RowId row) { return KeyOf('d', row.value); }
std::string FilterChunkKey(std::uint16_t chunk) { return KeyOf('f', chunk); }
std::string FilterRowKey() { return "F"; }
std::string TailKey() { return "t"; }
std::string RebuildKey() { return "r"; }

std::string EncodeHeader(const DatabaseHeader& header) {
  flatbuffers::FlatBufferBuilder builder;
  builder.Finish(fb::CreateDatabaseHeader(builder, header.seed, header.created.value));
  return Enclose(builder);
}

Result<DatabaseHeader> DecodeHeader(std::string_view value) {
  KALENDS_TRY(const auto table, Root<fb::DatabaseHeader>::Open("catalog: database header", value));
  return DatabaseHeader{table->seed(), {table->created_us()}};
}

std::string EncodeCollection(const CollectionSpec& spec) {
  flatbuffers::FlatBufferBuilder builder;
  const auto time_fields = builder.CreateVectorOfStrings(spec.time_fields);
  const auto id_field = builder.CreateString(spec.id_field);
  const auto series_field = builder.CreateString(spec.series_field);
  const auto indexes = builder.CreateVectorOfStrings(spec.indexes);
  const auto text_fields = builder.CreateVectorOfStrings(spec.text_fields);
  flatbuffers::Offset<flatbuffers::Vector<flatbuffers::Offset<flatbuffers::String>>> text_exclude;
  flatbuffers::Offset<flatbuffers::String> text_language;
  if (!spec.text_exclude.empty()) text_exclude = builder.CreateVectorOfStrings(spec.text_exclude);
  if (spec.text_language != kNoLanguage) text_language = builder.CreateString(spec.text_language);
  builder.Finish(fb::CreateCollectionEntry(builder, spec.plain, time_fields, static_cast<std::uint8_t>(spec.time_unit),
                                           static_cast<std::uint8_t>(spec.missing_time), id_field, series_field,
                                           indexes, text_fields, static_cast<std::uint8_t>(spec.codec),
                                           spec.compression_level, spec.compress_above, spec.months_ahead, text_exclude,
                                           text_language));
  return Enclose(builder);
}

Result<CollectionSpec> DecodeCollection(std::string_view value) {
  KALENDS_TRY(const auto table, Root<fb::CollectionEntry>::Open("catalog: collection", value));
  CollectionSpec spec;
  spec.plain = table->plain();
  spec.time_fields = StringsOf(table->time_fields());
  spec.time_unit = static_cast<TimeUnit>(table->time_unit());
  spec.missing_time = static_cast<MissingTime>(table->missing_time());
  spec.id_field = StringOf(table->id_field());
  spec.series_field = StringOf(table->series_field());
  spec.indexes = StringsOf(table->indexes());
  spec.text_fields = StringsOf(table->text_fields());
  spec.text_exclude = StringsOf(table->text_exclude());
  if (table->text_language() != nullptr) spec.text_language = table->text_language()->str();
  spec.codec = static_cast<Codec>(table->codec());
  spec.compression_level = table->compression_level();
  spec.compress_above = table->compress_above();
  spec.months_ahead = table->months_ahead();
  if (spec.time_unit > TimeUnit::kMicroseconds || spec.missing_time > MissingTime::kArrival ||
      spec.codec > Codec::kZstdDictionary) {
    return Corruption("catalog: collection: a time unit, rule or codec that does not exist");
  }
  KALENDS_RETURN_IF_ERROR(spec.Validate());
  return spec;
}

std::string EncodePartition(const PartitionEntry& entry) {
  flatbuffers::FlatBufferBuilder builder;
  const auto collection = builder.CreateString(entry.collection);
  builder.Finish(fb::CreatePartitionEntry(builder, collection, entry.month ? entry.month->index : 0, !entry.month,
                                          static_cast<std::uint8_t>(entry.life), entry.block_compression,
                                          entry.created.value));
  return Enclose(builder);
}

Result<PartitionEntry> DecodePartition(std::string_view value) {
  KALENDS_TRY(const auto table, Root<fb::PartitionEntry>::Open("catalog: partition", value));
  PartitionEntry entry;
  entry.collection = StringOf(table->collection());
  if (!table->plain()) entry.month = Month{table->month()};
  if (table->state() < 1 || table->state() > 3) {
    return Corruption("catalog: partition: state ", static_cast<int>(table->state()), " does not exist");
  }
  entry.life = static_cast<PartitionLife>(table->state());
  entry.block_compression = table->block_compression();
  entry.created = {table->created_us()};
  return entry;
}

std::string EncodeCommit(const CommitEntry& entry) {
  static thread_local flatbuffers::FlatBufferBuilder builder;
  builder.Clear();
  std::vector<flatbuffers::Offset<fb::CommitPart>> parts;
  parts.reserve(entry.parts.size());
  for (const CommitPart& part : entry.parts) {
    flatbuffers::Offset<flatbuffers::Vector<std::uint64_t>> rows;
    flatbuffers::Offset<flatbuffers::Vector<std::uint8_t>> ids;
    flatbuffers::Offset<flatbuffers::Vector<std::uint8_t>> kinds;
    if (!part.deletions.empty()) {
      std::vector<std::uint64_t> row_numbers;
      std::vector<std::uint8_t> kind_numbers;
      std::string id_bytes;
      for (const CommitPart::Deletion& deletion : part.deletions) {
        row_numbers.push_back(deletion.row.value);
        kind_numbers.push_back(static_cast<std::uint8_t>(deletion.kind));
        id_bytes += deletion.id_key;
      }
      rows = builder.CreateVector(row_numbers);
      ids = builder.CreateVector(reinterpret_cast<const std::uint8_t*>(id_bytes.data()), id_bytes.size());
      kinds = builder.CreateVector(kind_numbers);
    }
    parts.push_back(
        fb::CreateCommitPart(builder, part.generation.value, part.first_row.value, part.rows, rows, ids, kinds));
  }
  const auto all = builder.CreateVector(parts);
  builder.Finish(fb::CreateCommitEntry(builder, entry.time.value, entry.flags, all));
  return Enclose(builder);
}

Result<CommitEntry> DecodeCommit(std::string_view value) {
  KALENDS_TRY(const auto table, Root<fb::CommitEntry>::Open("catalog: commit", value));
  CommitEntry entry;
  entry.time = {table->time_us()};
  entry.flags = table->flags();
  if (table->parts() == nullptr) return entry;
  for (const auto* stored : *table->parts()) {
    CommitPart part{{stored->generation()}, {stored->first_row()}, stored->rows(), {}};
    const auto* rows = stored->deleted_rows();
    if (rows != nullptr) {
      const auto* kinds = stored->deleted_kinds();
      const auto* ids = stored->deleted_ids();
      if (!IsAligned(rows)) return Corruption("catalog: commit: the deleted rows are not where they can be read");
      if (kinds == nullptr || ids == nullptr || kinds->size() != rows->size()) {
        return Corruption("catalog: commit: deleted rows, kinds and ids differ in number");
      }
      std::string_view id_bytes(reinterpret_cast<const char*>(ids->data()), ids->size());
      Arena arena;
      for (flatbuffers::uoffset_t i = 0; i < rows->size(); ++i) {
        const std::string_view before = id_bytes;
        KALENDS_TRY([[maybe_unused]] const Value id, DecodeKey(&id_bytes, arena));
        if (kinds->Get(i) < 1 || kinds->Get(i) > 2) {
          return Corruption("catalog: commit: deletion kind ", static_cast<int>(kinds->Get(i)), " does not exist");
        }
        part.deletions.push_back({{rows->Get(i)},
                                  static_cast<DeletionKind>(kinds->Get(i)),
                                  std::string(before.substr(0, before.size() - id_bytes.size()))});
      }
      if (!id_bytes.empty())
        return Corruption("catalog: commit: ", id_bytes.size(), " bytes after the last deleted id");
    }
    entry.parts.push_back(std::move(part));
  }
  return entry;
}

std::string EncodeSegment(const SegmentEntry& entry) {
  flatbuffers::FlatBufferBuilder builder;
  std::vector<std::int64_t> min;
  std::vector<std::int64_t> max;
  std::vector<std::uint32_t> rows;
  std::vector<std::uint32_t> segments;
  std::vector<std::uint16_t> numbers;
  bool has_columns = false;
  for (const SegmentBlock& block : entry.blocks) {
    min.push_back(block.min.value);
    max.push_back(block.max.value);
    rows.push_back(block.rows);
    segments.push_back(block.segment.value);
    numbers.push_back(block.number);
    has_columns = has_columns || block.has_columns;
  }
  std::vector<flatbuffers::Offset<fb::SegmentIndex>> indexes;
  for (const SegmentIndex& index : entry.indexes) {
    indexes.push_back(fb::CreateSegmentIndex(builder, builder.CreateString(index.path), index.has_unsure));
  }
  const auto min_vector = builder.CreateVector(min);
  const auto max_vector = builder.CreateVector(max);
  flatbuffers::Offset<flatbuffers::Vector<std::uint32_t>> rows_vector;
  flatbuffers::Offset<flatbuffers::Vector<std::uint32_t>> segments_vector;
  flatbuffers::Offset<flatbuffers::Vector<std::uint16_t>> numbers_vector;
  if (has_columns) {
    rows_vector = builder.CreateVector(rows);
    segments_vector = builder.CreateVector(segments);
    numbers_vector = builder.CreateVector(numbers);
  }
  flatbuffers::Offset<flatbuffers::Vector<flatbuffers::Offset<fb::SegmentIndex>>> indexes_vector;
  if (!indexes.empty()) indexes_vector = builder.CreateVector(indexes);
  flatbuffers::Offset<fb::TextEntry> text;
  if (entry.text.has_value()) {
    const auto fields = builder.CreateVectorOfStrings(entry.text->fields);
    const auto exclude = builder.CreateVectorOfStrings(entry.text->exclude);
    const auto found_otherwise = builder.CreateVectorOfStrings(entry.text->found_otherwise);
    const auto language = builder.CreateString(entry.text->language);
    text = fb::CreateTextEntry(builder, fields, exclude, found_otherwise, language);
  }
  builder.Finish(fb::CreateSegmentEntry(builder, entry.first_row.value, entry.rows, entry.json_bytes, min_vector,
                                        max_vector, rows_vector, segments_vector, numbers_vector, indexes_vector,
                                        entry.deleted, entry.column_bytes, entry.list_bytes, entry.is_cut, text,
                                        entry.text_bytes));
  return Enclose(builder);
}

Result<SegmentEntry> DecodeSegment(std::string_view value) {
  KALENDS_TRY(const auto table, Root<fb::SegmentEntry>::Open("state: segment", value));
  SegmentEntry entry;
  entry.first_row = {table->first_row()};
  entry.rows = table->rows();
  entry.json_bytes = table->json_bytes();
  entry.deleted = table->deleted();
  entry.column_bytes = table->column_bytes();
  entry.list_bytes = table->list_bytes();
  entry.is_cut = table->cut();
  entry.text_bytes = table->text_bytes();
  if (const auto* text = table->text(); text != nullptr) {
    entry.text = TextOptions{StringsOf(text->fields()), StringsOf(text->exclude()), StringsOf(text->found_otherwise()),
                             StringOf(text->language())};
  }
  if (!IsAligned(table->block_min_us()) || !IsAligned(table->block_max_us()) || !IsAligned(table->block_rows()) ||
      !IsAligned(table->block_segments()) || !IsAligned(table->block_numbers())) {
    return Corruption("state: segment: the numbers of its blocks are not where they can be read");
  }
  const auto min = TimesOf(table->block_min_us());
  const auto max = TimesOf(table->block_max_us());
  const auto* rows = table->block_rows();
  const auto* segments = table->block_segments();
  const auto* numbers = table->block_numbers();
  const std::size_t blocks = rows != nullptr ? rows->size() : (entry.rows + 65535U) / 65536U;
  const bool fits = rows == nullptr || (segments != nullptr && segments->size() == blocks && numbers != nullptr &&
                                        numbers->size() == blocks);
  if (entry.rows == 0 || blocks == 0 || min.size() != blocks || max.size() != blocks || !fits) {
    return Corruption("state: segment: ", entry.rows, " rows with ", min.size(), " blocks");
  }
  std::uint64_t rows_of_blocks = 0;
  for (std::size_t i = 0; i < blocks; ++i) {
    SegmentBlock block;
    block.min = min[i];
    block.max = max[i];
    if (rows != nullptr) {
      const auto at = static_cast<flatbuffers::uoffset_t>(i);
      block.rows = rows->Get(at);
      block.segment = {segments->Get(at)};
      block.number = numbers->Get(at);
      block.has_columns = true;
    } else {
      block.rows = static_cast<std::uint32_t>(std::min<std::uint64_t>(65536, entry.rows - i * 65536));
      block.number = static_cast<std::uint16_t>(i);
    }
    if (block.rows == 0 || block.rows > 65536)
      return Corruption("state: segment: block ", i, " has ", block.rows, " rows");
    if (block.max < block.min) return Corruption("state: segment: the times of block ", i, " end before they begin");
    rows_of_blocks += block.rows;
    entry.blocks.push_back(block);
  }
  if (rows_of_blocks != entry.rows)
    return Corruption("state: segment: ", entry.rows, " rows, of which its blocks hold ", rows_of_blocks);
  if (table->indexes() != nullptr) {
    for (const auto* index : *table->indexes()) {
      if (index->path() == nullptr) return Corruption("state: segment: an index without path");
      entry.indexes.push_back({index->path()->str(), index->unsure()});
    }
  }
  return entry;
}

std::string EncodeTail(const TailEntry& entry) {
  flatbuffers::FlatBufferBuilder builder;
  builder.Finish(fb::CreateTailEntry(builder, entry.first_row.value, entry.loads));
  return Enclose(builder);
}

Result<TailEntry> DecodeTail(std::string_view value) {
  KALENDS_TRY(const auto table, Root<fb::TailEntry>::Open("state: tail", value));
  return TailEntry{{table->first_row()}, table->loads()};
}

}  // namespace kalends
