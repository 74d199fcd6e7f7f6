#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "kalends/document.h"
#include "kalends/options.h"
#include "kalends/time.h"

namespace kalends {

enum class Order : std::uint8_t { kNewestFirst, kOldestFirst };

// What to find. Documents that are equal in the order asked for follow by time, then by the order of their commits, in
// the direction of the first key (of `order` where there is no sort).
struct Query {
  Document filter;      // MongoDB's query language (docs/query-language.md); {} is every document.
  Document projection;  // MongoDB's; {} is the whole document. What Find and FindPage show: other calls need none.
  Document sort;        // MongoDB's, such as {"cost": -1}; {} is by time, as `order` says.
  TimeRange time;       // Beside the filter: begin inclusive, end exclusive.
  Order order = Order::kNewestFirst;
  std::uint64_t skip = 0;
  std::optional<std::uint64_t> limit;  // All unless given.
  // Page::next of the page before: only what follows it. Of the same collection, filter, sort and order (the time range
  // may be another), and without skip, else kInvalidArgument. Empty: from the beginning.
  std::string after;
  // A sort that is not by time holds its keys in memory, and fails with kLimitExceeded when they take more.
  std::size_t sort_bytes_max = std::size_t{256} << 20U;
  CallOptions call;
};

}  // namespace kalends
