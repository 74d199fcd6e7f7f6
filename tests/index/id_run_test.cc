#include "index/id_run.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

namespace kalends {
namespace {

TEST(IdRun, EncodesTheExampleOfItsFormatComment) {
  const IdHash hash{0x0102030405060708, 0x1112131415161718};
  EXPECT_EQ(IdRunKey(2, hash), std::string("I\0\0\0\2\1\2\3\4\5\6\7\x08\x11\x12\x13\x14\x15\x16\x17\x18", 21));
  EXPECT_EQ(IdRunValue(RowId{300}), "\xac\x02");
}

TEST(IdRun, KeysAndValuesComeBack) {
  const IdHash hash{UINT64_MAX, 5};
  std::uint32_t run_set = 0;
  const auto key = DecodeIdRunKey(IdRunKey(0xFEDCBA98, hash), &run_set);
  ASSERT_TRUE(key.has_value());
  EXPECT_EQ(*key, hash);
  EXPECT_EQ(run_set, 0xFEDCBA98);
  for (const std::uint64_t row : {std::uint64_t{0}, std::uint64_t{127}, std::uint64_t{128}, UINT64_MAX}) {
    const auto value = DecodeIdRunValue(IdRunValue(RowId{row}));
    ASSERT_TRUE(value.has_value());
    EXPECT_EQ(value->value, row);
  }
}

TEST(IdRun, KeysSortByRunSetThenHash) {
  EXPECT_LT(IdRunKey(1, {UINT64_MAX, UINT64_MAX}), IdRunKey(2, {0, 0}));
  EXPECT_LT(IdRunKey(256, {0xFF, UINT64_MAX}), IdRunKey(256, {0x100, 0}));
  EXPECT_LT(IdRunKey(256, {0xFF, 0xFF}), IdRunKey(256, {0xFF, 0x100}));
}

TEST(IdRun, RefusesOtherBytes) {
  std::uint32_t run_set = 0;
  const std::string key = IdRunKey(1, {2, 3});
  for (std::size_t size = 0; size < key.size(); ++size) {
    EXPECT_FALSE(DecodeIdRunKey(std::string_view(key).substr(0, size), &run_set).has_value()) << size;
  }
  EXPECT_FALSE(DecodeIdRunKey(key + "x", &run_set).has_value());
  EXPECT_FALSE(DecodeIdRunKey("J" + key.substr(1), &run_set).has_value());
  for (const char* bytes : {"", "\x80", "\x01\x02", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f"}) {
    EXPECT_FALSE(DecodeIdRunValue(bytes).has_value());
  }
}

TEST(IdRun, SortsByHashAndKeepsTheNewestOfEqualOnes) {
  std::vector<IdEntry> entries = {{{2, 1}, {10}}, {{1, 9}, {11}}, {{2, 1}, {30}}, {{2, 0}, {12}}, {{2, 1}, {20}}};
  SortIdRun(&entries);
  ASSERT_EQ(entries.size(), 3U);
  EXPECT_EQ(entries[0].row.value, 11U);
  EXPECT_EQ(entries[1].row.value, 12U);
  EXPECT_EQ(entries[2].row.value, 30U);
}

TEST(IdRun, SortsAsAMapDoes) {
  std::mt19937_64 random(1);
  for (const std::size_t count : {0U, 1U, 100U, 65536U}) {
    // Some hashes come back, some share their high half.
    std::vector<IdEntry> entries;
    std::map<IdHash, std::uint64_t> newest;
    for (std::size_t row = 0; row < count; ++row) {
      IdHash hash{random(), random() % 3};
      if (row % 7 == 3) hash = entries[random() % row].hash;
      if (row % 5 == 4) hash.high = entries[random() % row].hash.high;
      entries.push_back({hash, {row}});
      newest[hash] = row;
    }
    std::shuffle(entries.begin(), entries.end(), random);
    SortIdRun(&entries);
    ASSERT_EQ(entries.size(), newest.size());
    std::size_t i = 0;
    for (const auto& [hash, row] : newest) {
      ASSERT_EQ(entries[i].hash, hash);
      ASSERT_EQ(entries[i++].row.value, row);
    }
  }
}

}  // namespace
}  // namespace kalends
