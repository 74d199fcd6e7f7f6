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
// positives when full. One thread adds while any number look up (words are atomic).
class IdFilter {
 public:
  explicit IdFilter(std::uint64_t capacity);  // Ids; at least 1,024.
  std::uint64_t capacity() const { return capacity_; }
  std::uint64_t size() const { return size_.load(std::memory_order_relaxed); }  // Ids added.
  void Add(const IdHash& hash);
  bool MayContain(const IdHash& hash) const;
  // Fetches the line of a hash into the cache, for batches of look-ups.
  void Prefetch(const IdHash& hash) const;
  std::size_t bytes() const { return block_count_ * kBlockBytes; }

  // The stored form; the layout is at the head of the .cc. In chunks of at most `chunk_bytes`, each with its own
  // checksum, so that none is a huge value.
  std::vector<std::string> Encode(std::size_t chunk_bytes) const;
  static Result<std::unique_ptr<IdFilter>> Decode(std::span<const std::string> chunks);

 private:
  static constexpr std::size_t kBlockBytes = 64;
  static constexpr std::size_t kBlockWords = kBlockBytes / sizeof(std::uint64_t);
  struct alignas(kBlockBytes) Block {
    std::atomic<std::uint64_t> words[kBlockWords] = {};
  };
  const Block& BlockOf(const IdHash& hash) const;

  std::uint64_t capacity_ = 0;
  std::uint64_t block_count_ = 0;
  std::atomic<std::uint64_t> size_{0};
  std::unique_ptr<Block[]> blocks_;
};

}  // namespace kalends
