#include "query/projection.h"

#include <gtest/gtest.h>

#include <span>
#include <string>

#include "kalends/document.h"
#include "kalends/limits.h"

namespace kalends {
namespace {

struct Case {
  const char* document;
  const char* projection;
  const char* expected;
  const char* filter = "";
};

const FilterContext kPlain;
const FilterContext kTimed{.time_fields = {"at"}, .time_unit = TimeUnit::kAuto, .id_field = "meta.key"};

Result<std::shared_ptr<const Projection>> Parsed(const std::string& text, const std::string& filter,
                                                 const FilterContext& context) {
  // Nothing of these is left when the projection is applied.
  const auto projection = OwnedValue::FromJson(text).value();
  const OwnedValue asked = filter.empty() ? OwnedValue() : OwnedValue::FromJson(filter).value();
  return Projection::Parse(projection.value(), context, asked.value());
}

std::string AsText(const Error& error) { return std::string(ErrorCodeName(error.code())) + ": " + error.message(); }

// What is shown as relaxed JSON, or the code and the message of the error.
std::string Shown(const std::string& document, const std::string& projection, const std::string& filter = "",
                  const FilterContext& context = kPlain) {
  const auto parsed = Parsed(projection, filter, context);
  if (!parsed.has_value()) return AsText(parsed.error());
  const auto root = OwnedValue::FromJson(document).value();
  const StoredRow row{.time = TimeUs{1'700'000'000'123'456}, .id = Value::Int(7), .root = root.value()};
  MatchScratch scratch;
  if (!filter.empty()) {
    const auto asked = OwnedValue::FromJson(filter).value();
    EXPECT_TRUE(Filter::Parse(asked.value(), context).value()->Matches(row, scratch)) << filter;
  }
  Arena arena;
  const auto shown = (*parsed)->Apply(row, scratch.array_index, arena);
  return shown.has_value() ? ToJson(*shown) : AsText(shown.error());
}

void CheckAll(std::span<const Case> cases, const FilterContext& context = kPlain) {
  for (const Case& one : cases) {
    EXPECT_EQ(Shown(one.document, one.projection, one.filter, context), one.expected)
        << one.projection << " of " << one.document;
  }
}

TEST(Projection, ShowsTheFieldsThatAreNamed) {
  const Case cases[] = {
      {R"({"_id":1,"b":2,"a":3,"c":4})", R"({"a":1,"b":true})", R"({"_id":1,"b":2,"a":3})"},
      {R"({"_id":1,"a":2,"b":3})", R"({"a":-0.5})", R"({"_id":1,"a":2})"},
      {R"({"a":null,"b":3})", R"({"a":1,"missing":1})", R"({"a":null})"},
      {R"({"a":{"b":1,"c":2,"d":3}})", R"({"a.d":1,"a.b":1})", R"({"a":{"b":1,"d":3}})"},
      {R"({"a":{"b":{"c":1,"d":2}}})", R"({"a":{"b":{"d":1}}})", R"({"a":{"b":{"d":2}}})"},
      {R"({"a":{"b":{"c":1,"d":2}}})", R"({"a":{"b.d":1}})", R"({"a":{"b":{"d":2}}})"},
      {R"({"a":{"x":1},"b":5})", R"({"a.b":1,"b.c":1})", R"({"a":{}})"},
      {R"({"a":[{"b":1,"c":2},5,[{"b":3,"c":4},6],{"c":7}]})", R"({"a.b":1})", R"({"a":[{"b":1},[{"b":3}],{}]})"},
      {R"({"a":[{"b":1}]})", R"({"a.0":1})", R"({"a":[{}]})"},
      {R"({"a.b":1,"a":{"b":2}})", R"({"a.b":1})", R"({"a":{"b":2}})"},
      {R"({"r":{"$ref":"x","$id":1,"n":2}})", R"({"r.$id":1})", R"({"r":{"$id":1}})"},
      {R"({"r":{"$ref":"x","$id":1,"n":2}})", R"({"r":{"$id":1}})", R"({"r":{"$id":1}})"},
  };
  CheckAll(cases);
}

TEST(Projection, LeavesOutTheFieldsThatAreNamed) {
  const Case cases[] = {
      {R"({"_id":1,"b":2,"a":3,"c":4})", R"({"a":0,"b":false})", R"({"_id":1,"c":4})"},
      {R"({"a":{"b":1,"c":2}})", R"({"a.b":0.0})", R"({"a":{"c":2}})"},
      {R"({"a":{"b":1}})", R"({"a":{"b":0}})", R"({"a":{}})"},
      {R"({"a":[{"b":1,"c":2},5,[{"b":3}]]})", R"({"a.b":0})", R"({"a":[{"c":2},5,[{}]]})"},
      {R"({"a":5})", R"({"a.b":0})", R"({"a":5})"},
  };
  CheckAll(cases);
}

TEST(Projection, ShowsTheIdUnlessItIsExcluded) {
  const Case cases[] = {
      {R"({"a":1,"_id":2,"b":3})", R"({"a":1})", R"({"a":1,"_id":2})"},
      {R"({"_id":2,"a":1,"b":3})", R"({"_id":0,"a":1})", R"({"a":1})"},
      {R"({"_id":2,"a":1,"b":3})", R"({"_id":0})", R"({"a":1,"b":3})"},
      {R"({"_id":2,"a":1,"b":3})", R"({"_id":1})", R"({"_id":2})"},
      {R"({"_id":2,"a":1,"b":3})", R"({"_id":1,"a":0})", R"({"_id":2,"b":3})"},
      {R"({"_id":2,"a":1,"b":3})", R"({"_id":0,"a":0})", R"({"b":3})"},
      {R"({"_id":{"x":1,"y":2},"a":1})", R"({"_id.x":1})", R"({"_id":{"x":1}})"},
      {R"({"_id":2,"a":1})", R"({"_id":"$a"})", R"({"_id":1})"},
  };
  CheckAll(cases);
  const Case own_id[] = {
      {R"({"meta":{"key":1,"x":2},"_id":3,"a":4})", R"({"a":1})", R"({"meta":{"key":1},"a":4})"},
      {R"({"meta":{"key":1,"x":2},"_id":3,"a":4})", R"({"a":1,"meta.key":0})", R"({"a":4})"},
      {R"({"meta":{"key":1,"x":2},"_id":3,"a":4})", R"({"meta.key":1})", R"({"meta":{"key":1}})"},
      {R"({"meta":{"key":1,"x":2},"_id":3,"a":4})", R"({"meta":1})", R"({"meta":{"key":1,"x":2}})"},
      {R"({"meta.key":1,"_id":3,"a":4})", R"({"a":1})", R"({"meta.key":1,"a":4})"},
      {R"({"a":4})", R"({"a":1})", R"({"a":4})"},
  };
  CheckAll(own_id, kTimed);
}

TEST(Projection, ComputesFieldsBehindThoseThatAreShown) {
  const Case cases[] = {
      {R"({"_id":1,"a":2,"b":3})", R"({"sum":{"$add":["$a","$b"]},"b":1})", R"({"_id":1,"b":3,"sum":5})"},
      {R"({"a":2,"b":3})", R"({"a":"$b","b":1})", R"({"b":3,"a":3})"},
      {R"({"a":2})", R"({"x":"text","y":null,"z":["$a",{"$literal":1}]})", R"({"x":"text","y":null,"z":[2,1]})"},
      {R"({"a":2})", R"({"x":"$none","y":{"$literal":{}}})", R"({"y":{}})"},
      {R"({"a":{"b":1,"c":2},"d":3})", R"({"d":1,"a.x":"$d","a.b":1})", R"({"a":{"b":1,"x":3},"d":3})"},
      {R"({"d":3})", R"({"a.b.x":"$d"})", R"({"a":{"b":{"x":3}}})"},
      {R"({"a":5,"d":3})", R"({"a.x":"$d"})", R"({"a":{"x":3}})"},
      {R"({"a":[{"b":1},5],"d":3})", R"({"a.x":"$d","a.b":1})", R"({"a":[{"b":1,"x":3},{"x":3}]})"},
      {R"({"a":[1,2,3]})", R"({"a":{"$slice":["$a",1]}})", R"({"a":[1]})"},
      {R"({"a":[1,2,3]})", R"({"a":{"$slice":[1,null]}})", R"({"a":null})"},
  };
  CheckAll(cases);
  EXPECT_EQ(Shown(R"({"x":1})", R"({"y":{"$divide":["$x",0]}})").substr(0, 20), "invalid argument: pr");
}

TEST(Projection, Slices) {
  const char* const document = R"({"a":[1,2,3,4],"b":5})";
  const Case cases[] = {
      {document, R"({"a":{"$slice":2}})", R"({"a":[1,2],"b":5})"},
      {document, R"({"a":{"$slice":-3}})", R"({"a":[2,3,4],"b":5})"},
      {document, R"({"a":{"$slice":0}})", R"({"a":[],"b":5})"},
      {document, R"({"a":{"$slice":[1,2]}})", R"({"a":[2,3],"b":5})"},
      {document, R"({"a":{"$slice":[-3,2]}})", R"({"a":[2,3],"b":5})"},
      {document, R"({"a":{"$slice":[-9,2]}})", R"({"a":[1,2],"b":5})"},
      {document, R"({"a":{"$slice":[9,2]}})", R"({"a":[],"b":5})"},
      {document, R"({"a":{"$slice":[-1.9,1.9]}})", R"({"a":[4],"b":5})"},
      {document, R"({"a":{"$slice":-9223372036854775808}})", document},
      {document, R"({"a":{"$slice":[-9223372036854775808,9223372036854775807]}})", document},
      {document, R"({"a":{"$slice":1e300}})", document},
      {document, R"({"a":{"$slice":1},"b":0})", R"({"a":[1]})"},
      {document, R"({"a":{"$slice":1},"b":1})", R"({"a":[1],"b":5})"},
      {document, R"({"b":{"$slice":1}})", document},
      {R"({"a":[{"b":[1,2],"c":3},[{"b":[4,5]}],6]})", R"({"a.b":{"$slice":1}})",
       R"({"a":[{"b":[1],"c":3},[{"b":[4,5]}],6]})"},
      {R"({"a":{"b":[1,2],"c":3},"d":4})", R"({"a.b":{"$slice":1},"d":1})", R"({"a":{"b":[1]},"d":4})"},
  };
  CheckAll(cases);
}

TEST(Projection, ShowsTheFirstElementThatMeetsAnElemMatch) {
  const Case cases[] = {
      {R"({"_id":1,"a":[1,5,7],"b":2})", R"({"a":{"$elemMatch":{"$gt":3}}})", R"({"_id":1,"a":[5]})"},
      {R"({"_id":1,"a":[1,5,7],"b":2})", R"({"a":{"$elemMatch":{"$gt":9}}})", R"({"_id":1})"},
      {R"({"a":5})", R"({"a":{"$elemMatch":{"$gt":3}}})", R"({})"},
      {R"({"a":[{"x":1,"y":1},{"x":1,"y":2},{"x":1,"y":2,"z":3}],"b":2})",
       R"({"a":{"$elemMatch":{"x":1,"y":2}},"b":1})", R"({"b":2,"a":[{"x":1,"y":2}]})"},
      {R"({"a":[1,5],"b":2,"c":3})", R"({"a":{"$elemMatch":{"$gt":3}},"b":0})", R"({"a":[5],"c":3})"},
      {R"({"a":[[1,9],[5]]})", R"({"a":{"$elemMatch":{"$elemMatch":{"$eq":5}}}})", R"({"a":[[5]]})"},
  };
  CheckAll(cases);
}

TEST(Projection, ShowsTheElementThatTheFilterMatched) {
  const Case cases[] = {
      {R"({"_id":1,"a":[1,5,7],"b":2})", R"({"a.$":1})", R"({"_id":1,"a":[5]})", R"({"a":{"$gt":3}})"},
      {R"({"a":[1,5],"b":[8,9]})", R"({"b.$":1})", R"({"b":[9]})", R"({"a":5})"},
      {R"({"a":[{"x":1,"y":2},{"x":3,"y":4}]})", R"({"a.$":1})", R"({"a":[{"x":3,"y":4}]})", R"({"a.x":3})"},
      {R"({"a":[{"x":1,"y":2},{"x":3,"y":4}]})", R"({"a.y.$":1})", R"({"a":[{"y":4}]})", R"({"a.x":3})"},
      {R"({"a":{"b":[{"c":[1,2]},{"c":[3,4]}]}})", R"({"a.b.c.$":true})", R"({"a":{"b":[{"c":[3,4]}]}})",
       R"({"a.b":{"$elemMatch":{"c":4}}})"},
      {R"({"a":5,"b":6})", R"({"a.$":1,"n":{"$literal":1}})", R"({"a":5,"n":1})", R"({"b":6})"},
      {R"({"a":[1,2,3],"b":[4,5]})", R"({"a":{"$slice":1},"b.$":1})", R"({"a":[1],"b":[5]})", R"({"b":5})"},
  };
  CheckAll(cases);
  const Case errors[] = {
      {R"({"a":[1],"b":2})", R"({"a.$":1})",
       "invalid argument: projection.a.$: the filter matched no element of an array", R"({"b":2})"},
      {R"({"a":[1,2],"b":[1]})", R"({"b.$":1})",
       "invalid argument: projection.b.$: the filter matched element 1 of an array, but this one has 1", R"({"a":2})"},
      {R"({"a":[5]})", R"({"a.b.$":1})",
       "invalid argument: projection.a.b.$: element 0 of the array, which the filter matched, has nothing on the path",
       R"({"a":5})"},
      {R"({"a":[1]})", R"({"a.$":1})",
       "invalid argument: projection.a.$: $expr in the filter cannot tell the element "
       "that matched",
       R"({"$and":[{"a":1},{"$expr":true}]})"},
      {R"({"a":[1]})", R"({"a.$":1})",
       "invalid argument: projection.a.$: there is no filter that could match an element"},
      {R"({"a":[1]})", R"({"a.$":0})", "invalid argument: projection.a.$: a positional path cannot be excluded",
       R"({"a":1})"},
      {R"({"a":[1]})", R"({"a.$":1,"b.$":1})", "invalid argument: projection.b.$: a second positional path",
       R"({"a":1})"},
      {R"({"a":[1]})", R"({"a.$":1,"b":{"$elemMatch":{}}})",
       "invalid argument: projection: $elemMatch and a positional path cannot stand together", R"({"a":1})"},
  };
  CheckAll(errors);
}

// $slice leaves the others unless the id is asked for; $elemMatch hides them unless there is a $slice.
TEST(Projection, DecidesAboutTheOthersWhereNoneIsNamed) {
  const char* const document = R"({"_id":1,"a":[1,2],"b":[3,4],"c":5})";
  const Case cases[] = {
      {document, R"({"a":{"$slice":1},"_id":1})", R"({"_id":1,"a":[1]})"},
      {document, R"({"a":{"$slice":1},"_id":0})", R"({"a":[1],"b":[3,4],"c":5})"},
      {document, R"({"a":{"$elemMatch":{"$gt":1}},"_id":0})", R"({"a":[2]})"},
      {document, R"({"a":{"$elemMatch":{"$gt":1}},"b":{"$slice":1}})", R"({"_id":1,"a":[2],"b":[3],"c":5})"},
  };
  CheckAll(cases);
}

TEST(Projection, RefusesWhatHasNoMeaning) {
  const struct {
    const char* projection;
    const char* error;
  } cases[] = {
      {R"([])", "invalid argument: projection: expected an object, found array"},
      {R"({"a":1,"b":0})", "invalid argument: projection.b: a field to leave out cannot stand in a projection"},
      {R"({"a":0,"b":1})", "invalid argument: projection.b: a field to show or to compute cannot stand"},
      {R"({"a":0,"b":"$a"})", "invalid argument: projection.b: a field to show or to compute cannot stand"},
      {R"({"a":{"b":1},"c":0})", "invalid argument: projection.c: a field to leave out"},
      {R"({"a":1,"a.b":1})", "invalid argument: projection.a.b: the path collides"},
      {R"({"a.b":1,"a":1})", "invalid argument: projection.a: the path collides"},
      {R"({"a":{"b":1},"a.b":1})", "invalid argument: projection.a.b: the path collides"},
      {R"({"a":{}})", "invalid argument: projection.a: an empty object shows nothing"},
      {R"({"":1})", "invalid argument: projection.: a part of the path is empty"},
      {R"({"a..b":1})", "invalid argument: projection.a..b: a part of the path is empty"},
      {R"({"a\u0000":1})", "invalid argument: projection.a"},
      {R"({"$a":1})", "invalid argument: projection.$a: $a begins with $"},
      {R"({"a.$.b":1})", "invalid argument: projection.a.$.b: $ begins with $"},
      {R"({"a":{"$nothing":1}})", "invalid argument: projection.a: unknown operator $nothing"},
      {R"({"a":{"$meta":"indexKey"}})", "unsupported: projection.a.$meta: indexKey is not supported"},
      {R"({"a":{"$slice":[0,0]}})", "invalid argument: projection.a.$slice: expected a number, or [skip, count]"},
      {R"({"a":{"$slice":[1]}})", "invalid argument: projection.a.$slice: expected a number, or [skip, count]"},
      {R"({"a.b":{"$elemMatch":{}}})", "invalid argument: projection.a.b: $elemMatch takes a field at the top"},
      {R"({"a":{"$elemMatch":1}})", "invalid argument: projection.a.$elemMatch: expected an object, found int"},
      {R"({"a":{"$elemMatch":{"$nothing":1}}})", "invalid argument: projection: a.$elemMatch"},
      {R"({"a":{"$elemMatch":{"$expr":true}}})", "invalid argument: projection: a.$elemMatch.$expr"},
  };
  for (const auto& one : cases) {
    const std::string answer = Shown("{}", one.projection);
    EXPECT_EQ(answer.substr(0, std::string(one.error).size()), one.error) << one.projection << ": " << answer;
  }
}

TEST(Projection, BoundsItsDepth) {
  std::string path = "a";
  for (int i = 1; i < kNestingDepthMax; ++i) path += ".a";
  EXPECT_EQ(Shown("{}", "{\"" + path + "\":1}"), "{}");
  EXPECT_EQ(Shown("{}", "{\"" + path + ".a\":1}"), "limit exceeded: projection: a path has at most 100 parts");
  EXPECT_EQ(Shown("{}", "{\"a\":{\"" + path + "\":1}}"), "limit exceeded: projection: a path has at most 100 parts");
}

TEST(Projection, ShowsATimeAsItIsSpelledAndComputesWithADate) {
  const Case cases[] = {
      {R"({"at":1700000000,"a":1})", R"({"at":1})", R"({"at":1700000000})"},
      {R"({"at":1700000000,"a":1})", R"({"when":"$at"})", R"({"when":{"$date":"2023-11-14T22:13:20.123Z"}})"},
  };
  CheckAll(cases, kTimed);
}

TEST(Projection, OfNothingChangesNothing) {
  const auto projection = Parsed("{}", "", kPlain).value();
  EXPECT_TRUE(projection->ShowsEverything());
  EXPECT_FALSE(projection->IsPositional());
  EXPECT_FALSE(Parsed(R"({"_id":0})", "", kPlain).value()->ShowsEverything());
  EXPECT_TRUE(Parsed(R"({"a.$":1})", R"({"a":1})", kPlain).value()->IsPositional());
  const auto root = OwnedValue::FromJson(R"({"_id":1,"a":2})").value();
  Arena arena;
  const auto shown = projection->Apply({.time = {}, .id = {}, .root = root.value()}, std::nullopt, arena);
  EXPECT_EQ(shown->fields().data(), root->fields().data());
  EXPECT_EQ(arena.bytes_reserved(), 0U);
}

TEST(Projection, SharesWhatItShows) {
  const auto projection = Parsed(R"({"a":1,"b":{"$slice":[1,1]}})", "", kPlain).value();
  const auto root = OwnedValue::FromJson(R"({"a":{"text":"long"},"b":[1,2,3]})").value();
  Arena arena;
  const auto shown = projection->Apply({.time = {}, .id = {}, .root = root.value()}, std::nullopt, arena);
  EXPECT_EQ(shown->Get("a").fields().data(), root->Get("a").fields().data());
  EXPECT_EQ(shown->Get("b").elements().data(), root->Get("b").elements().data() + 1);
}

}  // namespace
}  // namespace kalends
