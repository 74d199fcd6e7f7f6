#include "index/posting_list.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "tests/hex.h"

namespace kalends {
namespace {

using Postings = std::vector<Posting>;

std::string ListOf(const Postings& postings) {
  PostingEncoder encoder;
  for (const Posting& posting : postings) encoder.Add(posting.row, posting.count);
  return encoder.Finish();
}

Postings AllOf(const PostingList& list) {
  Postings postings;
  list.AppendAll(&postings);
  return postings;
}

Postings AllOf(std::string_view bytes) {
  const auto list = PostingList::Open(bytes);
  EXPECT_TRUE(list.has_value());
  return list.has_value() ? AllOf(*list) : Postings();
}

// What the list says of some rows is what the postings themselves say.
void ExpectAnswers(const PostingList& list, const Postings& postings, std::uint64_t begin, std::uint32_t size) {
  RowBits expected_rows(size);
  Postings expected;
  for (const Posting& posting : postings) {
    if (posting.row < begin || posting.row - begin >= size) continue;
    expected.push_back({static_cast<std::uint32_t>(posting.row - begin), posting.count});
    expected_rows.Set(expected.back().row);
  }
  RowBits found_rows(size);
  list.AddRows(begin, &found_rows);
  ASSERT_TRUE(found_rows == expected_rows) << size << " rows from " << begin;
  ASSERT_EQ(list.CountIn(begin, begin + size), expected.size()) << size << " rows from " << begin;
  Postings found;
  list.ForEachIn(begin, begin + size, [&](std::uint32_t row, std::uint32_t count) { found.push_back({row, count}); });
  ASSERT_TRUE(found == expected) << size << " rows from " << begin;
}

void ExpectHolds(const Postings& postings) {
  const std::string bytes = ListOf(postings);
  const auto list = PostingList::Open(bytes);
  ASSERT_TRUE(list.has_value()) << list.error().message();
  EXPECT_TRUE(list->Verify().ok());
  EXPECT_EQ(list->count(), postings.size());
  ASSERT_TRUE(AllOf(*list) == postings);
  for (const std::uint64_t near :
       {std::uint64_t{0}, std::uint64_t{postings.front().row}, std::uint64_t{postings.back().row}}) {
    for (const std::uint64_t begin :
         {near, near / 65536 * 65536, near / 64 * 64, near + 1, near < 77 ? 0 : near - 77}) {
      for (const std::uint32_t size : {1U, 64U, 1000U, 65536U, 200'000U}) ExpectAnswers(*list, postings, begin, size);
    }
  }
}

// Mostly 1, as of words, but each way to write a count.
std::uint32_t RandomCount(std::mt19937& random) {
  static const std::vector<std::uint32_t> counts = {2, 2, 2, 3, 4, 5, 6, 132, 133, 70'000, UINT32_MAX - 1, UINT32_MAX};
  return random() % 3 != 0 ? 1 : counts[random() % counts.size()];
}

Postings RandomPostings(std::mt19937& random, std::uint32_t rows, std::uint32_t one_in, bool has_counts = true) {
  Postings postings;
  for (std::uint32_t row = random() % one_in; row < rows; row += 1 + random() % (2 * one_in - 1)) {
    postings.push_back({row, has_counts ? RandomCount(random) : 1});
  }
  return postings;
}

TEST(PostingList, EncodesTheExamplesOfItsFormatComment) {
  EXPECT_EQ(Hex(ListOf({{1000, 1}})),
            "0102"
            "02e803");
  EXPECT_EQ(Hex(ListOf({{1000, 1}, {1001, 2}, {1005, 1}, {65536, 6}})),
            "010909"
            "000204e8030003"
            "0301"
            "000104"
            "01020301");
}

TEST(PostingList, EncodesTheExampleOfTheCounts) {
  EXPECT_EQ(Hex(ListOf({{0, 1}, {1, 1}, {2, 2}, {3, 1}, {4, 300}, {131072, 4}})),
            "010d06"
            "0104011f"
            "0701"
            "0004"
            "0807a702"
            "030102");
}

TEST(PostingList, WritesABitmapWhereItIsSmaller) {
  Postings postings;
  for (std::uint32_t row = 0; row < 16; ++row) postings.push_back({row, row == 15 ? 3U : 1U});
  EXPECT_EQ(Hex(ListOf(postings)),
            "012103"
            "03ffff"
            "01013d");
}

TEST(PostingList, TakesFewBytesForFewRows) {
  for (const std::uint32_t row : {0U, 1000U, 65535U, 70000U, 2'000'000U, 4'194'303U}) {
    EXPECT_LE(ListOf({{row, 1}}).size(), 6U) << row;
    EXPECT_LE(ListOf({{row, 2}}).size(), 10U) << row;
  }
}

TEST(PostingList, HoldsRowsOfEveryDensity) {
  std::mt19937 random(1);
  ExpectHolds({{0, 1}});
  ExpectHolds({{0, UINT32_MAX}});
  ExpectHolds({{65535, 2}, {65536, 1}});
  ExpectHolds({{UINT32_MAX, 7}});
  ExpectHolds({{0, 1}, {UINT32_MAX - 1, 5}, {UINT32_MAX, 4}});
  for (const std::uint32_t one_in : {1U, 2U, 7U, 8U, 9U, 100U, 5000U, 300000U}) {
    for (const bool has_counts : {false, true}) {
      SCOPED_TRACE("one row in " + std::to_string(one_in));
      const Postings postings = RandomPostings(random, 400'000, one_in, has_counts);
      if (!postings.empty()) ExpectHolds(postings);
    }
  }
}

TEST(PostingList, HoldsCountsInSomeChunksAlone) {
  Postings postings;
  for (std::uint32_t row = 0; row < 600'000; row += 50) {
    postings.push_back({row, row / 65536 == 2 || row / 65536 == 7 ? 1 + row % 3 : 1});
  }
  ExpectHolds(postings);
}

TEST(PostingList, AsksNothingOfRowsThatAreNone) {
  const std::string bytes = ListOf({{5, 2}});
  std::uint32_t visits = 0;
  const auto visit = [&](std::uint32_t /*row*/, std::uint32_t /*count*/) { ++visits; };
  const PostingList list = PostingList::Open(bytes).value();
  list.ForEachIn(5, 5, visit);
  list.ForEachIn(6, 5, visit);
  list.ForEachIn(6, std::uint64_t{1} << 32U, visit);
  EXPECT_EQ(visits, 0U);
}

TEST(PostingEncoder, IsEmptyAfterFinish) {
  std::mt19937 random(2);
  PostingEncoder encoder;
  std::string list;
  for (int round = 0; round < 20; ++round) {
    const Postings postings = RandomPostings(random, 1 + random() % 300'000, 1 + random() % 50);
    if (postings.empty()) continue;
    for (const Posting& posting : postings) encoder.Add(posting.row, posting.count);
    encoder.FinishInto(&list);
    ASSERT_EQ(list, ListOf(postings));
  }
}

// ---- Merging

// Segments whose sizes are such multiples: of 65,536, so that chunks stay chunks, or of 1.
void ExpectMerges(std::uint32_t multiple, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<std::string> lists;
  std::vector<std::uint64_t> first_rows;
  Postings expected;
  std::uint64_t first_row = random() % 3 * multiple;
  for (std::uint32_t i = 0; i < 5; ++i) {
    const std::uint32_t segment_rows = (1 + random() % (200'000 / multiple)) * multiple;
    const Postings postings = RandomPostings(random, segment_rows, 1 + random() % 30, random() % 3 != 0);
    if (!postings.empty()) {
      lists.push_back(ListOf(postings));
      first_rows.push_back(first_row);
    }
    for (const Posting& posting : postings) {
      expected.push_back({static_cast<std::uint32_t>(first_row + posting.row), posting.count});
    }
    // Some begin where the chunk before ended, some in it.
    first_row +=
        random() % 2 == 0 && !postings.empty() ? (postings.back().row / multiple + 1) * multiple : segment_rows;
  }
  if (lists.empty()) return;
  const auto merged = MergePostings(std::vector<std::string_view>(lists.begin(), lists.end()), first_rows);
  ASSERT_TRUE(merged.has_value()) << merged.error().message();
  ASSERT_TRUE(AllOf(*merged) == expected);
  ASSERT_EQ(*merged, ListOf(expected));
}

TEST(MergePostings, JoinsSegmentsOfAnySize) {
  for (std::uint32_t seed = 0; seed < 30; ++seed) ExpectMerges(1, seed);
}

TEST(MergePostings, JoinsSegmentsOfWholeChunks) {
  for (std::uint32_t seed = 0; seed < 30; ++seed) ExpectMerges(65536, seed);
}

// The first chunk is copied, until more rows come to stand in it.
TEST(MergePostings, AddsToAChunkThatWasCopied) {
  const std::string first = ListOf({{1, 1}, {3, 2}, {65536 + 9, 3}});
  const std::string second = ListOf({{0, 2}, {60'000, 4}});
  const std::vector<std::string_view> lists = {first, second};
  const Postings expected = {{1, 1}, {3, 2}, {65545, 3}, {65546, 2}, {125'546, 4}};
  EXPECT_EQ(MergePostings(lists, std::vector<std::uint64_t>{0, 65546}).value(), ListOf(expected));
}

TEST(MergePostings, AddsAChunkToOneThatWasBegun) {
  const std::string first = ListOf({{1, 2}});
  const std::string second = ListOf({{7, 1}, {8, 3}});
  const std::vector<std::string_view> lists = {first, second, first};
  EXPECT_EQ(MergePostings(lists, std::vector<std::uint64_t>{5, 0, 8}).value(),
            ListOf({{6, 2}, {7, 1}, {8, 3}, {9, 2}}));
  EXPECT_EQ(MergePostings(lists, std::vector<std::uint64_t>{0, 0, 65536}).value(),
            ListOf({{1, 2}, {7, 1}, {8, 3}, {65537, 2}}));
}

TEST(MergePostings, RefusesWhatCannotFollow) {
  const std::string list = ListOf({{0, 1}, {100, 2}});
  const std::vector<std::string_view> lists = {list, list};
  const auto code = [&](std::uint64_t second) {
    const auto merged = MergePostings(lists, std::vector<std::uint64_t>{0, second});
    return merged.has_value() ? ErrorCode{} : merged.error().code();
  };
  EXPECT_EQ(code(101), ErrorCode{});
  EXPECT_EQ(code(100), ErrorCode::kCorruption);
  EXPECT_EQ(code(0), ErrorCode::kCorruption);
  EXPECT_EQ(code(UINT32_MAX - 100), ErrorCode{});
  EXPECT_EQ(code(UINT32_MAX - 99), ErrorCode::kCorruption);
  EXPECT_EQ(code(std::uint64_t{1} << 32U), ErrorCode::kCorruption);
}

// ---- Hostile bytes

// Either Open refuses the bytes, or everything is safe, and Verify knows whether the postings are whole.
void ExpectSafe(std::string_view bytes) {
  const auto list = PostingList::Open(bytes);
  if (!list.has_value()) {
    const ErrorCode code = list.error().code();
    EXPECT_TRUE(code == ErrorCode::kCorruption || code == ErrorCode::kUnsupported);
    return;
  }
  const Postings postings = AllOf(*list);
  EXPECT_LE(postings.size(), bytes.size() * 8);
  EXPECT_TRUE(std::all_of(postings.begin(), postings.end(), [](const Posting& posting) { return posting.count >= 1; }));
  RowBits bits(70'000);
  list->AddRows(60'000, &bits);
  EXPECT_LE(list->CountIn(1000, 100'000), list->count());
  list->ForEachIn(60'000, 130'000, [](std::uint32_t row, std::uint32_t /*count*/) { EXPECT_LT(row, 70'000U); });
  const bool is_good = list->Verify().ok();
  for (const std::uint64_t first_row : {0, 1}) {
    const auto merged = MergePostings(std::vector<std::string_view>{bytes}, std::vector<std::uint64_t>{first_row});
    EXPECT_TRUE(merged.has_value() == is_good || (is_good && first_row > 0));  // There is no row 2^32.
    EXPECT_EQ(merged.has_value() ? AllOf(*merged).size() : postings.size(), postings.size());
  }
  if (!is_good) return;
  EXPECT_EQ(postings.size(), list->count());
  EXPECT_TRUE(std::adjacent_find(postings.begin(), postings.end(),
                                 [](const Posting& a, const Posting& b) { return a.row >= b.row; }) == postings.end());
}

std::vector<std::string> GoodLists() {
  Postings dense;
  for (std::uint32_t row = 60'000; row < 61'000; row += 2) dense.push_back({row, 1 + row % 7});
  return {ListOf({{5, 1}}), ListOf({{5, 9}}), ListOf({{1, 1}, {3, 2}, {4, 1}, {65536, 500}}),
          ListOf({{1, 1}, {2, 1}, {3, 1}, {70'000, 2}, {150'000, 1}, {4'000'000, 70'000}}), ListOf(dense)};
}

TEST(PostingList, RefusesEveryCut) {
  for (const std::string& good : GoodLists()) {
    for (std::size_t size = 0; size < good.size(); ++size) {
      const std::string cut = good.substr(0, size);
      const auto list = PostingList::Open(cut);
      EXPECT_TRUE(!list.has_value() || !list->Verify().ok()) << size << " of " << Hex(good);
      ExpectSafe(cut);
    }
    const std::string longer = good + '\x01';
    const auto list = PostingList::Open(longer);
    EXPECT_TRUE(!list.has_value() || !list->Verify().ok()) << Hex(longer);
  }
}

TEST(PostingList, IsSafeOnChangedBytes) {
  std::mt19937 random(3);
  for (const std::string& good : GoodLists()) {
    for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
      std::string bad = good;
      bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
      ExpectSafe(bad);
    }
    for (int round = 0; round < 2000; ++round) {
      std::string bad = good;
      for (std::uint32_t i = 0; i <= random() % 4; ++i) bad[random() % bad.size()] = static_cast<char>(random());
      ExpectSafe(bad);
    }
  }
}

TEST(PostingList, IsSafeOnRandomBytes) {
  std::mt19937 random(4);
  for (int round = 0; round < 200'000; ++round) {
    std::string bytes = "\x01";
    for (std::uint32_t i = 0; i < random() % 16; ++i)
      bytes.push_back(static_cast<char>(random() % 4 == 0 ? random() : random() % 8));
    ExpectSafe(bytes);
  }
}

// Whether they make a list: the chunk of two rows, in 4 bytes, and the chunks of their counts.
bool IsWhole(std::string_view rows, const std::vector<unsigned char>& counts) {
  std::string bytes = "\x01\x05\x04" + std::string(rows);
  bytes.append(counts.begin(), counts.end());
  const auto list = PostingList::Open(bytes);
  return list.has_value() && list->Verify().ok();
}

TEST(PostingList, VerifyRefusesCountsWithoutRows) {
  const std::string_view first("\x02\x05\x00\x00", 4);
  EXPECT_TRUE(IsWhole(first, {1, 1, 0}));
  EXPECT_TRUE(IsWhole(first, {1, 2, 0, 0}));
  EXPECT_FALSE(IsWhole(first, {1, 3, 0, 0, 0}));     // Of a third row.
  EXPECT_FALSE(IsWhole(first, {1, 1, 8}));           // Of the third row alone.
  EXPECT_FALSE(IsWhole(first, {3, 1, 0}));           // Of chunk 1.
  EXPECT_FALSE(IsWhole(first, {0, 1, 0, 1, 1, 0}));  // And of chunk 1.
  const std::string_view second("\x06\x05\x00\x00", 4);
  EXPECT_TRUE(IsWhole(second, {3, 1, 0}));
  EXPECT_FALSE(IsWhole(second, {1, 1, 0}));           // Of chunk 0.
  EXPECT_FALSE(IsWhole(second, {0, 1, 0, 1, 1, 0}));  // And of chunk 0.
}

TEST(PostingList, VerifyRefusesChunksOfCountsThatAreNone) {
  const std::string_view rows("\x02\x05\x00\x00", 4);
  EXPECT_FALSE(IsWhole(rows, {1, 0}));                                   // Empty.
  EXPECT_FALSE(IsWhole(rows, {0, 1, 0}));                                // Not the last.
  EXPECT_FALSE(IsWhole(rows, {1, 1, 0, 1}));                             // Something behind it.
  EXPECT_FALSE(IsWhole(rows, {1, 1, 0x80}));                             // A count that is cut.
  EXPECT_FALSE(IsWhole(rows, {1, 1, 3}));                                // A large one without the rest.
  EXPECT_TRUE(IsWhole(rows, {1, 6, 3, 0xfa, 0xff, 0xff, 0xff, 0x0f}));   // 2^32 - 1.
  EXPECT_FALSE(IsWhole(rows, {1, 6, 3, 0xfb, 0xff, 0xff, 0xff, 0x0f}));  // 2^32.
}

TEST(PostingList, RefusesANewerVersion) {
  std::string bytes = ListOf({{5, 1}});
  bytes[0] = 2;
  EXPECT_EQ(PostingList::Open(bytes).error().code(), ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace kalends
