// What a compressed payload is. None of the forms names its own size, dictionary or checksum: the frame around it does
// (record_frame.cc).
//
//   kNone            the bytes themselves
//   kZstd            one zstd frame without magic number (ZSTD_f_zstd1_magicless), content size, dictionary id and
//   checksum:
//                    2 bytes of header (0x00, window descriptor), then blocks
//   kZstdDictionary  the same, compressed with a trained dictionary
//   kZlib            a raw deflate stream (RFC 1951), without zlib's header and checksum
#include "format/compression.h"

#define ZDICT_STATIC_LINKING_ONLY  // Training with parameters that are given.
#define ZSTD_STATIC_LINKING_ONLY   // The magicless format, and dictionaries that must be whole.
#include <zdict.h>
#include <zlib.h>
#include <zstd.h>

#include <array>
#include <atomic>
#include <cassert>
#include <cstring>
#include <mutex>
#include <vector>

#include "format/errors.h"

namespace kalends {
namespace {

struct Deleter {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
  void operator()(ZSTD_CDict* dictionary) const { ZSTD_freeCDict(dictionary); }
  void operator()(ZSTD_DDict* dictionary) const { ZSTD_freeDDict(dictionary); }
};
template <class T>
using Owner = std::unique_ptr<T, Deleter>;

constexpr int kRawDeflate = -15;  // zlib's window bits for a stream without header; the default size of 32 KiB.
constexpr int kDeflateMemory = 8;

Error SizeMismatch(std::size_t raw_bytes) {
  return Corruption("compression: the content is not exactly the ", raw_bytes, " bytes that were compressed");
}

// What dictionaries of equal bytes share: nearly all months of a collection have one of two, and its tables (half a megabyte) stay in the processor's caches only
// when there are few.
struct ZstdTables {
  std::string bytes;  // Both dictionaries refer to them.
  int level = 0;
  Owner<ZSTD_DDict> decompressing;
  Owner<ZSTD_CDict> compressing;

  static std::shared_ptr<const ZstdTables> Make(std::string_view bytes, int level) {
    auto tables = std::make_shared<ZstdTables>();
    tables->bytes = bytes;
    tables->level = level;
    const std::string& kept = tables->bytes;
    const ZSTD_compressionParameters parameters = ZSTD_getCParams(level, 0, kept.size());
    // By themselves, both would take bytes that are no dictionary for mere content.
    tables->compressing.reset(ZSTD_createCDict_advanced(kept.data(), kept.size(), ZSTD_dlm_byRef, ZSTD_dct_fullDict, parameters, ZSTD_defaultCMem));
    tables->decompressing.reset(ZSTD_createDDict_advanced(kept.data(), kept.size(), ZSTD_dlm_byRef, ZSTD_dct_fullDict, ZSTD_defaultCMem));
    if (tables->compressing == nullptr || tables->decompressing == nullptr) return nullptr;
    return tables;
  }

