#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/catalog_codec.h"
#include "engine/deletions.h"
#include "engine/sealed_ids.h"
#include "engine/storage.h"
#include "engine/tail.h"
#include "format/compression.h"
#include "format/key_dictionary.h"
#include "kalends/spec.h"
#include "kalends/status.h"

namespace kalends {

// Keys of a segment's number in the columns family that lie in one file and go together.
struct SegmentPart {
  enum class Kind : std::uint8_t { kColumns, kText, kLists };  // In the order of their keys.
  SegmentId segment;
  Kind kind = Kind::kColumns;
  friend auto operator<=>(const SegmentPart&, const SegmentPart&) = default;
};

// What is stored of a part. The segments that need it share one; when it was superseded, it is removed with the last of
// them, and these live as long as some view holds them.
class StoredPart {
 public:
  explicit StoredPart(SegmentPart part) : part_(part) {}
  ~StoredPart() {
    if (reap_) reap_(part_);
  }
  StoredPart(const StoredPart&) = delete;
  StoredPart& operator=(const StoredPart&) = delete;
  const SegmentPart& part() const { return part_; }
  // No segment of newer views needs it. Under the commit mutex.
  void Supersede(std::function<void(SegmentPart)> reap) const { reap_ = std::move(reap); }

 private:
  const SegmentPart part_;
  mutable std::function<void(SegmentPart)> reap_;
};
using StoredParts = std::vector<std::shared_ptr<const StoredPart>>;

// A sealed run of rows with what is derived from them. Immutable.
class Segment {
 public:
  Segment(SegmentId id, SegmentEntry entry, StoredParts parts)
      : id_(id),
        entry_(std::move(entry)),
        parts_(std::move(parts)),
        times_checked_(std::make_unique<std::atomic<bool>[]>(entry_.blocks.size())) {}
  SegmentId id() const { return id_; }
  const SegmentEntry& entry() const { return entry_; }
  RowRange rows() const { return {entry_.first_row, {entry_.first_row.value + entry_.rows}}; }
  // Under whose number the columns of a block are kept.
  SegmentId ColumnsOf(const SegmentBlock& block) const { return block.segment.value == 0 ? id_ : block.segment; }
  const StoredParts& parts() const { return parts_; }
  // Whether the checksum of a block's times was found right since the database was opened: most questions read times,
  // and checking those of a block costs more than looking up some.
  bool AreTimesChecked(std::size_t block) const { return times_checked_[block].load(std::memory_order_relaxed); }
  void SetTimesChecked(std::size_t block) const { times_checked_[block].store(true, std::memory_order_relaxed); }

 private:
  const SegmentId id_;
  const SegmentEntry entry_;
  const StoredParts parts_;
  const std::unique_ptr<std::atomic<bool>[]> times_checked_;
};
using Segments = std::vector<std::shared_ptr<const Segment>>;

// What a segment needs of the columns family, each part once; those that `known` has are taken from there.
StoredParts PartsOf(SegmentId id, const SegmentEntry& entry, const StoredParts& known);

// A tail as far as a view sees it.
struct TailView {
  std::shared_ptr<Tail> tail;
  std::uint32_t rows = 0;
  TimeUs min{INT64_MAX};
  TimeUs max{INT64_MIN};
};

// A partition as one view sees it: segments, then tails, then `end`; a row is in one of them. Immutable.
struct PartitionState {
  std::shared_ptr<const Segments> segments;
  std::vector<TailView> tails;  // Full ones that wait for sealing, then the one that is written.
  std::shared_ptr<const Deletions> deletions;
  RowId end;
  std::uint64_t json_bytes = 0;  // Of all rows.

