#include "query/find_stats.h"

#include <algorithm>

namespace kalends {

FindStats::PartitionRead& FindStats::Of(const PartitionView& partition) { return Named(partition.name()); }

// The last one most often.
FindStats::PartitionRead& FindStats::Named(const std::string& name) {
  const auto found = std::find_if(partitions.rbegin(), partitions.rend(),
                                  [&](const PartitionRead& partition) { return partition.name == name; });
  if (found != partitions.rend()) return *found;
  return partitions.emplace_back(PartitionRead{.name = name});
}

void FindStats::Add(const FindStats& part) {
  for (const PartitionRead& from : part.partitions) {
    PartitionRead& to = Named(from.name);
    to.runs += from.runs;
    to.runs_pruned += from.runs_pruned;
    to.runs_by_times += from.runs_by_times;
    to.runs_by_lists += from.runs_by_lists;
    to.runs_by_text += from.runs_by_text;
    to.runs_by_columns += from.runs_by_columns;
    to.runs_by_rows += from.runs_by_rows;
    to.rows_certain += from.rows_certain;
    to.rows_read += from.rows_read;
  }
  rows_read += part.rows_read;
  rows_matched += part.rows_matched;
  select += part.select;
  read += part.read;
  match += part.match;
  sort += part.sort;
}

}  // namespace kalends
