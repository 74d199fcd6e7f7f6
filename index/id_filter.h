#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "format/ids.h"
#include "kalends/status.h"

namespace kalends {

// A blocked Bloom filter over the hashes of ids: 10 bits an id, one cache line (64 bytes) a probe, about 1 % false
// positives when full. One thread changes it while any number look up (words are atomic).
//
// It grows without reading all ids at once: `Doubled` holds every block twice, and its blocks are refilled one after
// the other, each from the ids that belong there, which lie side by side where ids are sorted by hash.
class IdFilter {
 public:
  explicit IdFilter(std::uint64_t capacity);              // Ids; at least 1,024, rounded up to a multiple of 256.
  static std::uint64_t BytesFor(std::uint64_t capacity);  // What one takes in memory.
  static std::uint64_t CapacityOf(std::uint64_t bytes);   // Of the largest that takes no more.
  std::uint64_t capacity() const { return capacity_; }
  std::uint64_t size() const { return size_.load(std::memory_order_relaxed); }  // Ids added.
  void Add(const IdHash& hash);
  bool MayContain(const IdHash& hash) const;
  // Fetches the line of a hash into the cache, for batches of look-ups.
  void Prefetch(const IdHash& hash) const;

  // One of twice the capacity with the same answers. Its false positives stay as many until its blocks are refilled.
  std::unique_ptr<IdFilter> Doubled() const;
  std::uint64_t blocks() const { return block_count_; }
  std::uint64_t BlockOf(const IdHash& hash) const;       // Never falls while hashes rise.
  std::uint64_t FirstHighOf(std::uint64_t block) const;  // The least `high` of a hash of the block.
  // Puts `ids` in the place of what the block holds: all that were added and belong to it, at least.
  void Refill(std::uint64_t block, std::span<const IdHash> ids);

  // The stored form; the layout is at the head of the .cc. In chunks of at most `chunk_bytes`, each with its own
  // checksum, so that none is a huge value.
  std::uint32_t ChunkCount(std::size_t chunk_bytes) const;
  std::string EncodeChunk(std::uint32_t number, std::size_t chunk_bytes) const;

 private:
  friend class IdFilterDecoder;
  static constexpr std::size_t kBlockBytes = 64;
  static constexpr std::size_t kBlockWords = kBlockBytes / sizeof(std::uint64_t);
  struct alignas(kBlockBytes) Block {
    std::atomic<std::uint64_t> words[kBlockWords] = {};
  };
  static std::uint64_t ChunkBlocks(std::size_t chunk_bytes);

  std::uint64_t capacity_ = 0;
  std::uint64_t block_count_ = 0;
  std::atomic<std::uint64_t> size_{0};
  std::unique_ptr<Block[]> blocks_;
};

// Reads the stored form, chunk by chunk.
class IdFilterDecoder {
 public:
  // A filter of more than `bytes_max` is refused with kLimitExceeded before memory is taken.
  explicit IdFilterDecoder(std::uint64_t bytes_max) : bytes_max_(bytes_max) {}
  Status Add(std::string_view chunk);
  bool is_complete() const { return filter_ != nullptr && chunks_read_ == chunks_; }
  // Of a complete one, once. Chunks may be of different moments of one filter: then it has the ids of the earliest, at
  // least.
  std::unique_ptr<IdFilter> Take() { return std::move(filter_); }

 private:
  const std::uint64_t bytes_max_;
  std::unique_ptr<IdFilter> filter_;
  std::uint32_t chunks_ = 0;
  std::uint32_t chunks_read_ = 0;
  std::uint64_t blocks_read_ = 0;
};

}  // namespace kalends
