#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "query/partition_view.h"

namespace kalends {

// What a query did. One thread at a time.
struct FindStats {
  struct PartitionRead {
    std::string name;
    std::uint64_t runs = 0;         // Blocks of segments, and tails, whose times may meet the range.
    std::uint64_t runs_pruned = 0;  // Of those, whose extremes told that none of their rows can be among the first.
    // Of those, what told which rows match; several may have taken part.
    std::uint64_t runs_by_times = 0;    // Times and deletions alone.
    std::uint64_t runs_by_lists = 0;    // Inverted lists, or hashes of a tail.
    std::uint64_t runs_by_text = 0;     // Postings.
    std::uint64_t runs_by_columns = 0;  // Columns.
    std::uint64_t runs_by_rows = 0;     // The rows themselves: some or all of them.
    std::uint64_t rows_certain = 0;     // That matched without being asked.
    std::uint64_t rows_read = 0;        // Decoded.
  };

  PartitionRead& Of(const PartitionView& partition);
  // Adds what another part of the same query did.
  void Add(const FindStats& part);

  std::vector<PartitionRead> partitions;
  std::uint64_t rows_read = 0;        // Decoded.
  std::uint64_t rows_matched = 0;     // As far as they were looked for.
  std::chrono::nanoseconds select{};  // By lists, columns and times.
  std::chrono::nanoseconds read{};    // Of rows.
  std::chrono::nanoseconds match{};   // By the filter.
  std::chrono::nanoseconds sort{};    // Making, keeping and ordering of sort keys.

 private:
  PartitionRead& Named(const std::string& name);
};

}  // namespace kalends
