#include "engine/tail.h"

#include <algorithm>
#include <cassert>
#include <numeric>

#include "index/document_terms.h"

namespace kalends {
namespace {

// An entry of the hash table: offset + 1 in the low 17 bits, above them bits of the hash that did not choose the slot,
// so that looking for an id that is not there, the usual case of an insert, seldom leaves the table.
constexpr unsigned kOffsetBits = 17;
static_assert(Tail::kRowsMax < 1U << kOffsetBits);

constexpr std::size_t kRowBytes = 48;  // Time, hash, sizes, and two places in the hash table.

std::uint32_t TagOf(const IdHash& id) { return static_cast<std::uint32_t>(id.high) << kOffsetBits; }
std::uint32_t OffsetOf(std::uint32_t entry) { return (entry & ((1U << kOffsetBits) - 1)) - 1; }
bool HasTag(std::uint32_t entry, std::uint32_t tag) { return ((entry ^ tag) >> kOffsetBits) == 0; }

}  // namespace

void Tail::Append(const Row& row) {
  assert(row.index_hashes.size() == indexes_->size());
  const std::uint32_t offset = rows_.load(std::memory_order_relaxed);
  assert(offset < kRowsMax);
  std::unique_ptr<Chunk>& chunk = chunks_[offset / kChunkRows];
  if (chunk == nullptr) {
    chunk = std::make_unique<Chunk>();
    chunk->index_hashes = std::make_unique<std::uint32_t[]>(indexes_->size() * kChunkRows);
  }
  chunk->times[offset % kChunkRows] = row.time.value;
  chunk->ids[offset % kChunkRows] = row.id;
  chunk->json_bytes[offset % kChunkRows] = row.json_bytes;
  for (std::size_t i = 0; i < row.index_hashes.size(); ++i)
    chunk->index_hashes[i * kChunkRows + offset % kChunkRows] = row.index_hashes[i];
  chunk->text_lengths[offset % kChunkRows] = text_ == nullptr ? 0 : AppendTerms(offset, row.terms);
  {
    const std::unique_lock lock(index_mutex_);
    if (index_.size() < 2 * (std::size_t{offset} + 1)) Grow();
    std::size_t slot = row.id.low & (index_.size() - 1);
    while (index_[slot] != 0) slot = (slot + 1) & (index_.size() - 1);
    index_[slot] = TagOf(row.id) | (offset + 1);
  }
  bytes_.store(
      (offset + 1) * (kRowBytes + sizeof(std::uint32_t) * indexes_->size()) + (text_ == nullptr ? 0 : terms_.bytes()),
      std::memory_order_relaxed);
  rows_.store(offset + 1, std::memory_order_release);
}

std::uint32_t Tail::AppendTerms(std::uint32_t offset, std::string_view stored) {
  const std::unique_lock lock(terms_mutex_);
  std::uint32_t count = 0;
  std::string_view term;
  std::uint32_t hash = 0;
  for (StoredTerms terms(stored); terms.Next(&term, &hash); ++count) terms_.Add(offset, term, hash);
  return count;
}

void Tail::FindTerm(std::string_view term, RowBits* rows) const {
  const std::shared_lock lock(terms_mutex_);
  terms_.AddRows(term, rows);
}

void Tail::Grow() {
  const std::size_t size = std::max<std::size_t>(64, index_.size() * 2);
  index_.assign(size, 0);
  const std::uint32_t rows = rows_.load(std::memory_order_relaxed);
  for (std::uint32_t offset = 0; offset < rows; ++offset) {
    std::size_t slot = IdAt(offset).low & (size - 1);
    while (index_[slot] != 0) slot = (slot + 1) & (size - 1);
    index_[slot] = TagOf(IdAt(offset)) | (offset + 1);
  }
}

void Tail::FindIndexed(std::size_t index, std::uint32_t hash, RowBits* matches) const {
  const std::span<std::uint64_t> words = matches->words();
  for (std::uint32_t begin = 0; begin < matches->rows(); begin += 64) {
    const std::uint32_t* hashes = ChunkOf(begin).index_hashes.get() + index * kChunkRows + begin % kChunkRows;
    const std::uint32_t count = std::min(64U, matches->rows() - begin);
    std::uint64_t word = 0;
    for (std::uint32_t i = 0; i < count; ++i)
      word |= std::uint64_t{hashes[i] == hash || hashes[i] == kAnyValueHash} << i;
    words[begin / 64] |= word;
  }
}

std::optional<std::uint32_t> Tail::Find(const IdHash& id, std::uint32_t rows) const {
  const std::shared_lock lock(index_mutex_);
  return FindLocked(id, rows);
}

void Tail::FindAll(std::span<const IdHash> ids, std::uint32_t rows, std::span<std::optional<RowId>> found) const {
  // Locked for some at a time: the leader of a commit waits meanwhile.
  constexpr std::size_t kIdsAtOnce = 1024;
  for (std::size_t begin = 0; begin < ids.size(); begin += kIdsAtOnce) {
    const std::shared_lock lock(index_mutex_);
    for (std::size_t i = begin; i < std::min(ids.size(), begin + kIdsAtOnce); ++i) {
      if (found[i]) continue;
      if (const auto offset = FindLocked(ids[i], rows)) found[i] = RowId{first_.value + *offset};
    }
  }
}

std::optional<std::uint32_t> Tail::FindLocked(const IdHash& id, std::uint32_t rows) const {
  if (index_.empty()) return std::nullopt;
  std::optional<std::uint32_t> found;
  const std::uint32_t tag = TagOf(id);
  for (std::size_t slot = id.low & (index_.size() - 1); index_[slot] != 0; slot = (slot + 1) & (index_.size() - 1)) {
    if (!HasTag(index_[slot], tag)) continue;
    const std::uint32_t offset = OffsetOf(index_[slot]);
    if (offset < rows && IdAt(offset) == id && (!found || *found < offset)) found = offset;
  }
  return found;
}

std::shared_ptr<const std::vector<std::uint32_t>> Tail::Order(std::uint32_t rows) const {
  const std::lock_guard lock(order_mutex_);
  if (order_ != nullptr && order_->size() == rows) return order_;
  const auto earlier = [this](std::uint32_t a, std::uint32_t b) {
    const TimeUs time_a = TimeAt(a);
    const TimeUs time_b = TimeAt(b);
    return time_a != time_b ? time_a < time_b : a < b;
  };
  // A view may be older than the order that is kept: then it is made anew, and not kept.
  const bool extends = order_ == nullptr || order_->size() < rows;
  auto order = std::make_shared<std::vector<std::uint32_t>>();
  const std::uint32_t sorted = extends && order_ != nullptr ? static_cast<std::uint32_t>(order_->size()) : 0;
  order->reserve(rows);
  if (sorted > 0) order->assign(order_->begin(), order_->end());
  order->resize(rows);
  std::iota(order->begin() + sorted, order->end(), sorted);
  if (!std::is_sorted(order->begin() + sorted, order->end(), earlier)) {
    std::sort(order->begin() + sorted, order->end(), earlier);
  }
  if (sorted > 0 && sorted < rows && !earlier((*order)[sorted - 1], (*order)[sorted])) {
    std::inplace_merge(order->begin(), order->begin() + sorted, order->end(), earlier);
  }
  if (extends) order_ = order;
  return order;
}

}  // namespace kalends
