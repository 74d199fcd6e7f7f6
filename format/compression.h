#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "kalends/spec.h"
#include "kalends/status.h"

namespace kalends {

// A trained zstd dictionary, ready to compress and to decompress. Immutable: safe for any number of threads.
class ZstdDictionary {
 public:
  static Result<std::shared_ptr<const ZstdDictionary>> Load(std::uint8_t id, std::string_view bytes, int level);
  // Trains from samples (raw records); kInvalidArgument when there are too few to learn from. `bytes_max` is 16 or 64
  // KiB.
  static Result<std::string> Train(std::span<const std::string> samples, std::size_t bytes_max);
  ~ZstdDictionary();

  std::uint8_t id() const;  // 1 to 255 within a partition.
  const std::string& bytes() const;

  class State;
  const State& state() const { return *state_; }

 private:
  explicit ZstdDictionary(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// The zstd dictionaries of a partition: append-only. Safe for any number of threads: reading takes no lock.
class ZstdDictionaries {
 public:
  ZstdDictionaries();
  ~ZstdDictionaries();
  // Null when there is none with this id.
  const ZstdDictionary* Find(std::uint8_t id) const;
  // The one that new records use: the last added; null before the first.
  std::shared_ptr<const ZstdDictionary> current() const;
  void Add(std::shared_ptr<const ZstdDictionary> dictionary);

 private:
  class State;
  std::unique_ptr<State> state_;
};

// Compression contexts and buffers of one thread.
class Compressor {
 public:
  Compressor();
  ~Compressor();
  // Appends the compressed form. `dictionary` is needed for kZstdDictionary alone.
  Status Compress(Codec codec, int level, const ZstdDictionary* dictionary, std::string_view raw, std::string* out);
  // Replaces `raw` with the `raw_bytes` bytes that were compressed; kCorruption when they are not exactly that many.
  Status Decompress(Codec codec, const ZstdDictionary* dictionary, std::string_view compressed, std::size_t raw_bytes,
                    std::string* raw);
  // The same into memory of exactly that size.
  Status Decompress(Codec codec, const ZstdDictionary* dictionary, std::string_view compressed, std::span<char> raw);

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace kalends