  // Those that are in use somewhere in the process, or new ones; null when the bytes are no dictionary.
  static std::shared_ptr<const ZstdTables> Share(std::string_view bytes, int level) {
    static std::mutex mutex;
    static std::vector<std::weak_ptr<const ZstdTables>> in_use;
    const std::lock_guard lock(mutex);
    std::erase_if(in_use, [](const auto& tables) { return tables.expired(); });
    for (const auto& weak : in_use) {
      auto tables = weak.lock();
      if (tables != nullptr && tables->level == level && tables->bytes == bytes) return tables;
    }
    auto tables = Make(bytes, level);
    if (tables != nullptr) in_use.push_back(tables);
    return tables;
  }
};

}  // namespace

class ZstdDictionary::State {
 public:
  std::uint8_t id = 0;
  std::shared_ptr<const ZstdTables> tables;
};

ZstdDictionary::ZstdDictionary(std::unique_ptr<State> state) : state_(std::move(state)) {}
ZstdDictionary::~ZstdDictionary() = default;
std::uint8_t ZstdDictionary::id() const { return state_->id; }
const std::string& ZstdDictionary::bytes() const { return state_->tables->bytes; }

Result<std::shared_ptr<const ZstdDictionary>> ZstdDictionary::Load(std::uint8_t id, std::string_view bytes, int level) {
  if (id == 0) return InvalidArgument("zstd dictionary: the id is 0; ids are 1 to 255");
  auto state = std::make_unique<State>();
  state->id = id;
  state->tables = ZstdTables::Share(bytes, level);
  if (state->tables == nullptr) {
    return Corruption("zstd dictionary ", unsigned{id}, ": its ", bytes.size(), " bytes are no trained dictionary");
  }
  return std::shared_ptr<const ZstdDictionary>(new ZstdDictionary(std::move(state)));
}

Result<std::string> ZstdDictionary::Train(std::span<const std::string> samples, std::size_t bytes_max) {
  std::string all;
  std::vector<std::size_t> sizes;
  sizes.reserve(samples.size());
  for (const std::string& sample : samples) {
    all += sample;
    sizes.push_back(sample.size());
  }
  std::string dictionary(bytes_max, '\0');
  // ZDICT_trainFromBuffer tries many segment sizes (k) at 4 to 6 times the cost, for dictionaries no better: on 8,192 messages every k of
  // 200 to 2,000 ends within 2 %.
  ZDICT_fastCover_params_t parameters{};
  parameters.k = 500;
  parameters.d = 8;
  parameters.f = 20;
  parameters.accel = 1;
  parameters.splitPoint = 1.0;  // All samples train; none is held back to compare sizes.
  const std::size_t bytes =
      samples.empty() ? 0
                      : ZDICT_trainFromBuffer_fastCover(dictionary.data(), dictionary.size(), all.data(), sizes.data(),
                                                        static_cast<unsigned>(sizes.size()), parameters);
  if (samples.empty() || ZDICT_isError(bytes) != 0) {
    return InvalidArgument("zstd dictionary: ", samples.size(), " samples of ", all.size(),
                           " bytes are not enough to train one of ", bytes_max, " bytes");
  }
  dictionary.resize(bytes);
  return dictionary;
}

class ZstdDictionaries::State {
 public:
  using Entry = std::shared_ptr<const ZstdDictionary>;
  std::array<std::atomic<const Entry*>, 256> entries{};
  std::atomic<const Entry*> current{nullptr};
  std::mutex mutex;                            // Guards owners.
  std::vector<std::unique_ptr<Entry>> owners;  // An entry never changes, so it is read without lock.
};

ZstdDictionaries::ZstdDictionaries() : state_(std::make_unique<State>()) {}
ZstdDictionaries::~ZstdDictionaries() = default;

const ZstdDictionary* ZstdDictionaries::Find(std::uint8_t id) const {
  const auto* entry = state_->entries[id].load(std::memory_order_acquire);
  return entry == nullptr ? nullptr : entry->get();
}

std::shared_ptr<const ZstdDictionary> ZstdDictionaries::current() const {
  const auto* entry = state_->current.load(std::memory_order_acquire);
  return entry == nullptr ? nullptr : *entry;
}

void ZstdDictionaries::Add(std::shared_ptr<const ZstdDictionary> dictionary) {
  const std::uint8_t id = dictionary->id();
  const std::lock_guard lock(state_->mutex);
  assert(Find(id) == nullptr);  // Rows may name the one that is there.
  state_->owners.push_back(std::make_unique<State::Entry>(std::move(dictionary)));
  state_->entries[id].store(state_->owners.back().get(), std::memory_order_release);
  state_->current.store(state_->owners.back().get(), std::memory_order_release);
}

class Compressor::State {
 public:
  ~State() {
    if (deflating_) deflateEnd(&deflate_);
    if (inflating_) inflateEnd(&inflate_);
  }

  Status CompressZstd(int level, const ZstdDictionary* dictionary, std::string_view raw, std::string* out) {
    KALENDS_RETURN_IF_ERROR(SetZstdLevel(level));
    const std::size_t begin = out->size();
    out->resize(begin + ZSTD_compressBound(raw.size()));
    // A dictionary brings its own level.
    ZSTD_CCtx_refCDict(compress_.get(), dictionary == nullptr ? nullptr : dictionary->state().tables->compressing.get());
    const std::size_t bytes =
        ZSTD_compress2(compress_.get(), out->data() + begin, out->size() - begin, raw.data(), raw.size());
    if (ZSTD_isError(bytes) != 0) {
      out->resize(begin);
      return IoFailure("zstd: ", raw.size(), " bytes could not be compressed: ", ZSTD_getErrorName(bytes));
    }
    out->resize(begin + bytes);
    return {};
  }

  Status DecompressZstd(const ZstdDictionary* dictionary, std::string_view compressed, std::span<char> raw) {
    if (decompress_ == nullptr) {
      decompress_.reset(ZSTD_createDCtx());
      if (decompress_ == nullptr) return IoFailure("zstd: there is no memory for a decompression context");
      ZSTD_DCtx_setParameter(decompress_.get(), ZSTD_d_format, ZSTD_f_zstd1_magicless);
    }
    const std::size_t bytes =
        ZSTD_decompress_usingDDict(decompress_.get(), raw.data(), raw.size(), compressed.data(), compressed.size(),
                                   dictionary == nullptr ? nullptr : dictionary->state().tables->decompressing.get());
    if (ZSTD_isError(bytes) != 0) return Corruption("zstd: ", ZSTD_getErrorName(bytes));
    if (bytes != raw.size()) return SizeMismatch(raw.size());
    return {};
  }

  Status CompressZlib(int level, std::string_view raw, std::string* out) {
    if (level < Z_DEFAULT_COMPRESSION || level > Z_BEST_COMPRESSION) {
      return InvalidArgument("zlib: level ", level, " is not known; levels are -1 to 9");
    }
    if (deflating_ && level != deflate_level_) {
      deflateEnd(&deflate_);
      deflating_ = false;
    }
    if (!deflating_) {
      deflate_ = {};
      deflating_ = deflateInit2(&deflate_, level, Z_DEFLATED, kRawDeflate, kDeflateMemory, Z_DEFAULT_STRATEGY) == Z_OK;
      if (!deflating_) return IoFailure("zlib: there is no memory for a compression context");
      deflate_level_ = level;
    }
    deflateReset(&deflate_);
    const std::size_t begin = out->size();
    out->resize(begin + deflateBound(&deflate_, raw.size()));
    SetBuffers(deflate_, raw, {out->data() + begin, out->size() - begin});
    if (deflate(&deflate_, Z_FINISH) != Z_STREAM_END) {
      out->resize(begin);
      return IoFailure("zlib: ", raw.size(), " bytes could not be compressed");
    }
    out->resize(begin + deflate_.total_out);
    return {};
  }

