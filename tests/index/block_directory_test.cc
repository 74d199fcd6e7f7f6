#include "index/block_directory.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "index/column.h"
#include "tests/hex.h"

namespace kalends {
namespace {

constexpr std::uint32_t Bit(ColumnKind kind) { return 1U << static_cast<unsigned>(kind); }

std::vector<ColumnSummary> Summaries() {
  return {
      {.path = "a",
       .number = 2,
       .rows = 9,
       .kinds = Bit(ColumnKind::kInt),
       .bytes = 30,
       .min_key = "m",
       .max_key = "x"},
      {.path = "b", .rows = 1, .kinds = Bit(ColumnKind::kObject) | Bit(ColumnKind::kArray)},
      {.path = std::string("b\0", 2), .rows = 2, .kinds = Bit(ColumnKind::kNull)},
      {.path = "b.c", .number = 1, .rows = 10, .kinds = Bit(ColumnKind::kString), .distinct = 3, .min_key = ""},
      {.path = "o", .rows = 3, .kinds = Bit(ColumnKind::kObject)},
      {.path = "\xC3\xA9", .number = 3, .rows = 1, .kinds = Bit(ColumnKind::kBool)},
  };
}

TEST(BlockDirectory, EncodesAsItsSchemaSays) {
  EXPECT_EQ(Hex(EncodeBlockDirectory(
                10, true, false,
                {{.path = "a", .number = 1, .rows = 9, .kinds = 8, .bytes = 30, .min_key = "m", .max_key = "x"}})),
            "01"
            "ca6ca9f5"
            "100000000c0010000800070000000c000c000000000000010a00000004000000010000001800000014001c00080004000c00060000"
            "00100014001800140000000100080024000000090000001e00000010000000040000000100000078000000010000006d0000000100"
            "000061000000");
}

TEST(BlockDirectory, GivesBackWhatWasEncoded) {
  const auto directory = BlockDirectory::Open(EncodeBlockDirectory(10, true, true, Summaries()));
  ASSERT_TRUE(directory.has_value()) << directory.error().message();
  EXPECT_EQ(directory->rows(), 10U);
  EXPECT_TRUE(directory->is_complete());
  EXPECT_TRUE(directory->has_dotted_names());
  const std::vector<ColumnSummary> expected = Summaries();
  ASSERT_EQ(directory->size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const ColumnSummary summary = directory->at(i);
    EXPECT_EQ(summary.path, expected[i].path);
    EXPECT_EQ(summary.number, expected[i].number);
    EXPECT_EQ(summary.rows, expected[i].rows);
    EXPECT_EQ(summary.kinds, expected[i].kinds);
    EXPECT_EQ(summary.distinct, expected[i].distinct);
    EXPECT_EQ(summary.bytes, expected[i].bytes);
    EXPECT_EQ(summary.min_key, expected[i].min_key);
    EXPECT_EQ(summary.max_key, expected[i].max_key);
    const auto found = directory->Find(expected[i].path);
    ASSERT_TRUE(found.has_value()) << expected[i].path;
    EXPECT_EQ(found->number, expected[i].number);
    EXPECT_EQ(found->rows, expected[i].rows);
    EXPECT_EQ(found->kinds, expected[i].kinds);
    EXPECT_EQ(found->min_key, expected[i].min_key);
    EXPECT_EQ(found->max_key, expected[i].max_key);
  }
  for (const char* path : {"", "A", "aa", "b.", "b.cc", "b.d", "z", "\xC3"}) {
    EXPECT_FALSE(directory->Find(path).has_value()) << path;
  }
}

TEST(BlockDirectory, FindsEachOfManyPaths) {
  std::vector<ColumnSummary> columns;
  for (std::uint32_t i = 1000; i < 3000; i += 2) {
    columns.push_back({.path = std::to_string(i), .number = static_cast<std::uint16_t>(i), .rows = 1});
  }
  const auto directory = BlockDirectory::Open(EncodeBlockDirectory(65536, false, false, columns));
  ASSERT_TRUE(directory.has_value());
  EXPECT_FALSE(directory->is_complete());
  for (std::uint32_t i = 999; i < 3001; ++i) {
    const auto found = directory->Find(std::to_string(i));
    ASSERT_EQ(found.has_value(), i >= 1000 && i < 3000 && i % 2 == 0) << i;
    if (found.has_value()) {
      EXPECT_EQ(found->number, i);
    }
  }
}

TEST(BlockDirectory, HoldsNoPaths) {
  const auto directory = BlockDirectory::Open(EncodeBlockDirectory(1, true, false, {}));
  ASSERT_TRUE(directory.has_value());
  EXPECT_EQ(directory->size(), 0U);
  EXPECT_FALSE(directory->Find("a").has_value());
  EXPECT_TRUE(directory->IsAbsent("a.b"));
}

TEST(BlockDirectory, KnowsWhatIsAbsent) {
  const auto directory = BlockDirectory::Open(EncodeBlockDirectory(10, true, false, Summaries()));
  EXPECT_TRUE(directory->IsAbsent("c"));
  EXPECT_TRUE(directory->IsAbsent("a.x"));
  EXPECT_TRUE(directory->IsAbsent("o.x.y"));
  EXPECT_FALSE(directory->IsAbsent("a"));
  EXPECT_FALSE(directory->IsAbsent("b.x"));    // Perhaps in an array at b.
  EXPECT_FALSE(directory->IsAbsent("b.c.x"));  // The same.
  // No path leads to a name that is empty, so that the directory does not know of it.
  for (const char* path : {"", ".a", "a.", "o..x"}) EXPECT_FALSE(directory->IsAbsent(path)) << path;
  EXPECT_FALSE(BlockDirectory::Open(EncodeBlockDirectory(10, false, false, Summaries()))->IsAbsent("c"));
}

TEST(BlockDirectory, RefusesEveryFlippedBitAndCut) {
  const std::string good = EncodeBlockDirectory(10, true, true, Summaries());
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    std::string bad = good;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
    const auto directory = BlockDirectory::Open(bad);
    ASSERT_FALSE(directory.has_value()) << "bit " << bit;
    EXPECT_EQ(directory.error().code(), bit < 8 ? ErrorCode::kUnsupported : ErrorCode::kCorruption) << "bit " << bit;
  }
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(BlockDirectory::Open(std::string_view(good).substr(0, size)).has_value()) << size << " bytes";
  }
}

