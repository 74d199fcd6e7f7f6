#include "engine/commit_floor.h"

#include <rocksdb/db.h>

#include <algorithm>

#include "engine/catalog_codec.h"
#include "engine/database_impl.h"
#include "engine/rocks_status.h"
#include "format/errors.h"
#include "format/varint.h"

namespace kalends {
namespace {

constexpr std::int64_t kAgeMaxUs = std::int64_t{7} * 24 * 3600 * 1'000'000;
constexpr std::uint64_t kBytesMax = std::uint64_t{256} << 20U;

// The first commit of `begin` to `end` that is not older than `time`; commits follow each other in time.
Result<std::uint64_t> FirstSince(DatabaseImpl& database, std::uint64_t begin, std::uint64_t end, TimeUs time) {
  while (begin < end) {
    const std::uint64_t middle = begin + (end - begin) / 2;
    rocksdb::PinnableSlice value;
    KALENDS_RETURN_IF_ROCKS_ERROR("catalog: commit " + std::to_string(middle),
                                  database.storage().db()->Get(rocksdb::ReadOptions(), database.storage().catalog(),
                                                               CommitKey({middle}), &value));
    KALENDS_TRY(const CommitEntry entry, DecodeCommit({value.data(), value.size()}));
    if (entry.time < time) {
      begin = middle + 1;
    } else {
      end = middle;
    }
  }
  return begin;
}

}  // namespace

Status RaiseCommitFloor(DatabaseImpl& database) {
  const std::uint64_t old_floor = std::max<std::uint64_t>(1, database.commit_floor().value);
  const std::uint64_t last = database.CurrentView()->commit.value;
  KALENDS_TRY(std::uint64_t floor, FirstSince(database, old_floor, last, {Now().value - kAgeMaxUs}));
  std::uint64_t bytes = 0;
  database.storage().db()->GetIntProperty(database.storage().catalog(), rocksdb::DB::Properties::kLiveSstFilesSize,
                                          &bytes);
  if (bytes > kBytesMax) {
    const double share = static_cast<double>(kBytesMax) / static_cast<double>(bytes);
    floor = std::max(floor, last - static_cast<std::uint64_t>(share * static_cast<double>(last - old_floor)));
  }
  if (floor <= old_floor) return {};
  std::string value;
  AppendBigEndian(floor, &value);
  KALENDS_RETURN_IF_ERROR(database.CommitStructure(
      {[&](rocksdb::WriteBatch& batch) { batch.Put(database.storage().catalog(), CommitFloorKey(), value); }, nullptr,
       true}));
  database.SetCommitFloor({floor});
  return {};
}

}  // namespace kalends
