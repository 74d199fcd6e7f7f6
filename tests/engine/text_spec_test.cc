// What a collection answers to searches after its spec has changed: by the new spec at once, whatever its segments
// hold.
#include <string>
#include <vector>

#include "engine/index_rebuild.h"
#include "engine/stats.h"
#include "tests/engine/text_trial.h"

namespace kalends {
namespace {

using text_model::ForSeeds;
using text_model::Random;
using text_model::Spec;
using text_model::Trial;

bool LacksText(const Document& told) { return !told.Get("missing_indexes").Get("$text").is_missing(); }

bool LacksText(Trial& trial) {
  for (const PartitionStats& stats : Must(StatsOf(trial.database().impl(), "things")).partitions) {
    const auto& missing = stats.missing_indexes;
    if (std::find(missing.begin(), missing.end(), "$text") != missing.end()) return true;
  }
  return false;
}

void AskMany(Trial& trial, int count) {
  for (int i = 0; i < count; ++i) {
    trial.Ask(trial.Make());
    if (i % 4 == 0) trial.AskScores(trial.Make());
    if (::testing::Test::HasFailure()) return;
  }
}

struct Change {
  std::string name;
  Spec spec;
};

std::vector<Change> Changes() {
  std::vector<Change> changes;
  Spec spec;
  const auto add = [&](const std::string& name) { changes.push_back({name, spec}); };
  spec.fields = {"title"};
  add("text is turned on");
  spec.fields = {"*"};
  add("all is text");
  spec.exclude = {"body.secret"};
  add("a part is excluded");
  spec.indexes = {"user"};
  add("an index takes its values out");
  spec.language = "english";
  add("it is stemmed");
  spec.indexes = {"tags"};
  add("an index more, and one less");
  spec.fields = {"body", "tags", "list"};
  add("fields are named");
  spec.exclude = {};
  spec.language = "none";
  add("nothing is excluded or stemmed");
  return changes;
}

TEST(TextOfAChangedSpec, IsAnsweredAtOnceAndRebuiltWhenAsked) {
  ForSeeds(IsLongRun() ? 40 : 2, [](Random& random) {
    Spec without_text;
    without_text.fields = {};
    Trial trial(random, without_text, random.OneIn(2));
    trial.Insert(40);
    trial.Seal();
    ASSERT_FALSE(LacksText(trial));
    for (const Change& change : Changes()) {
      SCOPED_TRACE(change.name);
      trial.SetSpec(change.spec);
      EXPECT_TRUE(LacksText(trial));
      EXPECT_TRUE(LacksText(Must(trial.collection().Explain(Matching(R"({"$text": {"$search": "tree"}})")))));
      AskMany(trial, 12);
      trial.Insert(10);
      trial.Change();
      if (random.OneIn(2)) trial.Seal();
      AskMany(trial, 8);
      if (random.OneIn(2)) trial.Reopen();
      if (random.OneIn(3)) continue;  // Another change comes first.
      Must(RebuildIndex(trial.database().impl(), "things", {}));
      trial.SetRebuilt();
      EXPECT_FALSE(LacksText(trial));
      EXPECT_FALSE(LacksText(Must(trial.collection().Explain(Matching(R"({"$text": {"$search": "tree"}})")))));
      AskMany(trial, 12);
      EXPECT_EQ(trial.database().Faults(), "");
      if (::testing::Test::HasFailure()) return;
    }
    EXPECT_GT(trial.found(), 60);
  });
}

class TextSpecTest : public ::testing::Test {
 protected:
  CollectionSpec Text(std::vector<std::string> fields, const std::string& language = "none") {
    CollectionSpec spec;
    spec.text_fields = std::move(fields);
    spec.text_language = language;
    return spec;
  }
  void Insert(const std::string& title, const std::string& user) {
    Must(notes_.Insert(DocumentBuilder()
                           .Add("_id", ++id_)
                           .Add("timestamp", "2024-03-01T00:00:00Z")
                           .Add("title", title)
                           .Add("user", user)
                           .Build()));
  }
  Document Explained(std::string_view text_part) {
    return Must(notes_.Explain(Matching(R"({"$text": )" + std::string(text_part) + "}"), ExplainedCall::kCount));
  }
  static std::int64_t ReadRows(const Document& told) { return told.Get("rows").Get("read").as_integer(); }
  static std::int64_t Matched(const Document& told) { return told.Get("rows").Get("matched").as_integer(); }

