#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "format/arena.h"
#include "format/compression.h"
#include "format/key_dictionary.h"
#include "kalends/status.h"
#include "kalends/time.h"
#include "kalends/value.h"

// The stored form of a row: a frame around a (compressed) FlatBuffer of record.fbs. The layout, byte by byte, is at the
// head of record_frame.cc and in record.fbs.
namespace kalends {

inline constexpr std::uint8_t kRecordTimeIsArrival = 1;  // The document holds no time; the row's is when it came.

struct RecordParts {
  TimeUs time = {};
  Value id = {};  // kMissing where the id is a field of the document.
  std::uint8_t flags = 0;
  std::uint32_t json_bytes = 0;  // The size of the document as JSON text.
  Value root = {};               // The document: an object.
};

struct RecordCompression {
  Codec codec = Codec::kZstdDictionary;  // kZstdDictionary falls to kZstd where `dictionary` is null.
  int level = 3;
  std::uint32_t compress_above = 0;  // Raw records of fewer bytes are stored as they are.
  const ZstdDictionary* dictionary = nullptr;
};

// Keeps buffers between calls: one a thread.
class RecordEncoder {
 public:
  RecordEncoder();
  ~RecordEncoder();
  // Appends the record. Gives numbers to new keys (KeyDictionary::NumberFor). A record that compression does not shrink
  // is stored as it is. kLimitExceeded past kDocumentBytesMax.
  Status Encode(const RecordParts& parts, const RecordCompression& compression, KeyDictionary& keys, std::string* out);
  // The uncompressed FlatBuffer of the last Encode, for training dictionaries; valid until the next call.
  std::string_view last_raw() const;

 private:
  class State;
  std::unique_ptr<State> state_;
};

// Keeps buffers between calls: one a thread. Every byte is distrusted: kCorruption says what is wrong; an unknown
// version is kUnsupported.
class RecordDecoder {
 public:
  RecordDecoder();
  ~RecordDecoder();
  // Values lie in `arena`, apart from the names of keys with a number, which lie in `keys`.
  Result<RecordParts> Decode(std::string_view record, const KeyDictionary& keys, const ZstdDictionaries& dictionaries,
                             Arena& arena);
  // As Decode, without `root`: for those who need time, id field aside, and sizes alone.
  Result<RecordParts> DecodeHead(std::string_view record, const ZstdDictionaries& dictionaries, Arena& arena);
  // The raw FlatBuffer (checked), for training dictionaries; valid until the next call.
  Result<std::string_view> Raw(std::string_view record, const ZstdDictionaries& dictionaries);

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace kalends
