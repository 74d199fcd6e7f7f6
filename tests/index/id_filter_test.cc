#include "index/id_filter.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <thread>
#include <vector>

#include "format/checksum.h"
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
  EXPECT_EQ(IdFilter(1024).bytes(), 20U * 64);
  EXPECT_NEAR(static_cast<double>(IdFilter(1000000).bytes()), 1250000, 64);
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
  IdFilter filter(4000);
  for (const IdHash& hash : hashes) filter.Add(hash);
  for (const std::size_t chunk_bytes : {1U, 101U, 1000U, 4096U, 1000000U}) {
    const std::vector<std::string> chunks = filter.Encode(chunk_bytes);
    if (chunk_bytes > 100) {
      for (const std::string& chunk : chunks) EXPECT_LE(chunk.size(), chunk_bytes);
    }
    const auto decoded = IdFilter::Decode(chunks);
    ASSERT_TRUE(decoded.has_value()) << decoded.error().message();
    EXPECT_EQ((*decoded)->capacity(), 4000U);
    EXPECT_EQ((*decoded)->size(), 3000U);
    EXPECT_EQ((*decoded)->Encode(chunk_bytes), chunks);
    for (const IdHash& hash : hashes) ASSERT_TRUE((*decoded)->MayContain(hash));
  }
}

// The bits of a hash reach the disk: block 10 of 20 for the middle of `high`, then nine bits of `low` after nine.
TEST(IdFilter, EncodesAKnownHashAsItAlwaysHas) {
  IdFilter filter(1024);
  // Bits 1, 2, 3, 64, 65, 511 and 0.
  const std::uint64_t low = 1ULL | 2ULL << 9 | 3ULL << 18 | 64ULL << 27 | 65ULL << 36 | 511ULL << 45;
  filter.Add({0x8000000000000000, low});
  const std::vector<std::string> chunks = filter.Encode(1 << 20);
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
  const std::vector<std::string> good = filter.Encode(700);
  ASSERT_EQ(good.size(), 2U);
  for (std::size_t chunk = 0; chunk < good.size(); ++chunk) {
    for (std::size_t bit = 0; bit < good[chunk].size() * 8; ++bit) {
      std::vector<std::string> bad = good;
      bad[chunk][bit / 8] = static_cast<char>(bad[chunk][bit / 8] ^ (1 << (bit % 8)));
      const auto decoded = IdFilter::Decode(bad);
      ASSERT_FALSE(decoded.has_value()) << "chunk " << chunk << " bit " << bit;
      ASSERT_EQ(decoded.error().code(), ErrorCode::kCorruption);
    }
    for (std::size_t size = 0; size < good[chunk].size(); ++size) {
      std::vector<std::string> bad = good;
      bad[chunk].resize(size);
      ASSERT_FALSE(IdFilter::Decode(bad).has_value()) << "chunk " << chunk << " of " << size << " bytes";
    }
  }
}

TEST(IdFilter, RefusesChunksThatAreMissingSwappedOrOfAnotherFilter) {
  IdFilter filter(4000);
  const std::vector<std::string> good = filter.Encode(1000);
  ASSERT_GT(good.size(), 2U);
  EXPECT_FALSE(IdFilter::Decode({}).has_value());
  EXPECT_FALSE(IdFilter::Decode(std::span(good).first(good.size() - 1)).has_value());
  EXPECT_FALSE(IdFilter::Decode(std::span(good).subspan(1)).has_value());
  std::vector<std::string> swapped = good;
  std::swap(swapped[0], swapped[1]);
  EXPECT_FALSE(IdFilter::Decode(swapped).has_value());
  std::vector<std::string> mixed = good;
  filter.Add({1, 1});
  mixed[1] = filter.Encode(1000)[1];
  EXPECT_FALSE(IdFilter::Decode(mixed).has_value());
}

TEST(IdFilter, TakesNoMemoryForACapacityThatItsChunksDoNotFill) {
  std::string chunk = IdFilter(1024).Encode(1 << 20)[0];
  for (const unsigned byte : {9U, 12U, 14U, 16U}) {
    std::string bad = chunk;
    bad[byte] = 0x7F;
    EXPECT_FALSE(IdFilter::Decode(std::vector<std::string>{Resealed(bad)}).has_value()) << "byte " << byte;
  }
}

TEST(IdFilter, RefusesANewerVersionByName) {
  std::string chunk = IdFilter(1024).Encode(1 << 20)[0];
  chunk[0] = 2;
  const auto decoded = IdFilter::Decode(std::vector<std::string>{Resealed(chunk)});
  ASSERT_FALSE(decoded.has_value());
  EXPECT_EQ(decoded.error().code(), ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace kalends
