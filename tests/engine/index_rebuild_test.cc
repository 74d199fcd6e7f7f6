#include "engine/index_rebuild.h"

#include <atomic>
#include <thread>

#include "engine/stats.h"
#include "tests/engine/segment_test_support.h"

namespace kalends {
namespace {

class IndexRebuildTest : public ::testing::Test {
 protected:
  std::vector<std::string> MissingIndexes(std::string_view collection, std::string_view partition) {
    for (const PartitionStats& stats : Must(StatsOf(database_.impl(), collection)).partitions) {
      if (stats.name == partition) return stats.missing_indexes;
    }
    return {"no such partition"};
  }

  // Ids are read as they were when the view was made: makes another one.
  void ShowIds() { Must(database_.impl().SetSpec("messages", IndexedSpec({"user", "tags"}))); }

  ScratchDirectory directory_;
  SegmentedDatabase database_{directory_.path()};
};

TEST_F(IndexRebuildTest, AnIndexAddedLaterServesNewSegmentsAndOlderOnesOnceRebuilt) {
  Collection messages = database_.Create("messages", IndexedSpec({}));
  InsertMessages(messages, 0, 200, "2024-01");
  InsertMessages(messages, 200, 300, "2024-02");
  Must(database_.impl().SealAll());
  Must(database_.impl().SetSpec("messages", IndexedSpec({"user"})));
  InsertMessages(messages, 300, 400, "2024-01");
  InsertMessages(messages, 400, 500, "2024-03");
  Must(database_.impl().SealAll());
  const std::vector<std::string> missing = {"user"};
  EXPECT_EQ(MissingIndexes("messages", "messages_2024_01"), missing) << "one of two segments";
  EXPECT_EQ(MissingIndexes("messages", "messages_2024_02"), missing);
  EXPECT_TRUE(MissingIndexes("messages", "messages_2024_03").empty());
  const std::uint64_t count = Must(messages.Count(Matching(R"({"user": "u3"})")));
  EXPECT_EQ(ToJson(Must(messages.Explain(Matching(R"({"user": "u3"})"))).Get("missing_indexes")),
            R"({"user":["messages_2024_01","messages_2024_02"]})");

  const RebuildReport report = Must(RebuildIndex(database_.impl(), "messages", {}));
  EXPECT_EQ(report.partitions, (std::vector<std::string>{"messages_2024_01", "messages_2024_02", "messages_2024_03"}));
  EXPECT_EQ(report.segments, 4U);
  EXPECT_EQ(report.rows, 500U);
  EXPECT_TRUE(MissingIndexes("messages", "messages_2024_01").empty());
  EXPECT_TRUE(MissingIndexes("messages", "messages_2024_02").empty());
  EXPECT_TRUE(Must(messages.Explain(Matching(R"({"user": "u3"})"))).Get("missing_indexes").is_missing());
  EXPECT_EQ(Must(messages.Count(Matching(R"({"user": "u3"})"))), count);
  EXPECT_EQ(database_.Faults(), "");
}

TEST_F(IndexRebuildTest, ADryRunTellsWhatWouldBeDoneAndDoesNothing) {
  Collection messages = database_.Create("messages", IndexedSpec({"user"}));
  InsertMessages(messages, 0, 100, "2024-01");
  InsertMessages(messages, 100, 150, "2024-02");
  Must(database_.impl().SealAll());
  const SegmentId before = database_.Partition("messages_2024_01").state->segments->front()->id();
  RebuildOptions options;
  options.dry_run = true;
  options.time = {At("2024-02-10"), At("2025-01-01")};
  const RebuildReport report = Must(RebuildIndex(database_.impl(), std::nullopt, options));
  EXPECT_EQ(report.partitions, std::vector<std::string>{"messages_2024_02"});
  EXPECT_EQ(report.segments, 1U);
  EXPECT_EQ(report.rows, 50U);
  EXPECT_EQ(database_.Partition("messages_2024_01").state->segments->front()->id(), before);
  EXPECT_TRUE(Fails(RebuildIndex(database_.impl(), "nothing", {}), ErrorCode::kNotFound, "nothing"));
}

TEST_F(IndexRebuildTest, WhatIsInterruptedGoesOnAfterAnOpening) {
  Collection messages = database_.Create("messages", IndexedSpec({"user"}));
  InsertMessages(messages, 0, 70'000, "2024-01");
  Must(database_.impl().SealAll());
  ASSERT_EQ(database_.Partition("messages_2024_01").state->segments->size(), 2U);
  CancelFlag cancel;
  RebuildOptions options;
  options.call.cancel = &cancel;
  options.on_progress = [&cancel](std::uint64_t rows, std::uint64_t total) {
    EXPECT_EQ(rows, 65'536U);
    EXPECT_EQ(total, 70'000U);
    cancel.Cancel();
  };
  ASSERT_TRUE(Fails(RebuildIndex(database_.impl(), "messages", options), ErrorCode::kCancelled));
  const SegmentId first = database_.Partition("messages_2024_01").state->segments->front()->id();
  database_.Reopen();
  EXPECT_EQ(database_.Faults(), "");
  RebuildOptions look;
  look.dry_run = true;
  EXPECT_EQ(Must(RebuildIndex(database_.impl(), "messages", look)).rows, 4464U);
  EXPECT_EQ(Must(RebuildIndex(database_.impl(), "messages", {})).rows, 4464U);
  EXPECT_EQ(database_.Partition("messages_2024_01").state->segments->front()->id(), first);
  EXPECT_EQ(Must(RebuildIndex(database_.impl(), "messages", look)).rows, 70'000U) << "the mark is gone";
  EXPECT_EQ(database_.Faults(), "");
}

// As a fault names it.
std::string NameOfPart(std::string_view key) {
  switch (PartOfKey(key).kind) {
    case SegmentPart::Kind::kText:
      return "text";
    case SegmentPart::Kind::kLists:
      return "index";
    default:
      return "columns";
  }
}

TEST_F(IndexRebuildTest, MendsDamagedAndLostColumnsListsAndIds) {
  CollectionSpec spec = IndexedSpec({"user", "tags"});
  spec.text_fields = {"*"};
  Collection messages = database_.Create("messages", spec);
  InsertMessages(messages, 0, 300, "2024-01");
  Must(database_.impl().SealAll());
  Must(messages.Delete(Value::Int(7)));
  ASSERT_EQ(database_.Faults(), "");
  const auto families = database_.Partition("messages_2024_01").partition->families();
  const auto stored = database_.Read(*families.columns);
  const auto ids = database_.Read(*families.index);

  struct Damage {
    std::string part;
    std::function<void()> harm;
  };
  std::vector<Damage> damages;
  for (const auto& [key, value] : stored) {
    damages.push_back({NameOfPart(key), [&, key = key, value = value] {
                         std::string bad = value;
                         bad[bad.size() / 2] = static_cast<char>(bad[bad.size() / 2] ^ 0x20);
                         database_.Write(*families.columns, key, bad);
                       }});
    damages.push_back({NameOfPart(key), [&, key = key] { database_.Remove(*families.columns, key); }});
  }
  damages.push_back({"index", [&] {
                       for (const auto& id : ids) database_.Remove(*families.index, id.key);
                       ShowIds();
                     }});
  ASSERT_GT(damages.size(), 20U);
  // Each puts the values back that it does not harm: a rebuild writes them under another number.
  for (std::size_t i = 0; i < damages.size(); ++i) {
    damages[i].harm();
    const std::string faults = database_.Faults();
    EXPECT_NE(faults.find("messages_2024_01 " + damages[i].part), std::string::npos) << i << "\n" << faults;
    for (const auto& [key, value] : stored) database_.Write(*families.columns, key, value);
    for (const auto& [key, value] : ids) database_.Write(*families.index, key, value);
    ShowIds();
    ASSERT_EQ(database_.Faults(), "") << i;
  }
  for (const Damage& damage : damages) damage.harm();
  EXPECT_NE(database_.Faults(), "");
  database_.Flush(*families.columns);  // Files are ingested over files alone.
  database_.Flush(*families.index);
  Must(RebuildIndex(database_.impl(), "messages", {}));
  EXPECT_EQ(database_.Faults(), "");
  EXPECT_EQ(Must(messages.Count(Matching(R"({"user": "u3"})"))), 43U);
  EXPECT_TRUE(Must(messages.Get(Value::Int(8))).has_value());
}

TEST_F(IndexRebuildTest, MendsADamagedFilterOfIds) {
  Collection messages = database_.Create("messages", IndexedSpec({}));
  InsertMessages(messages, 0, 3000, "2024-01");
  Must(database_.impl().SealAll());
  database_.Reopen();  // Closing stores the filter.
  {
    const auto state = database_.Partition("messages_2024_01").partition->families().state;
    for (const auto& [key, value] : database_.Read(*state)) {
      if (key.starts_with("f")) database_.Write(*state, key, value.substr(0, value.size() / 2));
    }
  }
  messages = database_.Get("messages");
  EXPECT_TRUE(Fails(messages.Get(Value::Int(5)), ErrorCode::kCorruption));
  Must(RebuildIndex(database_.impl(), "messages", {}));
  EXPECT_TRUE(Must(messages.Get(Value::Int(5))).has_value());
  EXPECT_FALSE(Must(messages.Get(Value::Int(5000))).has_value());
  EXPECT_EQ(database_.Faults(), "");
  database_.Reopen();
  EXPECT_EQ(database_.Faults(), "");
}

TEST_F(IndexRebuildTest, GoesOnBesideWriters) {
  Collection messages = database_.Create("messages", IndexedSpec({"user"}));
  InsertMessages(messages, 0, 3000, "2024-01");
  Must(database_.impl().SealAll());
  std::atomic<bool> stop{false};
  std::thread writer([&] {
    for (int id = 0; !stop.load(); ++id) {
      Must(messages.Delete(Value::Int(id % 3000)));
      Must(messages.Insert(Message(10'000 + id, "2024-01")));
      if (id % 200 == 0) database_.impl().FreezeTails([](const Partition&, const TailView&) { return true; });
    }
  });
  for (int round = 0; round < 5; ++round) {
    const auto report = RebuildIndex(database_.impl(), "messages", {});
    EXPECT_TRUE(report.has_value()) << report.error().message();
  }
  stop.store(true);
  writer.join();
  EXPECT_EQ(database_.Faults(), "");
  Must(database_.impl().SealAll());
  EXPECT_EQ(database_.Faults(), "");
  database_.Reopen();
  EXPECT_EQ(database_.Faults(), "");
}

TEST_F(IndexRebuildTest, ASegmentThatLostAQuarterOfItsRowsIsBuiltAnewByItself) {
  Collection messages = database_.Create("messages", IndexedSpec({"user"}));
  InsertMessages(messages, 0, 2000, "2024-01");
  Must(database_.impl().SealAll());
  for (int id = 0; id < 500; ++id) Must(messages.Delete(Value::Int(id)));
  database_.impl().background()->Drain();
  EXPECT_EQ(database_.Partition("messages_2024_01").state->segments->front()->entry().deleted, 0U) << "not more yet";
  Must(messages.Delete(Value::Int(500)));
  database_.impl().background()->Drain();
  EXPECT_EQ(database_.Partition("messages_2024_01").state->segments->front()->entry().deleted, 501U);
  EXPECT_EQ(database_.Faults(), "");
}

}  // namespace
}  // namespace kalends
