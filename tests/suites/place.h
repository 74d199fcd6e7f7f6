#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "kalends/database.h"

namespace kalends::suites {

// The field that gives the documents of a rolling collection their time. No case has one of this name.
inline constexpr std::string_view kTimeField = "__suite_time";

// A collection in which cases are run one after the other.
class Place {
 public:
  virtual ~Place() = default;

  // Makes room for the next case: the collection is empty afterwards.
  Status Begin();
  // Stores documents so that their order in time is that of `documents`, after all that were stored before.
  virtual Status Insert(std::span<const Value> documents) = 0;

  Collection& collection() { return collection_; }
  virtual std::string_view name() const = 0;

 protected:
  Place(Database* database, Collection collection) : database_(database), collection_(std::move(collection)) {}
  virtual void Reset() {}

  Database* database_;
  Collection collection_;
};

// Documents have no time but that of arrival.
Result<std::unique_ptr<Place>> MakePlainPlace(Database* database);

// Documents are given a time each, in one of three months, and lie in two segments and the tail of each month.
Result<std::unique_ptr<Place>> MakeRollingPlace(Database* database);

}  // namespace kalends::suites
