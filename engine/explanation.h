#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "kalends/collection.h"
#include "query/find.h"

namespace kalends {

// What Collection::Explain tells.
struct Explanation {
  FindPlan plan;
  ExplainedCall call = ExplainedCall::kFind;
  bool is_by_id = false;
  std::uint64_t partitions_in_collection = 0;
  // By path of an index, partitions with segments that were built without it; of those that were read.
  std::map<std::string, std::vector<std::string>> missing_indexes;
  std::uint64_t returned = 0;  // Documents; of a count what it gave.
  FindStats stats;
  std::chrono::steady_clock::time_point start = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point planned;

  // docs/query-language.md names the fields.
  Document ToDocument() const;
};

}  // namespace kalends
