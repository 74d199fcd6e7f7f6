#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/partition.h"
#include "engine/storage.h"
#include "index/id_run.h"

namespace kalends {

// Builds the sorted files of a segment in the scratch folder and ingests them, one file a key space, all in one call.
class SegmentFiles {
 public:
  SegmentFiles(Storage& storage, const Partition& partition, SegmentId segment);
  ~SegmentFiles();  // Removes files that were not ingested.
  SegmentFiles(const SegmentFiles&) = delete;
  SegmentFiles& operator=(const SegmentFiles&) = delete;

  // The blocks of the time column; fills the minima and maxima of `entry`.
  Status WriteTimes(std::span<const TimeUs> times, SegmentEntry* entry);
  Status WriteIds(std::vector<IdEntry> ids);
  Status Ingest();

 private:
  std::string PathOf(const char* kind) const;

  Storage& storage_;
  const Partition& partition_;
  const SegmentId segment_;
  std::string columns_path_;
  std::string index_path_;
};

}  // namespace kalends
