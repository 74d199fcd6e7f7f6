#include "engine/log_replay.h"

#include <rocksdb/write_batch.h>

#include <algorithm>

#include "engine/catalog_codec.h"
#include "format/varint.h"

namespace kalends {
namespace {

// Stops after the first record: the commit entry.
class FirstRecord : public rocksdb::WriteBatch::Handler {
 public:
  rocksdb::Status PutCF(std::uint32_t family, const rocksdb::Slice& key, const rocksdb::Slice& value) override {
    seen = true;
    family_id = family;
    commit_key = key.ToString();
    entry = value.ToString();
    return rocksdb::Status::OK();
  }
  rocksdb::Status DeleteCF(std::uint32_t /*family*/, const rocksdb::Slice& /*key*/) override {
    seen = true;
    return rocksdb::Status::OK();
  }
  bool Continue() override { return !seen; }

  bool seen = false;
  std::uint32_t family_id = 0;
  std::string commit_key;
  std::string entry;
};

}  // namespace

void ReplayFilter::ColumnFamilyLogNumberMap(const std::map<std::uint32_t, std::uint64_t>& /*log_numbers*/,
                                            const std::map<std::string, std::uint32_t>& family_ids) {
  const auto catalog = family_ids.find("catalog");
  if (catalog != family_ids.end()) catalog_id_ = catalog->second;
}

rocksdb::WalFilter::WalProcessingOption ReplayFilter::LogRecordFound(unsigned long long /*log_number*/,
                                                                     const std::string& /*file*/,
                                                                     const rocksdb::WriteBatch& batch,
                                                                     rocksdb::WriteBatch* /*new_batch*/,
                                                                     bool* /*batch_changed*/) {
  FirstRecord first;
  if (!batch.Iterate(&first).ok()) return WalProcessingOption::kCorruptedRecord;
  const bool is_commit = first.family_id == catalog_id_ && first.commit_key.size() == 9 && first.commit_key[0] == 'c';
  // RocksDB itself logs empty batches at some switches of logs.
  if (!is_commit) return first.seen ? WalProcessingOption::kCorruptedRecord : WalProcessingOption::kContinueProcessing;
  const CommitNumber commit{ReadBigEndian<std::uint64_t>(first.commit_key, 1)};
  const Result<CommitEntry> entry = DecodeCommit(first.entry);
  if (!entry.has_value()) return WalProcessingOption::kCorruptedRecord;
  if (replay_->last.value != 0 && commit.value != replay_->last.value + 1) gap_ = true;
  if (gap_) {
    ++replay_->left_out;
    if ((entry->flags & kCommitSynced) != 0 && !replay_->synced_behind_gap) replay_->synced_behind_gap = commit;
    return WalProcessingOption::kIgnoreCurrentRecord;
  }
  if (replay_->first.value == 0) replay_->first = commit;
  replay_->last = commit;
  for (const CommitPart& part : entry->parts) {
    std::uint64_t& end = replay_->row_ends[part.generation.value];
    end = std::max(end, part.first_row.value + part.rows);
  }
  return WalProcessingOption::kContinueProcessing;
}

}  // namespace kalends