  std::uint64_t documents() const { return end.value - deletions->count(); }
  RowId sealed_end() const { return segments->empty() ? RowId{0} : segments->back()->rows().end; }
};

// What documents of a collection are found by: its indexes, and the series field.
IndexPaths IndexPathsOf(const CollectionSpec& spec);
// Null where it has no text.
TextOptionsPtr TextOptionsOf(const CollectionSpec& spec);

// The opened families of a partition and what is kept in memory beside every view: dictionaries and the id filter.
class Partition {
 public:
  Partition(std::shared_ptr<RocksInstance> instance, Generation generation, PartitionEntry entry, std::string name,
            PartitionFamilies families, const CollectionSpec& spec, std::uint64_t seed);
  // Files go with the last handle: they are destroyed with the partition.
  ~Partition();

  Generation generation() const { return generation_; }
  const PartitionEntry& entry() const { return entry_; }
  const std::string& name() const { return name_; }
  TimeRange range() const;
  const PartitionFamilies& families() const { return families_; }
  rocksdb::DB* db() const { return instance_->db.get(); }

  // Reads the state as it is in the families now. Once, by LazyState: before any write to the partition.
  Result<std::shared_ptr<const PartitionState>> Load();
  // For a partition that was just made: there is nothing to read.
  std::shared_ptr<const PartitionState> StartEmpty();
  // Checked when loading: the row after the last, as the log's last commit says.
  void ExpectEnd(RowId end) { expected_end_ = end; }

  KeyDictionary& keys() { return *keys_; }
  // Documents that were read hold it: the names of their fields lie there, also when the database is closed.
  const std::shared_ptr<KeyDictionary>& shared_keys() const { return keys_; }
  ZstdDictionaries& dictionaries() { return dictionaries_; }

  SealedIds& ids() { return ids_; }
  // Whether the row, which is not deleted, has the id.
  Result<bool> HoldsId(RowId row, const IdHash& hash, const rocksdb::Snapshot* snapshot);
  const SealedIds& ids() const { return ids_; }

  // The background worker's alone, as are the three below.
  SegmentId NextSegment() { return {next_segment_++}; }
  // While a rebuild of the index is under way, or was interrupted: segments from this number on are new.
  std::optional<SegmentId> rebuild_mark() const { return rebuild_mark_; }
  void SetRebuildMark(std::optional<SegmentId> mark) { rebuild_mark_ = mark; }
  // Segments that cannot be read: left alone until the database is opened again, so that the others are merged.
  void LeaveUnmerged(SegmentId segment) { unmerged_.insert(segment); }
  // Whether an error of building or merging says so: also a version that no program wrote.
  static bool IsUnreadable(const Error& error) {
    return error.code() == ErrorCode::kCorruption || error.code() == ErrorCode::kUnsupported;
  }
  bool IsLeftUnmerged(SegmentId segment) const { return unmerged_.contains(segment); }
  // What lies in the columns family and no segment of the manifest needs: an interrupted sealing or merging left it.
  std::vector<SegmentPart> TakeLeftovers();
  bool has_leftovers() const { return has_leftovers_.load(std::memory_order_relaxed); }
  // Whether the manifest names a part that no file holds: then that a key is not found tells nothing. After Load.
  bool IsLost(const SegmentPart& part) const { return lost_.contains(part); }

  std::atomic<bool> sealing_queued{false};
  std::atomic<bool> merging_queued{false};  // Because rows were deleted.
  // Who builds segments anew: no merging meanwhile. The background does for merging.
  enum class Rebuilder : std::uint8_t { kNobody, kCaller, kBackground };
  std::atomic<Rebuilder> rebuilder{Rebuilder::kNobody};
  std::atomic<bool> dropped{
      false};  // Set with the view that lacks it, under the commit mutex: its families take no more writes.
  std::mutex dictionary_mutex;             // For adding to dictionaries().
  std::atomic<bool> inherited{false};      // Another month's dictionary was looked for.
  std::atomic<bool> trained_small{false};  // Training was begun.
  std::uint32_t slot = 0;                  // In every view; set before it is first published.

  // The leader's alone: how many entries of keys() are stored.
  std::uint32_t keys_stored = 0;
  std::uint32_t dictionaries_stored = 0;  // A bit for each would be needed if ids were sparse; they are dense from 1.

