// Where an id is: entries of a month's index family, sorted by hash. The value is not proof: the id is compared on the
// row.
//
//   key    bytes  field
//     0        1  'I'      the key space of ids
//     1        4  run_set  big-endian; the manifest names the one in use, a rebuild writes the next
//     5        8  high     of the hash, big-endian, so that keys sort as hashes
//    13        8  low      big-endian
//
//   value: the row, a varint, and nothing behind it.
//
// Run set 2, hash 0x0102030405060708 / 0x1112131415161718, row 300:
//
//   49 00000002 0102030405060708 1112131415161718 -> ac02
#include "index/id_run.h"

#include <algorithm>

#include "format/errors.h"
#include "format/varint.h"

namespace kalends {
namespace {

constexpr char kKeySpace = 'I';
constexpr std::size_t kKeyBytes = 21;

}  // namespace

std::string IdRunKey(std::uint32_t run_set, const IdHash& hash) {
  std::string key;
  key.reserve(kKeyBytes);
  key.push_back(kKeySpace);
  AppendBigEndian(run_set, &key);
  AppendBigEndian(hash.high, &key);
  AppendBigEndian(hash.low, &key);
  return key;
}

std::string IdRunValue(RowId row) {
  std::string value;
  AppendVarint(row.value, &value);
  return value;
}

Result<RowId> DecodeIdRunValue(std::string_view value) {
  std::string_view rest = value;
  const auto row = TakeVarint(&rest);
  if (!row || !rest.empty()) return Corruption("id run: a value of ", value.size(), " bytes is no row number");
  return RowId{*row};
}

Result<IdHash> DecodeIdRunKey(std::string_view key, std::uint32_t* run_set) {
  if (key.size() != kKeyBytes || key[0] != kKeySpace) {
    return Corruption("id run: a key of ", key.size(), " bytes is none of an id, which has ", kKeyBytes,
                      " and begins with I");
  }
  *run_set = ReadBigEndian<std::uint32_t>(key, 1);
  return IdHash{ReadBigEndian<std::uint64_t>(key, 5), ReadBigEndian<std::uint64_t>(key, 13)};
}

void SortIdRun(std::vector<IdEntry>* entries) {
  std::sort(entries->begin(), entries->end(), [](const IdEntry& a, const IdEntry& b) {
    if (a.hash.high != b.hash.high) return a.hash.high < b.hash.high;
    if (a.hash.low != b.hash.low) return a.hash.low < b.hash.low;
    return a.row > b.row;  // The newest first, which `unique` keeps.
  });
  const auto same = [](const IdEntry& a, const IdEntry& b) { return a.hash == b.hash; };
  entries->erase(std::unique(entries->begin(), entries->end(), same), entries->end());
}

}  // namespace kalends
