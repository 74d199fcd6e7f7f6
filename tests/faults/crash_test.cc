// The crash and model test. A child works on a database from several threads and writes down what it does; it is killed
// at a random moment; the database is opened, verified deeply, and compared with what the child wrote down; the next
// child goes on from there.
//
//   KALENDS_SEED=n   the random numbers of an earlier run (what the threads do; when they are killed is up to the
//   machine) KALENDS_LONG=1   100 kills and 50 power cuts instead of 5 and 3
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <thread>

#include "tests/faults/child_role.h"
#include "tests/faults/crash_journal.h"
#include "tests/faults/crash_worker.h"

namespace kalends::crash {
namespace {

const auto* const kRole = testing::AddGlobalTestEnvironment(new ChildRole("crash", [](const std::string& path) {
  const SharedMemory<Journal> journal(path);
  return Child(&*journal).Run();
}));

enum class End : std::uint8_t { kKilled, kPowerCut };

class CrashTest {
 public:
  CrashTest(bool is_observed, std::uint64_t salt) : journal_(evidence_ / "journal"), random_(TestSeed() + salt) {
    const std::string directory = evidence_ / "database";
    directory.copy(journal_->directory, sizeof journal_->directory - 1);
    if (!is_observed) return;
    const std::string table = evidence_ / "synced_sizes";
    table.copy(journal_->synced_sizes, sizeof journal_->synced_sizes - 1);
  }

  // One life of a child and what it leaves.
  void Round(End end) {
    journal_->Begin(versions_);
    journal_->seed = random_();
    // Little memory makes flushes, and sealing because tails are many.
    journal_->memory_bytes = random_() % 3 == 0 ? std::uint64_t{256} << 20U : std::uint64_t{16} << 20U;
    journal_->reopen_every = random_() % 2 == 0 ? 300 : 3000;
    // Sealing often makes many small segments, which are merged.
    journal_->seal_every = random_() % 2 == 0 ? 40 : 1500;
    journal_->sync_every = random_() % 2 == 0 ? 20 : 300;
    RunChild();
    if (testing::Test::HasFatalFailure()) return;
    std::shared_ptr<SyncedSizes> sizes;
    if (journal_->synced_sizes[0] != '\0') sizes = std::make_shared<SyncedSizes>(journal_->synced_sizes);
    if (end == End::kPowerCut) sizes->DropUnsynced();
    std::string events;
    auto opened = OpenFor(*journal_, sizes, [&events](const std::string& event) { events += event + "\n"; });
    ASSERT_TRUE(opened.has_value()) << opened.error().message();
    Compare(**opened, end, events);
    if (testing::Test::HasFailure()) return;
    if (random_() % 3 == 0) {
      const Status sealed = (*opened)->SealAll();
      ASSERT_TRUE(sealed.ok()) << sealed.error().message();
      Verify(**opened);
    }
    if (random_() % 3 == 0) return;  // Closed by its destructor.
    const Status closed = (*opened)->Close();
    ASSERT_TRUE(closed.ok()) << closed.error().message();
    EXPECT_EQ(events.find("failed"), std::string::npos) << events;
  }

  std::string Summary() const {
    return std::to_string(steps_) + " commits, of which " + std::to_string(lost_) + " were lost; " +
           std::to_string(documents_) + " documents at the end";
  }

 private:
  void RunChild() {
    const pid_t child = StartChild("crash", journal_.path());
    ASSERT_GT(child, 0);
    // One in four is killed while it opens.
    const bool at_opening = random_() % 4 == 0;
    const auto started = std::chrono::steady_clock::now();
    while (!at_opening && journal_->is_ready == 0 && journal_->failed == 0 &&
           std::chrono::steady_clock::now() - started < std::chrono::seconds(60)) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    const auto life = std::chrono::microseconds(at_opening ? random_() % 100'000 : 20'000 + random_() % 1'500'000);
    const auto kill_at = std::chrono::steady_clock::now() + life;
    while (std::chrono::steady_clock::now() < kill_at && journal_->failed == 0)
      std::this_thread::sleep_for(std::chrono::microseconds(200));
    kill(child, SIGKILL);
    const std::string ended = WaitForChild(child);
    ASSERT_EQ(journal_->failed, 0U) << journal_->failure;
    ASSERT_EQ(ended, "killed by signal Killed");
  }

  void Verify(Database& database) {
    const auto faults = database.Verify(true, [](const Fault& fault) {
      ADD_FAILURE() << fault.partition << " " << fault.part << " " << fault.place << ": " << fault.problem;
    });
    ASSERT_TRUE(faults.has_value()) << faults.error().message();
    EXPECT_EQ(*faults, 0U);
  }

