#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/partition.h"
#include "engine/storage.h"
#include "index/block_builder.h"
#include "index/id_run.h"

namespace kalends {

// A sorted file of a family, made of keys that come in order, in the scratch folder.
class SortedFile {
 public:
  static Result<std::unique_ptr<SortedFile>> Make(Storage& storage, const Family& family, bool is_compressed,
                                                  std::string path);
  ~SortedFile();
  SortedFile(const SortedFile&) = delete;
  SortedFile& operator=(const SortedFile&) = delete;
  Status Put(std::string_view key, std::string_view value);
  Status Finish();                                // Once, after at least one Put.
  std::uint64_t bytes() const { return bytes_; }  // After Finish.
  const Family& family() const { return family_; }
  const std::string& path() const { return path_; }

 private:
  class Writer;
  SortedFile(const Family& family, std::string path, std::unique_ptr<Writer> writer);

  const Family& family_;
  const std::string path_;
  const std::unique_ptr<Writer> writer_;
  std::uint64_t bytes_ = 0;
};

// Builds the sorted files of a segment and ingests them, one file a key space, all in one call.
class SegmentFiles {
 public:
  SegmentFiles(Storage& storage, const Partition& partition, SegmentId segment);
  ~SegmentFiles();  // Removes files that were not ingested.
  SegmentFiles(const SegmentFiles&) = delete;
  SegmentFiles& operator=(const SegmentFiles&) = delete;

  // The columns of the segment's own block 0.
  Status WriteColumns(std::span<const TimeUs> times, const BuiltBlock& block);
  // Lists by index and hash, ascending; then FinishLists.
  Status PutList(std::uint8_t index, std::uint64_t hash, std::string_view list);
  Status FinishLists();
  // First the lengths of blocks, ascending, then postings by term, ascending; then FinishText.
  Status PutTextLengths(std::uint32_t first_row, std::string_view lengths);
  Status PutPostings(std::string_view term, std::string_view postings);
  Status FinishText();
  Status WriteIds(std::vector<IdEntry> ids);
  Status Ingest();
  std::uint64_t column_bytes() const { return columns_ == nullptr ? 0 : columns_->bytes(); }
  std::uint64_t list_bytes() const { return lists_ == nullptr ? 0 : lists_->bytes(); }
  std::uint64_t text_bytes() const { return text_ == nullptr ? 0 : text_->bytes(); }

 private:
  Result<std::unique_ptr<SortedFile>> Make(const Family& family, const char* kind, bool is_compressed) const;
  Status PutText(const std::string& key, std::string_view value);

  Storage& storage_;
  const Partition& partition_;
  const SegmentId segment_;
  std::unique_ptr<SortedFile> columns_;
  std::unique_ptr<SortedFile> text_;
  std::unique_ptr<SortedFile> lists_;
  std::unique_ptr<SortedFile> ids_;
};

}  // namespace kalends
