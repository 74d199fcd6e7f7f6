#include "query/element_filter.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "kalends/document.h"

namespace kalends {
namespace {

TEST(ElementFilter, TestsValuesObjectsAndEquality) {
  struct Case {
    const char* condition;
    std::vector<const char*> matching;
    std::vector<const char*> others;
  };
  for (const Case& test : std::vector<Case>{
           {"1", {"1", "1.0"}, {"2", "[1]", "null"}},
           {"null", {"null"}, {"0", "[]"}},
           {"[1]", {"[1]"}, {"1", "[[1]]"}},
           {R"({"$gte": 2})", {"2", "[0, 3]"}, {"1", R"("x")"}},
           {R"({"$in": [1, "x"]})", {"1", R"("x")", "[1]"}, {"2"}},
           {R"({"$ne": 1})", {"2", "{}"}, {"1", "[1]"}},
           {R"({"b": 1})", {R"({"b": 1, "c": 2})", R"({"b": [1]})"}, {R"({"b": 2})", "1", R"([{"b": 1}])"}},
           {R"({"b": {"$gt": 1}, "c": 2})", {R"({"b": 5, "c": 2})"}, {R"({"b": 5})"}},
           {R"({"$or": [{"b": 1}, {"b": 2}]})", {R"({"b": 2})"}, {"2"}},
           {"{}", {"{}", R"({"b": 1})"}, {"1", "[]"}},
           {R"({"$regex": "^x", "$options": "i"})", {R"("Xy")"}, {R"("y")", "1"}},
           {R"({"$elemMatch": {"$gt": 1}})", {"[0, 2]"}, {"2", "[[2]]"}},
       }) {
    const auto filter = ElementFilter::Parse(OwnedValue::FromJson(test.condition)->value(), "$pull.a");
    ASSERT_TRUE(filter.has_value()) << test.condition << ": " << filter.error().message();
    MatchScratch scratch;
    for (const char* value : test.matching) {
      EXPECT_TRUE(filter.value()->Matches(OwnedValue::FromJson(value)->value(), scratch))
          << test.condition << " on " << value;
    }
    for (const char* value : test.others) {
      EXPECT_FALSE(filter.value()->Matches(OwnedValue::FromJson(value)->value(), scratch))
          << test.condition << " on " << value;
    }
  }
}

TEST(ElementFilter, ErrorsBeginWithTheirPlace) {
  const auto message = [](const char* condition) {
    const auto filter = ElementFilter::Parse(OwnedValue::FromJson(condition)->value(), "$pull.a");
    return filter.has_value() ? "none" : filter.error().message();
  };
  EXPECT_EQ(message(R"({"$foo": 1})"), "$pull.a: the operator $foo is not known");
  EXPECT_EQ(message(R"({"b": {"$in": 1}})"), "$pull.a.b.$in: expected an array, found int");
  EXPECT_EQ(message(R"({"$gt": 1, "b": 2})"), "$pull.a: b stands beside operators but is none");
}

}  // namespace
}  // namespace kalends