  void Compare(Database& database, End end, const std::string& events) {
    Verify(database);
    Versions found{};
    std::uint64_t count = 0;
    auto collection = database.GetCollection(kCollection);
    if (collection.has_value()) {
      Query query;
      query.order = Order::kOldestFirst;
      auto cursor = collection->Find(query);
      ASSERT_TRUE(cursor.has_value()) << cursor.error().message();
      Document document;
      TimeUs before{INT64_MIN};
      while (true) {
        const auto more = cursor->Next(&document);
        ASSERT_TRUE(more.has_value()) << more.error().message();
        if (!*more) break;
        ++count;
        const auto t = static_cast<std::uint32_t>(document.Get("thread").as_integer());
        const auto key = static_cast<std::uint32_t>(document.Get("key").as_integer());
        const auto version = static_cast<std::uint32_t>(document.Get("version").as_integer());
        ASSERT_LT(t, kThreads);
        ASSERT_LT(key, kKeys);
        ASSERT_EQ(found[t][key], 0U) << "twice: thread " << t << " key " << key;
        ASSERT_EQ(document.ToJson(), JsonOf(t, key, version));
        ASSERT_LE(before, TimeOf(t, key, version));
        before = TimeOf(t, key, version);
        found[t][key] = version;
      }
      // By the index, wherever the documents lie.
      for (std::uint32_t t = 0; t < kThreads; ++t) {
        Query of_thread;
        of_thread.filter = *Document::FromJson("{\"thread\":" + std::to_string(t) + "}");
        const auto indexed = collection->Count(of_thread);
        ASSERT_TRUE(indexed.has_value()) << indexed.error().message();
        const auto alive = std::count_if(found[t].begin(), found[t].end(), [](auto version) { return version != 0; });
        ASSERT_EQ(*indexed, static_cast<std::uint64_t>(alive)) << "thread " << t;
      }
      const auto total = collection->Count({});
      ASSERT_TRUE(total.has_value()) << total.error().message();
      EXPECT_EQ(*total, count);
      for (std::uint32_t t = 0; t < kThreads; ++t) {
        for (std::uint32_t key = 0; key < kKeys; ++key) {
          const auto got = collection->Get(OwnedValue::FromJson(IdOf(t, key))->value());
          ASSERT_TRUE(got.has_value()) << got.error().message();
          ASSERT_EQ(*got ? (*got)->ToJson() : "", found[t][key] == 0 ? "" : JsonOf(t, key, found[t][key]))
              << "get of " << IdOf(t, key);
        }
      }
    } else {
      EXPECT_EQ(collection.error().code(), ErrorCode::kNotFound) << collection.error().message();
    }
    HistoryCheck check(*journal_, found);
    if (end == End::kKilled) {
      check.RequireReturned();
    } else {
      check.RequireSynced();
    }
    const auto problem = check.Problem();
    EXPECT_FALSE(problem.has_value()) << *problem << "\n" << events;
    versions_ = found;
    documents_ = count;
    steps_ += check.steps();
    lost_ += check.lost();
  }

  EvidenceDirectory evidence_;
  SharedMemory<Journal> journal_;
  std::mt19937_64 random_;
  Versions versions_{};
  std::uint64_t steps_ = 0;
  std::uint64_t lost_ = 0;
  std::uint64_t documents_ = 0;
};

TEST(Crash, AfterAKillAllThatReturnedIsThereAndTheRestWholeOrNotAtAll) {
  std::printf("KALENDS_SEED=%llu\n", static_cast<unsigned long long>(TestSeed()));
  CrashTest test(false, 1);
  const int kills = IsLongRun() ? 100 : 5;
  for (int i = 1; i <= kills; ++i) {
    SCOPED_TRACE("KALENDS_SEED=" + std::to_string(TestSeed()) + ", kill " + std::to_string(i));
    test.Round(End::kKilled);
    if (HasFailure()) return;
  }
  std::printf("%s\n", test.Summary().c_str());
}

TEST(Crash, AfterAPowerCutThereIsAPrefixOfTheCommitsWithAllThatWasSynced) {
  std::printf("KALENDS_SEED=%llu\n", static_cast<unsigned long long>(TestSeed()));
  CrashTest test(true, 2);
  const int cuts = IsLongRun() ? 50 : 3;
  for (int i = 1; i <= cuts; ++i) {
    SCOPED_TRACE("KALENDS_SEED=" + std::to_string(TestSeed()) + ", power cut " + std::to_string(i));
    // Before it a kill: what an opening reads and answers with must survive a power cut from then on.
    test.Round(End::kKilled);
    if (HasFailure()) return;
    test.Round(End::kPowerCut);
    if (HasFailure()) return;
  }
  std::printf("%s\n", test.Summary().c_str());
}

}  // namespace
}  // namespace kalends::crash