 private:
  Status LoadState(std::vector<std::pair<SegmentId, SegmentEntry>>* segments, std::vector<RowId>* deleted,
                   std::optional<TailEntry>* tail);
  Status FindLeftovers(const Segments& segments);
  Status LoadTail(RowId begin, RowId end, const Deletions& deletions, std::uint32_t loads, PartitionState* state);

  std::shared_ptr<RocksInstance> instance_;
  const Generation generation_;
  const PartitionEntry entry_;
  const std::string name_;
  const PartitionFamilies families_;
  const std::string id_field_;
  const IndexPaths indexes_;   // Of the tail that is read at opening,
  const TextOptionsPtr text_;  // and its text.
  const int compression_level_;
  const std::uint64_t seed_;

  const std::shared_ptr<KeyDictionary> keys_ = std::make_shared<KeyDictionary>();
  ZstdDictionaries dictionaries_;
  SealedIds ids_;
  std::optional<RowId> expected_end_;

  std::mutex leftovers_mutex_;
  std::vector<SegmentPart> leftovers_;
  std::atomic<bool> has_leftovers_{false};
  std::set<SegmentPart> lost_;
  std::uint32_t next_segment_ = 1;
  std::optional<SegmentId> rebuild_mark_;
  std::set<SegmentId> unmerged_;
};

// The state of a partition as it was opened, read when it is first asked for; others wait meanwhile. An error stays.
// Views made before the first write to the partition share it.
class LazyState {
 public:
  explicit LazyState(std::shared_ptr<Partition> partition) : partition_(std::move(partition)) {}
  // Valid as long as this.
  Result<const PartitionState*> Get() {
    const PartitionState* state = loaded_.load(std::memory_order_acquire);
    if (state != nullptr) return state;
    return Load();
  }
  // Null where it was not read yet.
  std::shared_ptr<const PartitionState> Loaded() const {
    return loaded_.load(std::memory_order_acquire) == nullptr ? nullptr : state_;
  }

 private:
  Result<const PartitionState*> Load();

  std::shared_ptr<Partition> partition_;
  std::atomic<const PartitionState*> loaded_{nullptr};  // state_, which does not change any more.
  std::mutex mutex_;
  std::optional<Error> error_;
  std::shared_ptr<const PartitionState> state_;
};

// Keys of the columns family, all numbers big-endian:
//   segment u32, column u16, block u16           column 0 is the time, 1 the directory of the others
//   segment u32, FFFE, 0, first row u32          the lengths of the texts of a block (index/text_lengths.h), which
//                                                begins at that row of the segment
//   segment u32, FFFE, 1, term                   postings (index/posting_list.h)
//   segment u32, FFFF, index u8, hash u64        an inverted list (index/inverted_list.h)
// A segment's columns lie in one file, its text in another, its lists in a third.
inline constexpr std::uint16_t kTimeColumn = 0;
inline constexpr std::uint16_t kDirectoryColumn = 1;
inline constexpr std::uint16_t kFirstColumn = 2;  // Of number 1 in the directory.
std::string ColumnKey(SegmentId segment, std::uint16_t column, std::uint16_t block);
std::string ListKey(SegmentId segment, std::uint8_t index, std::uint64_t hash);
inline constexpr char kTextLengths = 0;
inline constexpr char kTextPostings = 1;
std::string TextLengthsKey(SegmentId segment, std::uint32_t first_row);
std::string PostingsKey(SegmentId segment, std::string_view term);
// Of any key of more than segment and column.
SegmentPart PartOfKey(std::string_view key);
// The keys of a part: from the first on, below the second.
std::pair<std::string, std::string> KeyRangeOf(const SegmentPart& part);
std::string RowKey(RowId row);

// The id of a document: the value of the id field, or the made id beside it.
Value IdOf(const Value& root, const Value& made_id, const std::string& id_field);

}  // namespace kalends
