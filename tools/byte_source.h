#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "kalends/options.h"
#include "kalends/status.h"

namespace kalends {

// The bytes of a file or of standard input, decompressed.
class ByteSource {
 public:
  ByteSource() = default;
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;
  virtual ~ByteSource() = default;
  // Reads up to `size` bytes, at least 1; 0 at the end.
  virtual Result<std::size_t> Read(char* buffer, std::size_t size) = 0;
};

// Opens `path`, or standard input where it is `-`. gzip and zstd are recognised by their first bytes. Bytes read from
// the file, before decompression, are added to `stored_bytes`. Reading ends with kCancelled once `cancel` is set. Both
// must outlive the source.
Result<std::unique_ptr<ByteSource>> OpenByteSource(const std::string& path, const CancelFlag& cancel,
                                                   std::atomic<std::uint64_t>* stored_bytes);

}  // namespace kalends
