#include "kalends/spec.h"

#include <gtest/gtest.h>

namespace kalends {
namespace {

using Paths = std::vector<std::string>;

std::string RefusalOf(std::string_view json) {
  const Result<CollectionSpec> spec = CollectionSpec::FromJson(json, {});
  if (spec.has_value()) return "accepted";
  EXPECT_EQ(spec.error().code(), ErrorCode::kInvalidArgument);
  return spec.error().message();
}

std::string Problem(const CollectionSpec& spec) {
  const Status status = spec.Validate();
  if (status.ok()) return "none";
  EXPECT_EQ(status.error().code(), ErrorCode::kInvalidArgument);
  return status.error().message();
}

template <class Change>
std::string ProblemAfter(const Change& change) {
  CollectionSpec spec;
  change(&spec);
  return Problem(spec);
}

CollectionSpec Preset(std::string_view name) {
  const Result<CollectionSpec> spec = CollectionSpec::Preset(name);
  EXPECT_TRUE(spec.has_value()) << name;
  return spec.has_value() ? *spec : CollectionSpec();
}

TEST(Preset, MessagesAreIndexedBySessionUserAndModel) {
  const CollectionSpec spec = Preset("messages");
  EXPECT_EQ(spec.time_fields, Paths({"timestamp"}));
  EXPECT_EQ(spec.missing_time, MissingTime::kArrival);
  EXPECT_EQ(spec.id_field, "uuid");
  EXPECT_EQ(spec.indexes, Paths({"sessionId", "user_id", "type", "parentUuid", "model", "costUsd", "gitBranch"}));
  EXPECT_EQ(spec.text_fields, Paths({"*"}));
}

TEST(Preset, TranscriptsTakeTheTimeOfTheSnapshotToo) {
  const CollectionSpec spec = Preset("transcripts");
  EXPECT_EQ(spec.time_fields, Paths({"timestamp", "snapshot.timestamp"}));
  EXPECT_EQ(spec.missing_time, MissingTime::kArrival);
  EXPECT_EQ(spec.id_field, "uuid");
  EXPECT_EQ(spec.indexes, Paths({"sessionId", "type", "parentUuid", "message.model", "gitBranch"}));
  EXPECT_EQ(spec.text_fields, Paths({"*"}));
}

TEST(Preset, SnapshotsAreASeriesAMonitorAndCompressedByBlock) {
  const CollectionSpec spec = Preset("snapshots");
  EXPECT_EQ(spec.time_fields, Paths({"timestamp"}));
  EXPECT_EQ(spec.missing_time, MissingTime::kError);
  EXPECT_EQ(spec.id_field, "_id");
  EXPECT_EQ(spec.series_field, "monitor_id");
  EXPECT_EQ(spec.compress_above, 1024U);
  EXPECT_TRUE(spec.text_fields.empty());
}

TEST(Preset, EventsTakeTheFirstTimeThereIs) {
  const CollectionSpec spec = Preset("events");
  EXPECT_EQ(spec.time_fields, Paths({"timestamp", "time", "ts", "@timestamp", "created_at", "date"}));
  EXPECT_EQ(spec.missing_time, MissingTime::kError);
  EXPECT_EQ(spec.id_field, "_id");
  EXPECT_TRUE(spec.text_fields.empty());
}

TEST(Preset, RefusesOtherNamesAndListsItsOwn) {
  for (const char* name : {"", "message", "Messages", "events "}) {
    const Result<CollectionSpec> spec = CollectionSpec::Preset(name);
    ASSERT_FALSE(spec.has_value());
    EXPECT_EQ(spec.error().code(), ErrorCode::kNotFound);
    EXPECT_NE(spec.error().message().find("messages, transcripts, snapshots and events"), std::string::npos);
  }
}

TEST(SpecJson, IsPrintedInFull) {
  EXPECT_EQ(Preset("snapshots").ToJson(),
            R"({"plain":false,"time":{"fields":["timestamp"],"unit":"auto","missing":"error"},"id":"_id",)"
            R"("series":"monitor_id","indexes":[],"text":[],"text_exclude":[],"text_language":"none",)"
            R"("compression":{"codec":"zstd-dictionary","level":3,"above":1024},"months_ahead":24})");
}

TEST(SpecJson, IsReadBackAsTheSameSpec) {
  std::vector<CollectionSpec> specs = {CollectionSpec()};
  for (const char* name : {"messages", "transcripts", "snapshots", "events"}) specs.push_back(Preset(name));
  for (const Codec codec : {Codec::kNone, Codec::kZstd, Codec::kZlib}) {
    specs.emplace_back().codec = codec;
    specs.back().compress_above = 16U << 20U;
  }
  for (const TimeUnit unit : {TimeUnit::kSeconds, TimeUnit::kMilliseconds, TimeUnit::kMicroseconds}) {
    specs.emplace_back().time_unit = unit;
  }
  specs.emplace_back().plain = true;
  specs.back().time_fields.clear();
  specs.back().indexes = {"a.\"b\"", "\n", "é"};
  specs.back().months_ahead = 0;
  for (const CollectionSpec& spec : specs) {
    EXPECT_EQ(Problem(spec), "none");
    CollectionSpec other = Preset("messages");  // Every key is printed: nothing of the base is left.
    other.plain = !spec.plain;
    const Result<CollectionSpec> read = CollectionSpec::FromJson(spec.ToJson(), other);
    ASSERT_TRUE(read.has_value()) << read.error().message();
    EXPECT_EQ(*read, spec) << spec.ToJson();
  }
}

TEST(SpecJson, KeepsOfTheBaseWhatItLeavesOut) {
  const CollectionSpec base = Preset("messages");
  EXPECT_EQ(CollectionSpec::FromJson("{}", base).value(), base);
  CollectionSpec expected = base;
  expected.time_unit = TimeUnit::kMilliseconds;
  expected.indexes = {"kind"};
  expected.compression_level = 9;
  const auto read =
      CollectionSpec::FromJson(R"({"time": {"unit": "ms"}, "indexes": ["kind"], "compression": {"level": 9}})", base);
  ASSERT_TRUE(read.has_value()) << read.error().message();
  EXPECT_EQ(*read, expected);
}

TEST(SpecJson, RefusesAnUnknownKeyByItsName) {
  for (const auto& [json, key] : std::vector<std::pair<std::string, std::string>>{
           {R"({"indices": []})", "\"indices\""},
           {R"({"time": {"field": "x"}})", "\"time.field\""},
           {R"({"compression": {"above ": 1}})", "\"compression.above \""}}) {
    const std::string refusal = RefusalOf(json);
    EXPECT_NE(refusal.find(key + " is unknown"), std::string::npos) << refusal;
  }
}

TEST(SpecJson, RefusesAWrongTypeByTheNameOfItsKey) {
  for (const auto& [json, key] : std::vector<std::pair<std::string, std::string>>{
           {R"({"plain": 1})", "plain"},
           {R"({"time": "timestamp"})", "time"},
           {R"({"time": {"fields": "timestamp"}})", "time.fields"},
           {R"({"time": {"fields": ["a", 1]}})", "time.fields"},
           {R"({"time": {"unit": "hours"}})", "time.unit"},
           {R"({"time": {"unit": 1}})", "time.unit"},
           {R"({"time": {"missing": null}})", "time.missing"},
           {R"({"id": null})", "id"},
           {R"({"series": ["a"]})", "series"},
           {R"({"indexes": {}})", "indexes"},
           {R"({"text": true})", "text"},
           {R"({"compression": "zstd"})", "compression"},
           {R"({"compression": {"codec": "lz4"}})", "compression.codec"},
           {R"({"compression": {"level": 3.5}})", "compression.level"},
           {R"({"compression": {"level": 99999999999}})", "compression.level"},
           {R"({"compression": {"above": -1}})", "compression.above"},
           {R"({"months_ahead": "24"})", "months_ahead"}}) {
    const std::string refusal = RefusalOf(json);
    EXPECT_NE(refusal.find("\"" + key + "\" "), std::string::npos) << json << ": " << refusal;
  }
}

TEST(SpecJson, RefusesWhatIsNoObject) {
  for (const char* json : {"", "[]", "1", "{", "{\"plain\": tru}"}) {
    EXPECT_NE(RefusalOf(json).find("spec: "), std::string::npos) << json;
  }
}

TEST(ValidateSpec, WantsATimeFieldUnlessPlain) {
  EXPECT_NE(ProblemAfter([](auto* spec) { spec->time_fields.clear(); }).find("time.fields"), std::string::npos);
  EXPECT_EQ(ProblemAfter([](auto* spec) {
              spec->time_fields.clear();
              spec->plain = true;
            }),
            "none");
}

TEST(ValidateSpec, RefusesEmptyAndRepeatedPaths) {
  EXPECT_NE(ProblemAfter([](auto* spec) { spec->id_field.clear(); }).find("\"id\""), std::string::npos);
  EXPECT_NE(ProblemAfter([](auto* spec) { spec->time_fields = {"a", ""}; }).find("empty path"), std::string::npos);
  EXPECT_NE(ProblemAfter([](auto* spec) { spec->indexes = {""}; }).find("empty path"), std::string::npos);
  EXPECT_NE(ProblemAfter([](auto* spec) { spec->text_fields = {""}; }).find("empty path"), std::string::npos);
  for (const char* path : {".", "a.", ".a", "a..b"}) {
    EXPECT_NE(ProblemAfter([path](auto* spec) { spec->indexes = {path}; }).find("a part is empty"), std::string::npos);
    EXPECT_NE(ProblemAfter([path](auto* spec) { spec->series_field = path; }).find("a part is empty"),
              std::string::npos);
  }
  EXPECT_NE(ProblemAfter([](auto* spec) { spec->indexes = {"\xff"}; }).find("UTF-8"), std::string::npos);
  EXPECT_NE(ProblemAfter([](auto* spec) { spec->time_fields = {"a", "b", "a"}; }).find("'a' twice"), std::string::npos);
  EXPECT_NE(ProblemAfter([](auto* spec) { spec->indexes = {"a", "a"}; }).find("'a' twice"), std::string::npos);
  EXPECT_NE(ProblemAfter([](auto* spec) { spec->text_fields = {"a", "a"}; }).find("'a' twice"), std::string::npos);
  EXPECT_NE(ProblemAfter([](auto* spec) { spec->text_fields = {"*", "a"}; }).find("beside"), std::string::npos);
}

TEST(ValidateSpec, KnowsTheLevelsOfEachCodec) {
  const auto with_level = [](Codec codec, int level) {
    return ProblemAfter([&](auto* spec) {
      spec->codec = codec;
      spec->compression_level = level;
    });
  };
  for (const Codec codec : {Codec::kZstd, Codec::kZstdDictionary}) {
    EXPECT_EQ(with_level(codec, 1), "none");
    EXPECT_EQ(with_level(codec, 19), "none");
    EXPECT_NE(with_level(codec, 0).find("1 to 19"), std::string::npos);
    EXPECT_NE(with_level(codec, 20).find("1 to 19"), std::string::npos);
  }
  EXPECT_EQ(with_level(Codec::kZlib, 9), "none");
  EXPECT_NE(with_level(Codec::kZlib, 10).find("1 to 9"), std::string::npos);
  EXPECT_NE(with_level(Codec::kZlib, 0).find("1 to 9"), std::string::npos);
}

TEST(ValidateSpec, BoundsSizesAndMonths) {
  EXPECT_EQ(ProblemAfter([](auto* spec) { spec->compress_above = 16U << 20U; }), "none");
  EXPECT_NE(ProblemAfter([](auto* spec) { spec->compress_above = (16U << 20U) + 1; }).find("compression.above"),
            std::string::npos);
  EXPECT_EQ(ProblemAfter([](auto* spec) { spec->months_ahead = 0; }), "none");
  EXPECT_EQ(ProblemAfter([](auto* spec) { spec->months_ahead = 1200; }), "none");
  EXPECT_NE(ProblemAfter([](auto* spec) { spec->months_ahead = -1; }).find("months_ahead"), std::string::npos);
  EXPECT_NE(ProblemAfter([](auto* spec) { spec->months_ahead = 1201; }).find("months_ahead"), std::string::npos);
}

TEST(ValidateSpec, RefusesNumbersThatNameNothing) {
  EXPECT_NE(ProblemAfter([](auto* spec) { spec->codec = static_cast<Codec>(9); }).find("codec"), std::string::npos);
  EXPECT_NE(ProblemAfter([](auto* spec) { spec->time_unit = static_cast<TimeUnit>(9); }).find("unit"),
            std::string::npos);
  EXPECT_NE(ProblemAfter([](auto* spec) { spec->missing_time = static_cast<MissingTime>(9); }).find("missing"),
            std::string::npos);
}

std::string NameProblem(std::string_view name) {
  const Status status = ValidateCollectionName(name);
  if (status.ok()) return "none";
  EXPECT_EQ(status.error().code(), ErrorCode::kInvalidArgument);
  return status.error().message();
}

TEST(ValidateCollectionName, AcceptsLettersDigitsUnderscoresAndHyphens) {
  for (const std::string& name :
       {std::string("a"), std::string("Messages-2_b"), std::string("m_2024"), std::string("m_2024_1"),
        std::string("m2024_01"), std::string("m_20240_01"), std::string("catalogs"), std::string(64, 'x')}) {
    EXPECT_EQ(NameProblem(name), "none") << name;
  }
}

TEST(ValidateCollectionName, RefusesOthersWithTheRule) {
  EXPECT_NE(NameProblem("").find("needs a name"), std::string::npos);
  EXPECT_NE(NameProblem(std::string(65, 'x')).find("at most 64"), std::string::npos);
  for (const char* name : {"1a", "_a", "-a", "a b", "a.b", "a/b", "é", "aé", "a\n"}) {
    EXPECT_NE(NameProblem(name).find("must begin with a letter"), std::string::npos) << name;
  }
  EXPECT_NE(NameProblem("messages_2024_01").find("like a month"), std::string::npos);
  EXPECT_NE(NameProblem("m_9999_99").find("like a month"), std::string::npos);
  EXPECT_NE(NameProblem("catalog").find("taken"), std::string::npos);
  EXPECT_NE(NameProblem("default").find("taken"), std::string::npos);
}

}  // namespace
}  // namespace kalends
