// Databases are made, opened, refused and closed.
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/engine/child_process.h"
#include "tests/engine/engine_test_support.h"
#include "tests/engine/scratch_directory.h"

namespace kalends {
namespace {

namespace fs = std::filesystem;

DatabaseOptions ReadOnly() {
  DatabaseOptions options;
  options.read_only = true;
  return options;
}
DatabaseOptions Creating() {
  DatabaseOptions options;
  options.create_if_missing = true;
  return options;
}

// A database with one collection and the documents 1 and 2 of two months.
void MakeDatabase(const std::string& directory) {
  const auto database = OpenDatabase(directory);
  Collection things = Must(database->CreateCollection("things", {}));
  Must(things.Insert(Timed(1, "2024-01-31T10:00:00Z")));
  Must(things.Insert(Timed(2, "2024-02-01T10:00:00Z")));
  Must(database->Close());
}

TEST(Open, MakesADatabaseThatIsThereWhenItIsOpenedAgain) {
  const ScratchDirectory scratch;
  MakeDatabase(scratch / "db");
  const auto database = OpenDatabase(scratch / "db", false);
  EXPECT_EQ(database->CollectionNames(), std::vector<std::string>{"things"});
  EXPECT_EQ(FoundIds(Must(database->GetCollection("things"))), (std::vector<std::string>{"2", "1"}));
}

TEST(Open, MakesFoldersOnTheWay) {
  const ScratchDirectory scratch;
  MakeDatabase(scratch / "a/b/db");
  EXPECT_TRUE(fs::exists(scratch / "a/b/db/KALENDS"));
}

TEST(Open, MakesNothingUnlessAskedTo) {
  const ScratchDirectory scratch;
  EXPECT_TRUE(Fails(Database::Open(scratch / "db"), ErrorCode::kNotFound, scratch / "db"));
  EXPECT_FALSE(fs::exists(scratch / "db"));
  EXPECT_TRUE(Fails(Database::Open(scratch / "db", ReadOnly()), ErrorCode::kNotFound));
}

TEST(Open, RefusesADirectoryWithOtherContent) {
  const ScratchDirectory scratch;
  std::ofstream(scratch / "letter.txt") << "dear reader";
  EXPECT_TRUE(Fails(Database::Open(scratch.path(), Creating()), ErrorCode::kInvalidArgument, "letter.txt"));
  EXPECT_TRUE(
      Fails(Database::Open(scratch / "letter.txt", Creating()), ErrorCode::kInvalidArgument, "is no directory"));
  EXPECT_FALSE(fs::exists(scratch / "rocksdb"));
}

TEST(Open, RefusesANewerFormatAndNamesBothVersions) {
  const ScratchDirectory scratch;
  MakeDatabase(scratch / "db");
  std::ofstream(scratch / "db/KALENDS") << "kalends 2\n";
  const auto opened = Database::Open(scratch / "db");
  EXPECT_TRUE(Fails(opened, ErrorCode::kUnsupported, "format 2"));
  EXPECT_TRUE(Fails(opened, ErrorCode::kUnsupported, "reads 1"));
  std::ofstream(scratch / "db/KALENDS") << "calends";
  EXPECT_TRUE(Fails(Database::Open(scratch / "db"), ErrorCode::kCorruption, "KALENDS"));
}

TEST(Open, RefusesASecondOpeningAndNamesTheHolder) {
  const ScratchDirectory scratch;
  MakeDatabase(scratch / "db");
  auto database = OpenDatabase(scratch / "db");
  EXPECT_TRUE(Fails(Database::Open(scratch / "db"), ErrorCode::kBusy, "process " + std::to_string(getpid())));
  EXPECT_EQ(RunChild("FindsTheDatabaseBusy", scratch / "db"), kChildDone);
  Must(database->Close());
  Must(Database::Open(scratch / "db"));
}
TEST(Child, DISABLED_FindsTheDatabaseBusy) {
  const auto opened = Database::Open(ChildArgument());
  if (Fails(opened, ErrorCode::kBusy, "process " + std::to_string(getppid()))) DieAsKilled();
  FAIL() << (opened.has_value() ? "it was opened" : opened.error().message());
}

TEST(Open, RefusesTooLittleMemory) {
  DatabaseOptions options;
  options.memory_bytes = 1 << 20;
  EXPECT_TRUE(Fails(Database::OpenInMemory(options), ErrorCode::kInvalidArgument, "16 MiB"));
}

TEST(Open, BeginsAnewAfterACreationThatDidNotFinish) {
  const ScratchDirectory scratch;
  MakeDatabase(scratch / "db");
  // As it is when the process is killed before the last step.
  fs::remove(scratch / "db/KALENDS");
  std::ofstream(scratch / "db/CREATING") << "A database is being made here.\n";
  EXPECT_TRUE(Fails(Database::Open(scratch / "db"), ErrorCode::kNotFound));
  const auto database = OpenDatabase(scratch / "db");
  EXPECT_TRUE(database->CollectionNames().empty());
  EXPECT_FALSE(fs::exists(scratch / "db/CREATING"));
}

TEST(Open, RemovesAMarkThatWasLeftAfterCreation) {
  const ScratchDirectory scratch;
  MakeDatabase(scratch / "db");
  std::ofstream(scratch / "db/CREATING") << "A database is being made here.\n";
  EXPECT_EQ(OpenDatabase(scratch / "db")->CollectionNames().size(), 1U);
  EXPECT_FALSE(fs::exists(scratch / "db/CREATING"));
}

TEST(ReadOnly, AnswersWithoutALockAndRefusesEveryWrite) {
  const ScratchDirectory scratch;
  MakeDatabase(scratch / "db");
  const auto database = Must(Database::Open(scratch / "db", ReadOnly()));
  const auto beside = Must(Database::Open(scratch / "db", ReadOnly()));
  Collection things = Must(database->GetCollection("things"));
  EXPECT_EQ(FoundIds(things), (std::vector<std::string>{"2", "1"}));
  EXPECT_EQ(FoundIds(Must(beside->GetCollection("things"))).size(), 2U);

  EXPECT_TRUE(Fails(things.Insert(Timed(3, "2024-01-01T00:00:00Z")), ErrorCode::kReadOnly));
  EXPECT_TRUE(Fails(things.Insert(Timed(3, "2024-05-01T00:00:00Z")), ErrorCode::kReadOnly));
  EXPECT_TRUE(Fails(things.Replace(Value::Int(1), Timed(1, "2024-01-01T00:00:00Z")), ErrorCode::kReadOnly));
  EXPECT_TRUE(Fails(things.Delete(Value::Int(1)), ErrorCode::kReadOnly));
  EXPECT_TRUE(Fails(things.DeleteMany({}), ErrorCode::kReadOnly));
  EXPECT_TRUE(Fails(database->CreateCollection("others", {}), ErrorCode::kReadOnly));
  EXPECT_TRUE(Fails(database->SetSpec("things", {}), ErrorCode::kReadOnly));
  EXPECT_TRUE(Fails(database->Drop("things", "2024-01", false), ErrorCode::kReadOnly));
  EXPECT_TRUE(Fails(database->SealAll(), ErrorCode::kReadOnly));
  EXPECT_EQ(FoundIds(things).size(), 2U);
  EXPECT_EQ(FaultsOf(*database), "");
  Must(database->Close());
}

TEST(ReadOnly, IsTheWayADirectoryThatCannotBeWrittenIsOpened) {
  const ScratchDirectory scratch;
  MakeDatabase(scratch / "db");
  ASSERT_EQ(chmod((scratch / "db").c_str(), 0555), 0);
  if (access((scratch / "db").c_str(), W_OK) == 0) {
    chmod((scratch / "db").c_str(), 0755);
    GTEST_SKIP() << "this user may write everywhere";
  }
  {
    const auto database = OpenDatabase(scratch / "db", false);
    Collection things = Must(database->GetCollection("things"));
    EXPECT_EQ(FoundIds(things).size(), 2U);
    EXPECT_TRUE(Fails(things.Delete(Value::Int(1)), ErrorCode::kReadOnly));
  }
  ASSERT_EQ(chmod((scratch / "db").c_str(), 0755), 0);
}

TEST(Close, CanBeCalledTwiceAndCancelsWhatIsAskedLater) {
  const ScratchDirectory scratch;
  const auto database = OpenDatabase(scratch / "db");
  Collection things = Must(database->CreateCollection("things", {}));
  Must(things.Insert(Timed(1, "2024-01-31T10:00:00Z")));
  Must(database->Close());
  Must(database->Close());
  const ErrorCode cancelled = ErrorCode::kCancelled;
  EXPECT_TRUE(Fails(things.Insert(Timed(2, "2024-01-31T10:00:00Z")), cancelled));
  EXPECT_TRUE(Fails(things.Replace(Value::Int(1), Timed(1, "2024-01-31T10:00:00Z")), cancelled));
  EXPECT_TRUE(Fails(things.Delete(Value::Int(1)), cancelled));
  EXPECT_TRUE(Fails(things.DeleteMany({}), cancelled));
  EXPECT_TRUE(Fails(things.Get(Value::Int(1)), cancelled));
  EXPECT_TRUE(Fails(things.Find({}), cancelled));
  EXPECT_TRUE(Fails(things.FindPage({}), cancelled));
  EXPECT_TRUE(Fails(things.Count({}), cancelled));
  EXPECT_TRUE(Fails(things.spec(), cancelled));
  EXPECT_TRUE(Fails(database->CreateCollection("others", {}), cancelled));
  EXPECT_TRUE(Fails(database->GetCollection("things"), cancelled));
  EXPECT_TRUE(Fails(database->SetSpec("things", {}), cancelled));
  EXPECT_TRUE(Fails(database->Drop("things", std::nullopt, false), cancelled));
  EXPECT_TRUE(Fails(database->Stats("things"), cancelled));
  EXPECT_TRUE(Fails(database->Verify(true, [](const Fault&) {}), cancelled));
  EXPECT_TRUE(Fails(database->Sync(), cancelled));
  EXPECT_TRUE(Fails(database->SealAll(), cancelled));
  EXPECT_TRUE(database->CollectionNames().empty());
}

TEST(Close, SealsLargeTailsAndLeavesSmallOnes) {
  const ScratchDirectory scratch;
  {
    const auto database = OpenDatabase(scratch / "db");
    Collection things = Must(database->CreateCollection("things", {}));
    std::vector<Document> documents;
    for (int id = 0; id < 5000; ++id) documents.push_back(Timed(id, "2024-01-31T10:00:00Z"));
    Must(things.InsertMany(documents));
    Must(things.Insert(Timed(5000, "2024-02-01T10:00:00Z")));
    Must(database->Close());
  }
  const auto database = OpenDatabase(scratch / "db");
  const PartitionStats january = StatsOfPartition(*database, "things", "things_2024_01");
  EXPECT_EQ(january.segments, 1U);
  EXPECT_EQ(january.tail, 0U);
  const PartitionStats february = StatsOfPartition(*database, "things", "things_2024_02");
  EXPECT_EQ(february.segments, 0U);
  EXPECT_EQ(february.tail, 1U);
}

// A program that opens, writes little and closes, again and again, must not leave a segment each time.
TEST(Close, LeavesFewSegmentsHoweverOftenADatabaseIsOpened) {
  const ScratchDirectory scratch;
  const int times = IsLongRun() ? 1000 : 60;
  for (int i = 0; i < times; ++i) {
    const auto database = OpenDatabase(scratch / "db");
    Collection things = Must(i == 0 ? database->CreateCollection("things", {}) : database->GetCollection("things"));
    Must(things.Insert(Timed(i, "2024-01-31T10:00:00Z")));
    Must(database->Close());
  }
  const auto database = OpenDatabase(scratch / "db");
  const PartitionStats stats = StatsOfPartition(*database, "things", "things_2024_01");
  EXPECT_LE(stats.segments, 32U);
  EXPECT_LE(stats.tail, 2U);
  EXPECT_EQ(stats.documents, static_cast<std::uint64_t>(times));
  Query query = OldestFirst();
  std::vector<std::string> expected;
  for (int i = 0; i < times; ++i) expected.push_back(std::to_string(i));
  EXPECT_EQ(FoundIds(Must(database->GetCollection("things")), query), expected);
  for (int i = 0; i < times; ++i) {
    EXPECT_TRUE(Must(Must(database->GetCollection("things")).Get(Value::Int(i))).has_value()) << i;
  }
  EXPECT_EQ(FaultsOf(*database), "");
}

TEST(InMemory, KeepsEverythingUntilItIsClosed) {
  const auto database = MemoryDatabase();
  Collection things = Must(database->CreateCollection("things", {}));
  Must(things.Insert(Timed(1, "2024-01-31T10:00:00Z")));
  Must(database->SealAll());
  Must(things.Insert(Timed(2, "2024-01-31T10:00:00Z")));
  Must(database->Sync());
  EXPECT_EQ(FoundIds(things), (std::vector<std::string>{"2", "1"}));
  EXPECT_EQ(FaultsOf(*database), "");
  Must(database->Close());
  EXPECT_TRUE(MemoryDatabase()->CollectionNames().empty());
}

}  // namespace
}  // namespace kalends
