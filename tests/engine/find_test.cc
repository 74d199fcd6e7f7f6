// Sorting, projecting and paging through a collection; distinct values; explanations.
#include <string>
#include <vector>

#include "tests/engine/engine_test_support.h"

namespace kalends {
namespace {

using Names = std::vector<std::string>;

// 40 documents over four months, half of each sealed: n counts from the oldest, k has 4 values.
class FindTest : public ::testing::Test {
 protected:
  FindTest() : database_(MemoryDatabase()), things_(Must(database_->CreateCollection("things", {}))) {
    for (int half = 0; half < 2; ++half) {
      for (int i = half; i < 40; i += 2) {
        const std::string day = std::to_string(11 + i % 10);
        Must(things_.Insert(Doc(R"({"_id":)" + std::to_string(i) + R"(,"timestamp":"2024-0)" +
                                std::to_string(1 + i / 10) + "-" + day + R"(","k":)" + std::to_string(i * 7 % 4) +
                                "}")));
      }
      if (half == 0) Must(database_->SealAll());
    }
  }

  // The ids of all pages of `limit`, walked by tokens.
  Names Walk(Query query, std::uint64_t limit) {
    Names ids;
    query.limit = limit;
    for (int pages = 0; pages < 100; ++pages) {
      const Page page = Must(things_.FindPage(query));
      EXPECT_LE(page.documents.size(), limit);
      for (const std::string& id : IdsOf(page.documents)) ids.push_back(id);
      if (page.next.empty()) return ids;
      EXPECT_EQ(page.documents.size(), limit);
      query.after = page.next;
    }
    ADD_FAILURE() << "the walk does not end";
    return ids;
  }
  static Query Sorted(std::string_view sort) {
    Query query;
    query.sort = Doc(sort);
    return query;
  }

  std::unique_ptr<Database> database_;
  Collection things_;
};

TEST_F(FindTest, SortsByAnyFieldsThenByTimeInTheDirectionOfTheFirst) {
  Query query = Sorted(R"({"k":1})");
  query.limit = 4;
  EXPECT_EQ(FoundIds(things_, query), Names({"0", "4", "8", "12"}));
  query.sort = Doc(R"({"k":-1})");
  EXPECT_EQ(FoundIds(things_, query), Names({"37", "33", "29", "25"}));
  query.sort = Doc(R"({"k":-1,"_id":1})");
  EXPECT_EQ(FoundIds(things_, query), Names({"1", "5", "9", "13"}));
  query.skip = 2;
  EXPECT_EQ(FoundIds(things_, query), Names({"9", "13", "17", "21"}));
  query.limit = 0;
  EXPECT_EQ(FoundIds(things_, query), Names());
}

TEST_F(FindTest, ASortByTimeIsTheOrder) {
  Query query = Sorted(R"({"timestamp":1})");
  query.limit = 3;
  EXPECT_EQ(FoundIds(things_, query), Names({"0", "1", "2"}));
  query.sort = Doc(R"({"timestamp":-1})");
  query.order = Order::kOldestFirst;
  EXPECT_EQ(FoundIds(things_, query), Names({"39", "38", "37"}));
}

TEST_F(FindTest, ProjectsBeforeAndAfterSorting) {
  Query query = Sorted(R"({"k":-1})");
  query.projection = Doc(R"({"k":1,"_id":0})");
  query.limit = 1;
  EXPECT_EQ(All(things_, query)[0].ToJson(), R"({"k":3})");
  query.filter = Doc(R"({"_id":5})");
  EXPECT_EQ(All(things_, query)[0].ToJson(), R"({"k":3})") << "found by its id";
}

TEST_F(FindTest, PositionalProjectionShowsTheElementThatMatched) {
  Must(things_.Insert(Doc(R"({"_id":"a","timestamp":"2024-06-01","v":[3,8,9]})")));
  Query query = Matching(R"({"v":{"$gt":5}})");
  query.projection = Doc(R"({"v.$":1})");
  EXPECT_EQ(All(things_, query)[0].ToJson(), R"({"_id":"a","v":[8]})");
}

TEST_F(FindTest, ADocumentOutlivesItsCursorWithItsProjection) {
  Document document;
  {
    Query query;
    query.projection = Doc(R"({"made":{"$literal":"a constant of the projection"}})");
    query.limit = 1;
    document = All(things_, query)[0];
  }
  EXPECT_EQ(document.ToJson(), R"({"_id":39,"made":"a constant of the projection"})");
}

TEST_F(FindTest, TokensWalkEveryOrderToItsEnd) {
  for (const char* sort :
       {"{}", R"({"timestamp":1})", R"({"k":1})", R"({"k":-1})", R"({"k":1,"_id":-1})", R"({"none":1})"}) {
    const Query query = Sorted(sort);
    const Names all = FoundIds(things_, query);
    EXPECT_EQ(all.size(), 40U);
    for (const std::uint64_t limit : {1, 3, 7, 20, 39, 40, 41})
      EXPECT_EQ(Walk(query, limit), all) << sort << ' ' << limit;
  }
  Query filtered = Matching(R"({"k":2})");
  EXPECT_EQ(Walk(filtered, 3), FoundIds(things_, filtered));
}

TEST_F(FindTest, ATokenHoldsWhileRowsComeAndGo) {
  Query query = Sorted(R"({"k":1})");
  query.limit = 5;
  const Page first = Must(things_.FindPage(query));
  EXPECT_EQ(IdsOf(first.documents), Names({"0", "4", "8", "12", "16"}));
  Must(things_.Delete(Value::Int(16)));  // Of the row that the token names,
  Must(things_.Delete(Value::Int(20)));  // and of the next one.
  Must(things_.Insert(Doc(R"({"_id":"before","timestamp":"2024-01-01","k":0})")));
  Must(things_.Insert(Doc(R"({"_id":"behind","timestamp":"2024-03-02","k":0})")));
  Must(database_->SealAll());
  query.after = first.next;
  EXPECT_EQ(FoundIds(things_, query), Names({R"("behind")", "24", "28", "32", "36"}));
  Must(database_->Drop("things", "2024-02", false));  // Where the token's row was.
  EXPECT_EQ(FoundIds(things_, query), Names({R"("behind")", "24", "28", "32", "36"}));
}

