#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kalends/database.h"

// What the tests of the engine share: short ways to make documents, queries and databases, and to look at errors.
namespace kalends {

// The value of a Result that must have one. GoogleTest reports the exception as a failure of the test.
template <class T>
T Must(Result<T> result) {
  if (!result.has_value()) {
    throw std::runtime_error(std::string(ErrorCodeName(result.error().code())) + ": " + result.error().message());
  }
  return std::move(result).value();
}
inline void Must(const Status& status) {
  if (!status.ok())
    throw std::runtime_error(std::string(ErrorCodeName(status.error().code())) + ": " + status.error().message());
}

inline ::testing::AssertionResult IsError(const Error& error, ErrorCode code, std::string_view part) {
  if (error.code() != code || error.message().find(part) == std::string::npos) {
    return ::testing::AssertionFailure() << "expected " << ErrorCodeName(code) << " with '" << part << "', got "
                                         << ErrorCodeName(error.code()) << ": " << error.message();
  }
  return ::testing::AssertionSuccess() << ErrorCodeName(code) << ": " << error.message();
}

// An error of this code, whose message holds `part`.
template <class T>
::testing::AssertionResult Fails(const Result<T>& result, ErrorCode code, std::string_view part = "") {
  if (result.has_value()) return ::testing::AssertionFailure() << "no error; expected " << ErrorCodeName(code);
  return IsError(result.error(), code, part);
}
inline ::testing::AssertionResult Fails(const Status& status, ErrorCode code, std::string_view part = "") {
  if (status.ok()) return ::testing::AssertionFailure() << "no error; expected " << ErrorCodeName(code);
  return IsError(status.error(), code, part);
}

inline Document Doc(std::string_view json) { return Must(Document::FromJson(json)); }
inline OwnedValue Id(std::string_view json) { return Must(OwnedValue::FromJson(json)); }
inline TimeUs At(std::string_view time) { return Must(ParseTime(time)); }

// {"_id": id, "timestamp": time}
inline Document Timed(int id, std::string_view time) {
  DocumentBuilder builder;
  return builder.Add("_id", id).Add("timestamp", time).Build();
}

inline Query Matching(std::string_view filter) {
  Query query;
  query.filter = Doc(filter);
  return query;
}
inline Query Between(std::string_view begin, std::string_view end, Order order = Order::kNewestFirst) {
  Query query;
  query.time = {At(begin), At(end)};
  query.order = order;
  return query;
}
inline Query OldestFirst() {
  Query query;
  query.order = Order::kOldestFirst;
  return query;
}

// What a query finds.
inline std::vector<Document> All(const Collection& collection, const Query& query = {}) {
  Cursor cursor = Must(collection.Find(query));
  return Must(cursor.ToVector());
}
// The ids of documents, as JSON.
inline std::vector<std::string> IdsOf(std::span<const Document> documents, std::string_view field = "_id") {
  std::vector<std::string> ids;
  for (const Document& document : documents) ids.push_back(ToJson(document.Get(field)));
  return ids;
}
inline std::vector<std::string> FoundIds(const Collection& collection, const Query& query = {}) {
  return IdsOf(All(collection, query));
}

inline std::unique_ptr<Database> OpenDatabase(const std::string& directory, bool create = true) {
  DatabaseOptions options;
  options.create_if_missing = create;
  return Must(Database::Open(directory, options));
}
inline std::unique_ptr<Database> MemoryDatabase() { return Must(Database::OpenInMemory()); }

inline PartitionStats StatsOfPartition(const Database& database, std::string_view collection,
                                       std::string_view partition) {
  for (const PartitionStats& stats : Must(database.Stats(collection)).partitions) {
    if (stats.name == partition) return stats;
  }
  throw std::runtime_error("no partition " + std::string(partition));
}
inline std::vector<std::string> PartitionNames(const Database& database, std::string_view collection) {
  std::vector<std::string> names;
  for (const PartitionStats& stats : Must(database.Stats(collection)).partitions) names.push_back(stats.name);
  return names;
}

// The faults that a deep verification finds, one a line.
inline std::string FaultsOf(Database& database) {
  std::string faults;
  Must(database.Verify(true, [&faults](const Fault& fault) {
    faults += fault.partition + " " + fault.part + " " + fault.place + ": " + fault.problem + "\n";
  }));
  return faults;
}

// KALENDS_LONG is set: the numbers of the specification instead of those for every day.
inline bool IsLongRun() { return std::getenv("KALENDS_LONG") != nullptr; }

}  // namespace kalends
