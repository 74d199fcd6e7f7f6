#include "engine/deletions.h"

#include <algorithm>
#include <memory>
#include <random>
#include <set>
#include <vector>

#include "tests/engine/engine_test_support.h"

namespace kalends {
namespace {

std::vector<RowId> Rows(const std::vector<std::uint64_t>& numbers) {
  std::vector<RowId> rows;
  for (const std::uint64_t number : numbers) rows.push_back({number});
  return rows;
}

TEST(Deletions, AreEmptyAtFirst) {
  const Deletions none;
  EXPECT_EQ(none.count(), 0U);
  EXPECT_FALSE(none.Contains({0}));
  EXPECT_FALSE(none.Contains({1U << 30U}));
  EXPECT_TRUE(none.In({{0}, {UINT64_MAX}}).empty());
  EXPECT_EQ(none.With({})->count(), 0U);
}

TEST(Deletions, NeverChangeButGiveAChangedCopy) {
  const Deletions none;
  const auto one = none.With(Rows({5}));
  const auto three = one->With(Rows({70'000, 6}));
  EXPECT_EQ(none.count(), 0U);
  EXPECT_EQ(one->count(), 1U);
  EXPECT_TRUE(one->Contains({5}));
  EXPECT_FALSE(one->Contains({6}));
  EXPECT_EQ(three->count(), 3U);
  EXPECT_TRUE(three->Contains({5}));
  EXPECT_TRUE(three->Contains({70'000}));
  EXPECT_FALSE(three->Contains({70'000 - 65'536}));
}

TEST(Deletions, CountARowOnce) {
  const auto once = Deletions().With(Rows({7, 7}));
  EXPECT_EQ(once->count(), 1U);
  EXPECT_EQ(once->With(Rows({7}))->count(), 1U);
}

TEST(Deletions, ListThoseInARangeAscending) {
  const auto some = Deletions().With(Rows({200'000, 65'536, 65'535, 0, 3}));
  EXPECT_EQ(some->In({{0}, {200'001}}), Rows({0, 3, 65'535, 65'536, 200'000}));
  EXPECT_EQ(some->In({{3}, {65'536}}), Rows({3, 65'535}));
  EXPECT_EQ(some->In({{65'536}, {65'537}}), Rows({65'536}));
  EXPECT_TRUE(some->In({{4}, {4}}).empty());
  EXPECT_EQ(some->CountIn({{1}, {200'000}}), 3U);
}

TEST(Deletions, AreASetOfRows) {
  std::mt19937 random(1);
  std::set<std::uint64_t> expected;
  auto deletions = std::make_shared<const Deletions>();
  for (int round = 0; round < 50; ++round) {
    std::vector<RowId> rows;
    for (int i = 0; i < 100; ++i) rows.push_back({random() % 300'000});
    for (const RowId row : rows) expected.insert(row.value);
    deletions = deletions->With(rows);
    EXPECT_EQ(deletions->count(), expected.size());
    const std::uint64_t begin = random() % 300'000;
    const std::uint64_t end = begin + random() % 100'000;
    const std::vector<std::uint64_t> inside(expected.lower_bound(begin), expected.lower_bound(end));
    EXPECT_EQ(deletions->In({{begin}, {end}}), Rows(inside));
    EXPECT_EQ(deletions->Contains({begin}), expected.contains(begin));
  }
}

}  // namespace
}  // namespace kalends