// Bytes whose checksum is right and whose content is not.
TEST(BlockDirectory, IsSafeOnChangedBytesWithTheRightChecksum) {
  const std::string good = EncodeBlockDirectory(10, true, true, Summaries());
  std::mt19937 random(1);
  for (int round = 0; round < 50'000; ++round) {
    std::string inside = good.substr(kEnvelopeBytes);
    for (std::uint32_t i = 0; i <= random() % 3; ++i) inside[random() % inside.size()] = static_cast<char>(random());
    const auto directory = BlockDirectory::Open(Enclose(inside));
    if (!directory.has_value()) continue;
    for (std::size_t i = 0; i < directory->size(); ++i) EXPECT_TRUE(directory->Find(directory->at(i).path).has_value());
    EXPECT_FALSE(directory->Find("nowhere").has_value());
    directory->IsAbsent("b.c.d");
  }
}

TEST(BlockDirectory, RefusesWhatItsEntriesCannotSay) {
  const auto code = [](std::uint32_t rows, const ColumnSummary& column) {
    const auto directory = BlockDirectory::Open(EncodeBlockDirectory(rows, true, false, {column}));
    return directory.has_value() ? ErrorCode{} : directory.error().code();
  };
  EXPECT_EQ(code(10, {.path = "a", .rows = 10, .kinds = 2}), ErrorCode{});
  EXPECT_EQ(code(0, {.path = "a", .rows = 0, .kinds = 2}), ErrorCode::kCorruption);
  EXPECT_EQ(code(65537, {.path = "a", .rows = 1, .kinds = 2}), ErrorCode::kCorruption);
  EXPECT_EQ(code(10, {.path = "a", .rows = 11, .kinds = 2}), ErrorCode::kCorruption);
  EXPECT_EQ(code(10, {.path = "a", .rows = 10, .kinds = 1U << 13U}), ErrorCode::kCorruption);
}

}  // namespace
}  // namespace kalends
