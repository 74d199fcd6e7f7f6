#pragma once

#include <cstdint>
#include <optional>

#include "kalends/document.h"
#include "kalends/options.h"
#include "kalends/time.h"

namespace kalends {

enum class Order : std::uint8_t { kNewestFirst, kOldestFirst };

// What to find. Documents of equal time follow in the order of their commit (reversed for kNewestFirst).
struct Query {
  Document filter;  // MongoDB's query language (docs/query-language.md); {} is every document.
  TimeRange time;   // Beside the filter: begin inclusive, end exclusive.
  Order order = Order::kNewestFirst;
  std::uint64_t skip = 0;
  std::optional<std::uint64_t> limit;  // All unless given.
  CallOptions call;
};

}  // namespace kalends
