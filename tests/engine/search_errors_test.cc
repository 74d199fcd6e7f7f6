// What is refused in a search, and what finds nothing.
#include <string>

#include "tests/engine/engine_test_support.h"

namespace kalends {
namespace {

class SearchErrors : public ::testing::Test {
 protected:
  SearchErrors() {
    CollectionSpec spec;
    spec.text_fields = {"*"};
    spec.text_language = "english";
    notes_.emplace(Must(database_->CreateCollection("notes", spec)));
    Must(notes_->Insert(
        Doc(R"({"_id": 1, "timestamp": "2024-01-05", "a": "The running dogs", "b": [{"c": "東京都"}]})")));
    Must(database_->SealAll());
    Must(notes_->Insert(Doc(R"({"_id": 2, "timestamp": "2024-01-06", "a": "cats"})")));
  }

  ::testing::AssertionResult Refuses(std::string_view filter, std::string_view part,
                                     ErrorCode code = ErrorCode::kInvalidArgument) {
    const Query query = Matching(filter);
    for (const auto& result : {Fails(notes_->Find(query), code, part), Fails(notes_->Count(query), code, part),
                               Fails(notes_->Explain(query), code, part)}) {
      if (!result) return result;
    }
    return Fails(notes_->DeleteMany(query), code, part);
  }
  std::uint64_t Found(std::string_view text_part) {
    const Query query = Matching(R"({"$text": )" + std::string(text_part) + "}");
    const std::uint64_t count = Must(notes_->Count(query));
    EXPECT_EQ(All(*notes_, query).size(), count) << text_part;
    return count;
  }
  Status Shown(std::string_view filter, std::string_view projection, std::string_view sort = "{}") {
    Query query = Matching(filter);
    query.projection = Doc(projection);
    query.sort = Doc(sort);
    const auto page = notes_->FindPage(query);
    const auto found = notes_->Find(query);
    EXPECT_EQ(found.has_value(), page.has_value());
    return found.has_value() ? Status() : Status(found.error());
  }

