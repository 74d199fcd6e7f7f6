#include "query/filter.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "kalends/document.h"
#include "tests/query/naive_filter.h"
#include "tests/query/random_values.h"

namespace kalends {
namespace {

FilterContext Messages() {
  return {.time_fields = {"timestamp", "snapshot.timestamp"}, .time_unit = TimeUnit::kMilliseconds, .id_field = "uuid"};
}

Result<std::shared_ptr<const Filter>> ParseJson(std::string_view json, const FilterContext& context = Messages()) {
  auto filter = OwnedValue::FromJson(json);
  if (!filter.has_value()) return filter.error();
  return Filter::Parse(filter->value(), context);
}

std::shared_ptr<const Filter> Parsed(std::string_view json) {
  auto filter = ParseJson(json);
  EXPECT_TRUE(filter.has_value()) << json << ": " << filter.error().message();
  return filter.has_value() ? filter.value() : nullptr;
}

TimeUs Time(std::string_view text) { return ParseTime(text).value(); }

bool Matches(std::string_view filter, std::string_view document, TimeUs time = {}, const Value& id = {}) {
  const auto root = OwnedValue::FromJson(document);
  EXPECT_TRUE(root.has_value()) << document;
  MatchScratch scratch;
  return Parsed(filter)->Matches({.time = time, .id = id, .root = root->value(), .json_bytes = 0}, scratch);
}

#define EXPECT_MATCH(filter, document) EXPECT_TRUE(Matches(filter, document)) << (filter) << " on " << (document)
#define EXPECT_NO_MATCH(filter, document) EXPECT_FALSE(Matches(filter, document)) << (filter) << " on " << (document)

TEST(Filter, EmptyMatchesEverything) {
  const auto filter = Parsed("{}");
  EXPECT_TRUE(filter->MatchesEverything());
  EXPECT_TRUE(filter->IsTimeBoundsOnly());
  EXPECT_EQ(filter->TimeBounds(), TimeRange());
  EXPECT_MATCH("{}", "{}");
  EXPECT_TRUE(Parsed(R"({"$and": [{}, {"$or": [{}, {"a": 1}]}]})")->MatchesEverything());
}

TEST(Filter, EqualityIsOverNumberTypes) {
  EXPECT_MATCH(R"({"a": 1})", R"({"a": 1.0})");
  EXPECT_MATCH(R"({"a": {"$eq": 1.0}})", R"({"a": {"$numberLong": "1"}})");
  EXPECT_NO_MATCH(R"({"a": 1})", R"({"a": "1"})");
  EXPECT_NO_MATCH(R"({"a": 1})", R"({"a": true})");
  EXPECT_NO_MATCH(R"({"a": 9007199254740993})", R"({"a": 9007199254740992.0})");
}

TEST(Filter, ComparisonsStayWithinTheirTypeBracket) {
  EXPECT_MATCH(R"({"a": {"$gt": 1}})", R"({"a": 1.5})");
  EXPECT_NO_MATCH(R"({"a": {"$gt": 1}})", R"({"a": "2"})");
  EXPECT_NO_MATCH(R"({"a": {"$lt": 1}})", R"({"a": null})");
  EXPECT_NO_MATCH(R"({"a": {"$lt": 1}})", R"({})");
  EXPECT_MATCH(R"({"a": {"$gte": "b", "$lt": "c"}})", R"({"a": "bz"})");
  EXPECT_MATCH(R"({"a": {"$gt": false}})", R"({"a": true})");
}

TEST(Filter, NanEqualsOnlyItselfAndIsNeitherAboveNorBelow) {
  const std::string nan = R"({"a": {"$numberDouble": "NaN"}})";
  EXPECT_MATCH(nan, nan);
  EXPECT_MATCH(R"({"a": {"$lte": {"$numberDouble": "NaN"}}})", nan);
  EXPECT_NO_MATCH(R"({"a": {"$lt": 5}})", nan);
  EXPECT_NO_MATCH(R"({"a": {"$gte": {"$numberDouble": "NaN"}}})", R"({"a": 5})");
}

TEST(Filter, NullIsAlsoMissing) {
  for (const char* filter :
       {R"({"a": null})", R"({"a": {"$in": [null]}})", R"({"a": {"$gte": null}})", R"({"a": {"$lte": null}})"}) {
    EXPECT_MATCH(filter, R"({"a": null})");
    EXPECT_MATCH(filter, R"({})");
    EXPECT_MATCH(filter, R"({"a": [1, null]})");
    EXPECT_NO_MATCH(filter, R"({"a": []})");
    EXPECT_NO_MATCH(filter, R"({"a": 0})");
  }
  EXPECT_NO_MATCH(R"({"a": {"$gt": null}})", R"({})");
}

TEST(Filter, ExistsTellsNullFromMissing) {
  EXPECT_MATCH(R"({"a": {"$exists": true}})", R"({"a": null})");
  EXPECT_NO_MATCH(R"({"a": {"$exists": 1}})", R"({})");
  EXPECT_MATCH(R"({"a.b": {"$exists": false}})", R"({"a": [1, {"c": 2}]})");
  EXPECT_MATCH(R"({"a.b": {"$exists": 0}})", R"({"a": 5})");
}

TEST(Filter, ArraysMatchByElementAndAsAWhole) {
  EXPECT_MATCH(R"({"a": 2})", R"({"a": [1, 2]})");
  EXPECT_MATCH(R"({"a": [1, 2]})", R"({"a": [1, 2]})");
  EXPECT_MATCH(R"({"a": [1, 2]})", R"({"a": [0, [1, 2]]})");
  EXPECT_NO_MATCH(R"({"a": [2, 1]})", R"({"a": [1, 2]})");
  EXPECT_NO_MATCH(R"({"a": 1})", R"({"a": [[1]]})");
  EXPECT_MATCH(R"({"a": {"$gt": 4, "$lt": 2}})", R"({"a": [1, 5]})");  // Each by another element.
  EXPECT_MATCH(R"({"a": []})", R"({"a": []})");
}

TEST(Filter, PathsGoThroughArrays) {
  EXPECT_MATCH(R"({"a.b": 2})", R"({"a": [{"b": 1}, {"b": 2}]})");
  EXPECT_MATCH(R"({"a.b": 2})", R"({"a": {"b": [1, 2]}})");
  EXPECT_MATCH(R"({"a.1.b": 2})", R"({"a": [{"b": 1}, {"b": 2}]})");
  EXPECT_NO_MATCH(R"({"a.0.b": 2})", R"({"a": [{"b": 1}, {"b": 2}]})");
  EXPECT_MATCH(R"({"a.0": 5})", R"({"a": [5]})");
  EXPECT_MATCH(R"({"a.0": 5})", R"({"a": [{"0": 5}]})");
  EXPECT_MATCH(R"({"a.0": 5})", R"({"a": {"0": 5}})");
  EXPECT_MATCH(R"({"a.0.1": 6})", R"({"a": [[5, 6]]})");
  EXPECT_NO_MATCH(R"({"a.0": 5})", R"({"a": [[5]]})");  // What a number took is not opened once more.
  EXPECT_NO_MATCH(R"({"a.00": 5})", R"({"a": [5]})");
  EXPECT_NO_MATCH(R"({"a.b": 1})", R"({"a": [[{"b": 1}]]})");
  EXPECT_NO_MATCH(R"({"a.b": null})", R"({"a": [5]})");
  EXPECT_MATCH(R"({"a.b": null})", R"({"a": 5})");
  EXPECT_MATCH(R"({"a.b": null})", R"({"a": [{"b": 1}, {}]})");
  EXPECT_NO_MATCH(R"({"a.b": 1})", R"({"a.b": 1})");
}

TEST(Filter, ObjectsAreEqualInTheSameOrderOfFields) {
  EXPECT_MATCH(R"({"a": {"x": 1, "y": 2}})", R"({"a": {"x": 1, "y": 2.0}})");
  EXPECT_NO_MATCH(R"({"a": {"x": 1, "y": 2}})", R"({"a": {"y": 2, "x": 1}})");
  EXPECT_NO_MATCH(R"({"a": {"x": 1}})", R"({"a": {"x": 1, "y": 2}})");
  EXPECT_NO_MATCH(R"({"a": {}})", R"({"a": {"x": 1}})");
  EXPECT_MATCH(R"({"a": {}})", R"({"a": {}})");
}

TEST(Filter, InAndItsOpposite) {
  EXPECT_MATCH(R"({"a": {"$in": ["x", 1.0, [2]]}})", R"({"a": 1})");
  EXPECT_MATCH(R"({"a": {"$in": ["x", 1, [2]]}})", R"({"a": [2]})");
  EXPECT_NO_MATCH(R"({"a": {"$in": []}})", R"({})");
  EXPECT_MATCH(R"({"a": {"$nin": [1, 2]}})", R"({})");
  EXPECT_NO_MATCH(R"({"a": {"$nin": [1, 2]}})", R"({"a": [3, 2]})");
}

TEST(Filter, LogicalOperators) {
  EXPECT_MATCH(R"({"$or": [{"a": 1}, {"b": 1}], "c": 3})", R"({"b": 1, "c": 3})");
  EXPECT_NO_MATCH(R"({"$or": [{"a": 1}, {"b": 1}], "c": 3})", R"({"b": 1, "c": 4})");
  EXPECT_NO_MATCH(R"({"$nor": [{"a": 1}, {"b": 1}]})", R"({"b": 1})");
  EXPECT_MATCH(R"({"$and": [{"a": {"$ne": 1}}, {"a": {"$not": {"$gt": 5}}}]})", R"({"a": [2, 5]})");
  EXPECT_MATCH(R"({"a": {"$not": {"$gt": 5}}})", R"({})");
  EXPECT_NO_MATCH(R"({"a": {"$ne": 1}})", R"({"a": [2, 1]})");
}

TEST(Filter, ErrorsNameTheOperatorAndItsPlace) {
  const auto message = [](std::string_view json, ErrorCode code) {
    const auto filter = ParseJson(json);
    EXPECT_FALSE(filter.has_value()) << json;
    if (filter.has_value()) return std::string();
    EXPECT_EQ(filter.error().code(), code) << json;
    return filter.error().message();
  };
  const auto invalid = ErrorCode::kInvalidArgument;
  EXPECT_EQ(message(R"({"$and": [{}, {"cost": {"$foo": 1}}]})", invalid),
            "$and[1].cost: the operator $foo is not known");
  EXPECT_EQ(message(R"({"$foo": 1})", invalid), "filter: the operator $foo is not known");
  EXPECT_EQ(message(R"({"a": {"$near": [2, 0]}})", ErrorCode::kUnsupported), "a: the operator $near is not supported");
  EXPECT_EQ(message(R"({"$or": [{"$where": "1"}]})", ErrorCode::kUnsupported),
            "$or[0]: the operator $where is not supported");
  EXPECT_EQ(message(R"({"$gt": 1})", invalid),
            "filter: the operator $gt needs a field before it; write {FIELD: {$gt: ...}}");
  EXPECT_EQ(message(R"({"a": {"$or": []}})", invalid),
            "a: the operator $or cannot stand under a field; write {$or: [{FIELD: ...}]}");
  EXPECT_EQ(message(R"({"$or": []})", invalid), "$or: expected an array of at least one filter");
  EXPECT_EQ(message(R"({"$and": [1]})", invalid), "$and[0]: expected an object, found int");
  EXPECT_EQ(message(R"({"a": {"$gt": 1, "b": 2}})", invalid), "a: b stands beside operators but is none");
  EXPECT_EQ(message(R"({"a": {"$in": 1}})", invalid), "a.$in: expected an array, found int");
  EXPECT_EQ(message(R"({"a": {"$in": [1, {"$gt": 2}]}})", invalid),
            "a.$in[1]: operators cannot stand in a list of values");
  EXPECT_EQ(message(R"({"a": {"$not": 1}})", invalid), "a.$not: expected an object of operators, such as {$gt: 1}");
  EXPECT_EQ(message(R"([])", invalid), "filter: expected an object, found array");
}

TEST(Filter, RefusesDeepNesting) {
  Arena arena;
  Value filter = Value::Object({});
  for (int i = 0; i < 200; ++i) {
    const Value child[] = {filter};
    const Field field[] = {{"$and", Value::Array(arena.Copy(std::span<const Value>(child)))}};
    filter = Value::Object(arena.Copy(std::span<const Field>(field)));
  }
  const auto parsed = Filter::Parse(filter, Messages());
  ASSERT_FALSE(parsed.has_value());
  EXPECT_EQ(parsed.error().code(), ErrorCode::kLimitExceeded);
}

TEST(Filter, KeepsItsOwnCopy) {
  std::shared_ptr<const Filter> filter;
  {
    auto value = OwnedValue::FromJson(R"({"name": {"$in": ["a text that is not short", "another"]}})");
    filter = Filter::Parse(value->value(), Messages()).value();
  }
  const auto root = OwnedValue::FromJson(R"({"name": "another"})");
  MatchScratch scratch;
  EXPECT_TRUE(filter->Matches({.time = {}, .id = {}, .root = root->value(), .json_bytes = 0}, scratch));
}

TEST(FilterTime, ComparesTheRowsOwnTimeInEverySpelling) {
  const TimeUs noon = Time("2024-01-31T12:00:00.000001Z");
  const std::string document = R"({"timestamp": "2024-01-31 13:00:00.000001+01:00"})";
  EXPECT_TRUE(Matches(R"({"timestamp": "2024-01-31T12:00:00.000001Z"})", document, noon));
  EXPECT_TRUE(Matches(R"({"snapshot.timestamp": {"$gt": {"$date": "2024-01-31T12:00:00Z"}}})", document, noon));
  EXPECT_TRUE(Matches(R"({"timestamp": {"$gt": 1706702400000, "$lt": 1706702401000}})", document, noon));
  EXPECT_FALSE(Matches(R"({"timestamp": {"$ne": "2024-01-31T12:00:00.000001Z"}})", document, noon));
  EXPECT_TRUE(Matches(R"({"timestamp": {"$in": ["2024-01-01", "2024-01-31T12:00:00.000001Z"]}})", document, noon));
  EXPECT_FALSE(Matches(R"({"timestamp": true})", document, noon));
  EXPECT_TRUE(Matches(R"({"timestamp": {"$not": {"$lt": 5}}})", document, noon));
}

TEST(FilterTime, RefusesWhatIsNoTime) {
  const auto filter = ParseJson(R"({"$or": [{"timestamp": {"$in": ["2024-01-01", "soon"]}}]})");
  ASSERT_FALSE(filter.has_value());
  EXPECT_EQ(filter.error().code(), ErrorCode::kInvalidArgument);
  EXPECT_TRUE(filter.error().message().starts_with("$or[0].timestamp.$in[1]: ")) << filter.error().message();
  EXPECT_FALSE(ParseJson(R"({"timestamp": {"$gt": {"$numberDouble": "NaN"}}})").has_value());
  EXPECT_TRUE(ParseJson(R"({"timestamp": "soon"})", FilterContext()).has_value());
}

TEST(FilterTime, NullAndExistsAskWhetherTheDocumentHoldsATime) {
  const TimeUs arrival = Time("2024-01-31T12:00:00Z");
  const std::string timed = R"({"snapshot": {"timestamp": "2024-01-31T12:00:00Z"}})";
  EXPECT_TRUE(Matches(R"({"timestamp": {"$exists": true}})", timed, arrival));
  EXPECT_FALSE(Matches(R"({"timestamp": null})", timed, arrival));
  EXPECT_FALSE(Matches(R"({"timestamp": {"$exists": true}})", "{}", arrival));
  EXPECT_TRUE(Matches(R"({"timestamp": null})", "{}", arrival));
  EXPECT_TRUE(Matches(R"({"timestamp": {"$in": [null, "2020-01-01"]}})", "{}", arrival));
}

TEST(FilterTime, BoundsAreExactToTheMicrosecond) {
  const auto bounds = [](std::string_view json) { return Parsed(json)->TimeBounds(); };
  const TimeUs a = Time("2024-01-01");
  const TimeUs b = Time("2024-02-01");
  const TimeUs after_a{a.value + 1};
  const TimeUs after_b{b.value + 1};
  EXPECT_EQ(bounds(R"({"timestamp": "2024-01-01"})"), (TimeRange{a, after_a}));
  EXPECT_EQ(bounds(R"({"timestamp": {"$gte": "2024-01-01", "$lt": "2024-02-01"}})"), (TimeRange{a, b}));
  EXPECT_EQ(bounds(R"({"timestamp": {"$gt": "2024-01-01", "$lte": "2024-02-01"}})"), (TimeRange{after_a, after_b}));
  EXPECT_EQ(bounds(R"({"$and": [{"timestamp": {"$gt": "2024-01-01"}}, {"timestamp": {"$lt": "2024-02-01"}, "x": 1}]})"),
            (TimeRange{after_a, b}));
  EXPECT_EQ(bounds(R"({"timestamp": {"$in": ["2024-02-01", "2024-01-01"]}})"), (TimeRange{a, after_b}));
  EXPECT_EQ(bounds(R"({"$or": [{"timestamp": "2024-01-01", "x": 1}, {"timestamp": "2024-02-01"}]})"),
            (TimeRange{a, after_b}));
  EXPECT_EQ(bounds(R"({"$or": [{"timestamp": "2024-01-01"}, {"x": 1}]})"), TimeRange());
  EXPECT_EQ(bounds(R"({"timestamp": {"$not": {"$gt": "2024-01-01"}}})"), TimeRange());
  EXPECT_TRUE(bounds(R"({"timestamp": {"$gt": "2024-02-01", "$lt": "2024-01-01"}})").IsEmpty());
  EXPECT_EQ(bounds(R"({"timestamp": {"$lt": {"$date": {"$numberLong": "9223372036854775807"}}}})"), TimeRange());
}

TEST(FilterTime, TellsWhereTimesDecideAlone) {
  EXPECT_TRUE(Parsed(R"({"timestamp": {"$gte": "2024-01-01", "$lt": "2024-02-01"}})")->IsTimeBoundsOnly());
  EXPECT_TRUE(Parsed(R"({"$and": [{"timestamp": {"$gte": "2024-01-01"}}, {}]})")->IsTimeBoundsOnly());
  EXPECT_FALSE(Parsed(R"({"timestamp": {"$gte": "2024-01-01"}, "x": 1})")->IsTimeBoundsOnly());
  EXPECT_FALSE(Parsed(R"({"timestamp": {"$in": ["2024-01-01", "2024-02-01"]}})")->IsTimeBoundsOnly());
  EXPECT_FALSE(Parsed(R"({"timestamp": {"$exists": true}})")->IsTimeBoundsOnly());
  EXPECT_FALSE(Parsed(R"({"timestamp": {"$ne": "2024-01-01"}})")->IsTimeBoundsOnly());
}

TEST(FilterId, TellsTheIdThatARowMustHave) {
  const auto id = [](std::string_view json) {
    const auto filter = Parsed(json);
    const auto value = filter->IdEquality();
    return value.has_value() ? ToJson(*value) : "none";
  };
  EXPECT_EQ(id(R"({"uuid": "u1"})"), R"("u1")");
  EXPECT_EQ(id(R"({"x": 1, "$and": [{"uuid": {"$eq": 7}}]})"), "7");
  EXPECT_EQ(id(R"({"uuid": {"$in": ["u1"]}})"), R"("u1")");
  for (const char* filter :
       {R"({"uuid": {"$in": ["u1", "u2"]}})", R"({"uuid": {"$gt": "u1"}})", R"({"uuid": null})",
        R"({"uuid": {"a": 1}})", R"({"$or": [{"uuid": "u1"}, {"x": 1}]})", R"({"uuid": {"$ne": "u1"}})", "{}"}) {
    EXPECT_EQ(id(filter), "none") << filter;
  }
}

// {"m.id": 5} also meets the 5 in {m: [{id: 5}]}, whose id it is not.
TEST(FilterId, APathThatArraysMayBranchTellsNoId) {
  const auto filter =
      ParseJson(R"({"m.id": 5})", {.time_fields = {}, .time_unit = TimeUnit::kAuto, .id_field = "m.id"});
  EXPECT_FALSE(filter.value()->IdEquality().has_value());
}

TEST(FilterId, AMadeIdIsAValueOfTheIdField) {
  const Value made = Value::String("0190");
  EXPECT_TRUE(Matches(R"({"uuid": "0190"})", "{}", {}, made));
  EXPECT_FALSE(Matches(R"({"uuid": {"$ne": "0190"}})", "{}", {}, made));
  EXPECT_TRUE(Matches(R"({"uuid": {"$gt": "01"}})", "{}", {}, made));
  EXPECT_FALSE(Matches(R"({"uuid": "0190"})", "{}"));
  EXPECT_TRUE(Matches(R"({"uuid": null})", "{}", {}, made));  // The document itself has none,
  EXPECT_FALSE(Matches(R"({"uuid": {"$exists": true}})", "{}", {}, made));
}

TEST(Filter, AgreesWithTheModelOnRandomFilters) {
  for (std::uint32_t seed = 0; seed < 20000; ++seed) {
    Arena arena;
    RandomValues random(seed, &arena);
    naive::Context context{.time_field = "t", .id_field = "id", .spelled_times = {}};
    const TimeUs around{1706702400000000};
    const Value value = random.Filter(2, around, &context.spelled_times);
    const auto filter =
        Filter::Parse(value, {.time_fields = {"t"}, .time_unit = TimeUnit::kMilliseconds, .id_field = "id"});
    ASSERT_TRUE(filter.has_value()) << seed << ": " << ToJson(value) << ": " << filter.error().message();
    const naive::Model model(context);
    MatchScratch scratch;
    for (int i = 0; i < 10; ++i) {
      std::vector<Field> fields = random.Fields(3);
      const StoredRow row{.time = {around.value + (static_cast<std::int64_t>(random.Below(9)) - 4) * 125000},
                          .id = random.OneIn(2) ? random.Scalar() : Value(),
                          .root = {},
                          .json_bytes = 0};
      if (random.OneIn(2)) fields.push_back({"t", Value::DateMs(row.time.value / 1000)});
      StoredRow whole = row;
      whole.root = random.Object(fields);
      const bool expected = model.Matches(value, whole);
      ASSERT_EQ(filter.value()->Matches(whole, scratch), expected)
          << "seed " << seed << ": " << ToJson(value) << " on " << ToJson(whole.root) << " id " << ToJson(whole.id);
      if (expected) {
        ASSERT_TRUE(filter.value()->TimeBounds().Contains(whole.time)) << seed;
      }
      if (filter.value()->IsTimeBoundsOnly()) {
        ASSERT_EQ(expected, filter.value()->TimeBounds().Contains(whole.time)) << seed;
      }
      const auto id = filter.value()->IdEquality();
      if (expected && id.has_value()) {
        ASSERT_EQ(naive::Order(*id, whole.id), 0) << seed;
      }
    }
  }
}

}  // namespace
}  // namespace kalends
