// Includes every public header, and does what the README shows.
#include <kalends/collection.h>
#include <kalends/cursor.h>
#include <kalends/database.h>
#include <kalends/document.h>
#include <kalends/import.h>
#include <kalends/limits.h>
#include <kalends/options.h>
#include <kalends/query.h>
#include <kalends/search.h>
#include <kalends/spec.h>
#include <kalends/status.h>
#include <kalends/time.h>
#include <kalends/value.h>

#include <iostream>

namespace {

kalends::Status Run() {
  auto database = kalends::Database::OpenInMemory();
  if (!database) return database.error();
  auto collection = (*database)->CreateCollection("events", kalends::CollectionSpec{});
  if (!collection) return collection.error();
  auto document = kalends::Document::FromJson(R"({"timestamp": "2025-01-31T15:00:00Z", "event": "started"})");
  if (!document) return document.error();
  auto id = collection->Insert(*document);
  if (!id) return id.error();
  auto count = collection->Count({});
  if (!count) return count.error();
  if (*count != 1) return kalends::Error(kalends::ErrorCode::kCorruption, "expected one document");
  return (*database)->Close();
}

}  // namespace

int main() {
  const kalends::Status status = Run();
  if (!status.ok()) {
    std::cerr << status.error().message() << "\n";
    return 1;
  }
  std::cout << "kalends " << kalends::Version() << " works\n";
  return 0;
}
