#include "format/key_dictionary.h"

#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace kalends {
namespace {

std::string NameOf(std::uint32_t i) { return "name " + std::to_string(i); }

void FillTo(std::uint32_t size, KeyDictionary& keys) {
  for (std::uint32_t i = keys.size(); i < size; ++i) ASSERT_TRUE(keys.Append(NameOf(i)));
}

TEST(KeyDictionary, NumbersNamesInTheOrderOfFirstSight) {
  KeyDictionary keys;
  EXPECT_EQ(keys.size(), 0U);
  EXPECT_EQ(keys.NumberFor("role"), 0);
  EXPECT_EQ(keys.NumberFor("content"), 1);
  EXPECT_EQ(keys.NumberFor("role"), 0);
  EXPECT_EQ(keys.size(), 2U);
  EXPECT_EQ(keys.Name(0), "role");
  EXPECT_EQ(keys.Name(1), "content");
}

TEST(KeyDictionary, FindsWithoutAdding) {
  KeyDictionary keys;
  EXPECT_EQ(keys.Find("role"), KeyDictionary::kNoNumber);
  EXPECT_EQ(keys.size(), 0U);
  keys.NumberFor("role");
  EXPECT_EQ(keys.Find("role"), 0);
}

TEST(KeyDictionary, TakesAnyBytesAsName) {
  KeyDictionary keys;
  const std::string with_zero("a\0b", 3);
  for (const std::string& name :
       {std::string(), std::string("a.b"), std::string("$x"), with_zero, std::string("ключ")}) {
    const std::uint16_t number = keys.NumberFor(name);
    EXPECT_EQ(keys.Name(number), name);
    EXPECT_EQ(keys.Find(name), number);
  }
  EXPECT_EQ(keys.size(), 5U);
  EXPECT_EQ(keys.Find("a"), KeyDictionary::kNoNumber);
}

TEST(KeyDictionary, GivesLaterNamesANumberAtTheEighthSighting) {
  KeyDictionary keys;
  for (std::uint32_t i = 0; i < KeyDictionary::kAtFirstSight; ++i) ASSERT_EQ(keys.NumberFor(NameOf(i)), i);
  for (std::uint32_t sighting = 1; sighting < KeyDictionary::kSightingsNeeded; ++sighting) {
    EXPECT_EQ(keys.NumberFor("late"), KeyDictionary::kNoNumber) << sighting;
  }
  EXPECT_EQ(keys.NumberFor("late"), KeyDictionary::kAtFirstSight);
  EXPECT_EQ(keys.NumberFor("later"), KeyDictionary::kNoNumber);
  EXPECT_EQ(keys.NumberFor(NameOf(7)), 7);
}

TEST(KeyDictionary, AppendsWhatWasStored) {
  KeyDictionary keys;
  EXPECT_TRUE(keys.Append("role"));
  EXPECT_TRUE(keys.Append("content"));
  EXPECT_FALSE(keys.Append("role"));
  EXPECT_EQ(keys.size(), 2U);
  EXPECT_EQ(keys.Find("content"), 1);
}

TEST(KeyDictionary, IsFullAtItsLimitAndStillFindsAll) {
  KeyDictionary keys;
  FillTo(KeyDictionary::kNumbersMax, keys);
  EXPECT_FALSE(keys.Append("one more"));
  for (int i = 0; i < 20; ++i) EXPECT_EQ(keys.NumberFor("one more"), KeyDictionary::kNoNumber);
  EXPECT_EQ(keys.size(), KeyDictionary::kNumbersMax);
  for (std::uint32_t i = 0; i < KeyDictionary::kNumbersMax; ++i) {
    ASSERT_EQ(keys.Find(NameOf(i)), i);
    ASSERT_EQ(keys.Name(static_cast<std::uint16_t>(i)), NameOf(i));
  }
}

TEST(KeyDictionary, LeavesVeryLongNamesWithoutNumber) {
  KeyDictionary keys;
  EXPECT_EQ(keys.NumberFor(std::string(KeyDictionary::kNameBytesMax + 1, 'x')), KeyDictionary::kNoNumber);
  EXPECT_EQ(keys.NumberFor(std::string(KeyDictionary::kNameBytesMax, 'x')), 0);
}

TEST(KeyDictionary, KeepsNamesWhereTheyAre) {
  KeyDictionary keys;
  keys.NumberFor("role");
  const std::string_view name = keys.Name(0);
  FillTo(5000, keys);
  EXPECT_EQ(keys.Name(0).data(), name.data());
  EXPECT_EQ(name, "role");
}

TEST(KeyDictionary, GivesEachNameOneNumberWhenThreadsRace) {
  KeyDictionary keys;
  constexpr std::uint32_t kNames = 3000;
  constexpr unsigned kThreads = 4;
  std::vector<std::vector<std::uint16_t>> numbers(kThreads, std::vector<std::uint16_t>(kNames));
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (unsigned thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (std::uint32_t sighting = 0; sighting < KeyDictionary::kSightingsNeeded; ++sighting) {
        for (std::uint32_t step = 0; step < kNames; ++step) {
          const std::uint32_t i = (step * 7 + thread * 1000) % kNames;
          const std::uint16_t number = keys.NumberFor(NameOf(i));
          numbers[thread][i] = number;
          if (number == KeyDictionary::kNoNumber) continue;
          if (number >= keys.size() || keys.Name(number) != NameOf(i) || keys.Find(NameOf(i)) != number) ++wrong;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(keys.size(), kNames);
  const std::set<std::uint16_t> distinct(numbers[0].begin(), numbers[0].end());
  EXPECT_EQ(distinct.size(), kNames);
  for (unsigned thread = 1; thread < kThreads; ++thread) EXPECT_EQ(numbers[thread], numbers[0]);
}

}  // namespace
}  // namespace kalends
