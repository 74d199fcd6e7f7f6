// A blocked Bloom filter: the high half of a hash picks a block of 512 bits, seven times nine bits of the low half pick
// the bits in it. So a look-up touches one cache line, and ids that were never added are taken for added once in a
// hundred when the filter is full.
//
// The stored form is cut into chunks of whole blocks. All integers are little-endian.
//
//   offset  bytes  field
//        0      1  version      1; it also stands for the way from a hash to its bits
//        1      4  chunk        its number, from 0
//        5      4  chunks       how many there are
//        9      8  capacity     ids, a multiple of 256; the filter has capacity * 10 / 512 blocks
//       17      8  size         ids added
//       25      8  first_block  of this chunk
//       33   64*n  blocks       n blocks of 8 words; bit b of a block is bit b % 64 of word b / 64
//        *      4  checksum     Checksum32 of all that is before it; checked first
//
// Chunks of one filter may have been stored at different times: their sizes may differ, all else must agree.
//
// A filter for 1,024 ids (20 blocks) with the one hash 8000000000000000 003fe412000c0401, whose block is 10 and whose
// bits are 1, 2, 3, 64, 65, 511 and 0, in one chunk:
//
//   01 00000000 01000000 0004000000000000 0100000000000000 0000000000000000
//   640 zeros, 0f 7 zeros 03 54 zeros 80, 576 zeros
//   0164c54d
#include "index/id_filter.h"

#include <algorithm>
#include <array>
#include <cassert>

#include "format/checksum.h"
#include "format/errors.h"
#include "format/varint.h"

namespace kalends {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::uint64_t kCapacityMin = 1024;
// Far above what memory holds; keeps the arithmetic in 64 bits.
constexpr std::uint64_t kCapacityMax = std::uint64_t{1} << 48U;
constexpr std::uint64_t kBitsPerId = 10;
constexpr unsigned kProbes = 7;
constexpr unsigned kProbeBits = 9;  // 2^9 bits a block; 7 * 9 of the 64 bits of a half are used.
constexpr std::size_t kHeaderBytes = 33;
constexpr std::size_t kChecksumBytes = 4;

__extension__ using Wide = unsigned __int128;

std::uint64_t BlocksFor(std::uint64_t capacity) { return capacity * kBitsPerId / 512; }

// So that one of twice the capacity has exactly twice the blocks.
constexpr std::uint64_t kCapacityStep = 256;

std::uint64_t RoundCapacity(std::uint64_t capacity) {
  return (std::clamp(capacity, kCapacityMin, kCapacityMax) + kCapacityStep - 1) / kCapacityStep * kCapacityStep;
}

unsigned BitOf(const IdHash& hash, unsigned probe) {
  return static_cast<unsigned>(hash.low >> (probe * kProbeBits)) % (1U << kProbeBits);
}

struct Chunk {
  std::uint32_t number;
  std::uint32_t count;
  std::uint64_t capacity;
  std::uint64_t size;
  std::uint64_t first_block;
  std::string_view blocks;
};

Result<Chunk> ReadChunk(std::string_view bytes, std::size_t block_bytes) {
  if (bytes.size() < kHeaderBytes + kChecksumBytes) {
    return Corruption(bytes.size(), " bytes cannot hold header and checksum");
  }
  const std::string_view body = bytes.substr(0, bytes.size() - kChecksumBytes);
  if (Checksum32(body) != ReadLittleEndian<std::uint32_t>(bytes, body.size())) return Corruption("checksum is wrong");
  const auto version = static_cast<std::uint8_t>(body[0]);
  if (version != kVersion) {
    return Unsupported("format version ", int{version}, ", but this program reads version ", int{kVersion},
                       ": use a newer one");
  }
  const Chunk chunk{.number = ReadLittleEndian<std::uint32_t>(body, 1),
                    .count = ReadLittleEndian<std::uint32_t>(body, 5),
                    .capacity = ReadLittleEndian<std::uint64_t>(body, 9),
                    .size = ReadLittleEndian<std::uint64_t>(body, 17),
                    .first_block = ReadLittleEndian<std::uint64_t>(body, 25),
                    .blocks = body.substr(kHeaderBytes)};
  if (RoundCapacity(chunk.capacity) != chunk.capacity || chunk.blocks.size() % block_bytes != 0) {
    return Corruption("capacity ", chunk.capacity, " with ", chunk.blocks.size(), " bytes of blocks is no header");
  }
  return chunk;
}

}  // namespace

