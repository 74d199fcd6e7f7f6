// The frame of a record. All integers are little-endian.
//
//   offset  bytes  field
//        0      1  high four bits: version, 1; a reader refuses any other. Low four bits: codec
//                  (0 none, 1 zstd, 2 zlib, 3 zstd with dictionary)
//        1    0-1  dictionary  its id, 1 to 255; only with codec 3
//        *    1-4  raw_bytes   the size before compression, as varint; 3 bytes at most with codec 3
//        *      4  checksum    low 32 bits of XXH3-64 of all that is before it and the payload; checked first
//        *      *  payload     to the end
//
// It takes 9 bytes at most, and 8 for a record of 128 to 16,383 bytes in codec 3.
// The payload is the FlatBuffer of record.fbs, compressed as compression.cc says.
//
// {"a":1}, 7 bytes of JSON, at time 1 us, with the key dictionary a = 0, not compressed, is
//
//   10                                   version 1, codec 0
//   60                                   96 bytes
//   f7cbebf4                             checksum
//   14000000 0000                        where the Record is; padding
//   0e00 1800 0c00 0000 0000 0400 0800   its vtable: time_us at 12, no id, no flags, root at 4, json_bytes at 8
//   0e000000 20000000 07000000 0100000000000000 00000000    the Record: vtable, root, json_bytes, time_us; padding
//   0c00 1000 0400 0000 0800 0c00        the root's vtable: keys at 4, no names, types at 8, slots at 12
//   0c000000 0c000000 10000000 14000000  the root: vtable, keys, types, slots
//   01000000 0000 0000                   keys: one, number 0; padding
//   01000000 03 000000                   types: one, kInt; padding
//   01000000 01000000                    slots: one, the value 1
#include "format/record_frame.h"

#define XXH_INLINE_ALL  // The state is public only so.
#include <xxhash.h>

#include <ios>

#include "format/errors.h"
#include "format/varint.h"

namespace kalends {
namespace {

constexpr unsigned kVersion = 1;
constexpr std::size_t kChecksumBytes = 4;

std::uint32_t FrameChecksum(std::string_view prefix, std::string_view payload) {
  XXH3_state_t state;
  XXH3_INITSTATE(&state);
  XXH3_64bits_reset(&state);
  XXH3_64bits_update(&state, prefix.data(), prefix.size());
  XXH3_64bits_update(&state, payload.data(), payload.size());
  return static_cast<std::uint32_t>(XXH3_64bits_digest(&state));
}

}  // namespace

std::size_t BeginFrame(Codec codec, std::uint8_t dictionary_id, std::size_t raw_bytes, std::string* out) {
  out->push_back(static_cast<char>((kVersion << 4U) | static_cast<unsigned>(codec)));
  if (codec == Codec::kZstdDictionary) out->push_back(static_cast<char>(dictionary_id));
  AppendVarint(raw_bytes, out);
  out->append(kChecksumBytes, '\0');
  return out->size();
}

void SealFrame(std::size_t frame, std::size_t payload, std::string* out) {
  const std::string_view bytes = *out;
  const std::size_t prefix_bytes = payload - kChecksumBytes - frame;
  const std::uint32_t checksum = FrameChecksum(bytes.substr(frame, prefix_bytes), bytes.substr(payload));
  for (std::size_t i = 0; i < kChecksumBytes; ++i) {
    (*out)[payload - kChecksumBytes + i] = static_cast<char>(checksum >> (8 * i));
  }
}

Result<RecordFrame> OpenFrame(std::string_view record) {
  if (record.empty()) return Corruption("record: it is empty");
  const auto first = static_cast<unsigned char>(record.front());
  if (first >> 4U != kVersion) {
    return Unsupported("record: version ", first >> 4U, " is not known; this program reads version ", kVersion,
                       ": use a newer one, or restore the month if the record is damaged");
  }
  RecordFrame frame;
  if ((first & 0xFU) > static_cast<unsigned>(Codec::kZstdDictionary)) {
    return Corruption("record: codec ", first & 0xFU, " is not known");
  }
  frame.codec = static_cast<Codec>(first & 0xFU);

  std::string_view rest = record.substr(1);
  if (frame.codec == Codec::kZstdDictionary && !rest.empty()) {
    frame.dictionary_id = static_cast<std::uint8_t>(rest.front());
    rest.remove_prefix(1);
  }
  const auto raw_bytes = TakeVarint(&rest);
  if (!raw_bytes || rest.size() < kChecksumBytes) {
    return Corruption("record: ", record.size(), " bytes are cut within the frame");
  }
  const std::string_view prefix = record.substr(0, record.size() - rest.size());
  frame.payload = rest.substr(kChecksumBytes);

  const auto stored = ReadLittleEndian<std::uint32_t>(rest);
  const std::uint32_t computed = FrameChecksum(prefix, frame.payload);
  if (stored != computed) {
    return Corruption("record: the checksum is ", std::hex, std::showbase, computed, ", stored is ", stored);
  }
  if (*raw_bytes > kRecordBytesMax) {
    return Corruption("record: ", *raw_bytes, " bytes uncompressed; at most ", kRecordBytesMax, " are written");
  }
  frame.raw_bytes = *raw_bytes;
  return frame;
}

}  // namespace kalends
