#pragma once

#include <cstdint>
#include <memory>

#include "engine/view.h"
#include "format/compression.h"

namespace kalends {

class DatabaseImpl;
struct WriteTarget;

// The zstd dictionary for a new row of `partition`, after what `before` holds already of the same request; null: none
// yet.
//
// A month has none for its first 256 rows (a dictionary takes 16 KiB), then that of the newest older month, else of the
// import. The first month trains one of 16 KiB in the background at 4,096 rows, and once one of 64 KiB when the
// collection holds 100,000.
std::shared_ptr<const ZstdDictionary> DictionaryForRow(DatabaseImpl& database, const View& view,
                                                       const CollectionView& collection, const WriteTarget& before);

inline constexpr std::size_t kSmallDictionaryBytes = std::size_t{16} << 10U;
inline constexpr std::size_t kLargeDictionaryBytes = std::size_t{64} << 10U;
inline constexpr std::size_t kTrainingRows = 4096;

}  // namespace kalends
