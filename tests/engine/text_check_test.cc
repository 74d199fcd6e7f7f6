// Text of segments that is damaged, missing or another than that of the rows is found by a deep verification, and told
// rather than answered from where it can be seen.
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "engine/index_rebuild.h"
#include "index/posting_list.h"
#include "index/text_lengths.h"
#include "tests/engine/segment_test_support.h"

namespace kalends {
namespace {

std::string Postings(const std::vector<Posting>& postings) {
  PostingEncoder encoder;
  for (const Posting& posting : postings) encoder.Add(posting.row, posting.count);
  return encoder.Finish();
}

// Three rows: "red red", "green", "red green blue".
class TextCheckTest : public ::testing::Test {
 protected:
  TextCheckTest() {
    CollectionSpec spec;
    spec.text_fields = {"*"};
    notes_.emplace(database_.Create("notes", spec));
    int id = 0;
    for (const char* text : {"red red", "green", "red green blue"}) {
      Must(notes_->Insert(
          DocumentBuilder().Add("_id", ++id).Add("timestamp", "2024-03-01T00:00:00Z").Add("text", text).Build()));
    }
    Must(database_.impl().SealAll());
    const PartitionRef month = database_.Partition("notes_2024_03");
    segment_ = month.state->segments->front()->id();
    columns_ = month.partition->families().columns.get();
  }
  std::string KeyOf(std::string_view term) const { return PostingsKey(segment_, term); }
  std::string LengthsKey() const { return TextLengthsKey(segment_, 0); }

  void ExpectFault(const std::string& key, const std::string& value, std::string_view part) {
    std::string before;
    for (const auto& stored : database_.Read(*columns_)) {
      if (stored.key == key) before = stored.value;
    }
    value.empty() ? database_.Remove(*columns_, key) : database_.Write(*columns_, key, value);
    const std::string faults = database_.Faults();
    EXPECT_NE(faults.find("notes_2024_03 text"), std::string::npos) << part << "\n" << faults;
    EXPECT_NE(faults.find(part), std::string::npos) << part << "\n" << faults;
    before.empty() ? database_.Remove(*columns_, key) : database_.Write(*columns_, key, before);
    EXPECT_EQ(database_.Faults(), "");
  }
  Query ByScore() const {
    SearchQuery search;
    search.text = "red";
    search.by_score = true;
    return search.ToQuery();
  }

