// Many threads on one database: what each of them sees is one view, and every write happens once.
#include <algorithm>
#include <atomic>
#include <map>
#include <numeric>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/engine/engine_test_support.h"
#include "tests/engine/line_sources.h"
#include "tests/engine/scratch_directory.h"

namespace kalends {
namespace {

using Names = std::vector<std::string>;

// Runs `work` on threads until the test's own part is over.
class Beside {
 public:
  template <class Work>
  void Start(Work work) {
    threads_.emplace_back([this, work] {
      while (!stop_) work();
    });
  }
  ~Beside() { Stop(); }
  void Stop() {
    stop_ = true;
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

 private:
  std::atomic<bool> stop_{false};
  std::vector<std::thread> threads_;
};

TEST(ConcurrentWriters, InsertEachOfTheSameIdsOnce) {
  const int ids = IsLongRun() ? 100'000 : 20'000;
  constexpr int kWriters = 8;
  const ScratchDirectory scratch;
  const auto database = OpenDatabase(scratch / "db");
  Collection things = Must(database->CreateCollection("things", {}));
  std::atomic<std::uint64_t> inserted{0};
  std::atomic<std::uint64_t> refused{0};
  std::vector<std::thread> writers;
  for (int writer = 0; writer < kWriters; ++writer) {
    writers.emplace_back([&, writer] {
      Collection mine = things;
      std::vector<int> order(static_cast<std::size_t>(ids));
      std::iota(order.begin(), order.end(), 0);
      // Half of them in step, so that they meet; half in an order of their own.
      if (writer % 2 == 1) std::shuffle(order.begin(), order.end(), std::mt19937(static_cast<unsigned>(writer)));
      // A document of another month for each writer: an id is one over all months.
      const std::string time = "2024-0" + std::to_string(1 + writer % 3) + "-15";
      if (writer < 4) {
        std::vector<std::string> lines;
        for (const int id : order) lines.push_back(Timed(id, time).ToJson());
        VectorLines source(std::move(lines));
        ImportOptions options;
        options.batch = 100;
        options.threads = 1;
        const ImportReport report = Must(mine.Import(source, options));
        inserted += report.inserted;
        refused += report.duplicates + report.conflicts;
        return;
      }
      for (const int id : order) {
        const auto result = mine.Insert(Timed(id, time));
        if (result.has_value()) {
          ++inserted;
        } else {
          EXPECT_TRUE(Fails(result, ErrorCode::kAlreadyExists));
          ++refused;
        }
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(inserted, static_cast<std::uint64_t>(ids));
  EXPECT_EQ(refused, static_cast<std::uint64_t>(ids) * (kWriters - 1));
  EXPECT_EQ(Must(things.Count({})), static_cast<std::uint64_t>(ids));
  std::vector<bool> seen(static_cast<std::size_t>(ids));
  for (const Document& document : All(things)) {
    const auto id = static_cast<std::size_t>(document.Get("_id").as_integer());
    EXPECT_FALSE(seen[id]) << id;
    seen[id] = true;
  }
  EXPECT_EQ(FaultsOf(*database), "");
}

TEST(ConcurrentReaders, SeeACommitWholeOverMonthsOrNotAtAll) {
  const auto database = MemoryDatabase();
  Collection things = Must(database->CreateCollection("things", {}));
  Beside beside;
  std::atomic<int> next_pair{0};
  for (int writer = 0; writer < 2; ++writer) {
    beside.Start([&] {
      const int pair = next_pair++;
      const auto half = [pair](const char* name, const char* time) {
        DocumentBuilder builder;
        return builder.Add("_id", std::string(name) + std::to_string(pair))
            .Add("pair", pair)
            .Add("timestamp", time)
            .Build();
      };
      Must(things.InsertMany(std::vector<Document>{half("a", "2024-01-10"), half("b", "2024-02-10")}));
      if (pair % 3 == 0) {
        EXPECT_EQ(Must(things.DeleteMany(Matching(R"({"pair":)" + std::to_string(pair) + "}"))), 2U);
      }
    });
  }
  beside.Start([&] { Must(database->SealAll()); });
  for (int round = 0; round < 150 || next_pair < 600; ++round) {
    Query query;
    query.order = round % 2 == 0 ? Order::kNewestFirst : Order::kOldestFirst;
    if (round % 3 == 0) query.filter = Doc(R"({"pair":{"$gte":0}})");
    const Page page = Must(things.FindPage(query));
    EXPECT_EQ(page.total, page.documents.size());
    std::map<std::int64_t, int> halves;
    for (const Document& document : page.documents) ++halves[document.Get("pair").as_integer()];
    for (const auto& [pair, count] : halves) ASSERT_EQ(count, 2) << "pair " << pair;
    EXPECT_EQ(Must(things.Count({})) % 2, 0U);
  }
  beside.Stop();
  EXPECT_EQ(FaultsOf(*database), "");
}

TEST(ConcurrentReaders, NeverMissOrDoubleADocumentThatMoves) {
  const auto database = MemoryDatabase();
  Collection things = Must(database->CreateCollection("things", {}));
  constexpr int kDocuments = 200;
  std::vector<Document> documents;
  for (int id = 0; id < kDocuments; ++id) documents.push_back(Timed(id, "2024-01-10"));
  Must(things.InsertMany(documents));
  Beside beside;
  for (int mover = 0; mover < 3; ++mover) {
    beside.Start([&] {
      thread_local std::mt19937 random(std::random_device{}());
      const int id = static_cast<int>(random() % kDocuments);
      const std::string time = "2024-0" + std::to_string(1 + random() % 4) + "-1" + std::to_string(random() % 10);
      EXPECT_TRUE(Must(things.Replace(Value::Int(id), Timed(id, time))));
    });
  }
  beside.Start([&] { Must(database->SealAll()); });
  for (int round = 0; round < 200; ++round) {
    const std::vector<std::string> ids = FoundIds(things);
    ASSERT_EQ(ids.size(), static_cast<std::size_t>(kDocuments));
    ASSERT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), ids.size());
    ASSERT_EQ(Must(things.Count({})), ids.size());
    ASSERT_TRUE(Must(things.Get(Value::Int(round % kDocuments))).has_value());
  }
  beside.Stop();
  EXPECT_EQ(FaultsOf(*database), "");
}

// Two replace the same document at once: one after the other, never both at the same place.
TEST(ConcurrentWriters, ReplaceAndDeleteOneDocumentInTurn) {
  const auto database = MemoryDatabase();
  Collection things = Must(database->CreateCollection("things", {}));
  std::atomic<int> deleted{0};
  std::atomic<int> inserted{0};
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < 500; ++i) {
        const std::string time = "2024-0" + std::to_string(1 + (i + thread) % 3) + "-10";
        if (things.Insert(Timed(1, time)).has_value()) ++inserted;
        (void)Must(things.Replace(Value::Int(1), Timed(1, time)));
        if (i % 3 == 0 && Must(things.Delete(Value::Int(1)))) ++deleted;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(Must(things.Count({})), static_cast<std::uint64_t>(inserted - deleted));
  EXPECT_EQ(Must(things.Get(Value::Int(1))).has_value(), inserted - deleted == 1);
  EXPECT_EQ(FaultsOf(*database), "");
}

TEST(ConcurrentDrop, LetsACursorReadToItsEnd) {
  const ScratchDirectory scratch;
  const auto database = OpenDatabase(scratch / "db");
  Collection things = Must(database->CreateCollection("things", {}));
  std::vector<Document> documents;
  for (int id = 0; id < 5000; ++id) documents.push_back(Timed(id, id < 3000 ? "2024-01-10" : "2024-02-10"));
  Must(things.InsertMany(documents));
  Must(database->SealAll());
  std::vector<Document> late;
  for (int id = 5000; id < 6000; ++id) late.push_back(Timed(id, "2024-01-11"));
  Must(things.InsertMany(late));
  {
    Cursor cursor = Must(things.Find(OldestFirst()));
    Document first;
    ASSERT_TRUE(Must(cursor.Next(&first)));
    const DropReport report = Must(database->Drop("things", "2024-01", false));
    EXPECT_EQ(report.documents, 4000U);
    EXPECT_EQ(Must(things.Count({})), 2000U);
    EXPECT_EQ(PartitionNames(*database, "things"), Names{"things_2024_02"});
    // The month is made again, empty, while the old one is still read.
    Must(things.Insert(Timed(1, "2024-01-20")));
    EXPECT_EQ(StatsOfPartition(*database, "things", "things_2024_01").documents, 1U);
    EXPECT_EQ(Must(cursor.ToVector()).size(), 5999U);
  }
  Must(database->SealAll());
  EXPECT_EQ(FoundIds(things, Between("2024-01-01", "2024-02-01")), Names{"1"});
  EXPECT_EQ(FaultsOf(*database), "");
}

TEST(ConcurrentDrop, DisturbsNeitherWritersNorReadersNorSealing) {
  const ScratchDirectory scratch;
  const auto database = OpenDatabase(scratch / "db");
  Collection things = Must(database->CreateCollection("things", {}));
  Must(things.Insert(Timed(-1, "2023-01-10")));
  Beside beside;
  std::atomic<int> next_id{0};
  for (int writer = 0; writer < 2; ++writer) {
    beside.Start([&] {
      std::vector<Document> documents;
      const int first = next_id.fetch_add(10);
      for (int id = first; id < first + 10; ++id)
        documents.push_back(Timed(id, id % 2 == 0 ? "2024-01-10" : "2024-02-10"));
      Must(things.InsertMany(documents));
    });
  }
  beside.Start([&] { Must(database->SealAll()); });
  beside.Start([&] {
    const std::vector<Document> found = All(things);
    ASSERT_FALSE(found.empty());
    EXPECT_EQ(found.back().ToJson(), Timed(-1, "2023-01-10").ToJson());
    (void)Must(things.Count({}));
    (void)Must(database->Stats("things"));
  });
  for (int round = 0; round < 30; ++round) {
    const auto report = database->Drop("things", round % 2 == 0 ? "2024-01" : "2024-02", false);
    if (!report.has_value()) {
      EXPECT_TRUE(Fails(report, ErrorCode::kNotFound));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  beside.Stop();
  Must(things.Insert(Timed(-2, "2023-01-10")));
  EXPECT_EQ(FaultsOf(*database), "");
  Must(database->Close());
  const auto again = OpenDatabase(scratch / "db");
  EXPECT_TRUE(Must(Must(again->GetCollection("things")).Get(Value::Int(-2))).has_value());
  EXPECT_EQ(FaultsOf(*again), "");
}

TEST(ConcurrentDrop, OfTheCollectionRefusesItsWritersClearly) {
  const auto database = MemoryDatabase();
  Collection things = Must(database->CreateCollection("things", {}));
  std::atomic<int> refused{0};
  std::vector<std::thread> writers;
  for (int writer = 0; writer < 3; ++writer) {
    writers.emplace_back([&, writer] {
      for (int i = 0;; ++i) {
        const auto inserted = things.Insert(Timed(writer * 1'000'000 + i, "2024-01-10"));
        if (inserted.has_value()) continue;
        EXPECT_TRUE(Fails(inserted, ErrorCode::kNotFound, "was dropped"));
        ++refused;
        return;
      }
    });
  }
  while (Must(things.Count({})) < 100) std::this_thread::yield();
  Must(database->Drop("things", std::nullopt, false));
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(refused, 3);
  EXPECT_TRUE(FoundIds(Must(database->CreateCollection("things", {}))).empty());
}

TEST(ConcurrentMonths, AreMadeOnce) {
  const auto database = MemoryDatabase();
  Collection things = Must(database->CreateCollection("things", {}));
  std::vector<std::thread> writers;
  for (int writer = 0; writer < 4; ++writer) {
    writers.emplace_back([&, writer] {
      for (int month = 1; month <= 12; ++month) {
        Must(things.Insert(
            Timed(100 * writer + month, "2024-" + std::string(month < 10 ? "0" : "") + std::to_string(month) + "-05")));
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(PartitionNames(*database, "things").size(), 12U);
  EXPECT_EQ(Must(things.Count({})), 48U);
}

TEST(ConcurrentClose, WaitsForCallsAndRefusesFurtherOnes) {
  const ScratchDirectory scratch;
  const auto database = OpenDatabase(scratch / "db");
  Collection things = Must(database->CreateCollection("things", {}));
  std::atomic<int> next{0};
  std::atomic<int> stored{0};
  std::vector<std::thread> callers;
  for (int writer = 0; writer < 4; ++writer) {
    callers.emplace_back([&] {
      Collection mine = things;
      while (true) {
        const int id = next.fetch_add(1);
        const auto inserted =
            mine.Insert(DocumentBuilder().Add("_id", id).Add("timestamp", "2024-01-15T00:00:00Z").Build());
        if (!inserted.has_value()) {
          EXPECT_EQ(inserted.error().code(), ErrorCode::kCancelled) << inserted.error().message();
          return;
        }
        ++stored;
      }
    });
  }
  while (stored.load() < 2000) std::this_thread::yield();
  std::atomic<bool> is_compacting{false};
  callers.emplace_back([&] {
    CompactOptions options;
    options.on_progress = [&](std::uint64_t, std::uint64_t) {
      is_compacting.store(true);
      std::this_thread::sleep_for(std::chrono::milliseconds(50));  // Close begins meanwhile.
    };
    const auto compacted = database->Compact(std::nullopt, options);
    if (!compacted.has_value()) {
      EXPECT_EQ(compacted.error().code(), ErrorCode::kCancelled) << compacted.error().message();
    }
  });
  while (!is_compacting.load()) std::this_thread::yield();
  Must(database->Close());
  for (std::thread& caller : callers) caller.join();
  EXPECT_TRUE(Fails(things.Count({}), ErrorCode::kCancelled, "closed"));
  const auto again = OpenDatabase(scratch / "db");
  EXPECT_EQ(Must(Must(again->GetCollection("things")).Count({})), static_cast<std::uint64_t>(stored.load()));
}

}  // namespace
}  // namespace kalends
