#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "format/errors.h"
#include "kalends/time.h"
#include "suites/place.h"

namespace kalends::suites {
namespace {

constexpr std::array<std::int64_t, 3> kMonthsMs = {1704067200000, 1706745600000, 1709251200000};  // 2024-01 to -03.
constexpr int kStages = 3;  // The first segment, the second, the tail.

Document WithTime(const Value& document, std::int64_t time_ms) {
  DocumentBuilder builder;
  for (const Field& field : document.fields()) builder.Add(field.name, field.value);
  builder.Add(kTimeField, Value::DateMs(time_ms));
  return builder.Build();
}

// The months follow from the order of the documents; segments and tail cut across it, so that the parts of a month
// have to be merged. Both begin elsewhere in each case, so that those with few documents meet all places in turn.
class RollingPlace : public Place {
 public:
  RollingPlace(Database* database, Collection collection) : Place(database, std::move(collection)) {}
  std::string_view name() const override { return "rolling"; }

  Status Insert(std::span<const Value> values) override {
    std::array<std::vector<Document>, kStages> stages;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const std::size_t third = (i * kMonthsMs.size() + cases_ % kMonthsMs.size()) / values.size();
      month_ = std::max(month_, std::min(third, kMonthsMs.size() - 1));
      const std::int64_t time_ms = kMonthsMs[month_] + kStepMs * static_cast<std::int64_t>(++stored_);
      stages[(i + cases_ / kMonthsMs.size()) % kStages].push_back(WithTime(values[i], time_ms));
    }
    for (int stage = 0; stage < kStages; ++stage) {
      if (stages[stage].empty()) continue;
      KALENDS_TRY([[maybe_unused]] const auto ids, collection_.InsertMany(stages[stage]));
      if (stage + 1 < kStages) KALENDS_RETURN_IF_ERROR(database_->SealAll());
    }
    return {};
  }

 private:
  static constexpr std::int64_t kStepMs = 1;

  void Reset() override {
    ++cases_;
    stored_ = 0;
    month_ = 0;
  }

  std::size_t cases_ = 0;
  std::size_t stored_ = 0;  // Of this case.
  std::size_t month_ = 0;   // Of the newest document of this case.
};

}  // namespace

Result<std::unique_ptr<Place>> MakeRollingPlace(Database* database) {
  CollectionSpec spec;
  spec.time_fields = {std::string(kTimeField)};
  // A document that an update makes has no time: it comes last, in the month of the clock.
  spec.missing_time = MissingTime::kArrival;
  KALENDS_TRY(Collection collection, database->CreateCollection("rolling", spec));
  return std::unique_ptr<Place>(std::make_unique<RollingPlace>(database, std::move(collection)));
}

}  // namespace kalends::suites