  ScratchDirectory directory_;
  SegmentedDatabase database_{directory_.path()};
  Collection notes_ = database_.Create("notes", Text({"*"}));
  int id_ = 0;
};

// Without any of it no segment tells: rows are asked.
TEST_F(TextSpecTest, RowsAreAskedWhereSegmentsHaveOtherText) {
  Insert("a running dog", "dog");
  Insert("a cat", "ann");
  Must(database_.impl().SealAll());
  Must(database_.impl().SetSpec("notes", Text({"title"})));
  const Document told = Explained(R"({"$search": "dog"})");
  EXPECT_EQ(told.Get("path").as_string(), "rows");
  EXPECT_EQ(ReadRows(told), 2);
  EXPECT_EQ(Must(notes_.Count(Matching(R"({"$text": {"$search": "ann"}})"))), 0U);
  Must(RebuildIndex(database_.impl(), "notes", {}));
  const Document after = Explained(R"({"$search": "dog"})");
  EXPECT_EQ(after.Get("path").as_string(), "text");
  EXPECT_EQ(ReadRows(after), 0);
}

// Old terms hold all that the new ones would, and more: only rows that have the word are asked.
TEST_F(TextSpecTest, OldTermsServeWhereAnIndexTakesValuesOut) {
  for (int i = 0; i < 20; ++i) Insert("a cat", "ann");
  Insert("a dog", "ann");
  Insert("a cat", "dog");
  Must(database_.impl().SealAll());
  CollectionSpec spec = Text({"*"});
  spec.indexes = {"user"};
  Must(database_.impl().SetSpec("notes", spec));
  const Document told = Explained(R"({"$search": "dog"})");
  EXPECT_EQ(told.Get("path").as_string(), "text");
  EXPECT_EQ(ReadRows(told), 2);
  EXPECT_EQ(Matched(told), 1);
}

TEST_F(TextSpecTest, WordsAreStemmedByALanguageOfTheQueryAlone) {
  Insert("He runs", "x");
  Insert("a run", "x");
  Insert("a runner", "x");
  Must(database_.impl().SealAll());
  Insert("is running", "x");
  const Document told = Explained(R"({"$search": "Running", "$language": "english"})");
  EXPECT_EQ(Matched(told), 3);
  EXPECT_EQ(ReadRows(told), 0) << "all terms of the same stem tell";
  EXPECT_EQ(Matched(Explained(R"({"$search": "Running"})")), 1);
  EXPECT_EQ(Matched(Explained(R"({"$search": "the", "$language": "english"})")), 0);
  EXPECT_EQ(Matched(Explained(R"({"$search": "running", "$language": "en"})")), 3) << "the code of the language";

  Must(database_.impl().SetSpec("notes", Text({"*"}, "english")));
  Must(database_.impl().SealAll());
  Must(RebuildIndex(database_.impl(), "notes", {}));
  const Document stemmed = Explained(R"({"$search": "running"})");
  EXPECT_EQ(Matched(stemmed), 3);
  EXPECT_EQ(ReadRows(stemmed), 0);
  const Document exact = Explained(R"({"$search": "running", "$language": "none"})");
  EXPECT_EQ(Matched(exact), 1);
  EXPECT_EQ(ReadRows(exact), 3) << "those of the same stem";
  EXPECT_EQ(Matched(Explained(R"({"$search": "is", "$language": "none"})")), 1) << "stop words are in no term";
}

TEST_F(TextSpecTest, TextIsGoneWhereTheSpecNamesNone) {
  Insert("a dog", "x");
  Must(database_.impl().SealAll());
  Must(database_.impl().SetSpec("notes", Text({})));
  EXPECT_TRUE(Fails(notes_.Count(Matching(R"({"$text": {"$search": "dog"}})")), ErrorCode::kInvalidArgument,
                    "the collection has no text"));
  Insert("a dog", "x");
  Must(database_.impl().SetSpec("notes", Text({"*"})));
  EXPECT_EQ(Must(notes_.Count(Matching(R"({"$text": {"$search": "dog"}})"))), 2U);
  Insert("a dog", "x");
  Must(database_.impl().SealAll());
  EXPECT_EQ(Must(notes_.Count(Matching(R"({"$text": {"$search": "dog"}})"))), 3U);
  EXPECT_EQ(database_.Faults(), "");
}

}  // namespace
}  // namespace kalends
