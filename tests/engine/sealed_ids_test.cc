// The ids of sealed rows: filters that grow, that are stored in parts, and for which there is no room.
#include <algorithm>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "engine/filter_budget.h"
#include "engine/sealed_ids.h"
#include "format/errors.h"
#include "format/key_encoding.h"
#include "tests/engine/segment_test_support.h"

namespace kalends {
namespace {

Document Small(int id) { return DocumentBuilder().Add("_id", id).Add("timestamp", "2024-03-01T00:00:00Z").Build(); }

void Insert(Collection& things, int begin, int end) {
  std::vector<Document> documents;
  for (int id = begin; id < end; ++id) documents.push_back(Small(id));
  Must(things.InsertMany(documents));
}

bool IsDuplicate(Collection& things, int id) {
  const auto inserted = things.Insert(Small(id));
  return !inserted.has_value() && inserted.error().code() == ErrorCode::kAlreadyExists;
}

TEST(FilterBudget, IsHalfOfTheCacheWhichHoldsAsMuchLess) {
  const auto cache = rocksdb::NewLRUCache(1U << 20U);
  const auto budget = std::make_shared<FilterBudget>(cache, 1U << 20U);
  EXPECT_EQ(budget->Room(), 1U << 19U);
  auto filter = budget->Hold(std::make_unique<IdFilter>(100'000));
  const std::uint64_t bytes = IdFilter::BytesFor(100'000);
  EXPECT_EQ(budget->Room(), (1U << 19U) - bytes);
  EXPECT_EQ(budget->Room(bytes), 1U << 19U);
  EXPECT_EQ(cache->GetCapacity(), (1U << 20U) - bytes);
  auto large = budget->Hold(std::make_unique<IdFilter>(1'000'000));
  EXPECT_EQ(budget->Room(), 0U);
  EXPECT_EQ(cache->GetCapacity(), 1U << 19U);
  large.reset();
  filter.reset();
  EXPECT_EQ(budget->Room(), 1U << 19U);
  EXPECT_EQ(cache->GetCapacity(), 1U << 20U);
}

TEST(SealedIds, AreUniqueWithoutRoomForAFilter) {
  DatabaseOptions options;
  options.cache_bytes = 1024;
  const auto database = Must(Database::OpenInMemory(options));
  Collection things = Must(database->CreateCollection("things", {}));
  Insert(things, 0, 3000);
  Must(database->SealAll());
  EXPECT_TRUE(IsDuplicate(things, 0));
  EXPECT_TRUE(IsDuplicate(things, 2999));
  EXPECT_FALSE(IsDuplicate(things, 3000));
  EXPECT_TRUE(Must(things.Get(Value::Int(1234))).has_value());
}

// Where a damaged log was cut, the run of what was lost stays, and the number of its row may be given again.
class StaleRun : public ::testing::Test {
 protected:
  StaleRun() : things_(database_.Create("things", IndexedSpec({}))) {
    Insert(things_, 0, 100);
    Must(database_.impl().SealAll());
  }

  void Name(int id, std::uint64_t row) {
    const PartitionRef month = database_.Partition("things_2024_03");
    const IdHash hash = HashId(Value::Int(id), database_.impl().seed());
    database_.Write(*month.partition->families().index, IdRunKey(month.partition->ids().run_set(), hash),
                    IdRunValue({row}));
    Must(month.partition->ids().Filter())->Add(hash);
  }

  const ScratchDirectory directory_;
  SegmentedDatabase database_{directory_.path()};
  Collection things_;
};

TEST_F(StaleRun, IsNotTakenForTheDocumentThatHasTheRowNow) {
  Name(5000, 7);
  EXPECT_FALSE(Must(things_.Get(Value::Int(5000))).has_value());
  EXPECT_FALSE(Must(things_.Delete(Value::Int(5000))));
  Query query;
  query.filter = DocumentBuilder().Add("_id", 5000).Build();
  EXPECT_EQ(Must(things_.Count(query)), 0U);
  EXPECT_TRUE(Must(Must(things_.Find(query)).ToVector()).empty());
  EXPECT_FALSE(IsDuplicate(things_, 5000));
  EXPECT_TRUE(Must(things_.Get(Value::Int(5000))).has_value());
  EXPECT_TRUE(Must(things_.Get(Value::Int(7))).has_value());
}

TEST_F(StaleRun, MayNameARowThatWasNotGivenAgain) {
  Name(5000, 100);
  Name(5001, 1'000'000);
  for (const int id : {5000, 5001}) {
    EXPECT_FALSE(Must(things_.Get(Value::Int(id))).has_value());
    EXPECT_FALSE(Must(things_.Delete(Value::Int(id))));
  }
  EXPECT_FALSE(IsDuplicate(things_, 5000));
  EXPECT_TRUE(Must(things_.Delete(Value::Int(5000))));
}

// Runs of so many ids that the filter is stored in several commits and grows by doubling.
class GrownFilter : public ::testing::Test {
 protected:
  GrownFilter() {
    things_ = std::make_unique<Collection>(database_.Create("things", IndexedSpec({})));
    Insert(*things_, 0, 1);
    Must(database_.impl().SealAll());
  }

  SealedIds& ids() { return Partition().ids(); }
  kalends::Partition& Partition() { return *database_.Partition("things_2024_03").partition; }

  // Into the runs alone, as sealing does before the filter is told.
  std::vector<IdHash> Ingest(std::size_t count) {
    std::vector<IdHash> hashes(count);
    for (IdHash& hash : hashes) hash = {random_(), random_()};
    rocksdb::WriteBatch batch;
    rocksdb::ColumnFamilyHandle* index = Partition().families().index->handle();
    for (const IdHash& hash : hashes) batch.Put(index, IdRunKey(ids().run_set(), hash), IdRunValue({next_row_++}));
    rocksdb::WriteOptions options;
    options.disableWAL = true;
    EXPECT_TRUE(database_.impl().storage().db()->Write(options, &batch).ok());
    all_.insert(all_.end(), hashes.begin(), hashes.end());
    return hashes;
  }

  void Write(const StateUpdates& updates) {
    for (const auto& [key, value] : updates) {
      bytes_at_once_ = std::max(bytes_at_once_, value.size());
      database_.Write(*Partition().families().state, key, value);
    }
  }

  void Add(std::size_t count) {
    const std::vector<IdHash> hashes = Ingest(count);
    StateUpdates updates;
    const auto write = [this](const StateUpdates& part) -> Status {
      EXPECT_LE(part.size(), 16U);
      ++parts_;
      if (parts_ > parts_max_) return MakeError(ErrorCode::kIoError, "no more");
      Write(part);
      return {};
    };
    if (ids().Add(hashes, {next_row_}, write, &updates).ok()) Write(updates);
  }

  double FalsePositives(const IdFilter& filter) {
    std::mt19937_64 others(7);
    std::size_t found = 0;
    for (int i = 0; i < 100'000; ++i) found += filter.MayContain({others(), others()}) ? 1 : 0;
    return static_cast<double>(found) / 100'000;
  }

  void ExpectAll(const IdFilter& filter) {
    for (const IdHash& hash : all_) ASSERT_TRUE(filter.MayContain(hash));
  }

  const ScratchDirectory directory_;
  SegmentedDatabase database_{directory_.path()};
  std::unique_ptr<Collection> things_;
  std::mt19937_64 random_{5};
  std::vector<IdHash> all_;
  std::uint64_t next_row_ = 1;
  std::size_t bytes_at_once_ = 0;
  int parts_ = 0;
  int parts_max_ = 1'000'000;
};

TEST_F(GrownFilter, DoublesAndIsRefilledWhileIdsAreAdded) {
  Add(600'000);
  const std::uint64_t capacity = Must(ids().Filter())->capacity();
  while (Must(ids().Filter())->capacity() == capacity) Add(65'536);
  const auto doubled = Must(ids().Filter());
  EXPECT_EQ(doubled->capacity(), 2 * capacity);
  ExpectAll(*doubled);
  const double before = FalsePositives(*doubled);
  EXPECT_LE(before, 0.02);
  for (int i = 0; i < 8; ++i) Add(65'536);
  EXPECT_EQ(Must(ids().Filter())->capacity(), 2 * capacity);
  ExpectAll(*doubled);
  EXPECT_LE(FalsePositives(*doubled), before / 2);  // Though there are more.
  EXPECT_GT(parts_, 3);
  EXPECT_LE(bytes_at_once_, 65'536U);
}

TEST_F(GrownFilter, ComesBackWholeWhereverStoringItStopped) {
  Add(500'000);
  for (parts_max_ = 0; parts_max_ < 4; ++parts_max_) {
    parts_ = 0;
    Add(300'000);  // Of another capacity than the stored one, or the same.
    SealedIds again(database_.impl().storage().instance(), "things", Partition().families());
    again.Start({next_row_});
    const auto filter = Must(again.Filter());
    ExpectAll(*filter);
  }
}

TEST_F(GrownFilter, IsStoredWhenTheDatabaseCloses) {
  Insert(*things_, 1, 20'000);
  Must(database_.impl().SealAll());
  things_.reset();
  database_.Reopen();
  Collection things = database_.Get("things");
  EXPECT_NEAR(static_cast<double>(Must(ids().Filter())->size()), 20'000, 1);  // The first is counted twice.
  EXPECT_TRUE(IsDuplicate(things, 19'999));
  EXPECT_FALSE(IsDuplicate(things, 20'000));
}

}  // namespace
}  // namespace kalends