TEST_F(FindTest, PageTellsTheTotalAndWhetherMoreFollows) {
  Query query;
  query.limit = 40;
  EXPECT_EQ(Must(things_.FindPage(query)).next, "");
  query.limit = 39;
  const Page page = Must(things_.FindPage(query));
  EXPECT_EQ(page.total, 40U);
  EXPECT_NE(page.next, "");
  query.skip = 39;
  EXPECT_EQ(Must(things_.FindPage(query)).next, "");
  query.filter = Doc(R"({"_id":3})");
  query.skip = 0;
  EXPECT_EQ(Must(things_.FindPage(query)).documents.size(), 1U);
  EXPECT_EQ(Must(things_.FindPage({})).documents.size(), 40U);
}

TEST_F(FindTest, ATokenIsCutByTheTimesThatAreAskedFor) {
  Query query;
  query.limit = 1;
  const std::string token = Must(things_.FindPage(query)).next;
  query = Between("2024-01-01", "2024-01-14");
  query.after = token;
  EXPECT_EQ(FoundIds(things_, query), Names({"2", "1", "0"}));
  query = OldestFirst();
  query.limit = 1;
  const std::string oldest = Must(things_.FindPage(query)).next;
  query = Between("2024-04-18", "2024-05-01", Order::kOldestFirst);
  query.after = oldest;
  EXPECT_EQ(FoundIds(things_, query), Names({"37", "38", "39"}));
}

TEST_F(FindTest, AFullSortIsBoundedInMemory) {
  Query query = Sorted(R"({"k":1})");
  query.sort_bytes_max = 1000;
  Cursor cursor = Must(things_.Find(query));
  EXPECT_TRUE(Fails(cursor.ToVector(), ErrorCode::kLimitExceeded, "limit"));
  query.limit = 3;
  EXPECT_EQ(FoundIds(things_, query).size(), 3U);
}

TEST_F(FindTest, DistinctGivesEachValueOnceInOrder) {
  Must(things_.Insert(Doc(R"({"_id":"a","timestamp":"2024-06-01","k":[2.0,"x",[1],null]})")));
  const auto texts = [](const std::vector<OwnedValue>& values) {
    std::string text;
    for (const OwnedValue& value : values) text += ToJson(value.value()) + " ";
    return text;
  };
  EXPECT_EQ(texts(Must(things_.Distinct("k", {}))), R"(null 0 1 2 3 "x" [1] )") << "an int stays before a double";
  EXPECT_EQ(texts(Must(things_.Distinct("k", Matching(R"({"k":{"$lt":2}})")))), "0 1 ");
  EXPECT_EQ(texts(Must(things_.Distinct("none", {}))), "");
}

TEST_F(FindTest, ExplainTellsWhatWasRead) {
  const auto json = [&](const Query& query, ExplainedCall call) { return Must(things_.Explain(query, call)); };
  const auto number = [](const Document& document, const char* object, const char* field) {
    return document.Get(object).Get(field).as_integer();
  };
  Query query = Between("2024-02-01", "2024-04-01");
  query.filter = Doc(R"({"k":1})");
  Document told = json(query, ExplainedCall::kFind);
  EXPECT_EQ(ToJson(told.Get("path")), R"("columns")");
  EXPECT_EQ(told.Get("partitions").as_integer(), 4);
  ASSERT_EQ(told.Get("read").elements().size(), 2U);
  // Columns know the half that is sealed, where k is even; the tail is read.
  EXPECT_EQ(ToJson(told.Get("read").elements()[0]),
            R"({"partition":"things_2024_03","runs":2,"pruned":0,"by":{"times":0,"lists":0,"text":0,"columns":1,"rows":1},)"
            R"("rows":{"certain":0,"read":5}})");
  EXPECT_EQ(number(told, "rows", "read"), 10);
  EXPECT_EQ(number(told, "rows", "matched"), 5);
  EXPECT_EQ(number(told, "rows", "returned"), 5);
  told = json(query, ExplainedCall::kCount);
  EXPECT_EQ(number(told, "rows", "returned"), 5);
  query.filter = Doc(R"({"k":2})");
  told = json(query, ExplainedCall::kCount);
  EXPECT_EQ(ToJson(told.Get("read").elements()[0].Get("rows")), R"({"certain":3,"read":5})");
  query.filter = {};
  told = json(query, ExplainedCall::kCount);
  EXPECT_EQ(ToJson(told.Get("path")), R"("times")");
  EXPECT_EQ(number(told, "rows", "read"), 0);
  EXPECT_EQ(number(told, "rows", "returned"), 20);
  for (const ExplainedCall call : {ExplainedCall::kFind, ExplainedCall::kCount}) {
    told = json(Matching(R"({"_id":3})"), call);
    EXPECT_EQ(ToJson(told.Get("path")), R"("id")");
    EXPECT_EQ(number(told, "rows", "read"), 1);
    EXPECT_EQ(number(told, "rows", "returned"), 1);
    EXPECT_EQ(number(json(Matching(R"({"_id":3,"k":9})"), call), "rows", "returned"), 0);
  }
  EXPECT_TRUE(Fails(things_.Explain(Matching(R"({"$foo":1})")), ErrorCode::kInvalidArgument, "$foo"));
}

}  // namespace
}  // namespace kalends
