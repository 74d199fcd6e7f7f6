#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "query/find.h"
#include "tests/query/fake_partition.h"
#include "tests/query/naive_filter.h"
#include "tests/query/random_values.h"

namespace kalends {

// Partitions of random rows: months whose times do not meet, or a plain collection's partitions that share everything.
// Their runs may overlap or follow each other, times repeat, rows are deleted.
class RandomStore {
 public:
  static constexpr std::int64_t kMonthUs = 1000000;

  RandomStore(std::uint32_t seed) : random_(seed, &arena_) {
    const bool is_plain = random_.OneIn(3);
    const std::uint32_t count = 1 + random_.Below(4);
    for (std::uint32_t i = 0; i < count; ++i) {
      const TimeRange month{TimeUs{i * kMonthUs}, TimeUs{(i + 1) * kMonthUs}};
      AddPartition(Generation{count - i}, is_plain ? TimeRange() : month, month);
    }
    if (random_.OneIn(2)) std::reverse(partitions_.begin(), partitions_.end());
    for (const auto& partition : partitions_) without_indexes_.push_back(partition->WithoutIndexes());
  }

  RandomValues& random() { return random_; }
  const std::vector<std::shared_ptr<const FakePartition>>& fakes() const { return partitions_; }
  std::vector<std::shared_ptr<const PartitionView>> partitions() const {
    return {partitions_.begin(), partitions_.end()};
  }
  // The same partitions, of which nothing is known but the times.
  const std::vector<std::shared_ptr<const FakePartition>>& fakes_without_indexes() const { return without_indexes_; }
  std::vector<std::shared_ptr<const PartitionView>> PartitionsWithoutIndexes() const {
    return {without_indexes_.begin(), without_indexes_.end()};
  }

  TimeRange RandomRange() {
    if (random_.OneIn(3)) return {};
    const auto time = [&] { return TimeUs{static_cast<std::int64_t>(random_.Below(5 * kMonthUs))}; };
    return {.begin = time(), .end = time()};
  }

  struct Place {
    TimeUs time;
    Generation generation;
    RowId row;
    friend auto operator<=>(const Place&, const Place&) = default;
  };
  // The living rows in `range` that match, oldest first.
  std::vector<Place> Matching(const naive::Model& model, const Value& filter, const TimeRange& range) const {
    std::vector<Place> places;
    for (const auto& partition : partitions_) {
      for (std::uint64_t row = 0; row < partition->rows().size(); ++row) {
        const auto& [time, id, root] = partition->rows()[row];
        if (partition->IsDeleted(RowId{row}) || time < range.begin || time >= range.end) continue;
        if (!model.Matches(filter, {.time = time, .id = id, .root = root, .json_bytes = 0})) continue;
        places.push_back({time, partition->generation(), RowId{row}});
      }
    }
    std::sort(places.begin(), places.end());
    return places;
  }

 private:
  void AddPartition(Generation generation, TimeRange range, TimeRange times) {
    const std::uint32_t count = random_.Below(200);
    const bool in_order = random_.OneIn(2);
    const std::uint32_t step = static_cast<std::uint32_t>(kMonthUs) / (count + 1);
    std::vector<FakePartition::Row> rows;
    for (std::uint32_t i = 0; i < count; ++i) {
      const std::int64_t offset = in_order ? i * step + random_.Below(2)
                                           : (random_.OneIn(2) ? random_.Below(50) * 20000 : random_.Below(kMonthUs));
      const TimeUs time{times.begin.value + offset};
      std::vector<Field> fields = random_.Fields(1);
      if (random_.OneIn(2)) fields.push_back({"t", Value::DateMs(time.value / 1000)});
      rows.push_back({.time = time,
                      .id = random_.OneIn(4) ? Value::Int(static_cast<int>(i)) : Value(),
                      .root = random_.Object(fields)});
    }
    std::vector<std::uint32_t> run_rows(random_.Below(6));
    for (std::uint32_t& each : run_rows) each = 1 + random_.Below(80);
    std::set<std::uint64_t> deleted;
    if (count > 0 && random_.OneIn(2)) {
      for (std::uint32_t i = 0; i < random_.Below(count); ++i) deleted.insert(random_.Below(count));
    }
    std::vector<FakeIndexing> indexing(1 + random_.Below(3));
    for (FakeIndexing& each : indexing) each = static_cast<FakeIndexing>(random_.Below(3));
    partitions_.push_back(
        std::make_shared<FakePartition>(generation, range, std::move(rows), run_rows, std::move(deleted), indexing));
  }

  Arena arena_;
  RandomValues random_;
  std::vector<std::shared_ptr<const FakePartition>> partitions_;
  std::vector<std::shared_ptr<const FakePartition>> without_indexes_;
};

// A question that both the executor and the model are asked.
struct RandomQuestion {
  explicit RandomQuestion(RandomStore* store) {
    const TimeUs around{static_cast<std::int64_t>(store->random().Below(4 * RandomStore::kMonthUs))};
    value = store->random().Filter(2, around, &context.spelled_times);
    const auto parsed =
        Filter::Parse(value, {.time_fields = {"t"}, .time_unit = TimeUnit::kMilliseconds, .id_field = "id"});
    plan.filter = parsed.has_value() ? parsed.value() : nullptr;
    plan.time = store->RandomRange();
    plan.order = store->random().OneIn(2) ? Order::kNewestFirst : Order::kOldestFirst;
    if (store->random().OneIn(2)) plan.skip = store->random().Below(300);
    if (store->random().OneIn(2)) plan.limit = store->random().Below(200);
  }

  naive::Context context{.time_field = "t", .id_field = "id", .spelled_times = {}};
  Value value;
  FindPlan plan;
};

}  // namespace kalends
