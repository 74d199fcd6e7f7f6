#include "index/term_index.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

#include "format/errors.h"
#include "index/posting_list.h"

namespace kalends {
namespace {

using Postings = std::vector<Posting>;
using Model = std::map<std::string, Postings>;  // In the order of the bytes, as std::string compares them.

void AddTo(TermIndex* index, std::uint32_t row, std::string_view term) {
  index->Add(row, term, TermIndex::HashOf(term));
}

void AddTo(Model* model, std::uint32_t row, const std::string& term) {
  Postings& postings = (*model)[term];
  if (postings.empty() || postings.back().row != row) {
    postings.push_back({row, 1});
  } else {
    ++postings.back().count;
  }
}

Postings PostingsOf(const TermIndex& index, std::string_view term, std::uint32_t rows) {
  Postings postings;
  index.ForEachPosting(term, rows, [&](std::uint32_t row, std::uint32_t count) { postings.push_back({row, count}); });
  return postings;
}

std::string Encode(const Postings& postings) {
  PostingEncoder encoder;
  for (const Posting& posting : postings) encoder.Add(posting.row, posting.count);
  return encoder.Finish();
}

// What the index says of the rows below `rows` is what the model says of them.
void ExpectAnswers(const TermIndex& index, const Model& model, std::uint32_t rows) {
  for (const auto& [term, postings] : model) {
    Postings expected;
    RowBits expected_rows(rows);
    for (const Posting& posting : postings) {
      if (posting.row >= rows) continue;
      expected.push_back(posting);
      expected_rows.Set(posting.row);
    }
    ASSERT_TRUE(PostingsOf(index, term, rows) == expected) << term << " below " << rows;
    RowBits found_rows(rows);
    index.AddRows(term, &found_rows);
    ASSERT_TRUE(found_rows == expected_rows) << term << " below " << rows;
  }
}

void ExpectEncodes(const TermIndex& index, const Model& model) {
  auto next = model.begin();
  const Status status = index.ForEachEncoded([&](std::string_view term, std::string_view postings) -> Status {
    if (next == model.end() || term != next->first || postings != Encode(next->second))
      return Corruption("not the term, or its postings: ", term);
    ++next;
    return {};
  });
  EXPECT_TRUE(status.ok()) << status.error().message();
  EXPECT_TRUE(next == model.end());
}

// Often the same, now and then a new one, of all lengths and bytes.
std::string RandomTerm(std::mt19937& random) {
  if (random() % 4 != 0) return std::to_string(random() % (1 + random() % 2000));
  static constexpr char kBytes[] = {'\0', 'a', 'b', '\x7f', '\x80', '\xff'};
  std::string term(random() % 2 == 0 ? random() % 4 : 6 + random() % 4, '\0');
  for (char& byte : term) byte = kBytes[random() % sizeof kBytes];
  if (random() % 50 == 0) term.resize(TermIndex::kTermBytesMax, 'x');
  return term;
}

TEST(TermIndex, CountsTheTermsOfItsRows) {
  TermIndex index;
  AddTo(&index, 0, "an");
  AddTo(&index, 3, "an");
  AddTo(&index, 3, "index");
  AddTo(&index, 3, "an");
  AddTo(&index, 4, "an");
  EXPECT_EQ(index.terms(), 2U);
  EXPECT_TRUE(PostingsOf(index, "an", 5) == Postings({{0, 1}, {3, 2}, {4, 1}}));
  EXPECT_TRUE(PostingsOf(index, "index", 5) == Postings({{3, 1}}));
  EXPECT_TRUE(PostingsOf(index, "inde", 5).empty());
  EXPECT_TRUE(PostingsOf(index, "", 5).empty());
}

TEST(TermIndex, IsEmptyAtFirst) {
  const TermIndex index;
  EXPECT_EQ(index.terms(), 0U);
  EXPECT_EQ(index.bytes(), 0U);
  EXPECT_TRUE(PostingsOf(index, "an", 5).empty());
  RowBits bits(70);
  index.AddRows("an", &bits);
  EXPECT_FALSE(bits.Any());
  ExpectEncodes(index, {});
}

TEST(TermIndex, TellsTermsOfOneHash) {
  TermIndex index;
  for (std::uint32_t row = 0; row < 3; ++row) {
    for (const char* term : {"a", "b", "ab", ""}) index.Add(row, term, 7);
  }
  Model model;
  for (const char* term : {"a", "b", "ab", ""}) model[term] = {{0, 1}, {1, 1}, {2, 1}};
  EXPECT_EQ(index.terms(), 4U);
  ExpectEncodes(index, model);
}

TEST(TermIndex, AnswersAsTheModelWhileItGrows) {
  for (std::uint32_t seed = 0; seed < 5; ++seed) {
    std::mt19937 random(seed);
    TermIndex index;
    Model model;
    std::uint32_t row = 0;
    for (std::uint32_t round = 0; round < 5; ++round) {
      for (std::uint32_t i = 0; i < 1000; ++i, row += random() % 30 == 0 ? random() % 1000 : 1) {
        for (std::uint32_t left = random() % 20; left > 0; --left) {
          const std::string term = RandomTerm(random);
          for (std::uint32_t times = random() % 5 == 0 ? random() % 400 : 1; times > 0; --times) {
            AddTo(&index, row, term);
            AddTo(&model, row, term);
          }
        }
      }
      ASSERT_EQ(index.terms(), model.size());
      for (const std::uint32_t rows : {row + 1, row / 2, row - 1, 1U, 0U}) ExpectAnswers(index, model, rows);
    }
    ExpectEncodes(index, model);
    std::map<std::string, int> terms;
    index.ForEachTerm([&](std::string_view term) { ++terms[std::string(term)]; });
    EXPECT_EQ(terms.size(), model.size());
    for (const auto& [term, postings] : model) EXPECT_EQ(terms[term], 1) << term;
  }
}

// Postings outgrow one buffer after the other, and those of other terms move into it.
TEST(TermIndex, HoldsTermsOfEveryRow) {
  TermIndex index;
  Model model;
  for (std::uint32_t row = 0; row < 65536; ++row) {
    for (std::uint32_t every = 1; every < 100'000; every *= 3) {
      if (row % every != 0) continue;
      for (std::uint32_t times = 0; times < 1 + row % 7 / 5 * 200; ++times) {
        AddTo(&index, row, "every" + std::to_string(every));
        AddTo(&model, row, "every" + std::to_string(every));
      }
    }
  }
  for (const std::uint32_t rows : {65536U, 65535U, 1000U}) ExpectAnswers(index, model, rows);
  ExpectEncodes(index, model);
  EXPECT_LT(index.bytes(), 1'000'000U);
}

// Each is in 100 rows, which take 100 bytes, when the one before it has left its smaller buffers.
TEST(TermIndex, TakesTheBuffersThatOthersOutgrew) {
  constexpr std::uint32_t kTerms = 2000;
  TermIndex index;
  for (std::uint32_t row = 0; row < kTerms + 100; ++row) {
    for (std::uint32_t term = row < 100 ? 0 : row - 99; term < kTerms && term <= row; ++term) {
      AddTo(&index, row, std::to_string(term));
    }
  }
  EXPECT_EQ(PostingsOf(index, "1000", kTerms + 100).size(), 100U);
  EXPECT_LT(index.bytes(), kTerms * (128 + 32 + 5 + 16 + 8));  // A buffer, a record, a text, slots, and the free ones.
}

TEST(TermIndex, HoldsManyTermsOfOneRowInFewBytes) {
  constexpr std::uint32_t kTerms = 1'000'000;
  TermIndex index;
  for (std::uint32_t i = 0; i < kTerms; ++i) AddTo(&index, i / 16, "t" + std::to_string(i));
  EXPECT_EQ(index.terms(), kTerms);
  EXPECT_LT(index.bytes(), kTerms * std::size_t{64});
  for (std::uint32_t i = 0; i < kTerms; ++i) {
    ASSERT_TRUE(PostingsOf(index, "t" + std::to_string(i), 65536) == Postings({{i / 16, 1}})) << i;
  }
  EXPECT_TRUE(PostingsOf(index, "t1000000", 65536).empty());
  std::string last;
  std::uint32_t visits = 0;
  EXPECT_TRUE(index
                  .ForEachEncoded([&](std::string_view term, std::string_view postings) -> Status {
                    EXPECT_LT(last, term);
                    EXPECT_LE(postings.size(), 5U);
                    last = term;
                    ++visits;
                    return {};
                  })
                  .ok());
  EXPECT_EQ(visits, kTerms);
}

TEST(TermIndex, StopsAtTheFirstError) {
  TermIndex index;
  for (const char* term : {"c", "a", "b"}) AddTo(&index, 0, term);
  std::string visited;
  const Status status = index.ForEachEncoded([&](std::string_view term, std::string_view /*postings*/) -> Status {
    visited += term;
    return term == "b" ? Status(Corruption("no more")) : Status();
  });
  EXPECT_FALSE(status.ok());
  EXPECT_EQ(visited, "ab");
}

}  // namespace
}  // namespace kalends
