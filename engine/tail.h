#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <span>
#include <string_view>
#include <vector>

#include "format/ids.h"
#include "index/index_hash.h"
#include "index/row_bits.h"
#include "index/term_index.h"
#include "index/text_options.h"
#include "kalends/time.h"

namespace kalends {

// The newest rows of a partition, up to 65,536, kept in memory until they are sealed into a segment: time, hash of the
// id, size, hashes of indexed values and terms of each. The rows themselves are in RocksDB. One thread at a time
// appends (the leader of a commit); any number read, each below the end that its view gives: rows past it may be there
// already.
class Tail {
 public:
  static constexpr std::uint32_t kRowsMax = 65536;

  // What Append is given: hashes of `indexes`, terms of `text` (null: none).
  Tail(RowId first, IndexPaths indexes, TextOptionsPtr text)
      : first_(first), indexes_(std::move(indexes)), text_(std::move(text)) {}

  RowId first_row() const { return first_; }
  const IndexPaths& indexes() const { return indexes_; }
  const TextOptionsPtr& text() const { return text_; }
  struct Row {
    TimeUs time;
    IdHash id;
    std::uint32_t json_bytes = 0;
    std::span<const std::uint32_t> index_hashes;  // Of each of indexes() (index/index_hash.h).
    std::string_view terms;                       // StoredTerms; empty where there is no text().
  };
  void Append(const Row& row);
  std::size_t bytes() const { return bytes_.load(std::memory_order_relaxed); }  // Of memory, about.
  std::uint32_t rows() const { return rows_.load(std::memory_order_acquire); }

  TimeUs TimeAt(std::uint32_t offset) const { return {ChunkOf(offset).times[offset % kChunkRows]}; }
  IdHash IdAt(std::uint32_t offset) const { return ChunkOf(offset).ids[offset % kChunkRows]; }
  std::uint32_t JsonBytesAt(std::uint32_t offset) const { return ChunkOf(offset).json_bytes[offset % kChunkRows]; }

  // Adds those of the first rows(matches) rows whose value of an index has this hash, or may have any.
  void FindIndexed(std::size_t index, std::uint32_t hash, RowBits* matches) const;

  // Adds those of the first rows->rows() rows that have the term. Only where there is text(), as those below.
  void FindTerm(std::string_view term, RowBits* rows) const;
  // Calls visit(row, count) for these, ascending; writers wait meanwhile.
  template <class Visit>
  void ForEachPosting(std::string_view term, std::uint32_t rows, Visit visit) const {
    const std::shared_lock lock(terms_mutex_);
    terms_.ForEachPosting(term, rows, visit);
  }
  // Calls visit(term) for each term of any row, in no order.
  template <class Visit>
  void ForEachTerm(Visit visit) const {
    const std::shared_lock lock(terms_mutex_);
    terms_.ForEachTerm(visit);
  }
  // Calls visit for each term, ascending, with its postings as a PostingList; takes some tens of milliseconds, in which
  // no row can be appended. Stops at the first error.
  template <class Visit>
  Status ForEachEncoded(Visit visit) const {
    const std::shared_lock lock(terms_mutex_);
    return terms_.ForEachEncoded(visit);
  }
  // How many terms the row has.
  std::uint32_t TextLengthAt(std::uint32_t offset) const { return ChunkOf(offset).text_lengths[offset % kChunkRows]; }

  // The newest row with this id among the first `rows`, as an offset.
  std::optional<std::uint32_t> Find(const IdHash& id, std::uint32_t rows) const;
  // The same for many ids at once: sets found[i] to the row of ids[i] where it is null and there is one.
  void FindAll(std::span<const IdHash> ids, std::uint32_t rows, std::span<std::optional<RowId>> found) const;

  // The offsets of the first `rows` rows in order of (time, row). Kept, and extended when asked again for more.
  std::shared_ptr<const std::vector<std::uint32_t>> Order(std::uint32_t rows) const;

  // How often these rows were read back at an opening.
  std::uint32_t loads = 0;

  // Under the commit mutex.
  bool frozen = false;  // No more rows are appended: it waits for sealing.
  std::chrono::steady_clock::time_point first_append = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point last_append = first_append;

 private:
  static constexpr std::uint32_t kChunkRows = 1024;
  struct Chunk {
    std::array<std::int64_t, kChunkRows> times;
    std::array<IdHash, kChunkRows> ids;
    std::array<std::uint32_t, kChunkRows> json_bytes;
    std::unique_ptr<std::uint32_t[]> index_hashes;  // kChunkRows of each index, one behind the other.
    std::array<std::uint32_t, kChunkRows> text_lengths;
  };
  std::uint32_t AppendTerms(std::uint32_t offset, std::string_view stored);
  const Chunk& ChunkOf(std::uint32_t offset) const { return *chunks_[offset / kChunkRows]; }
  void Grow();  // Of the hash table; under index_mutex_, as the look-up.
  std::optional<std::uint32_t> FindLocked(const IdHash& id, std::uint32_t rows) const;

  const RowId first_;
  const IndexPaths indexes_;
  const TextOptionsPtr text_;
  std::array<std::unique_ptr<Chunk>, kRowsMax / kChunkRows> chunks_;
  std::atomic<std::uint32_t> rows_{0};
  std::atomic<std::size_t> bytes_{0};

  mutable std::shared_mutex terms_mutex_;
  TermIndex terms_;

  // Tagged offsets (tail.cc) by hash, linear probing, at most half full; equal hashes stand in order of their rows.
  mutable std::shared_mutex index_mutex_;
  std::vector<std::uint32_t> index_;

  mutable std::mutex order_mutex_;
  mutable std::shared_ptr<const std::vector<std::uint32_t>> order_;
};

}  // namespace kalends
