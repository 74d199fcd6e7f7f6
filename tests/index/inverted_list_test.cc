#include "index/inverted_list.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "format/key_encoding.h"
#include "tests/hex.h"

namespace kalends {
namespace {

using Rows = std::vector<std::uint32_t>;

// The list of rows that all have `value`.
std::string ListOf(const Rows& rows, const Value& value = Value::Null()) {
  ListBuilder builder;
  for (const std::uint32_t row : rows) builder.Add(row, value);
  return builder.Finish().front().list;
}

Rows RowsOf(const InvertedList& list) {
  Rows rows;
  list.AppendRows(&rows);
  return rows;
}

Rows RowsOf(std::string_view bytes) {
  const auto list = InvertedList::Open(bytes);
  EXPECT_TRUE(list.has_value());
  return list.has_value() ? RowsOf(*list) : Rows();
}

// What AddRows and CountIn say of some rows is what the rows themselves say.
void ExpectAnswers(const InvertedList& list, const Rows& rows, std::uint64_t begin, std::uint32_t size) {
  RowBits expected(size);
  for (const std::uint32_t row : rows) {
    if (row >= begin && row - begin < size) expected.Set(static_cast<std::uint32_t>(row - begin));
  }
  RowBits found(size);
  list.AddRows(begin, &found);
  ASSERT_TRUE(found == expected) << size << " rows from " << begin;
  ASSERT_EQ(list.CountIn(begin, begin + size), expected.Count()) << size << " rows from " << begin;
}

void ExpectHolds(const Rows& rows) {
  const std::string bytes = ListOf(rows);
  const auto list = InvertedList::Open(bytes);
  ASSERT_TRUE(list.has_value()) << list.error().message();
  EXPECT_TRUE(list->Verify().ok());
  EXPECT_EQ(list->count(), rows.size());
  ASSERT_EQ(RowsOf(*list), rows);
  EXPECT_EQ(list->CountIn(0, std::uint64_t{1} << 32U), rows.size());
  for (const std::uint64_t near : {std::uint64_t{0}, std::uint64_t{rows.front()}, std::uint64_t{rows.back()}}) {
    for (const std::uint64_t begin :
         {near, near / 65536 * 65536, near / 64 * 64, near + 1, near < 77 ? 0 : near - 77}) {
      for (const std::uint32_t size : {1U, 63U, 64U, 1000U, 65536U}) ExpectAnswers(*list, rows, begin, size);
    }
  }
}

TEST(InvertedList, EncodesTheExamplesOfItsFormatComment) {
  EXPECT_EQ(Hex(ListOf({1000})),
            "0102"
            "02e803");
  EXPECT_EQ(Hex(ListOf({1000, 1001, 1005, 65536})),
            "01090120"
            "000204e8030003"
            "0301");
}

TEST(InvertedList, WritesABitmapWhereItIsSmaller) {
  Rows rows(100);
  for (std::uint32_t i = 0; i < 100; ++i) rows[i] = i;
  EXPECT_EQ(Hex(ListOf(rows, Value::String("a"))),
            "01"
            "c901"
            "03"
            "406100"
            "03"
            "ffffffffffffffffffffffff0f");
}

TEST(InvertedList, TakesFewBytesForFewRows) {
  for (const std::uint32_t row : {0U, 1000U, 65535U, 70000U, 2'000'000U, 4'194'303U}) {
    EXPECT_LE(ListOf({row}).size(), 6U) << row;
  }
  EXPECT_LE(ListOf({7, 9, 300}).size(), 8U);
}

TEST(InvertedList, HoldsRowsOfEveryDensity) {
  std::mt19937 random(1);
  ExpectHolds({0});
  ExpectHolds({65535, 65536});
  ExpectHolds({UINT32_MAX});
  ExpectHolds({0, UINT32_MAX - 1, UINT32_MAX});
  for (const std::uint32_t one_in : {1U, 2U, 7U, 8U, 9U, 100U, 5000U, 300000U}) {
    Rows rows;
    for (std::uint32_t row = random() % one_in; row < 400'000; row += 1 + random() % (2 * one_in - 1)) {
      rows.push_back(row);
    }
    SCOPED_TRACE("one row in " + std::to_string(one_in));
    if (!rows.empty()) ExpectHolds(rows);
  }
}

TEST(InvertedList, HoldsTheValueFromFourRowsOn) {
  const Value value = Value::String("user-1");
  EXPECT_FALSE(InvertedList::Open(ListOf({1, 2, 3}, value))->IsOf(value));
  const std::string bytes = ListOf({1, 2, 3, 4}, value);
  EXPECT_TRUE(InvertedList::Open(bytes)->IsOf(value));
  EXPECT_FALSE(InvertedList::Open(bytes)->IsOf(Value::String("user-2")));
}

TEST(InvertedList, HoldsNoValueOfMoreThan128Bytes) {
  const std::string text(126, 'x');  // A tag and an end are around it.
  const std::string held = ListOf({1, 2, 3, 4}, Value::String(text));
  EXPECT_TRUE(InvertedList::Open(held)->IsOf(Value::String(text)));
  const std::string bytes = ListOf({1, 2, 3, 4}, Value::String(text + "x"));
  EXPECT_FALSE(InvertedList::Open(bytes)->IsOf(Value::String(text + "x")));
}

TEST(InvertedList, MissingCountsAsNull) {
  EXPECT_EQ(ListHash(Value()), ListHash(Value::Null()));
  const std::string bytes = ListOf({1, 2, 3, 4}, Value());
  EXPECT_TRUE(InvertedList::Open(bytes)->IsOf(Value::Null()));
  EXPECT_TRUE(InvertedList::Open(bytes)->IsOf(Value()));
}

TEST(InvertedList, EqualNumbersHaveOneList) {
  EXPECT_EQ(ListHash(Value::Int(1)), ListHash(Value::Double(1)));
  EXPECT_EQ(ListHash(Value::Int(0)), ListHash(Value::Double(-0.0)));
  ListBuilder builder;
  builder.Add(0, Value::Int(1));
  builder.Add(1, Value::Double(1));
  builder.Add(2, Value::Long(1));
  builder.Add(2, Value::Double(1));
  const auto lists = builder.Finish();
  ASSERT_EQ(lists.size(), 1U);
  EXPECT_EQ(RowsOf(lists[0].list), Rows({0, 1, 2}));
}

TEST(InvertedList, SomeValuesHaveNone) {
  for (const double number : {0.5, 1e-300, std::nan(""), HUGE_VAL, -HUGE_VAL}) {
    EXPECT_FALSE(HasList(Value::Double(number))) << number;
  }
  EXPECT_TRUE(HasList(Value::Double(1e300)));
  EXPECT_TRUE(HasList(Value::Binary("x", 0)));
  EXPECT_FALSE(HasList(Value::Array({})));
  EXPECT_FALSE(HasList(Value::Object({})));
  ListBuilder builder;
  builder.Add(0, Value::Double(0.5));
  builder.Add(0, Value::Array({}));
  EXPECT_TRUE(builder.Finish().empty());
}

TEST(ListBuilder, PutsUnsureRowsIntoTheirOwnList) {
  ListBuilder builder;
  builder.Add(0, Value::Int(7));
  builder.AddUnsure(1);
  builder.AddUnsure(2);
  const auto lists = builder.Finish();
  ASSERT_EQ(lists.size(), 2U);
  EXPECT_EQ(lists[0].hash, ListHash(Value::Int(7)));
  EXPECT_EQ(lists[1].hash, kUnsureList);
  EXPECT_EQ(RowsOf(lists[1].list), Rows({1, 2}));
}

// An encoded text without escapes is the text between a tag and an end, which an escape could feign.
TEST(ListBuilder, TellsTextsFromTheirEscapes) {
  ListBuilder builder;
  builder.Add(0, Value::String(std::string_view("\0", 1)));
  builder.Add(1, Value::String("\x01\x01"));
  EXPECT_EQ(builder.Finish().size(), 2U);
}

Value RandomScalar(std::mt19937& random) {
  static const std::vector<std::string> texts = {"", "a", "b", std::string("\0", 1), "\x01\x01", std::string(200, 'x')};
  switch (random() % 7) {
    case 0:
      return Value::Null();
    case 1:
      return Value::Bool(random() % 2 == 0);
    case 2:
      return Value::Double(0.5 * static_cast<double>(random() % 4));
    case 3:
      return Value::DateMs(random() % 2);
    case 4:
      return Value::Int(static_cast<std::int32_t>(random() % 3));
    default:
      return Value::String(texts[random() % texts.size()]);
  }
}

TEST(ListBuilder, GivesEachValueItsRows) {
  for (std::uint32_t seed = 0; seed < 50; ++seed) {
    std::mt19937 random(seed);
    std::map<std::uint64_t, std::set<std::uint32_t>> expected;
    std::map<std::uint64_t, std::string> encodings;
    ListBuilder builder;
    for (std::uint32_t row = 0; row < 3000; ++row) {
      const std::uint32_t repeat = random() % 3;
      for (Value value = RandomScalar(random); random() % 4 != 0; value = repeat != 0 ? value : RandomScalar(random)) {
        builder.Add(row, value);
        if (HasList(value)) expected[ListHash(value)].insert(row);
      }
    }
    EXPECT_GT(builder.bytes(), 0U);
    const auto lists = builder.Finish();
    ASSERT_EQ(lists.size(), expected.size());
    auto next = expected.begin();
    for (const ListEntry& entry : lists) {
      ASSERT_EQ(entry.hash, next->first);
      ASSERT_EQ(RowsOf(entry.list), Rows(next->second.begin(), next->second.end()));
      ++next;
    }
    EXPECT_TRUE(builder.Finish().empty());
  }
}

TEST(MergeLists, JoinsRowsBehindEachOther) {
  std::mt19937 random(5);
  for (int round = 0; round < 30; ++round) {
    std::vector<std::string> lists;
    std::vector<std::uint64_t> first_rows;
    Rows expected;
    std::uint64_t first_row = random() % 1000;
    for (std::uint32_t i = 0; i < 5; ++i) {
      const std::uint32_t segment_rows = 1 + random() % 150'000;
      Rows rows;
      for (std::uint32_t row = random() % segment_rows; row < segment_rows; row += 1 + random() % 20) {
        rows.push_back(row);
        expected.push_back(static_cast<std::uint32_t>(first_row + row));
      }
      lists.push_back(ListOf(rows, Value::String("same")));
      first_rows.push_back(first_row);
      first_row += segment_rows;
    }
    const auto merged = MergeLists(std::vector<std::string_view>(lists.begin(), lists.end()), first_rows);
    ASSERT_TRUE(merged.has_value()) << merged.error().message();
    ASSERT_EQ(RowsOf(*merged), expected);
    EXPECT_EQ(*merged, ListOf(expected, InvertedList::Open(*merged)->IsOf(Value::String("same"))
                                            ? Value::String("same")
                                            : Value::String(std::string(200, 'x'))));
  }
}

TEST(MergeLists, KeepsTheValueThatAllHave) {
  const Value a = Value::String("a");
  const std::string four = ListOf({0, 1, 2, 3}, a);
  const std::string few = ListOf({0}, a);
  const std::string other = ListOf({0, 1, 2, 3}, Value::String("b"));
  const auto merged_is_of_a = [&](const std::vector<std::string_view>& lists) {
    const std::string merged = MergeLists(lists, std::vector<std::uint64_t>{0, 10}).value();
    return InvertedList::Open(merged)->IsOf(a);
  };
  EXPECT_TRUE(merged_is_of_a({four, four}));
  EXPECT_FALSE(merged_is_of_a({four, few}));
  EXPECT_FALSE(merged_is_of_a({few, four}));
  EXPECT_FALSE(merged_is_of_a({four, other}));
}

TEST(MergeLists, RefusesWhatCannotFollow) {
  const std::string list = ListOf({0, 100});
  const std::vector<std::string_view> lists = {list, list};
  const auto code = [&](std::uint64_t second) {
    const auto merged = MergeLists(lists, std::vector<std::uint64_t>{0, second});
    return merged.has_value() ? ErrorCode{} : merged.error().code();
  };
  EXPECT_EQ(code(101), ErrorCode{});
  EXPECT_EQ(code(100), ErrorCode::kCorruption);
  EXPECT_EQ(code(UINT32_MAX - 100), ErrorCode{});
  EXPECT_EQ(code(UINT32_MAX - 99), ErrorCode::kCorruption);
}

// ---- Hostile bytes

// Either Open refuses the bytes, or everything is safe, and Verify knows whether the rows are whole.
void ExpectSafe(std::string_view bytes) {
  const auto list = InvertedList::Open(bytes);
  if (!list.has_value()) {
    const ErrorCode code = list.error().code();
    EXPECT_TRUE(code == ErrorCode::kCorruption || code == ErrorCode::kUnsupported);
    return;
  }
  const Rows rows = RowsOf(*list);
  RowBits bits(70'000);
  list->AddRows(60'000, &bits);
  const std::uint64_t counted = list->CountIn(1000, 100'000);
  EXPECT_LE(counted, list->count());
  EXPECT_EQ(MergeLists(std::vector<std::string_view>{bytes}, std::vector<std::uint64_t>{0}).has_value(),
            list->Verify().ok());
  if (!list->Verify().ok()) return;
  EXPECT_EQ(rows.size(), list->count());
  EXPECT_TRUE(std::adjacent_find(rows.begin(), rows.end(), std::greater_equal<>()) == rows.end());
}

std::vector<std::string> GoodLists() {
  Rows dense;
  for (std::uint32_t row = 60'000; row < 61'000; row += 2) dense.push_back(row);
  return {ListOf({5}), ListOf({1, 3, 4, 65536}), ListOf({1, 2, 3, 70'000, 150'000, 4'000'000}, Value::String("abc")),
          ListOf(dense, Value::Int(3))};
}

TEST(InvertedList, RefusesEveryCut) {
  for (const std::string& good : GoodLists()) {
    for (std::size_t size = 0; size < good.size(); ++size) {
      const std::string cut = good.substr(0, size);
      const auto list = InvertedList::Open(cut);
      EXPECT_TRUE(!list.has_value() || !list->Verify().ok()) << size << " of " << Hex(good);
      ExpectSafe(cut);
    }
  }
}

TEST(InvertedList, IsSafeOnChangedBytes) {
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

TEST(InvertedList, IsSafeOnRandomBytes) {
  std::mt19937 random(4);
  for (int round = 0; round < 100'000; ++round) {
    std::string bytes = "\x01";
    for (std::uint32_t i = 0; i < random() % 12; ++i)
      bytes.push_back(static_cast<char>(random() % 4 == 0 ? random() : random() % 8));
    ExpectSafe(bytes);
  }
}

TEST(InvertedList, RefusesANewerVersion) {
  std::string bytes = ListOf({5});
  bytes[0] = 2;
  EXPECT_EQ(InvertedList::Open(bytes).error().code(), ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace kalends
