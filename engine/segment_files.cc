#include "engine/segment_files.h"

#include <rocksdb/sst_file_writer.h>

#include <utility>

#include "engine/rocks_status.h"
#include "format/errors.h"
#include "index/time_column.h"

namespace kalends {

class SortedFile::Writer {
 public:
  Writer(const rocksdb::Options& options, const Family& family)
      : writer_(rocksdb::EnvOptions(), options, family.handle()) {}
  rocksdb::SstFileWriter& operator*() { return writer_; }

 private:
  rocksdb::SstFileWriter writer_;
};

SortedFile::SortedFile(const Family& family, std::string path, std::unique_ptr<Writer> writer)
    : family_(family), path_(std::move(path)), writer_(std::move(writer)) {}
SortedFile::~SortedFile() = default;

Result<std::unique_ptr<SortedFile>> SortedFile::Make(Storage& storage, const Family& family, bool is_compressed,
                                                     std::string path) {
  auto writer = std::make_unique<Writer>(storage.OptionsForFile(family, is_compressed), family);
  KALENDS_RETURN_IF_ROCKS_ERROR("making " + path, (**writer).Open(path));
  return std::unique_ptr<SortedFile>(new SortedFile(family, std::move(path), std::move(writer)));
}

Status SortedFile::Put(std::string_view key, std::string_view value) {
  KALENDS_RETURN_IF_ROCKS_ERROR("writing " + path_, (**writer_).Put(rocksdb::Slice(key.data(), key.size()),
                                                                    rocksdb::Slice(value.data(), value.size())));
  return {};
}

Status SortedFile::Finish() {
  rocksdb::ExternalSstFileInfo info;
  KALENDS_RETURN_IF_ROCKS_ERROR("writing " + path_, (**writer_).Finish(&info));
  bytes_ = info.file_size;
  return {};
}

SegmentFiles::SegmentFiles(Storage& storage, const Partition& partition, SegmentId segment)
    : storage_(storage), partition_(partition), segment_(segment) {}

SegmentFiles::~SegmentFiles() {
  for (const auto* file : {&columns_, &text_, &lists_, &ids_}) {
    // What was moved into RocksDB is not here any more; what is left goes at the next opening at the latest.
    if (*file != nullptr) (void)storage_.instance()->env->DeleteFile((*file)->path());
  }
}

Result<std::unique_ptr<SortedFile>> SegmentFiles::Make(const Family& family, const char* kind,
                                                       bool is_compressed) const {
  return SortedFile::Make(storage_, family, is_compressed,
                          storage_.scratch_directory() + "/" + std::to_string(partition_.generation().value) + "-" +
                              std::to_string(segment_.value) + kind + ".sst");
}

Status SegmentFiles::WriteColumns(std::span<const TimeUs> times, const BuiltBlock& block) {
  KALENDS_TRY(columns_, Make(*partition_.families().columns, ".columns", false));
  KALENDS_RETURN_IF_ERROR(columns_->Put(ColumnKey(segment_, kTimeColumn, 0), EncodeTimeColumn(times)));
  KALENDS_RETURN_IF_ERROR(columns_->Put(ColumnKey(segment_, kDirectoryColumn, 0), block.directory));
  for (std::size_t i = 0; i < block.columns.size(); ++i) {
    const auto column = static_cast<std::uint16_t>(kFirstColumn + i);
    KALENDS_RETURN_IF_ERROR(columns_->Put(ColumnKey(segment_, column, 0), block.columns[i]));
  }
  return columns_->Finish();
}

Status SegmentFiles::PutList(std::uint8_t index, std::uint64_t hash, std::string_view list) {
  if (lists_ == nullptr) {
    KALENDS_TRY(lists_, Make(*partition_.families().columns, ".lists", true));
  }
  return lists_->Put(ListKey(segment_, index, hash), list);
}

Status SegmentFiles::FinishLists() { return lists_ == nullptr ? Status() : lists_->Finish(); }

Status SegmentFiles::PutText(const std::string& key, std::string_view value) {
  if (text_ == nullptr) {
    KALENDS_TRY(text_, Make(*partition_.families().columns, ".text", true));
  }
  return text_->Put(key, value);
}

Status SegmentFiles::PutTextLengths(std::uint32_t first_row, std::string_view lengths) {
  return PutText(TextLengthsKey(segment_, first_row), lengths);
}

Status SegmentFiles::PutPostings(std::string_view term, std::string_view postings) {
  return PutText(PostingsKey(segment_, term), postings);
}

Status SegmentFiles::FinishText() { return text_ == nullptr ? Status() : text_->Finish(); }

Status SegmentFiles::WriteIds(std::vector<IdEntry> ids) {
  if (ids.empty()) return {};
  SortIdRun(&ids);
  KALENDS_TRY(ids_, Make(*partition_.families().index, ".index", false));
  for (const IdEntry& id : ids)
    KALENDS_RETURN_IF_ERROR(ids_->Put(IdRunKey(partition_.ids().run_set(), id.hash), IdRunValue(id.row)));
  return ids_->Finish();
}

Status SegmentFiles::Ingest() {
  rocksdb::IngestExternalFileOptions options;
  options.move_files = true;
  options.write_global_seqno = false;
  options.allow_blocking_flush = false;
  std::vector<rocksdb::IngestExternalFileArg> arguments;
  for (const auto* file : {&ids_, &columns_, &text_, &lists_}) {
    if (*file == nullptr) continue;
    rocksdb::ColumnFamilyHandle* family = (*file)->family().handle();
    if (arguments.empty() || arguments.back().column_family != family) {
      arguments.emplace_back();
      arguments.back().column_family = family;
      arguments.back().options = options;
    }
    arguments.back().external_files.push_back((*file)->path());
  }
  if (arguments.empty()) return {};  // A segment that was merged without any lists.
  KALENDS_RETURN_IF_ROCKS_ERROR("ingesting the files of a segment", storage_.db()->IngestExternalFiles(arguments));
  return {};
}

}  // namespace kalends
