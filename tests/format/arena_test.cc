#include "format/arena.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace kalends {
namespace {

std::vector<std::string_view> Fill(Arena* arena, int texts, char letter) {
  std::vector<std::string_view> given;
  for (int i = 0; i < texts; ++i) given.push_back(arena->Copy(std::string(static_cast<std::size_t>(i), letter)));
  return given;
}

void ExpectWhole(const std::vector<std::string_view>& texts, char letter) {
  for (std::size_t i = 0; i < texts.size(); ++i) EXPECT_EQ(texts[i], std::string(i, letter)) << letter;
}

TEST(Arena, TakesOverWhatAnotherGaveOut) {
  for (const int own : {0, 3, 500}) {
    for (const int others : {0, 3, 500}) {
      Arena arena;
      const auto first = Fill(&arena, own, 'a');
      std::vector<std::string_view> second;
      std::size_t bytes = arena.bytes_reserved();
      {
        Arena other;
        second = Fill(&other, others, 'b');
        bytes += other.bytes_reserved();
        arena.Take(std::move(other));
        EXPECT_EQ(other.bytes_reserved(), 0U);
        ExpectWhole(Fill(&other, 10, 'x'), 'x');
      }
      EXPECT_EQ(arena.bytes_reserved(), bytes);
      const auto third = Fill(&arena, 500, 'c');
      ExpectWhole(first, 'a');
      ExpectWhole(second, 'b');
      ExpectWhole(third, 'c');
      arena.Reset();
      ExpectWhole(Fill(&arena, 500, 'd'), 'd');
    }
  }
}

}  // namespace
}  // namespace kalends
