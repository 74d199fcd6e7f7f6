#include "format/compression.h"

#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace kalends {
namespace {

constexpr Codec kCodecs[] = {Codec::kNone, Codec::kZstd, Codec::kZlib, Codec::kZstdDictionary};

std::string Sample(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const std::vector<std::string> words = {"the ", "store ", "keeps ", "a ",      "month ",
                                          "of ",  "rows ",  "and ",   "columns "};
  std::string text = R"({"role":"assistant","model":"large","session":)" + std::to_string(random()) + R"(,"text":")";
  for (int i = 0; i < 60; ++i) text += words[random() % words.size()];
  return text + std::to_string(random()) + "\"}";
}

const std::string& TrainedBytes() {
  static const std::string bytes = [] {
    std::vector<std::string> samples;
    for (std::uint64_t i = 0; i < 1000; ++i) samples.push_back(Sample(i));
    return ZstdDictionary::Train(samples, 16 << 10).value();
  }();
  return bytes;
}

std::shared_ptr<const ZstdDictionary> Trained(std::uint8_t id = 1) {
  return ZstdDictionary::Load(id, TrainedBytes(), 3).value();
}

TEST(Compression, GivesBackWhatWasCompressed) {
  const auto dictionary = Trained();
  Compressor compressor;
  for (const Codec codec : kCodecs) {
    for (const std::string& raw : {std::string(), std::string("a"), Sample(5000), std::string(300'000, 'x')}) {
      std::string out = "before";
      ASSERT_TRUE(compressor.Compress(codec, 3, dictionary.get(), raw, &out).ok());
      ASSERT_TRUE(out.starts_with("before"));
      const std::string compressed = out.substr(6);
      std::string back = "old";
      const Status status = compressor.Decompress(codec, dictionary.get(), compressed, raw.size(), &back);
      ASSERT_TRUE(status.ok()) << status.error().message();
      EXPECT_EQ(back, raw);
    }
  }
}

TEST(Compression, TakesTheLevelsOfItsCodecOnly) {
  Compressor compressor;
  std::string out;
  for (const int level : {-1, 0, 1, 9, 19})
    EXPECT_TRUE(compressor.Compress(Codec::kZstd, level, nullptr, "aaaa", &out).ok());
  for (const int level : {-1, 0, 1, 9})
    EXPECT_TRUE(compressor.Compress(Codec::kZlib, level, nullptr, "aaaa", &out).ok());
  const std::string before = out;
  for (const auto& [codec, level] : {std::pair{Codec::kZstd, 23}, {Codec::kZlib, 10}, {Codec::kZlib, -2}}) {
    const Status status = compressor.Compress(codec, level, nullptr, "aaaa", &out);
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().code(), ErrorCode::kInvalidArgument);
  }
  EXPECT_EQ(out, before);
  // The compressor is as good as before.
  EXPECT_TRUE(compressor.Compress(Codec::kZstd, 3, nullptr, "aaaa", &out).ok());
}

TEST(Compression, HasNoMagicNumberSizeDictionaryOrChecksumInItsFrames) {
  const auto dictionary = Trained();
  Compressor compressor;
  for (const Codec codec : {Codec::kZstd, Codec::kZstdDictionary}) {
    std::string out;
    ASSERT_TRUE(compressor.Compress(codec, 3, dictionary.get(), Sample(1), &out).ok());
    EXPECT_EQ(out[0], '\0');  // The frame header descriptor: no flag is set.
  }
}

TEST(Compression, RefusesAnySizeButTheRightOne) {
  const auto dictionary = Trained();
  const std::string raw = Sample(1);
  Compressor compressor;
  for (const Codec codec : kCodecs) {
    std::string compressed;
    ASSERT_TRUE(compressor.Compress(codec, 3, dictionary.get(), raw, &compressed).ok());
    for (const std::size_t wrong : {std::size_t{1}, raw.size() - 1, raw.size() + 1, raw.size() * 2}) {
      std::string back;
      const Status status = compressor.Decompress(codec, dictionary.get(), compressed, wrong, &back);
      ASSERT_FALSE(status.ok());
      EXPECT_EQ(status.error().code(), ErrorCode::kCorruption);
    }
    std::string back;
    EXPECT_TRUE(compressor.Decompress(codec, dictionary.get(), compressed, raw.size(), &back).ok());
  }
}

TEST(Compression, SurvivesEveryFlippedBitAndEveryCut) {
  const auto dictionary = Trained();
  const std::string raw = Sample(1).substr(0, 200);
  Compressor compressor;
  for (const Codec codec : kCodecs) {
    std::string compressed;
    ASSERT_TRUE(compressor.Compress(codec, 3, dictionary.get(), raw, &compressed).ok());
    std::string back;
    for (std::size_t bit = 0; bit < compressed.size() * 8; ++bit) {
      std::string bad = compressed;
      bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
      const bool done = compressor.Decompress(codec, dictionary.get(), bad, raw.size(), &back).ok();
      EXPECT_TRUE(!done || back.size() == raw.size());
    }
    for (std::size_t cut = 0; cut < compressed.size(); ++cut) {
      EXPECT_FALSE(compressor.Decompress(codec, dictionary.get(), compressed.substr(0, cut), raw.size(), &back).ok());
    }
  }
}

TEST(Compression, NeedsTheDictionaryOfItsCodec) {
  Compressor compressor;
  std::string out;
  EXPECT_FALSE(compressor.Compress(Codec::kZstdDictionary, 3, nullptr, "aaaa", &out).ok());
  EXPECT_FALSE(compressor.Decompress(Codec::kZstdDictionary, nullptr, "aaaa", 4, &out).ok());
}

TEST(ZstdDictionary, MakesSmallRecordsSmaller) {
  const auto dictionary = Trained();
  Compressor compressor;
  std::string with;
  std::string without;
  for (std::uint64_t i = 2000; i < 2100; ++i) {
    ASSERT_TRUE(compressor.Compress(Codec::kZstdDictionary, 3, dictionary.get(), Sample(i), &with).ok());
    ASSERT_TRUE(compressor.Compress(Codec::kZstd, 3, nullptr, Sample(i), &without).ok());
  }
  EXPECT_LT(with.size() * 10, without.size() * 7);
}

TEST(ZstdDictionary, IsNotTrainedFromTooLittle) {
  for (const std::vector<std::string>& samples :
       {std::vector<std::string>{}, std::vector<std::string>{"a"}, std::vector<std::string>(3, "abc")}) {
    const auto trained = ZstdDictionary::Train(samples, 16 << 10);
    ASSERT_FALSE(trained.has_value());
    EXPECT_EQ(trained.error().code(), ErrorCode::kInvalidArgument);
  }
}

TEST(ZstdDictionary, StaysWithinTheSizeGiven) { EXPECT_LE(TrainedBytes().size(), std::size_t{16} << 10); }

TEST(ZstdDictionary, RefusesBytesThatAreNoDictionary) {
  EXPECT_EQ(ZstdDictionary::Load(1, "", 3).error().code(), ErrorCode::kCorruption);
  EXPECT_EQ(ZstdDictionary::Load(1, "just some text that is not a dictionary", 3).error().code(),
            ErrorCode::kCorruption);
  EXPECT_EQ(ZstdDictionary::Load(1, TrainedBytes().substr(0, 60), 3).error().code(), ErrorCode::kCorruption);
  EXPECT_EQ(ZstdDictionary::Load(0, TrainedBytes(), 3).error().code(), ErrorCode::kInvalidArgument);
}

TEST(ZstdDictionaries, FindsByIdAndUsesTheLast) {
  ZstdDictionaries dictionaries;
  EXPECT_EQ(dictionaries.current(), nullptr);
  EXPECT_EQ(dictionaries.Find(1), nullptr);
  const auto first = Trained(1);
  const auto second = Trained(255);
  dictionaries.Add(first);
  EXPECT_EQ(dictionaries.current(), first);
  dictionaries.Add(second);
  EXPECT_EQ(dictionaries.current(), second);
  EXPECT_EQ(dictionaries.Find(1), first.get());
  EXPECT_EQ(dictionaries.Find(255), second.get());
  EXPECT_EQ(dictionaries.Find(2), nullptr);
  EXPECT_EQ(dictionaries.Find(0), nullptr);
}

TEST(ZstdDictionaries, IsReadWhileItGrows) {
  ZstdDictionaries dictionaries;
  std::atomic<bool> done = false;
  std::thread reader([&] {
    while (!done) {
      const auto current = dictionaries.current();
      EXPECT_TRUE(current == nullptr || dictionaries.Find(current->id()) == current.get());
    }
  });
  for (std::uint8_t id = 1; id <= 20; ++id) dictionaries.Add(Trained(id));
  done = true;
  reader.join();
  EXPECT_EQ(dictionaries.current()->id(), 20);
}

}  // namespace
}  // namespace kalends