  ScratchDirectory directory_;
  SegmentedDatabase database_{directory_.path()};
  std::optional<Collection> notes_;
  SegmentId segment_{};
  const Family* columns_ = nullptr;
};

TEST_F(TextCheckTest, FindsPostingsThatAreNotThoseOfTheRows) {
  ASSERT_EQ(database_.Faults(), "");
  ExpectFault(KeyOf("red"), Postings({{0, 2}, {2, 1}, {3, 1}}), "row 3 of 3");
  ExpectFault(KeyOf("red"), Postings({{0, 2}}), "hold 5 words of living rows, whose texts have 6");
  ExpectFault(KeyOf("red"), Postings({{0, 1}, {2, 1}}), "hold 5 words");
  ExpectFault(KeyOf("red"), Postings({{0, 1}, {2, 2}}), "others");
  ExpectFault(KeyOf("red"), Postings({{1, 2}, {2, 1}}), "others");
  ExpectFault(KeyOf("red"), "", "hold 3 words");
  ExpectFault(KeyOf("yellow"), Postings({{1, 1}}), "hold 7 words");
  ExpectFault(KeyOf("red"), "\xFF", "segment");
}

TEST_F(TextCheckTest, FindsLengthsThatAreNotThoseOfTheRows) {
  const auto lengths = [](std::vector<std::uint64_t> of) { return EncodeTextLengths(of); };
  ExpectFault(LengthsKey(), lengths({2, 1, 4}), "sum up to 7 terms, the texts to 6");
  ExpectFault(LengthsKey(), lengths({2, 1}), "no such block");
  ExpectFault(LengthsKey(), lengths({2, 1, 3, 0}), "no such block");
  ExpectFault(LengthsKey(), "", "lengths of its texts are missing");
  ExpectFault(LengthsKey(), "\1", "head is damaged");
  ExpectFault(TextLengthsKey(segment_, 1), lengths({2, 1}), "no such block");
  std::string other_sum = lengths({2, 1, 3});
  other_sum[2] = 7;
  ExpectFault(LengthsKey(), other_sum, "sum up to 6, not to 7");
}

// The sum of all is right, the lengths of rows are not.
TEST_F(TextCheckTest, FindsLengthsThatWereExchanged) {
  ExpectFault(LengthsKey(), EncodeTextLengths(std::vector<std::uint64_t>{1, 2, 3}), "those of other rows");
}

TEST_F(TextCheckTest, FindsKeysOfAnUnknownKind) {
  std::string key = KeyOf("red");
  key[key.size() - 4] = 9;
  ExpectFault(key, "x", "unknown kind");
}

TEST_F(TextCheckTest, LeavesDeletedRowsOut) {
  Must(notes_->Delete(Value::Int(1)));
  EXPECT_EQ(database_.Faults(), "");
  ExpectFault(KeyOf("red"), Postings({{0, 9}}), "hold 3 words of living rows, whose texts have 4");
  ExpectFault(LengthsKey(), EncodeTextLengths(std::vector<std::uint64_t>{2, 1, 1}), "sum up to 2 terms");
}

TEST_F(TextCheckTest, AnswersNoScoresWithoutLengths) {
  EXPECT_EQ(FoundIds(*notes_, ByScore()), (std::vector<std::string>{"1", "3"}));
  database_.Remove(*columns_, LengthsKey());
  EXPECT_TRUE(Fails(notes_->FindPage(ByScore()), ErrorCode::kCorruption, "lengths of the texts"));
  EXPECT_EQ(Must(notes_->Count(Matching(R"({"$text": {"$search": "red"}})"))), 2U) << "which needs none";
  database_.Write(*columns_, LengthsKey(), EncodeTextLengths(std::vector<std::uint64_t>{2, 1}));
  EXPECT_TRUE(Fails(notes_->FindPage(ByScore()), ErrorCode::kCorruption, "another number of rows"));
  database_.Flush(*columns_);
  Must(RebuildIndex(database_.impl(), "notes", {}));
  EXPECT_EQ(FoundIds(*notes_, ByScore()), (std::vector<std::string>{"1", "3"}));
  EXPECT_EQ(database_.Faults(), "");
}

TEST_F(TextCheckTest, AnswersNothingByDamagedPostings) {
  database_.Write(*columns_, KeyOf("red"), "\1");
  EXPECT_TRUE(Fails(notes_->Count(ByScore()), ErrorCode::kCorruption, "text: segment"));
  EXPECT_TRUE(Fails(notes_->Count(Matching(R"({"$text": {"$search": "re*"}})")), ErrorCode::kCorruption));
  EXPECT_EQ(Must(notes_->Count(Matching(R"({"$text": {"$search": "green"}})"))), 2U);
  database_.Flush(*columns_);
  Must(RebuildIndex(database_.impl(), "notes", {}));
  EXPECT_EQ(Must(notes_->Count(ByScore())), 2U);
  EXPECT_EQ(database_.Faults(), "");
}

// All of it is gone, as where a file was lost: at the next opening it is known that words are missing, not absent.
TEST_F(TextCheckTest, AnswersNothingWhereAllTextIsLost) {
  {
    const PartitionRef month = database_.Partition("notes_2024_03");
    Must(RemovePart(database_.impl(), *month.partition, {segment_, SegmentPart::Kind::kText}));
  }
  database_.Reopen();
  notes_.emplace(database_.Get("notes"));
  for (const char* search : {"red", "re*", "yellow", R"(\"red red\")"}) {
    const Query query = Matching(R"({"$text": {"$search": ")" + std::string(search) + "\"}}");
    EXPECT_TRUE(Fails(notes_->Count(query), ErrorCode::kCorruption, "it is missing")) << search;
  }
  EXPECT_NE(database_.Faults().find("text"), std::string::npos);
  Must(RebuildIndex(database_.impl(), "notes", {}));
  EXPECT_EQ(Must(notes_->Count(ByScore())), 2U);
  EXPECT_EQ(database_.Faults(), "");
}

}  // namespace
}  // namespace kalends
