#include "query/column_select.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "kalends/document.h"
#include "query/filter.h"
#include "tests/query/fake_partition.h"

namespace kalends {
namespace {

// What a filter says of the documents of one block by its columns: a letter each, y for rows that match, n for those
// that do not, ? for those that must be asked.
std::string Selected(const std::string& filter, const std::vector<std::string>& documents) {
  std::vector<OwnedValue> roots;
  std::vector<FakePartition::Row> rows;
  for (const std::string& document : documents) roots.push_back(OwnedValue::FromJson(document).value());
  for (const OwnedValue& root : roots) rows.push_back({.time = {0}, .id = {}, .root = root.value()});
  const FakePartition partition(Generation{1}, {}, std::move(rows), {}, {}, {FakeIndexing::kBlocks});
  const auto question = OwnedValue::FromJson(filter).value();
  const auto parsed = Filter::Parse(question.value(), {.time_fields = {"t"}, .id_field = "id"}).value();
  const auto runs = partition.Runs({}).value();
  SelectContext context{.run = *runs.front(), .index = *runs.front()->index(), .time = {}};
  const RowMatches matches = parsed->Select(context).value();
  std::string text;
  for (std::uint32_t row = 0; row < documents.size(); ++row) {
    EXPECT_TRUE(!matches.certain.Test(row) || matches.possible.Test(row));
    text += matches.certain.Test(row) ? 'y' : matches.possible.Test(row) ? '?' : 'n';
  }
  EXPECT_EQ(partition.rows_read, 0U);
  return text;
}

const std::vector<std::string> kNumbers = {
    R"({"n":1})", R"({"n":2.5})", R"({"n":{"$numberLong":"3"}})",     R"({"n":"2"})",     R"({"n":null})",
    R"({})",      R"({"n":[2]})", R"({"n":{"$numberDouble":"NaN"}})", R"({"n":{"x":2}})", R"({"n":true})"};

TEST(ColumnSelect, ComparesNumbersOfAllTypes) {
  EXPECT_EQ(Selected(R"({"n":{"$gt":1}})", kNumbers), "nyynnn?nnn");
  EXPECT_EQ(Selected(R"({"n":{"$lte":2.5}})", kNumbers), "yynnnn?nnn");
  EXPECT_EQ(Selected(R"({"n":3.0})", kNumbers), "nnynnn?nnn");
  EXPECT_EQ(Selected(R"({"n":{"$numberDouble":"NaN"}})", kNumbers), "nnnnnn?ynn");
}

TEST(ColumnSelect, KnowsNullMissingAndTypes) {
  EXPECT_EQ(Selected(R"({"n":null})", kNumbers), "nnnnyy?nnn");
  EXPECT_EQ(Selected(R"({"n":{"$ne":null}})", kNumbers), "yyyynn?yyy");
  EXPECT_EQ(Selected(R"({"n":{"$exists":true}})", kNumbers), "yyyyyn?yyy");
  EXPECT_EQ(Selected(R"({"n":{"$type":"double"}})", kNumbers), "nynnnn?ynn");
  EXPECT_EQ(Selected(R"({"n":{"$type":"object"}})", kNumbers), "nnnnnn?nyn");
  EXPECT_EQ(Selected(R"({"n":{"$size":1}})", kNumbers), "nnnnnn?nnn");
}

TEST(ColumnSelect, AsksRowsWhereAnObjectIsCompared) { EXPECT_EQ(Selected(R"({"n":{"x":2}})", kNumbers), "nnnnnn?n?n"); }

TEST(ColumnSelect, AsksATestOfEachValueWhereItIsNoRange) {
  EXPECT_EQ(Selected(R"({"n":{"$mod":[2,1]}})", kNumbers), "ynynnn?nnn");
  EXPECT_EQ(Selected(R"({"n":{"$bitsAllSet":1}})", kNumbers), "ynynnn?nnn");
  EXPECT_EQ(Selected(R"({"n":{"$in":[1,3,true,"2",null]}})", kNumbers), "ynyyyy?nny");
}

TEST(ColumnSelect, AsksADictionaryOncePerText) {
  const std::vector<std::string> texts = {R"({"s":"ab"})", R"({"s":"b"})", R"({"s":"ab"})", R"({"s":"abc"})",
                                          R"({"s":7})"};
  EXPECT_EQ(Selected(R"({"s":{"$regex":"^ab"}})", texts), "ynyyn");
  EXPECT_EQ(Selected(R"({"s":{"$in":[{"$regex":"c$","$options":""},7]}})", texts), "nnnyy");
  EXPECT_EQ(Selected(R"({"s":{"$gte":"abc"}})", texts), "nynyn");
}

TEST(ColumnSelect, LooksUpManyValues) {
  std::vector<std::string> documents;
  std::string operands;
  std::string expected;
  for (int i = 0; i < 300; ++i) {
    documents.push_back(R"({"n":)" + std::to_string(i) + R"(,"s":"text )" + std::to_string(i / 2) + R"("})");
    if (i % 3 == 0) operands += (operands.empty() ? "" : ",") + std::to_string(i);
    expected += i % 3 == 0 ? 'y' : 'n';
  }
  EXPECT_EQ(Selected(R"({"n":{"$in":[)" + operands + "]}}", documents), expected);
  expected.clear();
  for (int i = 0; i < 300; ++i) expected += i / 2 % 10 == 7 ? 'y' : 'n';
  EXPECT_EQ(Selected(R"({"s":{"$regex":"7$"}})", documents), expected);
}

TEST(ColumnSelect, MissesWhereAScalarStandsInTheWay) {
  std::vector<std::string> documents = {R"({"o":[{"p":1}]})", R"({"o":5})", R"({"o":{}})", R"({"o":[5]})"};
  for (int i = 0; i < 6; ++i) documents.push_back(R"({"o":{"p":)" + std::to_string(i / 3) + "}}");
  EXPECT_EQ(Selected(R"({"o.p":1})", documents), "?nn?nnnyyy");
  EXPECT_EQ(Selected(R"({"o.p":null})", documents), "?yy?nnnnnn");
  EXPECT_EQ(Selected(R"({"o.0":5})", documents), "??????????")
      << "an array has an element where no object has the name";
}

TEST(FilterSelect, CombinesWhatItsPartsKnow) {
  EXPECT_EQ(Selected(R"({"$or":[{"n":1},{"n":"2"}]})", kNumbers), "ynnynn?nnn");
  EXPECT_EQ(Selected(R"({"$nor":[{"n":1},{"n":"2"}]})", kNumbers), "nyynyy?yyy");
  EXPECT_EQ(Selected(R"({"n":{"$not":{"$gt":1}}})", kNumbers), "ynnyyy?yyy");
  EXPECT_EQ(Selected(R"({"$or":[{"n":1},{"$expr":true}]})", kNumbers), "y?????????");
}

TEST(FilterSelect, AsksFewRowsRatherThanAColumn) {
  EXPECT_EQ(Selected(R"({"a":1,"n":2})", {R"({"a":1,"n":2})", R"({"a":2,"n":2})", R"({"a":1,"n":3})"}), "?n?");
}

TEST(FilterSelect, TheIdMayHaveBeenMade) {
  EXPECT_EQ(Selected(R"({"$or":[{"id":1},{"id":2}]})", {R"({"id":1})", R"({"id":3})", R"({})"}), "yn?");
}

}  // namespace
}  // namespace kalends
