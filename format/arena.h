#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace kalends {

// Memory that is given out piece by piece and freed at once: for values, strings and fields of documents. Not
// thread-safe.
class Arena {
 public:
  Arena() = default;
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  // Aligned for any object; uninitialised.
  void* Allocate(std::size_t bytes) {
    bytes = (bytes + kAlignment - 1) & ~(kAlignment - 1);
    if (bytes > left_) AddBlock(bytes);
    char* result = next_;
    next_ += bytes;
    left_ -= bytes;
    return result;
  }

  std::string_view Copy(std::string_view text) {
    if (text.empty()) return {};
    char* bytes = static_cast<char*>(Allocate(text.size()));
    std::memcpy(bytes, text.data(), text.size());
    return {bytes, text.size()};
  }

  template <class T>
  std::span<T> Copy(std::span<const T> items) {
    static_assert(std::is_trivially_copyable_v<T>);
    if (items.empty()) return {};
    T* copy = static_cast<T*>(Allocate(items.size_bytes()));
    std::memcpy(static_cast<void*>(copy), items.data(), items.size_bytes());
    return {copy, items.size()};
  }

  // Forgets all that was given out, keeping blocks for the next use: all, or of more than kKeptBytesMax the largest alone.
  void Reset() {
    if (blocks_.empty()) return;
    if (reserved_ > kKeptBytesMax) {
      const auto largest = std::max_element(blocks_.begin(), blocks_.end(), [](const Block& a, const Block& b) { return a.bytes < b.bytes; });
      std::swap(blocks_.front(), *largest);
      blocks_.resize(1);
      reserved_ = blocks_.front().bytes;
    }
    Use(0);
  }

  std::size_t bytes_reserved() const { return reserved_; }

 private:
  static constexpr std::size_t kAlignment = 8;
  static constexpr std::size_t kFirstBlockBytes = 4096;
  static constexpr std::size_t kBlockBytesMax = 1U << 20U;
  static constexpr std::size_t kKeptBytesMax = std::size_t{8} << 20U;
  struct Block {
    std::unique_ptr<char[]> memory;
    std::size_t bytes;
  };

  void AddBlock(std::size_t bytes_needed) {
    while (used_ + 1 < blocks_.size()) {  // Kept from before the last Reset.
      Use(used_ + 1);
      if (left_ >= bytes_needed) return;
    }
    std::size_t bytes = blocks_.empty() ? kFirstBlockBytes : std::min(blocks_.back().bytes * 2, kBlockBytesMax);
    if (bytes < bytes_needed) bytes = bytes_needed;
    blocks_.push_back({std::unique_ptr<char[]>(new char[bytes]), bytes});
    reserved_ += bytes;
    Use(blocks_.size() - 1);
  }

  void Use(std::size_t block) {
    used_ = block;
    next_ = blocks_[block].memory.get();
    left_ = blocks_[block].bytes;
  }

  std::vector<Block> blocks_;
  std::size_t used_ = 0;  // The block that is given out from.
  std::size_t reserved_ = 0;
  char* next_ = nullptr;
  std::size_t left_ = 0;
};

}  // namespace kalends
