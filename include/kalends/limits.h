#pragma once

#include <cstddef>
#include <cstdint>

// The limits of Kalends, in one place. A value past one of them is refused with an error that names the limit.
namespace kalends {

inline constexpr std::size_t kDocumentBytesMax = 16U << 20U;  // The JSON text of a document, and its stored form.
inline constexpr int kNestingDepthMax = 100;                  // Objects and arrays inside each other; the root is 1.
inline constexpr std::size_t kCollectionNameBytesMax = 64;
inline constexpr std::size_t kIdBytesMax = 1024;        // An id in its order-preserving encoding.
inline constexpr std::uint32_t kPartitionsMax = 1200;   // Months of one collection.
inline constexpr int kFirstYear = 1900;                 // The earliest month is 1900-01.
inline constexpr int kMonthsAheadMax = 24;              // The latest month, counted from the clock's.
inline constexpr std::uint32_t kCollectionsMax = 1000;  // Collections of one database.
inline constexpr std::uint32_t kIndexesMax = 64;        // Declared indexes of one collection.

}  // namespace kalends
