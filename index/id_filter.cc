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
//        9      8  capacity     ids; the filter has ceil(capacity * 10 / 512) blocks
//       17      8  size         ids added
//       25      8  first_block  of this chunk
//       33   64*n  blocks       n blocks of 8 words; bit b of a block is bit b % 64 of word b / 64
//        *      4  checksum     Checksum32 of all that is before it; checked first
//
// A filter for 1,024 ids (20 blocks) with the one hash 8000000000000000 003fe412000c0401, whose block is 10 and whose
// bits are 1, 2, 3, 64, 65, 511 and 0, in one chunk:
//
//   01 00000000 01000000 0004000000000000 0100000000000000 0000000000000000
//   640 zeros, 0f 7 zeros 03 54 zeros 80, 576 zeros
//   0164c54d
#include "index/id_filter.h"

#include <algorithm>
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

std::uint64_t BlocksFor(std::uint64_t capacity) { return (capacity * kBitsPerId + 511) / 512; }

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
  if (chunk.capacity < kCapacityMin || chunk.capacity > kCapacityMax || chunk.blocks.size() % block_bytes != 0) {
    return Corruption("capacity ", chunk.capacity, " with ", chunk.blocks.size(), " bytes of blocks is no header");
  }
  return chunk;
}

}  // namespace

IdFilter::IdFilter(std::uint64_t capacity)
    : capacity_(std::clamp(capacity, kCapacityMin, kCapacityMax)),
      block_count_(BlocksFor(capacity_)),
      blocks_(std::make_unique<Block[]>(block_count_)) {}

const IdFilter::Block& IdFilter::BlockOf(const IdHash& hash) const {
  __extension__ using Wide = unsigned __int128;
  return blocks_[static_cast<std::uint64_t>((Wide{hash.high} * block_count_) >> 64U)];
}

void IdFilter::Add(const IdHash& hash) {
  // One thread adds, so a load and a store do; a locked instruction would cost ten times as much.
  auto& block = const_cast<Block&>(BlockOf(hash));
  for (unsigned probe = 0; probe < kProbes; ++probe) {
    const auto bit = static_cast<unsigned>(hash.low >> (probe * kProbeBits)) % (1U << kProbeBits);
    std::atomic<std::uint64_t>& word = block.words[bit / 64];
    word.store(word.load(std::memory_order_relaxed) | (std::uint64_t{1} << (bit % 64)), std::memory_order_relaxed);
  }
  size_.store(size() + 1, std::memory_order_relaxed);
}

bool IdFilter::MayContain(const IdHash& hash) const {
  const Block& block = BlockOf(hash);
  // All bits of the one line, without a branch: half of them are set, so a branch would be guessed wrong every other
  // time.
  std::uint64_t all = 1;
  for (unsigned probe = 0; probe < kProbes; ++probe) {
    const auto bit = static_cast<unsigned>(hash.low >> (probe * kProbeBits)) % (1U << kProbeBits);
    all &= block.words[bit / 64].load(std::memory_order_relaxed) >> (bit % 64);
  }
  return (all & 1U) != 0;
}

void IdFilter::Prefetch(const IdHash& hash) const { __builtin_prefetch(&BlockOf(hash)); }

std::vector<std::string> IdFilter::Encode(std::size_t chunk_bytes) const {
  const std::size_t overhead = kHeaderBytes + kChecksumBytes;
  const std::uint64_t chunk_blocks =
      std::max<std::uint64_t>(1, (std::max(chunk_bytes, overhead) - overhead) / kBlockBytes);
  const std::uint64_t count = (block_count_ + chunk_blocks - 1) / chunk_blocks;
  assert(count <= UINT32_MAX);
  const std::uint64_t added = size();
  std::vector<std::string> chunks(count);
  for (std::uint64_t number = 0; number < count; ++number) {
    const std::uint64_t begin = number * chunk_blocks;
    const std::uint64_t end = std::min(begin + chunk_blocks, block_count_);
    std::string& chunk = chunks[number];
    chunk.reserve(overhead + (end - begin) * kBlockBytes);
    chunk.push_back(static_cast<char>(kVersion));
    AppendLittleEndian(static_cast<std::uint32_t>(number), &chunk);
    AppendLittleEndian(static_cast<std::uint32_t>(count), &chunk);
    AppendLittleEndian(capacity_, &chunk);
    AppendLittleEndian(added, &chunk);
    AppendLittleEndian(begin, &chunk);
    for (std::uint64_t block = begin; block < end; ++block) {
      for (const auto& word : blocks_[block].words) AppendLittleEndian(word.load(std::memory_order_relaxed), &chunk);
    }
    AppendLittleEndian(Checksum32(chunk), &chunk);
  }
  return chunks;
}

Result<std::unique_ptr<IdFilter>> IdFilter::Decode(std::span<const std::string> chunks) {
  if (chunks.empty()) return Corruption("id filter: no chunk of it is there");
  std::vector<Chunk> read;
  read.reserve(chunks.size());
  std::uint64_t blocks = 0;
  for (std::size_t i = 0; i < chunks.size(); ++i) {
    Result<Chunk> result = ReadChunk(chunks[i], kBlockBytes);
    if (!result) return WithContext("id filter, chunk " + std::to_string(i), result.error());
    const Chunk& chunk = read.emplace_back(*result);
    if (chunk.number != i || chunk.count != chunks.size() || chunk.capacity != read.front().capacity ||
        chunk.size != read.front().size || chunk.first_block != blocks) {
      return Corruption("id filter: chunk ", i, " of ", chunks.size(), " is number ", chunk.number, " of ", chunk.count,
                        " and belongs to a filter of ", chunk.size, " ids from block ", chunk.first_block,
                        ", where block ", blocks, " of ", read.front().size, " ids is next");
    }
    blocks += chunk.blocks.size() / kBlockBytes;
  }
  // Before memory is taken: a capacity that the chunks do not fill must not size it.
  if (BlocksFor(read.front().capacity) != blocks) {
    return Corruption("id filter: ", blocks, " blocks, where capacity ", read.front().capacity, " asks for ",
                      BlocksFor(read.front().capacity));
  }
  auto filter = std::make_unique<IdFilter>(read.front().capacity);
  filter->size_.store(read.front().size, std::memory_order_relaxed);
  for (const Chunk& chunk : read) {
    for (std::size_t at = 0; at < chunk.blocks.size(); at += sizeof(std::uint64_t)) {
      const std::uint64_t word = chunk.first_block * kBlockWords + at / sizeof(std::uint64_t);
      filter->blocks_[word / kBlockWords].words[word % kBlockWords].store(
          ReadLittleEndian<std::uint64_t>(chunk.blocks, at), std::memory_order_relaxed);
    }
  }
  return filter;
}

}  // namespace kalends
