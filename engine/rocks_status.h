#pragma once

#include <rocksdb/slice.h>
#include <rocksdb/status.h>

#include <string_view>

#include "kalends/status.h"

namespace kalends {

inline std::string_view ViewOf(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

// RocksDB's status as ours, with `where` before its message and what to do behind it. Only for statuses that are not
// OK.
Error FromRocks(std::string_view where, const rocksdb::Status& status);

}  // namespace kalends

// Returns the error of a rocksdb::Status, if there is one.
#define KALENDS_RETURN_IF_ROCKS_ERROR(where, expression)                          \
  do {                                                                            \
    if (const rocksdb::Status& rocks_status = (expression); !rocks_status.ok()) { \
      return ::kalends::FromRocks(where, rocks_status);                           \
    }                                                                             \
  } while (false)
