#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "format/calendar.h"
#include "format/ids.h"
#include "index/text_options.h"
#include "kalends/spec.h"
#include "kalends/status.h"
#include "kalends/time.h"

// The entries of the catalog family and of the partitions' state families: keys and values. Values are FlatBuffers
// (format/catalog.fbs) in an envelope.
//
// Catalog keys:
//   'h'                        DatabaseHeader
//   'g'                        the last generation given, u32 big-endian (bare)
//   'f'                        the commit floor, u64 big-endian (bare): entries of commits below are absent by
//                              definition
//   's' name                   CollectionEntry
//   'p' generation u32 BE      PartitionEntry
//   'c' commit number u64 BE   CommitEntry
//
// State keys:
//   'k' number u16 BE          the name of a key, as it is
//   'r'                        u32 big-endian (bare): a rebuild of the index is under way; segments from this number
//                              on are new
//   'z' id u8                  a zstd dictionary, as zstd trained it
//   's' segment u32 BE         SegmentEntry
//   'd' row u64 BE             empty: the row was deleted
//   'f' chunk u16 BE           a chunk of the id filter (index/id_filter.h)
//   'F'                        of the id filter, u64 big-endian each (bare): the row up to which it is complete, 0
//   while
//                              its chunks are replaced by those of another size; the block from which on it is to be
//                              refilled, 2^64 - 1 where none is
//   't'                        TailEntry
namespace kalends {

struct DatabaseHeader {
  std::uint64_t seed = 0;
  TimeUs created;
};

enum class PartitionLife : std::uint8_t { kLive = 1, kDropping = 2, kRestoring = 3 };

struct PartitionEntry {
  std::string collection;
  std::optional<Month> month;  // nullopt: plain.
  PartitionLife life = PartitionLife::kLive;
  bool block_compression = false;
  TimeUs created;
};

inline constexpr std::uint8_t kCommitSynced = 1;
inline constexpr std::uint8_t kCommitStructure = 2;

enum class DeletionKind : std::uint8_t { kDelete = 1, kUpdate = 2 };

struct CommitPart {
  Generation generation;
  RowId first_row;
  std::uint32_t rows = 0;
  struct Deletion {
    RowId row;
    DeletionKind kind = DeletionKind::kDelete;
    std::string id_key;  // EncodeKey of its id.
  };
  std::vector<Deletion> deletions;
};

struct CommitEntry {
  TimeUs time;
  std::uint8_t flags = 0;
  std::vector<CommitPart> parts;
};

// Up to 65,536 rows whose columns were built together. Merging takes blocks over as they are: their columns stay where
// they were written first.
struct SegmentBlock {
  std::uint32_t rows = 0;
  TimeUs min;
  TimeUs max;
  SegmentId segment;  // Under whose number the columns are kept; 0: that of the segment itself.
  std::uint16_t number = 0;
  bool has_columns = false;  // Beside that of the time.
  friend bool operator==(const SegmentBlock&, const SegmentBlock&) = default;
};

struct SegmentIndex {
  std::string path;
  bool has_unsure = false;  // Some rows may hold any value.
  friend bool operator==(const SegmentIndex&, const SegmentIndex&) = default;
};

struct SegmentEntry {
  RowId first_row;
  std::uint32_t rows = 0;
  std::uint64_t json_bytes = 0;
  std::vector<SegmentBlock> blocks;
  std::vector<SegmentIndex> indexes;  // What it has inverted lists for; the number of an index is its place.
  std::uint32_t deleted = 0;          // Rows that were deleted already when their columns were built.
  std::uint64_t column_bytes = 0;     // Of the file of columns under its own number.
  std::uint64_t list_bytes = 0;
  bool is_cut = false;  // A block was ended for memory: built anew the segment would not become larger.
  std::optional<TextOptions> text = std::nullopt;  // How its postings were made; nullopt: it has none.
  std::uint64_t text_bytes = 0;
};

struct TailEntry {
  RowId first_row;
  std::uint32_t loads = 0;
};

// Keys of a state family and their new values.
using StateUpdates = std::vector<std::pair<std::string, std::string>>;

std::string HeaderKey();
std::string LastGenerationKey();
std::string CommitFloorKey();
std::string CollectionKey(std::string_view name);
std::string PartitionKey(Generation generation);
std::string CommitKey(CommitNumber commit);

std::string KeyNameKey(std::uint16_t number);
std::string ZstdDictionaryKey(std::uint8_t id);
std::string SegmentKey(SegmentId segment);
std::string DeletionKey(RowId row);
std::string FilterChunkKey(std::uint16_t chunk);
std::string FilterRowKey();
std::string TailKey();
std::string RebuildKey();

std::string EncodeHeader(const DatabaseHeader& header);
std::string EncodeCollection(const CollectionSpec& spec);
std::string EncodePartition(const PartitionEntry& entry);
std::string EncodeCommit(const CommitEntry& entry);
std::string EncodeSegment(const SegmentEntry& entry);
std::string EncodeTail(const TailEntry& entry);

// kCorruption, or kUnsupported for a newer version.
Result<DatabaseHeader> DecodeHeader(std::string_view value);
Result<CollectionSpec> DecodeCollection(std::string_view value);
Result<PartitionEntry> DecodePartition(std::string_view value);
Result<CommitEntry> DecodeCommit(std::string_view value);
Result<SegmentEntry> DecodeSegment(std::string_view value);
Result<TailEntry> DecodeTail(std::string_view value);

}  // namespace kalends
