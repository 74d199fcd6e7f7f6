#pragma once

#include <rocksdb/wal_filter.h>

#include <map>
#include <string>

#include "engine/storage.h"

namespace kalends {

// Reads the commit number of each batch that RocksDB replays, and leaves out everything after the first gap: what is
// replayed is an exact prefix of the commits. Every batch that Kalends writes begins with its commit entry.
class ReplayFilter : public rocksdb::WalFilter {
 public:
  explicit ReplayFilter(LogReplay* replay) : replay_(replay) {}
  const char* Name() const override { return "kalends.replay"; }
  void ColumnFamilyLogNumberMap(const std::map<std::uint32_t, std::uint64_t>& log_numbers,
                                const std::map<std::string, std::uint32_t>& family_ids) override;
  WalProcessingOption LogRecordFound(unsigned long long log_number, const std::string& file,
                                     const rocksdb::WriteBatch& batch, rocksdb::WriteBatch* new_batch,
                                     bool* batch_changed) override;

 private:
  LogReplay* replay_;
  std::uint32_t catalog_id_ = 0;
  bool gap_ = false;
};

}  // namespace kalends
