#include "engine/segment_files.h"

#include <rocksdb/sst_file_writer.h>

#include <utility>

#include "engine/rocks_status.h"
#include "format/errors.h"
#include "index/time_column.h"

namespace kalends {
namespace {

// A sorted file of a family, from keys that come in order.
class FileBuilder {
 public:
  FileBuilder(Storage& storage, const Family& family, std::string path)
      : writer_(rocksdb::EnvOptions(), storage.OptionsForFile(family), family.handle()), path_(std::move(path)) {}
  Status Open() {
    KALENDS_RETURN_IF_ROCKS_ERROR("making " + path_, writer_.Open(path_));
    return {};
  }
  Status Put(const std::string& key, const std::string& value) {
    KALENDS_RETURN_IF_ROCKS_ERROR("writing " + path_, writer_.Put(key, value));
    return {};
  }
  Status Finish() {
    KALENDS_RETURN_IF_ROCKS_ERROR("writing " + path_, writer_.Finish());
    return {};
  }

 private:
  rocksdb::SstFileWriter writer_;
  std::string path_;
};

}  // namespace

SegmentFiles::SegmentFiles(Storage& storage, const Partition& partition, SegmentId segment)
    : storage_(storage), partition_(partition), segment_(segment) {}

SegmentFiles::~SegmentFiles() {
  for (const std::string& path : {columns_path_, index_path_}) {
    // What was moved into RocksDB is not here any more; what is left goes at the next opening at the latest.
    if (!path.empty()) (void)storage_.instance()->env->DeleteFile(path);
  }
}

std::string SegmentFiles::PathOf(const char* kind) const {
  return storage_.scratch_directory() + "/" + std::to_string(partition_.generation().value) + "-" +
         std::to_string(segment_.value) + kind + ".sst";
}

Status SegmentFiles::WriteTimes(std::span<const TimeUs> times, SegmentEntry* entry) {
  columns_path_ = PathOf(".columns");
  FileBuilder file(storage_, *partition_.families().columns, columns_path_);
  KALENDS_RETURN_IF_ERROR(file.Open());
  for (std::size_t begin = 0; begin < times.size(); begin += kColumnBlockRows) {
    const std::span<const TimeUs> block =
        times.subspan(begin, std::min<std::size_t>(kColumnBlockRows, times.size() - begin));
    const std::string column = EncodeTimeColumn(block);
    const auto [min, max] = std::minmax_element(block.begin(), block.end());
    entry->block_min.push_back(*min);
    entry->block_max.push_back(*max);
    KALENDS_RETURN_IF_ERROR(
        file.Put(ColumnKey(segment_, kTimeColumn, static_cast<std::uint16_t>(begin / kColumnBlockRows)), column));
  }
  return file.Finish();
}

Status SegmentFiles::WriteIds(std::vector<IdEntry> ids) {
  if (ids.empty()) return {};
  SortIdRun(&ids);
  index_path_ = PathOf(".index");
  FileBuilder file(storage_, *partition_.families().index, index_path_);
  KALENDS_RETURN_IF_ERROR(file.Open());
  for (const IdEntry& id : ids)
    KALENDS_RETURN_IF_ERROR(file.Put(IdRunKey(partition_.run_set(), id.hash), IdRunValue(id.row)));
  return file.Finish();
}

Status SegmentFiles::Ingest() {
  rocksdb::IngestExternalFileOptions options;
  options.move_files = true;
  options.write_global_seqno = false;
  options.allow_blocking_flush = false;
  std::vector<rocksdb::IngestExternalFileArg> arguments;
  const auto add = [&](const Family& family, const std::string& path) {
    if (path.empty()) return;
    rocksdb::IngestExternalFileArg& argument = arguments.emplace_back();
    argument.column_family = family.handle();
    argument.external_files = {path};
    argument.options = options;
  };
  add(*partition_.families().index, index_path_);
  add(*partition_.families().columns, columns_path_);
  KALENDS_RETURN_IF_ROCKS_ERROR("ingesting the files of a segment", storage_.db()->IngestExternalFiles(arguments));
  return {};
}

}  // namespace kalends