IdFilter::IdFilter(std::uint64_t capacity)
    : capacity_(RoundCapacity(capacity)),
      block_count_(BlocksFor(capacity_)),
      blocks_(std::make_unique<Block[]>(block_count_)) {}

std::uint64_t IdFilter::BytesFor(std::uint64_t capacity) { return BlocksFor(RoundCapacity(capacity)) * kBlockBytes; }

std::uint64_t IdFilter::CapacityOf(std::uint64_t bytes) {
  return bytes / BytesFor(kCapacityStep * 4) * kCapacityStep * 4;
}

std::uint64_t IdFilter::BlockOf(const IdHash& hash) const {
  return static_cast<std::uint64_t>((Wide{hash.high} * block_count_) >> 64U);
}

std::uint64_t IdFilter::FirstHighOf(std::uint64_t block) const {
  return static_cast<std::uint64_t>(((Wide{block} << 64U) + block_count_ - 1) / block_count_);
}

void IdFilter::Add(const IdHash& hash) {
  // One thread adds, so a load and a store do; a locked instruction would cost ten times as much.
  Block& block = blocks_[BlockOf(hash)];
  for (unsigned probe = 0; probe < kProbes; ++probe) {
    const unsigned bit = BitOf(hash, probe);
    std::atomic<std::uint64_t>& word = block.words[bit / 64];
    word.store(word.load(std::memory_order_relaxed) | (std::uint64_t{1} << (bit % 64)), std::memory_order_relaxed);
  }
  size_.store(size() + 1, std::memory_order_relaxed);
}

bool IdFilter::MayContain(const IdHash& hash) const {
  const Block& block = blocks_[BlockOf(hash)];
  // All bits of the one line, without a branch: half of them are set, so a branch would be guessed wrong every other
  // time.
  std::uint64_t all = 1;
  for (unsigned probe = 0; probe < kProbes; ++probe) {
    const unsigned bit = BitOf(hash, probe);
    all &= block.words[bit / 64].load(std::memory_order_relaxed) >> (bit % 64);
  }
  return (all & 1U) != 0;
}

void IdFilter::Prefetch(const IdHash& hash) const { __builtin_prefetch(&blocks_[BlockOf(hash)]); }

std::unique_ptr<IdFilter> IdFilter::Doubled() const {
  auto doubled = std::make_unique<IdFilter>(2 * capacity_);
  for (std::uint64_t block = 0; block < doubled->block_count_; ++block) {
    for (std::size_t word = 0; word < kBlockWords; ++word) {
      doubled->blocks_[block].words[word].store(blocks_[block / 2].words[word].load(std::memory_order_relaxed),
                                                std::memory_order_relaxed);
    }
  }
  doubled->size_.store(size(), std::memory_order_relaxed);
  return doubled;
}

void IdFilter::Refill(std::uint64_t block, std::span<const IdHash> ids) {
  std::array<std::uint64_t, kBlockWords> words = {};
  for (const IdHash& id : ids) {
    for (unsigned probe = 0; probe < kProbes; ++probe) {
      const unsigned bit = BitOf(id, probe);
      words[bit / 64] |= std::uint64_t{1} << (bit % 64);
    }
  }
  // Whoever looks meanwhile sees old and new words, and both have the bits of every id.
  for (std::size_t word = 0; word < kBlockWords; ++word)
    blocks_[block].words[word].store(words[word], std::memory_order_relaxed);
}

