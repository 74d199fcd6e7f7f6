#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "index/row_bits.h"
#include "kalends/status.h"

namespace kalends {

// The terms of rows that are not yet in a segment, up to 65,536 of them, with their postings: it is asked while it
// grows, and a segment is built of it. Most terms are in one to four rows; such a term takes about 50 bytes in all.
// Whoever reads while another thread adds holds a lock that the two share.
class TermIndex {
 public:
  static constexpr std::size_t kTermBytesMax = 255;

  static std::uint32_t HashOf(std::string_view term);
  // Rows ascend, below 2^31; a row's terms come in any order, as often as they occur there. `hash`: HashOf(term).
  void Add(std::uint32_t row, std::string_view term, std::uint32_t hash);

  std::uint32_t terms() const { return static_cast<std::uint32_t>(terms_.size()); }
  // Of memory, without what growing set aside and nobody has touched.
  std::size_t bytes() const;

  // Adds the rows below bits->rows() that have the term.
  void AddRows(std::string_view term, RowBits* bits) const;
  // Calls visit(row, count) for each row below `rows` that has the term, ascending.
  template <class Visit>
  void ForEachPosting(std::string_view term, std::uint32_t rows, Visit visit) const;
  // Calls visit(term), in no order.
  template <class Visit>
  void ForEachTerm(Visit visit) const;
  // Calls visit for the terms in the order of their bytes, with their postings as PostingEncoder makes them, which are
  // there during the call alone. Stops at the first error.
  Status ForEachEncoded(const std::function<Status(std::string_view term, std::string_view postings)>& visit) const;

 private:
  // The last row with its count stands by itself, so that a term that occurs again in it changes a number. The rows
  // before are encoded: a varint, the first row; then for each the varint of the rows left out until the next one
  // (which may be the last) * 2 + 1 where its count is more than 1, which then follows as varint, less 2.
  struct alignas(32) Term {  // Never across two lines of the cache.
    std::uint32_t hash = 0;
    std::uint32_t text = 0;  // Where it begins in texts_, after a byte of its length.
    std::uint32_t last_row = 0;
    std::uint32_t last_count = 0;
    std::uint32_t size = 0;             // Bytes of the rows before the last.
    std::array<char, 12> encoded = {};  // They, while there is room; then where they begin in buffers_, as 4 bytes.
  };
  static constexpr std::uint32_t kInlineBytes = 12;
  static constexpr std::uint32_t kBufferBytesMin = 32;
  static constexpr unsigned kBufferSizes = 32;

  // Of the buffer of so many bytes: the powers of two, so that nobody has to remember it.
  static std::uint32_t CapacityOf(std::uint32_t size) {
    return size <= kInlineBytes ? kInlineBytes : std::max(kBufferBytesMin, std::bit_ceil(size));
  }
  static std::uint32_t BufferOf(const Term& term) {
    std::uint32_t buffer;
    std::memcpy(&buffer, term.encoded.data(), sizeof buffer);
    return buffer;
  }

  // An entry of the table: a term's number + 1 in the bits that choose a slot; above them the same bits of the hash, so
  // that another term's slot seldom leads to it. Fewer terms than half the slots: the numbers fit.
  std::uint32_t EntryOf(std::uint32_t hash, std::uint32_t number) const { return (hash & ~slot_mask_) | (number + 1); }
  std::uint32_t NumberOf(std::uint32_t entry) const { return (entry & slot_mask_) - 1; }
  bool HasTag(std::uint32_t entry, std::uint32_t hash) const { return ((entry ^ hash) & ~slot_mask_) == 0; }

  std::string_view TextOf(const Term& term) const {
    return {texts_.data() + term.text + 1, static_cast<unsigned char>(texts_[term.text])};
  }
  const Term* Find(std::string_view term) const;
  Term& FindOrAdd(std::string_view term, std::uint32_t hash);
  void Grow();
  void EncodeLast(Term* term, std::uint32_t next_row);
  char* Extend(Term* term, std::uint32_t size);
  std::uint32_t TakeBuffer(std::uint32_t capacity);
  std::string_view Encoded(const Term& term) const {
    return {term.size <= kInlineBytes ? term.encoded.data() : buffers_.data() + BufferOf(term), term.size};
  }
  template <class Visit>
  void ForEachOf(const Term& term, std::uint32_t rows, Visit visit) const;

  std::vector<std::uint32_t> table_;  // 0: no entry.
  std::uint32_t slot_mask_ = 0;
  std::vector<Term> terms_;
  std::string texts_;
  std::vector<char> buffers_;
  std::array<std::vector<std::uint32_t>, kBufferSizes> free_buffers_;  // By the logarithm of their size.
};

// ---- Reading

// An integer that Add wrote.
inline std::uint32_t TakeOwnVarint(const char** at) {
  std::uint32_t value = 0;
  for (unsigned shift = 0;; shift += 7) {
    const auto byte = static_cast<unsigned char>(*(*at)++);
    value |= std::uint32_t{byte & 0x7FU} << shift;
    if (byte < 0x80) return value;
  }
}

template <class Visit>
void TermIndex::ForEachOf(const Term& term, std::uint32_t rows, Visit visit) const {
  const std::string_view encoded = Encoded(term);
  if (!encoded.empty()) {
    const char* at = encoded.data();
    const char* const end = at + encoded.size();
    for (std::uint32_t row = TakeOwnVarint(&at); at != end && row < rows;) {
      const std::uint32_t code = TakeOwnVarint(&at);
      visit(row, code % 2 == 0 ? 1 : 2 + TakeOwnVarint(&at));
      row += 1 + code / 2;
    }
  }
  if (term.last_row < rows) visit(term.last_row, term.last_count);
}

template <class Visit>
void TermIndex::ForEachPosting(std::string_view term, std::uint32_t rows, Visit visit) const {
  if (const Term* found = Find(term)) ForEachOf(*found, rows, visit);
}

template <class Visit>
void TermIndex::ForEachTerm(Visit visit) const {
  for (const Term& term : terms_) visit(TextOf(term));
}

// ---- Adding, some eighty times for a document

inline TermIndex::Term& TermIndex::FindOrAdd(std::string_view term, std::uint32_t hash) {
  if (table_.size() < 2 * (terms_.size() + 1)) Grow();
  std::uint32_t slot = hash & slot_mask_;
  for (; table_[slot] != 0; slot = (slot + 1) & slot_mask_) {
    if (!HasTag(table_[slot], hash)) continue;
    Term& found = terms_[NumberOf(table_[slot])];
    if (found.hash == hash && TextOf(found) == term) return found;
  }
  assert(texts_.size() <= UINT32_MAX);
  table_[slot] = EntryOf(hash, terms());
  Term& added = terms_.emplace_back();
  added.hash = hash;
  added.text = static_cast<std::uint32_t>(texts_.size());
  texts_.push_back(static_cast<char>(term.size()));
  texts_ += term;
  return added;
}

inline void TermIndex::Add(std::uint32_t row, std::string_view term, std::uint32_t hash) {
  assert(term.size() <= kTermBytesMax);
  Term& found = FindOrAdd(term, hash);
  if (found.last_count > 0 && found.last_row != row) {
    assert(found.last_row < row);
    EncodeLast(&found, row);
    found.last_count = 0;
  }
  found.last_row = row;
  ++found.last_count;
}

}  // namespace kalends
