#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "kalends/limits.h"
#include "kalends/spec.h"
#include "kalends/status.h"

// The bytes around a stored record: what it is compressed with, how large it was, and the checksum. The layout is at
// the head of the .cc.
namespace kalends {

// A document may take this much uncompressed: one long text at the limit still fits.
inline constexpr std::size_t kRecordBytesMax = kDocumentBytesMax + (64U << 10U);
// Records from this size on do without a dictionary: it would not help them, and the frame stays at 9 bytes.
inline constexpr std::size_t kDictionaryRecordBytesMax = (2U << 20U) - 1;

struct RecordFrame {
  Codec codec = Codec::kNone;
  std::uint8_t dictionary_id = 0;  // For kZstdDictionary alone.
  std::size_t raw_bytes = 0;
  std::string_view payload;
};

// Appends a frame, of which the payload is appended next, and then SealFrame called. Returns where the payload begins
// in `out`.
std::size_t BeginFrame(Codec codec, std::uint8_t dictionary_id, std::size_t raw_bytes, std::string* out);
// Writes the checksum of a frame that begins at `frame` in `out` and reaches to its end.
void SealFrame(std::size_t frame, std::size_t payload, std::string* out);

// Checks version, codec, size and checksum. The payload points into `record`.
Result<RecordFrame> OpenFrame(std::string_view record);

}  // namespace kalends
