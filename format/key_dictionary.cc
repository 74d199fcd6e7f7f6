// Names by number: chunks of 256, made when needed and never moved. Numbers by name: a table with open addressing, at
// most half full, of slots of 64 bits:
//
//   bits 16 to 63: those of the name's hash; bits 0 to 15: number + 1, so that no slot in use is 0
//
// A slot is written once. When the table is too small, a larger copy takes its place, and the old one stays for those
// who still read it (all old ones together are smaller than the new). The order of publication is: name, size, slot;
// whoever finds a number therefore finds its name, and counts it.
#include "format/key_dictionary.h"

#define XXH_INLINE_ALL  // A call costs as much as hashing a short name.
#include <xxhash.h>

#include <array>
#include <atomic>
#include <cassert>
#include <mutex>

#include "format/arena.h"

namespace kalends {
namespace {

constexpr std::uint64_t kNumberBits = 0xFFFF;

std::uint64_t HashName(std::string_view name) { return XXH3_64bits(name.data(), name.size()); }

}  // namespace

class KeyDictionary::State {
 public:
  State() { AddTable(kFirstTableSlots); }

  std::uint32_t size() const { return size_.load(std::memory_order_acquire); }

  std::string_view Name(std::uint16_t number) const {
    return (*chunks_[number / kChunkNames].load(std::memory_order_acquire))[number % kChunkNames];
  }

  std::uint16_t Find(std::string_view name, std::uint64_t hash) const {
    const Table& table = *table_.load(std::memory_order_acquire);
    for (std::uint64_t i = hash;; ++i) {
      const std::uint64_t slot = table.slots[i & table.mask].load(std::memory_order_acquire);
      if (slot == 0) return kNoNumber;
      if ((slot ^ hash) <= kNumberBits) {  // The same hash, above the number.
        const auto number = static_cast<std::uint16_t>((slot & kNumberBits) - 1);
        if (Name(number) == name) return number;
      }
    }
  }

  // Counts a sighting of a name that has no number, and gives it one when it is due.
  std::uint16_t Sight(std::string_view name, std::uint64_t hash) {
    const std::uint32_t size = this->size();
    if (size >= kNumbersMax || name.size() > kNameBytesMax) return kNoNumber;
    if (size >= kAtFirstSight && !IsDue(hash)) return kNoNumber;
    const std::lock_guard lock(mutex_);
    const std::uint16_t number = Find(name, hash);  // Another thread may have been faster.
    return number != kNoNumber ? number : Add(name, hash);
  }

  bool Append(std::string_view name) {
    const std::uint64_t hash = HashName(name);
    const std::lock_guard lock(mutex_);
    return Find(name, hash) == kNoNumber && Add(name, hash) != kNoNumber;
  }

 private:
  static constexpr std::uint32_t kChunkNames = 256;
  static constexpr std::uint64_t kFirstTableSlots = 64;
  static constexpr std::uint64_t kCounters = 16384;
  using Chunk = std::array<std::string_view, kChunkNames>;
  using Counters = std::array<std::atomic<std::uint8_t>, kCounters>;
  struct Table {
    std::uint64_t mask;
    std::unique_ptr<std::atomic<std::uint64_t>[]> slots;
  };

  // Names share a counter where their hashes do, and every occurrence counts, several in one document too: a name may
  // get its number early, never late.
  bool IsDue(std::uint64_t hash) {
    Counters* counters = counters_.load(std::memory_order_acquire);
    if (counters == nullptr) {
      const std::lock_guard lock(mutex_);
      if (counters_owner_ == nullptr) counters_owner_ = std::make_unique<Counters>();
      counters = counters_owner_.get();
      counters_.store(counters, std::memory_order_release);
    }
    std::atomic<std::uint8_t>& counter = (*counters)[(hash >> 16U) % kCounters];
    if (counter.load(std::memory_order_relaxed) >= kSightingsNeeded) return true;
    return counter.fetch_add(1, std::memory_order_relaxed) + 1U >= kSightingsNeeded;
  }

  // The rest is called with mutex_ held.

  std::uint16_t Add(std::string_view name, std::uint64_t hash) {
    const std::uint32_t number = size_.load(std::memory_order_relaxed);
    if (number >= kNumbersMax) return kNoNumber;
    const std::uint64_t slots = tables_.back()->mask + 1;
    if ((std::uint64_t{number} + 1) * 2 > slots) AddTable(slots * 2);
    if (number % kChunkNames == 0) {
      chunk_owners_.push_back(std::make_unique<Chunk>());
      chunks_[number / kChunkNames].store(chunk_owners_.back().get(), std::memory_order_release);
    }
    (*chunk_owners_.back())[number % kChunkNames] = names_.Copy(name);
    size_.store(number + 1, std::memory_order_release);
    Put(*tables_.back(), number, hash);
    return static_cast<std::uint16_t>(number);
  }

  void AddTable(std::uint64_t slots) {
    auto table = std::make_unique<Table>(Table{slots - 1, std::make_unique<std::atomic<std::uint64_t>[]>(slots)});
    for (std::uint32_t number = 0; number < size_.load(std::memory_order_relaxed); ++number) {
      Put(*table, number, HashName(Name(static_cast<std::uint16_t>(number))));
    }
    table_.store(table.get(), std::memory_order_release);
    tables_.push_back(std::move(table));
  }

  static void Put(Table& table, std::uint32_t number, std::uint64_t hash) {
    std::uint64_t i = hash;
    while (table.slots[i & table.mask].load(std::memory_order_relaxed) != 0) ++i;
    table.slots[i & table.mask].store((hash & ~kNumberBits) | (number + 1), std::memory_order_release);
  }

  std::atomic<const Table*> table_{nullptr};
  std::atomic<std::uint32_t> size_{0};
  std::array<std::atomic<const Chunk*>, kNumbersMax / kChunkNames> chunks_{};
  std::atomic<Counters*> counters_{nullptr};

  std::mutex mutex_;  // Guards what follows.
  Arena names_;
  std::vector<std::unique_ptr<Table>> tables_;  // The last is in use.
  std::vector<std::unique_ptr<Chunk>> chunk_owners_;
  std::unique_ptr<Counters> counters_owner_;
};

KeyDictionary::KeyDictionary() : state_(std::make_unique<State>()) {}
KeyDictionary::~KeyDictionary() = default;

std::uint16_t KeyDictionary::NumberFor(std::string_view name) {
  const std::uint64_t hash = HashName(name);
  const std::uint16_t number = state_->Find(name, hash);
  return number != kNoNumber ? number : state_->Sight(name, hash);
}

std::uint16_t KeyDictionary::Find(std::string_view name) const { return state_->Find(name, HashName(name)); }

std::string_view KeyDictionary::Name(std::uint16_t number) const {
  assert(number < size());
  return state_->Name(number);
}

std::uint32_t KeyDictionary::size() const { return state_->size(); }

bool KeyDictionary::Append(std::string_view name) { return state_->Append(name); }

}  // namespace kalends
