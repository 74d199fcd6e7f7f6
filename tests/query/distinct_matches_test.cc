#include "query/distinct_matches.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "kalends/document.h"
#include "tests/query/fake_partition.h"
#include "tests/query/random_store.h"

namespace kalends {
namespace {

const FilterContext kContext{.time_fields = {"t"}, .time_unit = TimeUnit::kMilliseconds, .id_field = "id"};

std::string Distinct(const std::vector<std::shared_ptr<const PartitionView>>& partitions, const FindPlan& plan,
                     std::string_view path) {
  DistinctValues values(path, kContext);
  const Status status = CollectDistinct(partitions, plan, &values);
  if (!status.ok()) return status.error().message();
  const std::vector<Value> found = values.Values();
  return ToJson(Value::Array(found), JsonStyle::kCanonical);
}

// One block of these documents.
class Block {
 public:
  explicit Block(const std::vector<std::string>& documents, std::set<std::uint64_t> deleted = {}) {
    for (const std::string& document : documents) roots_.push_back(OwnedValue::FromJson(document).value());
    std::vector<FakePartition::Row> rows;
    for (const OwnedValue& root : roots_) {
      rows.push_back({.time = {static_cast<std::int64_t>(rows.size())}, .id = {}, .root = root.value()});
    }
    partition_ =
        std::make_shared<FakePartition>(Generation{1}, TimeRange(), std::move(rows), std::vector<std::uint32_t>(),
                                        std::move(deleted), std::vector{FakeIndexing::kBlocks});
  }
  std::string Distinct(const std::string& filter, std::string_view path, TimeRange time = {}) const {
    const auto parsed = Filter::Parse(OwnedValue::FromJson(filter).value().value(), kContext).value();
    return kalends::Distinct({partition_}, {.filter = parsed, .time = time}, path);
  }
  std::uint64_t rows_read() const { return partition_->rows_read; }

 private:
  std::vector<OwnedValue> roots_;
  std::shared_ptr<FakePartition> partition_;
};

TEST(CollectDistinct, TakesTheValuesOfAColumnWithoutReadingRows) {
  const Block block({R"({"k":"x"})", R"({"k":"y"})", R"({"k":"x"})", R"({"k":null})", R"({})", R"({"k":true})"}, {5});
  EXPECT_EQ(block.Distinct("{}", "k"), R"([null,"x","y"])");
  EXPECT_EQ(block.Distinct("{}", "k", {{2}, {5}}), R"([null,"x"])");
  EXPECT_EQ(block.Distinct("{}", "none"), "[]");
  EXPECT_EQ(block.rows_read(), 0U);
}

TEST(CollectDistinct, ReadsTheRowsWhoseValuesAColumnDoesNotKnow) {
  const Block block({R"({"k":"x"})", R"({"k":["z","x"]})", R"({"k":{"o":1}})", R"({"k":"y"})"});
  EXPECT_EQ(block.Distinct("{}", "k"), R"(["x","y","z",{"o":{"$numberInt":"1"}}])");
  EXPECT_EQ(block.rows_read(), 2U);
}

TEST(CollectDistinct, ReadsRowsWhereANameHoldsDotsAndForIdsAndTimes) {
  const Block dotted({R"({"a":{"b":1}})", R"({"a.b":2})", R"({"a":{"b":1}})"});
  EXPECT_EQ(dotted.Distinct("{}", "a.b"), R"([{"$numberInt":"1"},{"$numberInt":"2"}])");
  EXPECT_EQ(dotted.rows_read(), 3U);
  const Block plain({R"({"a":{"b":1},"t":5})", R"({"a":{"b":1},"t":6})"});
  EXPECT_EQ(plain.Distinct("{}", "a.b"), R"([{"$numberInt":"1"}])");
  EXPECT_EQ(plain.rows_read(), 0U);
  plain.Distinct("{}", "t");
  EXPECT_EQ(plain.rows_read(), 2U);
}

TEST(CollectDistinct, AgreesWithPartitionsThatHaveNoIndexes) {
  std::uint64_t rows_read = 0;
  std::uint64_t rows_read_without = 0;
  for (std::uint32_t seed = 0; seed < 1000; ++seed) {
    RandomStore store(seed);
    for (int i = 0; i < 5; ++i) {
      const RandomQuestion question(&store);
      const std::string_view path = store.random().Path();
      ASSERT_EQ(Distinct(store.partitions(), question.plan, path),
                Distinct(store.PartitionsWithoutIndexes(), question.plan, path))
          << "seed " << seed << ": " << path << " of " << ToJson(question.value);
    }
    for (const auto& partition : store.fakes()) rows_read += partition->rows_read;
    for (const auto& partition : store.fakes_without_indexes()) rows_read_without += partition->rows_read;
  }
  EXPECT_LT(rows_read, rows_read_without * 9 / 10);
}

}  // namespace
}  // namespace kalends
