#include "index/term_index.h"

#include <xxhash.h>

#include "format/errors.h"
#include "format/varint.h"
#include "index/posting_list.h"

namespace kalends {
namespace {

std::uint32_t VarintBytes(std::uint32_t value) {
  return (static_cast<std::uint32_t>(std::bit_width(value | 1U)) + 6) / 7;
}

char* WriteVarint(std::uint32_t value, char* at) {
  for (; value >= 0x80; value >>= 7U) *at++ = static_cast<char>(value | 0x80U);
  *at++ = static_cast<char>(value);
  return at;
}

// The first bytes of a term as a number that compares as they do.
std::uint64_t PrefixOf(std::string_view term) {
  std::uint64_t prefix = 0;
  std::memcpy(&prefix, term.data(), std::min(term.size(), sizeof prefix));
  return std::endian::native == std::endian::little ? __builtin_bswap64(prefix) : prefix;
}

struct SortedTerm {
  std::uint64_t prefix;
  std::uint32_t number;
};

}  // namespace

std::uint32_t TermIndex::HashOf(std::string_view term) {
  return static_cast<std::uint32_t>(XXH3_64bits(term.data(), term.size()));
}

std::size_t TermIndex::bytes() const {
  return table_.size() * sizeof(std::uint32_t) + terms_.size() * sizeof(Term) + texts_.size() + buffers_.size();
}

const TermIndex::Term* TermIndex::Find(std::string_view term) const {
  if (table_.empty()) return nullptr;
  const std::uint32_t hash = HashOf(term);
  for (std::uint32_t slot = hash & slot_mask_; table_[slot] != 0; slot = (slot + 1) & slot_mask_) {
    if (!HasTag(table_[slot], hash)) continue;
    const Term& found = terms_[NumberOf(table_[slot])];
    if (found.hash == hash && TextOf(found) == term) return &found;
  }
  return nullptr;
}

void TermIndex::Grow() {
  const std::size_t size = std::max<std::size_t>(64, table_.size() * 2);
  assert(size <= std::size_t{1} << 31U);
  table_.assign(size, 0);
  slot_mask_ = static_cast<std::uint32_t>(size - 1);
  for (std::uint32_t number = 0; number < terms(); ++number) {
    const std::uint32_t hash = terms_[number].hash;
    std::uint32_t slot = hash & slot_mask_;
    while (table_[slot] != 0) slot = (slot + 1) & slot_mask_;
    table_[slot] = EntryOf(hash, number);
  }
}

// Puts the last row behind those before it: `next_row` will be the last.
void TermIndex::EncodeLast(Term* term, std::uint32_t next_row) {
  const std::uint32_t left_out = next_row - term->last_row - 1;
  assert(left_out < 1U << 31U);
  const bool is_first = term->size == 0;
  const bool is_once = term->last_count == 1;
  const std::uint32_t code = left_out * 2 + (is_once ? 0 : 1);
  const std::uint32_t beyond = term->last_count - 2;
  char* at = Extend(
      term, (is_first ? VarintBytes(term->last_row) : 0) + VarintBytes(code) + (is_once ? 0 : VarintBytes(beyond)));
  if (is_first) at = WriteVarint(term->last_row, at);
  at = WriteVarint(code, at);
  if (!is_once) WriteVarint(beyond, at);
}

// Makes the encoded rows longer by `size` bytes. Returns where those begin.
char* TermIndex::Extend(Term* term, std::uint32_t size) {
  const std::uint32_t old_size = term->size;
  const std::uint32_t new_size = old_size + size;
  if (const std::uint32_t capacity = CapacityOf(new_size); capacity != CapacityOf(old_size)) {
    const std::uint32_t buffer = TakeBuffer(capacity);  // Moves all buffers.
    std::memcpy(buffers_.data() + buffer, Encoded(*term).data(), old_size);
    if (old_size > kInlineBytes)
      free_buffers_[static_cast<unsigned>(std::countr_zero(CapacityOf(old_size)))].push_back(BufferOf(*term));
    std::memcpy(term->encoded.data(), &buffer, sizeof buffer);
  }
  term->size = new_size;
  return (new_size <= kInlineBytes ? term->encoded.data() : buffers_.data() + BufferOf(*term)) + old_size;
}

// One that a term outgrew, or a new one.
std::uint32_t TermIndex::TakeBuffer(std::uint32_t capacity) {
  std::vector<std::uint32_t>& free = free_buffers_[static_cast<unsigned>(std::countr_zero(capacity))];
  if (!free.empty()) {
    const std::uint32_t buffer = free.back();
    free.pop_back();
    return buffer;
  }
  const std::size_t buffer = buffers_.size();
  assert(buffer <= UINT32_MAX);
  buffers_.resize(buffer + capacity);
  return static_cast<std::uint32_t>(buffer);
}

void TermIndex::AddRows(std::string_view term, RowBits* bits) const {
  ForEachPosting(term, bits->rows(), [&](std::uint32_t row, std::uint32_t /*count*/) { bits->Set(row); });
}

Status TermIndex::ForEachEncoded(
    const std::function<Status(std::string_view term, std::string_view postings)>& visit) const {
  std::vector<SortedTerm> sorted;
  sorted.reserve(terms_.size());
  for (std::uint32_t number = 0; number < terms(); ++number)
    sorted.push_back({PrefixOf(TextOf(terms_[number])), number});
  std::sort(sorted.begin(), sorted.end(), [this](const SortedTerm& a, const SortedTerm& b) {
    return a.prefix != b.prefix ? a.prefix < b.prefix : TextOf(terms_[a.number]) < TextOf(terms_[b.number]);
  });
  PostingEncoder encoder;
  std::string postings;
  for (const SortedTerm& entry : sorted) {
    const Term& term = terms_[entry.number];
    ForEachOf(term, UINT32_MAX, [&](std::uint32_t row, std::uint32_t count) { encoder.Add(row, count); });
    encoder.FinishInto(&postings);
    KALENDS_RETURN_IF_ERROR(visit(TextOf(term), postings));
  }
  return {};
}

}  // namespace kalends
