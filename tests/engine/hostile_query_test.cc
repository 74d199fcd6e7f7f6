// Queries made to cost much: each is answered, or refused with a status that says why. A deadline far above what any of
// them takes turns one that hangs into a failure.
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/engine/engine_test_support.h"

namespace kalends {
namespace {

std::string Repeat(std::string_view text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}
std::string Nested(std::string_view head, std::string_view core, std::string_view tail, int depth) {
  return Repeat(head, depth) + std::string(core) + Repeat(tail, depth);
}
// `part` for 0, 1, 2 ..., with commas between.
std::string Listed(int count, const std::function<std::string(int)>& part) {
  std::string all;
  for (int i = 0; i < count; ++i) all += (i == 0 ? "" : ",") + part(i);
  return all;
}

class HostileQuery : public ::testing::Test {
 protected:
  HostileQuery() : database_(MemoryDatabase()) {
    CollectionSpec spec;
    spec.plain = true;
    spec.time_fields.clear();
    things_.emplace(Must(database_->CreateCollection("things", spec)));
    Insert(R"({"_id":1,"a":")" + std::string(100'000, 'a') + R"(!"})");
    Insert(R"({"_id":2,"a":[)" + Listed(100'000, [](int i) { return std::to_string(i); }) + "]}");
    Insert(R"({"_id":3,"a":)" + Nested("[", "1", "]", 95) + "}");
    // Each number in a path is an index here and a name as well.
    Insert(R"({"_id":4,"a":)" + Nested(R"([{"0":)", "1", "}]", 45) + "}");
    Must(database_->SealAll());
    Insert(R"({"_id":5,"a":{"$numberLong":"-9223372036854775808"}})");
  }

  void Insert(const std::string& json) { Must(things_->Insert(Doc(json))); }

  Query WithDeadline(Query query) const {
    query.call.deadline = std::chrono::steady_clock::now() + std::chrono::seconds(100);
    return query;
  }

  // Whether it was answered.
  template <class T>
  bool IsAnswered(const Result<T>& result) const {
    if (result.has_value()) return true;
    const ErrorCode code = result.error().code();
    EXPECT_TRUE(code == ErrorCode::kInvalidArgument || code == ErrorCode::kLimitExceeded ||
                code == ErrorCode::kUnsupported)
        << ErrorCodeName(code) << ": " << result.error().message();
    EXPECT_FALSE(result.error().message().empty());
    EXPECT_LT(result.error().message().size(), 2000U);
    return false;
  }
  bool IsAnswered(const Query& query) const { return IsAnswered(things_->FindPage(WithDeadline(query))); }
  bool IsAnswered(const std::string& filter) const {
    const auto document = Document::FromJson(filter);
    if (!document.has_value()) return IsAnswered(document);
    Query query;
    query.filter = *document;
    return IsAnswered(query);
  }
  std::uint64_t CountOf(const std::string& filter) const {
    return Must(things_->Count(WithDeadline(Matching(filter))));
  }

  // Deeper than JSON may be: {name: [{name: [... {"a": 1} ...]}]}.
  static Document Deep(const char* name, int depth) {
    DocumentBuilder builder;
    for (int i = 0; i < depth; ++i) builder.BeginArray(name).BeginObject();
    builder.Add("a", 1);
    for (int i = 0; i < depth; ++i) builder.End().End();
    return builder.Build();
  }

  std::unique_ptr<Database> database_;
  std::optional<Collection> things_;
};

TEST_F(HostileQuery, DeepFiltersAreRefused) {
  for (const char* name : {"$and", "$or", "$nor"}) {
    EXPECT_TRUE(IsAnswered(Nested(std::string(R"({")") + name + R"(":[)", R"({"a":1})", "]}", 40))) << name;
    EXPECT_FALSE(IsAnswered(Nested(std::string(R"({")") + name + R"(":[)", R"({"a":1})", "]}", 2000))) << name;
    Query query;
    query.filter = Deep(name, 1000);
    EXPECT_FALSE(IsAnswered(query)) << name;
  }
  IsAnswered(R"({"a":)" + Nested(R"({"$not":)", R"({"$gt":1})", "}", 90) + "}");
  EXPECT_FALSE(IsAnswered(R"({"a":)" + Nested(R"({"$not":)", R"({"$gt":1})", "}", 2000) + "}"));
  IsAnswered(R"({"a":)" + Nested(R"({"$elemMatch":)", R"({"$gte":1})", "}", 90) + "}");
  EXPECT_FALSE(IsAnswered(R"({"a":)" + Nested(R"({"$elemMatch":)", R"({"$gt":1})", "}", 2000) + "}"));
}

TEST_F(HostileQuery, DeepExpressionsAreRefused) {
  IsAnswered(R"({"$expr":)" + Nested(R"({"$not":[)", R"("$a")", "]}", 45) + "}");
  EXPECT_FALSE(IsAnswered(R"({"$expr":)" + Nested(R"({"$not":[)", R"("$a")", "]}", 2000) + "}"));
  DocumentBuilder builder;
  builder.BeginObject("$expr");
  for (int i = 0; i < 1000; ++i) builder.BeginArray("$add").BeginObject();
  builder.Add("$abs", 1);
  for (int i = 0; i < 1000; ++i) builder.End().End();
  Query query;
  query.filter = builder.End().Build();
  EXPECT_FALSE(IsAnswered(query));
}

TEST_F(HostileQuery, WideFiltersAreAnsweredOrRefused) {
  const auto equal = [](int i) { return R"({"a":)" + std::to_string(i) + "}"; };
  const auto number = [](int i) { return std::to_string(i); };
  IsAnswered(R"({"$or":[)" + Listed(100'000, equal) + "]}");
  IsAnswered(R"({"$nor":[)" + Listed(100'000, equal) + "]}");
  IsAnswered("{" + Listed(100'000, [](int i) { return "\"f" + std::to_string(i) + "\":null"; }) + "}");
  EXPECT_EQ(CountOf(R"({"a":{"$in":[)" + Listed(1'000'000, number) + "]}}"), 1U);
  EXPECT_EQ(CountOf(R"({"a":{"$nin":[)" + Listed(1'000'000, number) + "]}}"), 4U);
  IsAnswered(R"({"a":{"$all":[)" + Listed(20'000, number) + "]}}");
  IsAnswered(R"({"a":{"$bitsAnySet":[)" + Listed(100'000, number) + "]}}");
  IsAnswered(R"({"$expr":{"$gt":[{"$add":[)" + Listed(100'000, number) + R"(]},0]}})");
  IsAnswered(R"({"$expr":{"$or":[)" +
             Listed(100'000, [](int i) { return R"({"$eq":["$a",)" + std::to_string(i) + "]}"; }) + "]}}");
  IsAnswered(R"({"a":{"$in":[)" +
             Listed(5'000, [](int) { return R"({"$regularExpression":{"pattern":"a","options":""}})"; }) + "]}}");
}

TEST_F(HostileQuery, RegularExpressionsDoNotRunAway) {
  for (const char* pattern : {"(a+)+$", "^(a|a)*$", "(a|aa)+$", "(.*)*b", "^(([a-z])+.)+[A-Z]([a-z])+$", "(x+x+)+y"}) {
    EXPECT_TRUE(IsAnswered(std::string(R"({"a":{"$regex":")") + pattern + "\"}}")) << pattern;
  }
  for (const char* pattern : {"((a{1,1000}){1,1000}){1,1000}", "a{100000}", "(a)\\\\1", "(?=a)", "(", "[", "*"}) {
    EXPECT_FALSE(IsAnswered(std::string(R"({"a":{"$regex":")") + pattern + "\"}}")) << pattern;
  }
  IsAnswered(R"({"a":{"$regex":")" + Nested("(", "a", ")", 5000) + "\"}}");
  IsAnswered(R"({"a":{"$regex":")" + std::string(1'000'000, 'a') + "\"}}");
}

TEST_F(HostileQuery, PathsThroughArraysDoNotRunAway) {
  const std::string numbers = "a" + Repeat(".0", 90);
  EXPECT_EQ(CountOf("{\"" + numbers + "\":1}"), 1U);
  EXPECT_EQ(CountOf("{\"" + numbers + "\":{\"$gt\":5}}"), 0U);
  IsAnswered("{\"a" + Repeat(".0", 10'000) + "\":1}");
  IsAnswered(R"({"$expr":{"$eq":["$a)" + Repeat(".0", 90) + R"(",1]}})");
  for (const char* part : {"sort", "projection"}) {
    Query query;
    (part == std::string_view("sort") ? query.sort : query.projection) = Doc("{\"" + numbers + "\":1}");
    IsAnswered(query);
    (part == std::string_view("sort") ? query.sort : query.projection) = Doc("{\"a" + Repeat(".b", 10'000) + "\":1}");
    IsAnswered(query);
  }
  IsAnswered(things_->Distinct(numbers, WithDeadline({})));
  IsAnswered(things_->Distinct("a" + Repeat(".0", 10'000), WithDeadline({})));
}

TEST_F(HostileQuery, NumbersAtTheEdgesAreAnswered) {
  const std::string least = R"({"$numberLong":"-9223372036854775808"})";
  EXPECT_EQ(CountOf(R"({"a":{"$mod":[-1,0]},"_id":5})"), 1U);
  EXPECT_EQ(CountOf(R"({"a":{"$mod":[)" + least + R"(,0]},"_id":5})"), 1U);
  for (const char* name : {"$abs", "$subtract", "$multiply", "$add", "$divide", "$mod"}) {
    IsAnswered(R"({"_id":5,"$expr":{"$gt":[{")" + std::string(name) + R"(":["$a")" +
               (name == std::string_view("$abs") ? "" : ",-1") + "]},0]}}");
  }
  Query query;
  for (const std::string& slice : std::vector<std::string>{least, "[" + least + ",1]", "[0,2147483647]", "1e300"}) {
    query.projection = Doc(R"({"a":{"$slice":)" + slice + "}}");
    IsAnswered(query);
  }
  query = {};
  query.skip = UINT64_MAX;
  query.limit = UINT64_MAX;
  EXPECT_TRUE(IsAnswered(query));
}

TEST_F(HostileQuery, WideSortsAndProjectionsAreAnsweredOrRefused) {
  Query query;
  query.sort = Doc("{" + Listed(10'000, [](int i) { return "\"f" + std::to_string(i) + "\":1"; }) + "}");
  EXPECT_FALSE(IsAnswered(query));
  query = {};
  query.projection = Doc("{" + Listed(20'000, [](int i) { return "\"f" + std::to_string(i) + "\":1"; }) + "}");
  IsAnswered(query);
  query.projection = Deep("a", 1000);
  EXPECT_FALSE(IsAnswered(query));
}

}  // namespace
}  // namespace kalends