std::uint64_t IdFilter::ChunkBlocks(std::size_t chunk_bytes) {
  const std::size_t overhead = kHeaderBytes + kChecksumBytes;
  return std::max<std::uint64_t>(1, (std::max(chunk_bytes, overhead) - overhead) / kBlockBytes);
}

std::uint32_t IdFilter::ChunkCount(std::size_t chunk_bytes) const {
  const std::uint64_t chunk_blocks = ChunkBlocks(chunk_bytes);
  const std::uint64_t count = (block_count_ + chunk_blocks - 1) / chunk_blocks;
  assert(count <= UINT32_MAX);
  return static_cast<std::uint32_t>(count);
}

std::string IdFilter::EncodeChunk(std::uint32_t number, std::size_t chunk_bytes) const {
  const std::uint64_t chunk_blocks = ChunkBlocks(chunk_bytes);
  const std::uint64_t begin = number * chunk_blocks;
  const std::uint64_t end = std::min(begin + chunk_blocks, block_count_);
  std::string chunk;
  chunk.reserve(kHeaderBytes + (end - begin) * kBlockBytes + kChecksumBytes);
  chunk.push_back(static_cast<char>(kVersion));
  AppendLittleEndian(number, &chunk);
  AppendLittleEndian(ChunkCount(chunk_bytes), &chunk);
  AppendLittleEndian(capacity_, &chunk);
  AppendLittleEndian(size(), &chunk);
  AppendLittleEndian(begin, &chunk);
  for (std::uint64_t block = begin; block < end; ++block) {
    for (const auto& word : blocks_[block].words) AppendLittleEndian(word.load(std::memory_order_relaxed), &chunk);
  }
  AppendLittleEndian(Checksum32(chunk), &chunk);
  return chunk;
}

Status IdFilterDecoder::Add(std::string_view bytes) {
  auto read = ReadChunk(bytes, IdFilter::kBlockBytes);
  if (!read) return WithContext("id filter, chunk " + std::to_string(chunks_read_), read.error());
  const Chunk& chunk = *read;
  const std::uint64_t blocks_all = BlocksFor(chunk.capacity);
  if (filter_ == nullptr && chunks_read_ == 0) {
    if (IdFilter::BytesFor(chunk.capacity) > bytes_max_) {
      return MakeError(ErrorCode::kLimitExceeded, "id filter: takes ", IdFilter::BytesFor(chunk.capacity),
                       " bytes; there is room for ", bytes_max_);
    }
    filter_ = std::make_unique<IdFilter>(chunk.capacity);
    chunks_ = chunk.count;
  }
  const std::uint64_t blocks = chunk.blocks.size() / IdFilter::kBlockBytes;
  const bool is_last = chunks_read_ + 1 == chunks_;
  if (chunks_read_ >= chunks_ || chunk.number != chunks_read_ || chunk.count != chunks_ ||
      chunk.capacity != filter_->capacity() || chunk.first_block != blocks_read_ ||
      blocks > blocks_all - blocks_read_ || is_last != (blocks_read_ + blocks == blocks_all)) {
    return Corruption("id filter: chunk ", chunks_read_, " of ", chunks_, " is number ", chunk.number, " of ",
                      chunk.count, " with ", blocks, " blocks from block ", chunk.first_block, " of a filter for ",
                      chunk.capacity, " ids, where block ", blocks_read_, " of one for ", filter_->capacity(),
                      " is next");
  }
  for (std::size_t at = 0; at < chunk.blocks.size(); at += sizeof(std::uint64_t)) {
    const std::uint64_t word = blocks_read_ * IdFilter::kBlockWords + at / sizeof(std::uint64_t);
    filter_->blocks_[word / IdFilter::kBlockWords].words[word % IdFilter::kBlockWords].store(
        ReadLittleEndian<std::uint64_t>(chunk.blocks, at), std::memory_order_relaxed);
  }
  filter_->size_.store(std::max(filter_->size(), chunk.size), std::memory_order_relaxed);
  blocks_read_ += blocks;
  ++chunks_read_;
  return {};
}

}  // namespace kalends
