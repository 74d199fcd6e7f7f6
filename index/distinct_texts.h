#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kalends {

// Numbers different texts in the order of their first coming. Fast where neighbours are alike.
class DistinctTexts {
 public:
  std::uint32_t Add(std::string_view text);  // Its number.
  std::uint32_t size() const { return static_cast<std::uint32_t>(ends_.size()); }
  std::string_view at(std::uint32_t number) const {
    const std::uint32_t begin = number == 0 ? 0 : ends_[number - 1];
    return std::string_view(texts_).substr(begin, ends_[number] - begin);
  }
  std::size_t text_bytes() const { return texts_.size(); }  // At most 2^32 - 1.
  std::size_t bytes() const;                                // Of memory.

 private:
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t number_plus_one = 0;  // 0: free.
  };
  void Grow();

  std::string texts_;
  std::vector<std::uint32_t> ends_;
  std::vector<Slot> slots_;  // A power of two, at most half of them taken.
  std::uint32_t last_ = 0;   // What was added last.
};

}  // namespace kalends