  Status DecompressZlib(std::string_view compressed, std::span<char> raw) {
    if (!inflating_) {
      inflate_ = {};
      inflating_ = inflateInit2(&inflate_, kRawDeflate) == Z_OK;
      if (!inflating_) return IoFailure("zlib: there is no memory for a decompression context");
    }
    inflateReset(&inflate_);
    SetBuffers(inflate_, compressed, raw);
    const int result = inflate(&inflate_, Z_FINISH);
    if (result != Z_STREAM_END && result != Z_OK && result != Z_BUF_ERROR) {
      return Corruption("zlib: ", inflate_.msg == nullptr ? "the stream is broken" : inflate_.msg);
    }
    if (result != Z_STREAM_END || inflate_.total_out != raw.size() || inflate_.avail_in != 0) {
      return SizeMismatch(raw.size());
    }
    return {};
  }

 private:
  Status SetZstdLevel(int level) {
    if (compress_ == nullptr) {
      compress_.reset(ZSTD_createCCtx());
      if (compress_ == nullptr) return IoFailure("zstd: there is no memory for a compression context");
      ZSTD_CCtx_setParameter(compress_.get(), ZSTD_c_format, ZSTD_f_zstd1_magicless);
      ZSTD_CCtx_setParameter(compress_.get(), ZSTD_c_contentSizeFlag, 0);
      ZSTD_CCtx_setParameter(compress_.get(), ZSTD_c_checksumFlag, 0);
      ZSTD_CCtx_setParameter(compress_.get(), ZSTD_c_dictIDFlag, 0);
    }
    if (level == zstd_level_) return {};
    if (level < ZSTD_minCLevel() || level > ZSTD_maxCLevel()) {
      return InvalidArgument("zstd: level ", level, " is not known; levels are ", ZSTD_minCLevel(), " to ",
                             ZSTD_maxCLevel());
    }
    ZSTD_CCtx_setParameter(compress_.get(), ZSTD_c_compressionLevel, level);
    zstd_level_ = level;
    return {};
  }

  // zlib does not write to what it reads, but its pointer is not const.
  static void SetBuffers(z_stream& stream, std::string_view in, std::span<char> out) {
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
    stream.avail_in = static_cast<uInt>(in.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
  }

  Owner<ZSTD_CCtx> compress_;
  Owner<ZSTD_DCtx> decompress_;
  int zstd_level_ = ZSTD_CLEVEL_DEFAULT;  // That of a new context.
  z_stream deflate_{};
  z_stream inflate_{};
  bool deflating_ = false;
  bool inflating_ = false;
  int deflate_level_ = 0;
};

Compressor::Compressor() : state_(std::make_unique<State>()) {}
Compressor::~Compressor() = default;

Status Compressor::Compress(Codec codec, int level, const ZstdDictionary* dictionary, std::string_view raw,
                            std::string* out) {
  switch (codec) {
    case Codec::kNone:
      out->append(raw);
      return {};
    case Codec::kZstd:
      return state_->CompressZstd(level, nullptr, raw, out);
    case Codec::kZlib:
      return state_->CompressZlib(level, raw, out);
    case Codec::kZstdDictionary:
      if (dictionary == nullptr) return InvalidArgument("compression: a dictionary is needed, and none was given");
      return state_->CompressZstd(level, dictionary, raw, out);
  }
  return InvalidArgument("compression: codec ", static_cast<unsigned>(codec), " is not known");
}

Status Compressor::Decompress(Codec codec, const ZstdDictionary* dictionary, std::string_view compressed,
                              std::span<char> raw) {
  switch (codec) {
    case Codec::kNone:
      if (compressed.size() != raw.size()) return SizeMismatch(raw.size());
      if (!raw.empty()) std::memcpy(raw.data(), compressed.data(), raw.size());
      return {};
    case Codec::kZstd:
      return state_->DecompressZstd(nullptr, compressed, raw);
    case Codec::kZlib:
      return state_->DecompressZlib(compressed, raw);
    case Codec::kZstdDictionary:
      if (dictionary == nullptr) return InvalidArgument("decompression: a dictionary is needed, and none was given");
      return state_->DecompressZstd(dictionary, compressed, raw);
  }
  return Corruption("decompression: codec ", static_cast<unsigned>(codec), " is not known");
}

Status Compressor::Decompress(Codec codec, const ZstdDictionary* dictionary, std::string_view compressed,
                              std::size_t raw_bytes, std::string* raw) {
  raw->resize(raw_bytes);
  return Decompress(codec, dictionary, compressed, std::span<char>(raw->data(), raw->size()));
}

}  // namespace kalends