  std::unique_ptr<Database> database_ = MemoryDatabase();
  std::optional<Collection> notes_;
};

TEST_F(SearchErrors, OfItsParts) {
  EXPECT_TRUE(Refuses(R"({"$text": "dog"})", "expected an object, found string"));
  EXPECT_TRUE(Refuses(R"({"$text": {}})", "$search is missing"));
  EXPECT_TRUE(Refuses(R"({"$text": {"$all": true}})", "$search is missing"));
  EXPECT_TRUE(Refuses(R"({"$text": {"$search": 5}})", "$text.$search: expected a string, found int"));
  EXPECT_TRUE(Refuses(R"({"$text": {"$search": null}})", "expected a string, found null"));
  EXPECT_TRUE(Refuses(R"({"$text": {"$search": "a", "$any": true}})", "$text.$any: unknown"));
  EXPECT_TRUE(Refuses(R"({"$text": {"search": "a"}})", "unknown"));
  EXPECT_TRUE(Refuses(R"({"$text": {"$search": "a", "$all": 1}})", "$all: expected true or false, found int"));
  EXPECT_TRUE(Refuses(R"({"$text": {"$search": "a", "$caseSensitive": "yes"}})", "$caseSensitive: expected true"));
  EXPECT_TRUE(Refuses(R"({"$text": {"$search": "a", "$diacriticSensitive": null}})", "$diacriticSensitive"));
  EXPECT_TRUE(Refuses(R"({"$text": {"$search": "a", "$language": 5}})", "$language: expected a string"));
  EXPECT_TRUE(Refuses(R"({"$text": {"$search": "a", "$language": "klingon"}})", "klingon"));
  EXPECT_TRUE(Refuses(R"({"$text": {"$search": "a", "$language": ""}})", "$language"));
}

TEST_F(SearchErrors, OfItsPlace) {
  EXPECT_TRUE(Refuses(R"({"$and": [{"$text": {"$search": "a"}}, {"$text": {"$search": "b"}}]})", "one $text only"));
  EXPECT_TRUE(Refuses(R"({"$or": [{"$text": {"$search": "a"}}, {"$text": {"$search": "a"}}]})", "one $text only"));
  EXPECT_TRUE(Refuses(R"({"$nor": [{"$text": {"$search": "a"}}]})", "$text cannot stand inside it"));
  EXPECT_TRUE(Refuses(R"({"$nor": [{"x": 1}, {"$or": [{"$text": {"$search": "a"}}]}]})", "$text cannot stand inside"));
  EXPECT_TRUE(Refuses(R"({"b": {"$elemMatch": {"$text": {"$search": "a"}}}})", "top of a filter only"));
  EXPECT_TRUE(Refuses(R"({"b": {"$text": {"$search": "a"}}})", "$text"));
  EXPECT_TRUE(Refuses(R"({"b": {"$not": {"$text": {"$search": "a"}}}})", "$text"));
  EXPECT_EQ(Must(notes_->Count(Matching(R"({"$or": [{"x": 1}, {"$and": [{"$text": {"$search": "cat"}}]}]})"))), 1U);
}

TEST_F(SearchErrors, OfACollectionWithoutText) {
  Collection plain = Must(database_->CreateCollection("plain", {}));
  EXPECT_TRUE(Fails(plain.Count(Matching(R"({"$text": {"$search": "a"}})")), ErrorCode::kInvalidArgument,
                    "the collection has no text"));
  SearchQuery search;
  search.text = "a";
  EXPECT_TRUE(Fails(plain.Search(search), ErrorCode::kInvalidArgument, "no text"));
  EXPECT_TRUE(Fails(plain.MakeSnippet(search, Doc(R"({"a": "a"})")), ErrorCode::kInvalidArgument, "no text"));
}

TEST_F(SearchErrors, OfTheSpec) {
  CollectionSpec spec;
  spec.text_fields = {"*"};
  spec.text_language = "klingon";
  EXPECT_TRUE(Fails(database_->CreateCollection("other", spec), ErrorCode::kInvalidArgument, "klingon"));
  EXPECT_TRUE(Fails(database_->SetSpec("notes", spec), ErrorCode::kInvalidArgument, "klingon"));
  spec.text_language = "none";
  spec.text_fields = {"*", "a"};
  EXPECT_TRUE(Fails(database_->CreateCollection("other", spec), ErrorCode::kInvalidArgument, "\"*\""));
}

TEST_F(SearchErrors, OfScores) {
  constexpr std::string_view kText = R"({"$text": {"$search": "dog"}})";
  constexpr std::string_view kScore = R"({"s": {"$meta": "textScore"}})";
  EXPECT_TRUE(Shown(kText, kScore, kScore).ok());
  EXPECT_TRUE(Fails(Shown("{}", kScore), ErrorCode::kInvalidArgument, "projection: {$meta: \"textScore\"} needs"));
  EXPECT_TRUE(Fails(Shown(R"({"_id": 1})", kScore), ErrorCode::kInvalidArgument, "needs a $text"));
  EXPECT_TRUE(Fails(Shown("{}", "{}", kScore), ErrorCode::kInvalidArgument, "sort: {$meta: \"textScore\"} needs"));
  EXPECT_TRUE(Fails(Shown(kText, R"({"s": {"$meta": "score"}})"), ErrorCode::kInvalidArgument, "'score' is unknown"));
  EXPECT_TRUE(Fails(Shown(kText, "{}", R"({"s": {"$meta": "searchScore"}})"), ErrorCode::kUnsupported, "searchScore"));
  EXPECT_TRUE(Fails(Shown(kText, R"({"s": {"$meta": "textScore", "x": 1}})"), ErrorCode::kInvalidArgument, "alone"));
  EXPECT_TRUE(Fails(Shown(kText, R"({"s": {"$meta": 1}})"), ErrorCode::kInvalidArgument, "expected a string"));
}

TEST_F(SearchErrors, AreNotMadeOfSearchesThatFindNothing) {
  for (const char* search : {"", "   ", "-cats", "-cats -\\\"the\\\"", "the", "the is and", "...", "*", "-", "- -",
                             "\\\"", "\\\"\\\"", "\\\"...\\\"", "-\\\"", "-the", "zebra"}) {
    EXPECT_EQ(Found(R"({"$search": ")" + std::string(search) + "\"}"), 0U) << search;
    EXPECT_EQ(Found(R"({"$all": true, "$search": ")" + std::string(search) + "\"}"), 0U) << search;
  }
  EXPECT_EQ(Must(notes_->Count(Matching(R"({"$or": [{"$text": {"$search": ""}}, {"_id": 2}]})"))), 1U);
}

// As a person may type them.
TEST_F(SearchErrors, AreNotMadeOfUnfinishedSearches) {
  EXPECT_EQ(Found(R"({"$search": "\"running dogs"})"), 1U) << "a quote that does not end";
  EXPECT_EQ(Found(R"({"$search": "cats\"running dogs\""})"), 1U) << "a quote that begins within a word";
  EXPECT_EQ(Found(R"({"$search": "dog -\"running dogs"})"), 0U);
  EXPECT_EQ(Found(R"({"$search": "\"the running\""})"), 1U) << "stop words count in phrases";
  EXPECT_EQ(Found(R"({"$search": "\"a running\""})"), 0U);
  EXPECT_EQ(Found(R"({"$search": "\"run dogs\""})"), 0U) << "phrases are not stemmed";
  EXPECT_EQ(Found(R"({"$search": "cat dog -running"})"), 1U);
  EXPECT_EQ(Found(R"({"$search": "cat the", "$all": true})"), 1U) << "stop words need not be there";
  EXPECT_EQ(Found(R"({"$search": "th*"})"), 1U) << "beginnings of stop words";
  EXPECT_EQ(Found(R"({"$search": "京都"})"), 1U);
}

}  // namespace
}  // namespace kalends
