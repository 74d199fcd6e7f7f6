#pragma once

#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace kalends {

// A set of rows of one block, or of places in a stream of a column: a bit each. Bits behind the last row are 0.
class RowBits {
 public:
  RowBits() = default;
  explicit RowBits(std::uint32_t rows, bool value = false) : rows_(rows), words_((rows + 63U) / 64U, 0) {
    if (value) SetRange(0, rows);
  }

  std::uint32_t rows() const { return rows_; }
  std::span<const std::uint64_t> words() const { return words_; }
  std::span<std::uint64_t> words() { return words_; }  // Whoever writes keeps the bits behind the last row 0.

  bool Test(std::uint32_t row) const {
    assert(row < rows_);
    return (words_[row / 64] >> (row % 64) & 1U) != 0;
  }
  void Set(std::uint32_t row) {
    assert(row < rows_);
    words_[row / 64] |= std::uint64_t{1} << (row % 64);
  }
  void Clear(std::uint32_t row) {
    assert(row < rows_);
    words_[row / 64] &= ~(std::uint64_t{1} << (row % 64));
  }
  void SetRange(std::uint32_t begin, std::uint32_t end) {
    ForWords(begin, end, [](std::uint64_t* word, std::uint64_t mask) { *word |= mask; });
  }
  void ClearRange(std::uint32_t begin, std::uint32_t end) {
    ForWords(begin, end, [](std::uint64_t* word, std::uint64_t mask) { *word &= ~mask; });
  }

  bool Any() const {
    for (const std::uint64_t word : words_) {
      if (word != 0) return true;
    }
    return false;
  }
  std::uint32_t Count() const;

  // With a set of as many rows.
  RowBits& operator|=(const RowBits& other) {
    assert(rows_ == other.rows_);
    for (std::size_t i = 0; i < words_.size(); ++i) words_[i] |= other.words_[i];
    return *this;
  }
  RowBits& operator&=(const RowBits& other) {
    assert(rows_ == other.rows_);
    for (std::size_t i = 0; i < words_.size(); ++i) words_[i] &= other.words_[i];
    return *this;
  }
  RowBits& operator-=(const RowBits& other) {  // Those that are not in `other`.
    assert(rows_ == other.rows_);
    for (std::size_t i = 0; i < words_.size(); ++i) words_[i] &= ~other.words_[i];
    return *this;
  }
  void Flip() {
    for (std::uint64_t& word : words_) word = ~word;
    if (rows_ % 64 != 0) words_.back() &= (std::uint64_t{1} << (rows_ % 64)) - 1;
  }

  // Calls visit(row) for each, ascending.
  template <class Visit>
  void ForEach(Visit visit) const {
    for (std::size_t i = 0; i < words_.size(); ++i) {
      for (std::uint64_t word = words_[i]; word != 0; word &= word - 1) {
        visit(static_cast<std::uint32_t>(i * 64 + static_cast<std::size_t>(std::countr_zero(word))));
      }
    }
  }

  friend bool operator==(const RowBits&, const RowBits&) = default;

 private:
  template <class Change>
  void ForWords(std::uint32_t begin, std::uint32_t end, Change change) {
    assert(begin <= end && end <= rows_);
    if (begin == end) return;
    const std::uint64_t first = ~std::uint64_t{0} << (begin % 64);
    const std::uint64_t last = ~std::uint64_t{0} >> (63 - (end - 1) % 64);
    std::size_t word = begin / 64;
    const std::size_t last_word = (end - 1) / 64;
    if (word == last_word) return change(&words_[word], first & last);
    change(&words_[word], first);
    for (++word; word < last_word; ++word) change(&words_[word], ~std::uint64_t{0});
    change(&words_[word], last);
  }

  std::uint32_t rows_ = 0;
  std::vector<std::uint64_t> words_;
};

}  // namespace kalends
