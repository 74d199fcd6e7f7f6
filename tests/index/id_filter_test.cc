#include "index/id_filter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "format/checksum.h"
#include "format/errors.h"
#include "format/varint.h"

namespace kalends {
namespace {

// A generator of the standard, so that the counts below are the same everywhere.
std::vector<IdHash> Hashes(std::size_t count, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<IdHash> hashes(count);
  for (IdHash& hash : hashes) {
    hash.high = random();
    hash.low = random();
  }
  return hashes;
}

double FalsePositiveRate(std::uint64_t capacity) {
  IdFilter filter(capacity);
  for (const IdHash& hash : Hashes(capacity, 1)) filter.Add(hash);
  const std::size_t probes = 500000;
  std::size_t positives = 0;
  for (const IdHash& hash : Hashes(probes, 2)) positives += filter.MayContain(hash) ? 1 : 0;
  return static_cast<double>(positives) / static_cast<double>(probes);
}

std::vector<std::string> Encode(const IdFilter& filter, std::size_t chunk_bytes) {
  std::vector<std::string> chunks;
  for (std::uint32_t number = 0; number < filter.ChunkCount(chunk_bytes); ++number)
    chunks.push_back(filter.EncodeChunk(number, chunk_bytes));
  return chunks;
}

// Refuses what is not a whole filter.
Result<std::unique_ptr<IdFilter>> Decode(std::span<const std::string> chunks, std::uint64_t bytes_max = 1U << 20U) {
  IdFilterDecoder decoder(bytes_max);
  for (const std::string& chunk : chunks) KALENDS_RETURN_IF_ERROR(decoder.Add(chunk));
  if (!decoder.is_complete()) return Corruption("chunks are missing");
  return decoder.Take();
}

std::string Resealed(std::string chunk) {
  chunk.resize(chunk.size() - 4);
  AppendLittleEndian(Checksum32(chunk), &chunk);
  return chunk;
}

TEST(IdFilter, FindsAllThatWasAdded) {
  const auto hashes = Hashes(20000, 1);
  IdFilter filter(hashes.size());
  for (const IdHash& hash : hashes) filter.Add(hash);
  for (const IdHash& hash : hashes) {
    filter.Prefetch(hash);
    ASSERT_TRUE(filter.MayContain(hash));
  }
  EXPECT_EQ(filter.size(), hashes.size());
}

TEST(IdFilter, AnEmptyOneContainsNothing) {
  const IdFilter filter(5000);
  for (const IdHash& hash : Hashes(1000, 1)) EXPECT_FALSE(filter.MayContain(hash));
}

TEST(IdFilter, AFullOneIsWrongAboutOnceInAHundred) {
  for (const std::uint64_t capacity : {1024U, 100000U, 1000000U}) {
    EXPECT_LE(FalsePositiveRate(capacity), 0.012) << "capacity " << capacity;
  }
}

TEST(IdFilter, TakesTenBitsAnId) {
  EXPECT_EQ(IdFilter(1).capacity(), 1024U);
  EXPECT_EQ(IdFilter::BytesFor(1024), 20U * 64);
  EXPECT_NEAR(static_cast<double>(IdFilter::BytesFor(1000000)), 1250000, 256);
}

TEST(IdFilter, FirstAndLastHashHaveABlock) {
  IdFilter filter(1024);
  for (const std::uint64_t high : {std::uint64_t{0}, UINT64_MAX}) {
    filter.Add({high, UINT64_MAX});
    EXPECT_TRUE(filter.MayContain({high, UINT64_MAX}));
  }
}

TEST(IdFilter, LookUpsRunBesideAnAdder) {
  const auto hashes = Hashes(50000, 1);
  IdFilter filter(hashes.size());
  std::thread adder([&] {
    for (const IdHash& hash : hashes) filter.Add(hash);
  });
  std::size_t found = 0;
  for (const IdHash& hash : hashes) found += filter.MayContain(hash) ? 1 : 0;
  adder.join();
  EXPECT_LE(found, hashes.size());
  for (const IdHash& hash : hashes) ASSERT_TRUE(filter.MayContain(hash));
}

TEST(IdFilter, ComesBackFromChunksOfAnySize) {
  const auto hashes = Hashes(3000, 1);
  IdFilter filter(4096);
  for (const IdHash& hash : hashes) filter.Add(hash);
  for (const std::size_t chunk_bytes : {1U, 101U, 1000U, 4096U, 1000000U}) {
    const std::vector<std::string> chunks = Encode(filter, chunk_bytes);
    if (chunk_bytes > 100) {
      for (const std::string& chunk : chunks) EXPECT_LE(chunk.size(), chunk_bytes);
    }
    const auto decoded = Decode(chunks);
    ASSERT_TRUE(decoded.has_value()) << decoded.error().message();
    EXPECT_EQ((*decoded)->capacity(), 4096U);
    EXPECT_EQ((*decoded)->size(), 3000U);
    EXPECT_EQ(Encode(**decoded, chunk_bytes), chunks);
    for (const IdHash& hash : hashes) ASSERT_TRUE((*decoded)->MayContain(hash));
  }
}

// The bits of a hash reach the disk: block 10 of 20 for the middle of `high`, then nine bits of `low` after nine.
TEST(IdFilter, EncodesAKnownHashAsItAlwaysHas) {
  IdFilter filter(1024);
  // Bits 1, 2, 3, 64, 65, 511 and 0.
  const std::uint64_t low = 1ULL | 2ULL << 9 | 3ULL << 18 | 64ULL << 27 | 65ULL << 36 | 511ULL << 45;
  filter.Add({0x8000000000000000, low});
  const std::vector<std::string> chunks = Encode(filter, 1 << 20);
  ASSERT_EQ(chunks.size(), 1U);
  const std::string& chunk = chunks[0];
  std::string expected;
  expected.push_back(1);
  AppendLittleEndian(std::uint32_t{0}, &expected);
  AppendLittleEndian(std::uint32_t{1}, &expected);
  AppendLittleEndian(std::uint64_t{1024}, &expected);
  AppendLittleEndian(std::uint64_t{1}, &expected);
  AppendLittleEndian(std::uint64_t{0}, &expected);
  std::string blocks(20UL * 64, '\0');
  blocks[10 * 64 + 0] = 0b1111;
  blocks[10 * 64 + 8] = 0b11;
  blocks[10 * 64 + 63] = static_cast<char>(0x80);
  expected += blocks;
  AppendLittleEndian(std::uint32_t{0x4DC56401}, &expected);
  EXPECT_EQ(chunk, expected);
}

TEST(IdFilter, RefusesEveryFlippedBitAndEveryCut) {
  IdFilter filter(1024);
  for (const IdHash& hash : Hashes(1024, 1)) filter.Add(hash);
  const std::vector<std::string> good = Encode(filter, 700);
  ASSERT_EQ(good.size(), 2U);
  for (std::size_t chunk = 0; chunk < good.size(); ++chunk) {
    for (std::size_t bit = 0; bit < good[chunk].size() * 8; ++bit) {
      std::vector<std::string> bad = good;
      bad[chunk][bit / 8] = static_cast<char>(bad[chunk][bit / 8] ^ (1 << (bit % 8)));
      const auto decoded = Decode(bad);
      ASSERT_FALSE(decoded.has_value()) << "chunk " << chunk << " bit " << bit;
      ASSERT_EQ(decoded.error().code(), ErrorCode::kCorruption);
    }
    for (std::size_t size = 0; size < good[chunk].size(); ++size) {
      std::vector<std::string> bad = good;
      bad[chunk].resize(size);
      ASSERT_FALSE(Decode(bad).has_value()) << "chunk " << chunk << " of " << size << " bytes";
    }
  }
}

TEST(IdFilter, RefusesChunksThatAreMissingSwappedOrOfAnotherFilter) {
  IdFilter filter(4096);
  const std::vector<std::string> good = Encode(filter, 1000);
  ASSERT_GT(good.size(), 2U);
  EXPECT_FALSE(Decode(std::span(good).first(good.size() - 1)).has_value());
  EXPECT_FALSE(Decode(std::span(good).subspan(1)).has_value());
  std::vector<std::string> swapped = good;
  std::swap(swapped[0], swapped[1]);
  EXPECT_FALSE(Decode(swapped).has_value());
  std::vector<std::string> mixed = good;
  mixed[1] = Encode(*filter.Doubled(), 1000)[1];
  EXPECT_FALSE(Decode(mixed).has_value());
  std::vector<std::string> more = good;
  more.push_back(good.back());
  EXPECT_FALSE(Decode(more).has_value());
}

TEST(IdFilter, ChunksOfDifferentMomentsHaveWhatTheEarliestHad) {
  const auto hashes = Hashes(3000, 1);
  IdFilter filter(4096);
  for (std::size_t i = 0; i < 2000; ++i) filter.Add(hashes[i]);
  std::vector<std::string> chunks = Encode(filter, 1000);
  for (std::size_t i = 2000; i < 3000; ++i) filter.Add(hashes[i]);
  chunks[1] = Encode(filter, 1000)[1];
  const auto decoded = Decode(chunks);
  ASSERT_TRUE(decoded.has_value()) << decoded.error().message();
  EXPECT_EQ((*decoded)->size(), 3000U);
  for (std::size_t i = 0; i < 2000; ++i) ASSERT_TRUE((*decoded)->MayContain(hashes[i]));
}

TEST(IdFilter, RefusesMoreBytesThanThereIsRoomFor) {
  const std::vector<std::string> chunks = Encode(IdFilter(4096), 1000);
  const auto decoded = Decode(chunks, IdFilter::BytesFor(4096) - 1);
  ASSERT_FALSE(decoded.has_value());
  EXPECT_EQ(decoded.error().code(), ErrorCode::kLimitExceeded);
  EXPECT_TRUE(Decode(chunks, IdFilter::BytesFor(4096)).has_value());
}

TEST(IdFilter, DoublesWithTheSameAnswersAndIsRefilledBlockByBlock) {
  auto hashes = Hashes(100000, 1);
  std::sort(hashes.begin(), hashes.end(), [](const IdHash& a, const IdHash& b) { return a.high < b.high; });
  IdFilter filter(hashes.size());
  for (const IdHash& hash : hashes) filter.Add(hash);
  const auto doubled = filter.Doubled();
  EXPECT_EQ(doubled->capacity(), 2 * filter.capacity());
  EXPECT_EQ(doubled->size(), filter.size());
  const auto others = Hashes(200000, 2);
  const auto positives = [&others](const IdFilter& in) {
    return std::count_if(others.begin(), others.end(), [&in](const IdHash& hash) { return in.MayContain(hash); });
  };
  for (const IdHash& hash : hashes) ASSERT_TRUE(doubled->MayContain(hash));
  EXPECT_EQ(positives(*doubled), positives(filter));
  auto next = hashes.begin();
  for (std::uint64_t block = 0; block < doubled->blocks(); ++block) {
    const auto begin = next;
    EXPECT_EQ(doubled->BlockOf({doubled->FirstHighOf(block), 0}), block);
    if (block > 0) {
      EXPECT_EQ(doubled->BlockOf({doubled->FirstHighOf(block) - 1, UINT64_MAX}), block - 1);
    }
    while (next != hashes.end() && doubled->BlockOf(*next) == block) ++next;
    doubled->Refill(block, {begin, next});
  }
  EXPECT_EQ(next, hashes.end());
  for (const IdHash& hash : hashes) ASSERT_TRUE(doubled->MayContain(hash));
  // As if made with all of its room: one in two thousand and less, where a full one lets one in a hundred pass.
  EXPECT_LE(positives(*doubled), 100);
}

TEST(IdFilter, TakesNoMemoryForACapacityThatItsChunksDoNotFill) {
  std::string chunk = Encode(IdFilter(1024), 1 << 20)[0];
  for (const unsigned byte : {9U, 12U, 14U, 16U}) {
    std::string bad = chunk;
    bad[byte] = 0x7F;
    EXPECT_FALSE(Decode(std::vector<std::string>{Resealed(bad)}).has_value()) << "byte " << byte;
  }
}

TEST(IdFilter, RefusesANewerVersionByName) {
  std::string chunk = Encode(IdFilter(1024), 1 << 20)[0];
  chunk[0] = 2;
  const auto decoded = Decode(std::vector<std::string>{Resealed(chunk)});
  ASSERT_FALSE(decoded.has_value());
  EXPECT_EQ(decoded.error().code(), ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace kalends
