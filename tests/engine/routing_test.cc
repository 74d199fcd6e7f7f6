// Which month a document goes to, and which it is refused from.
#include <optional>
#include <string>
#include <vector>

#include "format/calendar.h"
#include "kalends/limits.h"
#include "tests/engine/engine_test_support.h"

namespace kalends {
namespace {

using Names = std::vector<std::string>;

class Routing : public ::testing::Test {
 protected:
  Collection Make(const CollectionSpec& spec = {}) { return Must(database_->CreateCollection("things", spec)); }
  Names Partitions() { return PartitionNames(*database_, "things"); }
  const std::unique_ptr<Database> database_ = MemoryDatabase();
};

TEST_F(Routing, TakesTheMonthOfTheUtcInstantNotOfTheText) {
  Collection things = Make();
  Must(things.Insert(Timed(1, "2024-02-01T01:30:00+02:00")));
  Must(things.Insert(Timed(2, "2024-01-31T23:59:59.999999Z")));
  EXPECT_EQ(Partitions(), Names{"things_2024_01"});
  Must(things.Insert(Timed(3, "2024-01-31T20:00:00-05:00")));
  EXPECT_EQ(Partitions(), (Names{"things_2024_01", "things_2024_02"}));
  EXPECT_EQ(FoundIds(things), (Names{"3", "2", "1"}));
}

TEST_F(Routing, AnswersFromBothMonthsWhereTheRangeCrossesTheirBorder) {
  Collection things = Make();
  int id = 0;
  for (const char* time : {"2024-01-31T14:59:59.999Z", "2024-01-31T15:00:00Z", "2024-01-31T23:59:59.999Z",
                           "2024-02-01T00:00:00Z", "2024-02-01T09:59:59Z", "2024-02-01T10:00:00Z"}) {
    Must(things.Insert(Timed(id++, time)));
  }
  for (const bool sealed : {false, true}) {
    if (sealed) Must(database_->SealAll());
    const Query query = Between("2024-01-31T15:00:00Z", "2024-02-01T10:00:00Z", Order::kOldestFirst);
    EXPECT_EQ(FoundIds(things, query), (Names{"1", "2", "3", "4"}));
    EXPECT_EQ(Must(things.Count(query)), 4U);
    // The same in the filter.
    EXPECT_EQ(
        FoundIds(things, Matching(R"({"timestamp": {"$gte": "2024-01-31T15:00:00Z", "$lt": "2024-02-01T10:00:00Z"}})")),
        (Names{"4", "3", "2", "1"}));
  }
}

TEST_F(Routing, TakesTimesBefore1970) {
  Collection things = Make();
  Must(things.Insert(Timed(1, "1969-12-31T23:59:59.999999Z")));
  Must(things.Insert(Timed(2, "1969-12-01T00:00:00Z")));
  Must(things.Insert(Timed(3, "1958-03-29T00:00:00Z")));
  Must(things.Insert(Timed(4, "1970-01-01T00:00:00Z")));
  EXPECT_EQ(Partitions(), (Names{"things_1958_03", "things_1969_12", "things_1970_01"}));
  EXPECT_EQ(FoundIds(things), (Names{"4", "1", "2", "3"}));
  EXPECT_EQ(FoundIds(things, Between("1960-01-01", "1970-01-01")), (Names{"1", "2"}));
}

TEST_F(Routing, TakesMonthsFrom1900UntilTwoYearsAhead) {
  Collection things = Make();
  const Month last{Month::Of(Now()).index + kMonthsAheadMax};
  Must(things.Insert(Timed(1, "1900-01-01T00:00:00Z")));
  Must(things.Insert(Timed(2, FormatTime({last.end().value - 1}))));
  const auto early = things.Insert(Timed(3, "1899-12-31T23:59:59Z"));
  EXPECT_TRUE(
      Fails(early, ErrorCode::kInvalidArgument, "1899-12-31T23:59:59Z is outside 1900-01 to " + last.ToString()));
  EXPECT_TRUE(Fails(early, ErrorCode::kInvalidArgument, "is the unit of timestamp right?"));
  EXPECT_TRUE(Fails(things.Insert(Timed(4, FormatTime(last.end()))), ErrorCode::kInvalidArgument, "is outside"));
  EXPECT_EQ(FoundIds(things), (Names{"2", "1"}));
  EXPECT_EQ(Partitions().size(), 2U);
}

TEST_F(Routing, HeedsTheMonthsAheadOfTheSpec) {
  CollectionSpec spec;
  spec.months_ahead = 0;
  Collection things = Make(spec);
  const Month now = Month::Of(Now());
  EXPECT_TRUE(Fails(things.Insert(Timed(1, FormatTime(Month{now.index + 1}.end()))), ErrorCode::kInvalidArgument));
  spec.months_ahead = 1200;
  Must(database_->SetSpec("things", spec));
  Must(things.Insert(Timed(1, FormatTime(Month{now.index + 1200}.begin()))));
}

TEST_F(Routing, TellsTheUnitOfNumbersByTheirSizeUnlessTheSpecNamesIt) {
  Collection things = Make();
  Must(things.Insert(Doc(R"({"_id": "s", "timestamp": 1706713200})")));
  Must(things.Insert(Doc(R"({"_id": "ms", "timestamp": 1706713200001})")));
  Must(things.Insert(Doc(R"({"_id": "us", "timestamp": 1706713200002000})")));
  Must(things.Insert(Doc(R"({"_id": "date", "timestamp": {"$date": "2024-01-31T15:00:00.003Z"}})")));
  EXPECT_EQ(Partitions(), Names{"things_2024_01"});
  EXPECT_EQ(FoundIds(things), (Names{"\"date\"", "\"us\"", "\"ms\"", "\"s\""}));

  CollectionSpec spec;
  spec.time_unit = TimeUnit::kSeconds;
  Collection seconds = Must(database_->CreateCollection("seconds", spec));
  EXPECT_TRUE(
      Fails(seconds.Insert(Doc(R"({"timestamp": 1706713200001})")), ErrorCode::kInvalidArgument, "is the unit of"));
}

TEST_F(Routing, RefusesADocumentWithoutTimeUnlessArrivalCounts) {
  Collection things = Make();
  EXPECT_TRUE(Fails(things.Insert(Doc(R"({"_id": 1})")), ErrorCode::kInvalidArgument, "no time in timestamp"));
  EXPECT_TRUE(
      Fails(things.Insert(Doc(R"({"_id": 1, "timestamp": "yesterday"})")), ErrorCode::kInvalidArgument, "no time"));
  EXPECT_TRUE(Fails(things.Insert(Doc(R"({"_id": 1, "timestamp": null})")), ErrorCode::kInvalidArgument, "no time"));

  CollectionSpec spec;
  spec.missing_time = MissingTime::kArrival;
  Collection arriving = Must(database_->CreateCollection("arriving", spec));
  const TimeUs before = Now();
  Must(arriving.Insert(Doc(R"({"_id": 1})")));
  const TimeUs after{Now().value + 1};
  Query query;
  query.time = {before, after};
  EXPECT_EQ(FoundIds(arriving, query), Names{"1"});
  EXPECT_EQ(All(arriving)[0].ToJson(), R"({"_id":1})");
}

TEST_F(Routing, TriesTheTimeFieldsInTurn) {
  CollectionSpec spec;
  spec.time_fields = {"when", "meta.at"};
  Collection things = Make(spec);
  Must(things.Insert(Doc(R"({"_id": 1, "when": "2024-01-05", "meta": {"at": "2024-02-05"}})")));
  Must(things.Insert(Doc(R"({"_id": 2, "meta": {"at": "2024-02-05"}})")));
  Must(things.Insert(Doc(R"({"_id": 3, "when": "soon", "meta": {"at": "2024-03-05"}})")));
  EXPECT_EQ(Partitions(), (Names{"things_2024_01", "things_2024_02", "things_2024_03"}));
}

TEST_F(Routing, KeepsAPlainCollectionInOnePartition) {
  CollectionSpec spec;
  spec.plain = true;
  Collection things = Make(spec);
  Must(things.Insert(Timed(1, "2024-01-31T10:00:00Z")));
  Must(things.Insert(Timed(2, "1750-02-01T10:00:00Z")));
  Must(things.Insert(Timed(3, "2924-01-31T10:00:00Z")));
  EXPECT_EQ(Partitions(), Names{"things"});
  EXPECT_EQ(FoundIds(things), (Names{"3", "1", "2"}));
  EXPECT_EQ(FoundIds(things, Between("2000-01-01", "2100-01-01")), Names{"1"});
  EXPECT_TRUE(Fails(database_->Drop("things", "2024-01", false), ErrorCode::kInvalidArgument, "plain"));
}

TEST_F(Routing, NeedsNoTimeFieldWherePlain) {
  CollectionSpec spec;
  spec.plain = true;
  spec.time_fields.clear();
  Collection things = Make(spec);
  for (int id = 0; id < 5; ++id) Must(things.Insert(Doc("{\"_id\":" + std::to_string(id) + "}")));
  EXPECT_EQ(FoundIds(things, OldestFirst()), (Names{"0", "1", "2", "3", "4"}));
}

TEST_F(Routing, HasPresetsThatTakeWhatTheyAreMadeFor) {
  const auto make = [this](const char* preset) {
    return Must(database_->CreateCollection(preset, Must(CollectionSpec::Preset(preset))));
  };
  Collection messages = make("messages");
  EXPECT_EQ(Must(messages.Insert(Doc(R"({"uuid": "u1", "timestamp": "2024-01-31T15:00:00Z"})")))->as_string(), "u1");
  Must(messages.Insert(Doc(R"({"uuid": "u2"})")));
  EXPECT_EQ(FoundIds(messages, OldestFirst()).size(), 2U);

  Collection transcripts = make("transcripts");
  Must(transcripts.Insert(Doc(R"({"messageId": "m", "snapshot": {"timestamp": "2024-01-31T15:00:00Z"}})")));
  EXPECT_EQ(PartitionNames(*database_, "transcripts"), Names{"transcripts_2024_01"});

  Collection snapshots = make("snapshots");
  Must(snapshots.Insert(Doc(R"({"monitor_id": "m", "timestamp": "2024-01-31T15:00:00Z", "metrics": {"a": 1}})")));
  EXPECT_TRUE(Fails(snapshots.Insert(Doc(R"({"monitor_id": "m"})")), ErrorCode::kInvalidArgument, "no time"));

  Collection events = make("events");
  for (const char* field : {"timestamp", "time", "ts", "@timestamp", "created_at", "date"}) {
    Must(events.Insert(Doc(std::string(R"({")") + field + R"(": 1706713200})")));
  }
  EXPECT_EQ(Must(events.Count({})), 6U);
  EXPECT_TRUE(
      Fails(CollectionSpec::Preset("letters"), ErrorCode::kNotFound, "messages, transcripts, snapshots and events"));
}

TEST_F(Routing, MakesAtMost1200Months) {
  if (!IsLongRun()) GTEST_SKIP() << "making 1,200 months takes long; set KALENDS_LONG";
  Collection things = Make();
  const int months = static_cast<int>(kPartitionsMax);
  std::vector<Document> documents;
  for (int i = 0; i < months; ++i)
    documents.push_back(Timed(i, FormatTime(Month{Month::FromYearMonth(1900, 1).index + i}.begin())));
  Must(things.InsertMany(documents));
  const auto refused = things.Insert(Timed(months, "2000-01-01"));
  EXPECT_TRUE(Fails(refused, ErrorCode::kLimitExceeded, "1200 months"));
  EXPECT_TRUE(Fails(refused, ErrorCode::kLimitExceeded, "2000-01"));
  EXPECT_EQ(Must(things.Count({})), kPartitionsMax);
  Must(database_->Drop("things", "1900-01", false));
  Must(things.Insert(Timed(months, "2000-01-01")));
}

TEST(Collections, HaveNamesThatCannotBeMistakenForAMonth) {
  const auto database = MemoryDatabase();
  for (const std::string& name : Names{"a", "Chat-Messages_2024", "x_2024_1", "catalog_", std::string(64, 'n')}) {
    Must(database->CreateCollection(name, {}));
  }
  for (const std::string& name : Names{"", "1a", "_a", "a b", "a.state", "caf\xC3\xA9", "catalog", "default",
                                       "things_2024_01", std::string(65, 'n')}) {
    EXPECT_TRUE(Fails(database->CreateCollection(name, {}), ErrorCode::kInvalidArgument)) << name;
  }
}

TEST(Collections, AreListedFoundAndTakenOnce) {
  const auto database = MemoryDatabase();
  EXPECT_TRUE(Fails(database->GetCollection("b"), ErrorCode::kNotFound, "there are none"));
  Must(database->CreateCollection("b", {}));
  Must(database->CreateCollection("a", {}));
  EXPECT_EQ(database->CollectionNames(), (Names{"a", "b"}));
  EXPECT_TRUE(Fails(database->CreateCollection("a", {}), ErrorCode::kAlreadyExists, "a"));
  EXPECT_TRUE(Fails(database->GetCollection("c"), ErrorCode::kNotFound, "a, b"));
  EXPECT_EQ(Must(database->GetCollection("a")).name(), "a");
}

TEST(Collections, KeepTheirSpecAndRefuseChangesThatStoredDocumentsForbid) {
  const auto database = MemoryDatabase();
  CollectionSpec spec = Must(CollectionSpec::Preset("messages"));
  Collection things = Must(database->CreateCollection("things", spec));
  EXPECT_EQ(Must(things.spec()), spec);
  spec.id_field = "key";  // Nothing is stored yet.
  Must(database->SetSpec("things", spec));
  Must(things.Insert(Doc(R"({"key": 1, "timestamp": "2024-01-31"})")));
  CollectionSpec other = spec;
  other.id_field = "uuid";
  EXPECT_TRUE(Fails(database->SetSpec("things", other), ErrorCode::kInvalidArgument, "holds documents"));
  other = spec;
  other.time_fields = {"ts"};
  EXPECT_TRUE(Fails(database->SetSpec("things", other), ErrorCode::kInvalidArgument, "holds documents"));
  other = spec;
  other.codec = Codec::kNone;
  other.indexes = {"a"};
  Must(database->SetSpec("things", other));
  EXPECT_EQ(Must(things.spec()), other);
  other.compression_level = 99;
  other.codec = Codec::kZstd;
  EXPECT_TRUE(Fails(database->SetSpec("things", other), ErrorCode::kInvalidArgument, "level"));
  EXPECT_TRUE(Fails(database->SetSpec("letters", spec), ErrorCode::kNotFound, "things"));
}

TEST(Collections, AreGoneWithTheirHandlesWhenDropped) {
  const auto database = MemoryDatabase();
  Collection things = Must(database->CreateCollection("things", {}));
  Must(things.Insert(Timed(1, "2024-01-31")));
  Must(things.Insert(Timed(2, "2024-02-01")));
  const DropReport plan = Must(database->Drop("things", std::nullopt, true));
  EXPECT_EQ(plan.partitions, (Names{"things_2024_01", "things_2024_02"}));
  EXPECT_EQ(plan.documents, 2U);
  EXPECT_EQ(Must(things.Count({})), 2U);
  EXPECT_EQ(Must(database->Drop("things", std::nullopt, false)).documents, 2U);
  EXPECT_TRUE(Fails(things.Count({}), ErrorCode::kNotFound, "was dropped"));
  EXPECT_TRUE(Fails(things.Insert(Timed(3, "2024-01-31")), ErrorCode::kNotFound, "was dropped"));
  EXPECT_TRUE(Fails(database->Drop("things", std::nullopt, false), ErrorCode::kNotFound));
  // Another one of the same name has nothing of the first, and the old handle does not name it.
  Collection again = Must(database->CreateCollection("things", {}));
  EXPECT_TRUE(FoundIds(again).empty());
  Must(again.Insert(Timed(1, "2024-01-31")));
  EXPECT_TRUE(Fails(things.Count({}), ErrorCode::kNotFound));
}

TEST(Months, AreDroppedByName) {
  const auto database = MemoryDatabase();
  Collection things = Must(database->CreateCollection("things", {}));
  Must(things.Insert(Timed(1, "2024-01-31")));
  Must(things.Insert(Timed(2, "2024-02-01")));
  EXPECT_TRUE(Fails(database->Drop("things", "2024-03", false), ErrorCode::kNotFound, "2024-03"));
  EXPECT_TRUE(Fails(database->Drop("things", "January", false), ErrorCode::kInvalidArgument));
  EXPECT_EQ(Must(database->Drop("things", "2024-01", false)).partitions, Names{"things_2024_01"});
  EXPECT_EQ(FoundIds(things), Names{"2"});
  EXPECT_FALSE(Must(things.Get(Value::Int(1))).has_value());
  Must(things.Insert(Timed(1, "2024-02-02")));  // Its id is free.
  EXPECT_EQ(FoundIds(things), (Names{"1", "2"}));
}

}  // namespace
}  // namespace kalends
