#include <utility>
#include <vector>

#include "format/errors.h"
#include "suites/place.h"

namespace kalends::suites {
namespace {

class PlainPlace : public Place {
 public:
  PlainPlace(Database* database, Collection collection) : Place(database, std::move(collection)) {}
  std::string_view name() const override { return "plain"; }

  Status Insert(std::span<const Value> values) override {
    std::vector<Document> documents;
    documents.reserve(values.size());
    for (const Value& value : values) documents.emplace_back(value);
    KALENDS_TRY([[maybe_unused]] const auto ids, collection_.InsertMany(documents));
    return {};
  }
};

}  // namespace

Status Place::Begin() {
  Reset();
  KALENDS_TRY([[maybe_unused]] const std::uint64_t deleted, collection_.DeleteMany({}));
  KALENDS_TRY(const std::uint64_t left, collection_.Count({}));
  if (left > 0) return MakeError(ErrorCode::kCorruption, left, " documents are left after all were deleted");
  return {};
}

Result<std::unique_ptr<Place>> MakePlainPlace(Database* database) {
  CollectionSpec spec;
  spec.plain = true;
  spec.time_fields.clear();
  spec.missing_time = MissingTime::kArrival;
  KALENDS_TRY(Collection collection, database->CreateCollection("plain", spec));
  return std::unique_ptr<Place>(std::make_unique<PlainPlace>(database, std::move(collection)));
}

}  // namespace kalends::suites
