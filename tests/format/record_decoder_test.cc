// Records that nobody wrote: golden ones of every codec, flipped bits, cuts, and FlatBuffers that are whole but make no
// document.
#include <gtest/gtest.h>

#include <functional>

#include "format/record_codec.h"
#include "format/record_generated.h"
#include "format/stored_types.h"
#include "kalends/limits.h"
#include "tests/format/record_test_support.h"

namespace kalends {
namespace {

// Reads every byte of a value, so that a sanitizer sees a string that points outside.
std::size_t Touch(const Value& value) { return ToJson(value, JsonStyle::kCanonical).size(); }

class RecordDecoding : public testing::Test {
 protected:
  RecordDecoding() {
    for (const char* name : {"a", "b", "c"}) keys_.Append(name);
  }

  Result<RecordParts> Decode(std::string_view record) {
    arena_.Reset();
    return decoder_.Decode(record, keys_, dictionaries_, arena_);
  }
  Result<RecordParts> DecodeRaw(std::string_view raw) { return Decode(Framed(Codec::kNone, 0, raw.size(), raw)); }

  // A small document with every stored type.
  std::string EncodeEverything(Codec codec) {
    const std::vector<Value> elements = {Value::Null(),
                                         Value::Bool(true),
                                         Value::Int(-5),
                                         Value::Long(1LL << 40),
                                         Value::Double(0.25),
                                         Value::Double(1.0 / 3),
                                         Value::String("text"),
                                         Value::String("0a8fc187-681a-4c42-9538-ba0f628ee289"),
                                         Value::String("2024-01-31T15:00:00.000Z"),
                                         Value::Binary("bin", 3),
                                         Value::DateMs(1000),
                                         Value::ObjectId("abcdefghijkl"),
                                         Value::Array({}),
                                         Value::Object({})};
    const Field inner = {std::string_view("unnumbered and long enough to stay so"), Value::Array(elements)};
    const Field fields[] = {{"a", Value::Object({&inner, 1})}, {"b", Value::String("more text")}};
    while (keys_.size() < KeyDictionary::kNumbersMax) keys_.Append("key " + std::to_string(keys_.size()));
    std::string record;
    const RecordParts parts = {.time = {1}, .id = Value::String("id"), .root = Value::Object(fields)};
    EXPECT_TRUE(encoder_.Encode(parts, {.codec = codec}, keys_, &record).ok());
    return record;
  }

  void ExpectRefused(const Result<RecordParts>& parts, std::string_view reason) {
    ASSERT_FALSE(parts.has_value()) << reason;
    EXPECT_EQ(parts.error().code(), ErrorCode::kCorruption);
    EXPECT_NE(parts.error().message().find(reason), std::string::npos) << parts.error().message();
  }

  KeyDictionary keys_;
  ZstdDictionaries dictionaries_;
  RecordEncoder encoder_;
  RecordDecoder decoder_;
  Arena arena_;
};

TEST_F(RecordDecoding, ReadsGoldenRecordsOfEveryCodec) {
  // {"a": "xx...x" (64 times), "b": 7} at time 5. What zstd and zlib write may change with their versions; what they
  // read may not.
  const char* kDictionary =
      "37a430ec2aa7a74d2f10289961390000000000000000000000fcf3f3f3f3f3998edfdede5e1929a594524ae633c9d68c6ccd"
      "c816181bb2298306000c0080270f00000004a0cbc0401c91020000008015000010020000000013000000000000000000e006"
      "00000000000074b41b00000000000000000000000000000001000000040000000800000000000007000000c8000000070000"
      "003135383338303000100000000c00140008000000000004000c00000020000000c90000000000070000008c000000070000"
      "003131303836363000100000000c00140008000000000004000c000000200000008d00000000180000002000000002000000"
      "000001000200";
  dictionaries_.Add(ZstdDictionary::Load(9, Unhex(kDictionary), 3).value());
  const char* kGolden[] = {
      // kNone
      "10a801d1abe00f100000000c00140008000000000004000c0000002000000005000000000000000000000010001400040000"
      "0008000c00000010001000000010000000140000001800000020000000020000000000010002000000060300000200000040"
      "0000000700000040000000787878787878787878787878787878787878787878787878787878787878787878787878787878"
      "78787878787878787878787878787878787878787878787878",
      // kZstd
      "11a801baf8cf7900006d02004403100000000c001400080004000c0000002000000005001000140004000000081000100000"
      "140000001802010603004000000007780a00c449015283362b72e0b2a972a7b411943860930590",
      // kZlib
      "12a801c254817b13606060e0611061e000d20c0c2c403603830210b382f9102000946701d21c6059012004910c4051060609"
      "a87a26b04a460610cdc6cc00a61d80981d4a57500800",
      // kZstdDictionary
      "1309a8011906be6a00007d010063810468c0108104bf9cff6edc50f03fcde5dccd270afcc4af2d4cd81b95c9ea5f5d8fd91b"
      "51813771f0a43535ec01",
  };
  for (const char* golden : kGolden) {
    const auto parts = Decode(Unhex(golden));
    ASSERT_TRUE(parts.has_value()) << parts.error().message();
    EXPECT_EQ(parts->time.value, 5);
    EXPECT_EQ(ToJson(parts->root), R"({"a":")" + std::string(64, 'x') + R"(","b":7})");
  }
}

TEST_F(RecordDecoding, RefusesEveryFlippedBit) {
  for (const Codec codec : {Codec::kNone, Codec::kZstd, Codec::kZlib}) {
    const std::string good = EncodeEverything(codec);
    ASSERT_TRUE(Decode(good).has_value());
    for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
      const auto parts = Decode(WithFlippedBit(good, bit));
      ASSERT_FALSE(parts.has_value()) << "bit " << bit;
      const bool is_version = bit >= 4 && bit < 8;
      EXPECT_EQ(parts.error().code(), is_version ? ErrorCode::kUnsupported : ErrorCode::kCorruption) << "bit " << bit;
    }
  }
}

TEST_F(RecordDecoding, RefusesEveryCutAndWhatIsAppended) {
  const std::string good = EncodeEverything(Codec::kZstd);
  for (std::size_t cut = 0; cut < good.size(); ++cut) {
    const auto parts = Decode(good.substr(0, cut));
    ASSERT_FALSE(parts.has_value()) << "cut to " << cut;
    EXPECT_EQ(parts.error().code(), ErrorCode::kCorruption);
  }
  EXPECT_FALSE(Decode(good + "x").has_value());
}

TEST_F(RecordDecoding, SurvivesEveryFlippedBitBehindARightChecksum) {
  EncodeEverything(Codec::kNone);
  const std::string raw(encoder_.last_raw());
  int read = 0;
  for (std::size_t bit = 0; bit < raw.size() * 8; ++bit) {
    const auto parts = DecodeRaw(WithFlippedBit(raw, bit));
    if (!parts.has_value()) continue;
    ++read;
    EXPECT_GT(Touch(parts->root) + Touch(parts->id), 0U);
  }
  EXPECT_GT(read, 0);  // A flipped bit of a text is a text.
}

TEST_F(RecordDecoding, SurvivesRandomDamageBehindARightChecksum) {
  EncodeEverything(Codec::kNone);
  const std::string raw(encoder_.last_raw());
  std::mt19937_64 random(1);
  for (int i = 0; i < 50'000; ++i) {
    std::string bad = raw;
    for (std::uint64_t changes = 1 + random() % 4; changes > 0; --changes) {
      const std::size_t at = random() % bad.size();
      constexpr std::uint8_t kTelling[] = {0, 1, 0x7F, 0x80, 0xFF};
      bad[at] = static_cast<char>(random() % 2 == 0 ? random() : kTelling[random() % std::size(kTelling)]);
    }
    if (random() % 8 == 0) bad.resize(random() % bad.size());
    const auto parts = DecodeRaw(bad);
    if (parts.has_value()) Touch(parts->root);
  }
}

TEST_F(RecordDecoding, SurvivesFlippedBitsOfCompressedBytesBehindARightChecksum) {
  for (const Codec codec : {Codec::kZstd, Codec::kZlib}) {
    const std::string good = EncodeEverything(codec);
    const RecordFrame frame = OpenFrame(good).value();
    ASSERT_EQ(frame.codec, codec);
    for (std::size_t bit = 0; bit < frame.payload.size() * 8; ++bit) {
      const auto parts = Decode(Framed(codec, 0, frame.raw_bytes, WithFlippedBit(std::string(frame.payload), bit)));
      if (parts.has_value()) Touch(parts->root);
    }
  }
}

TEST_F(RecordDecoding, NamesWhatIsWrongWithTheFrame) {
  EncodeEverything(Codec::kNone);
  const std::string raw(encoder_.last_raw());
  ExpectRefused(Decode(""), "empty");
  ExpectRefused(Decode(Unhex("1f00000000")), "codec 15");
  ExpectRefused(Decode(Unhex("1000")), "cut");
  ExpectRefused(Decode(Framed(Codec::kNone, 0, raw.size() + 1, raw)), "not exactly");
  ExpectRefused(Decode(Framed(Codec::kNone, 0, kRecordBytesMax + 1, raw)), "at most");
  ExpectRefused(Decode(Framed(Codec::kZstdDictionary, 9, raw.size(), raw)), "dictionary 9");
  ExpectRefused(Decode(Framed(Codec::kNone, 0, 0, "")), "no FlatBuffer");
  std::string flipped = Framed(Codec::kNone, 0, raw.size(), raw);
  flipped.back() = static_cast<char>(flipped.back() ^ 1);
  ExpectRefused(Decode(flipped), "checksum");

  const auto newer = Decode(Unhex("2000"));
  ASSERT_FALSE(newer.has_value());
  EXPECT_EQ(newer.error().code(), ErrorCode::kUnsupported);
  EXPECT_NE(newer.error().message().find("version 2"), std::string::npos);
}

// FlatBuffers made by hand. The dictionary holds a, b and c.
class HandMadeRecord : public RecordDecoding {
 protected:
  using Builder = flatbuffers::FlatBufferBuilder;
  using Object = flatbuffers::Offset<stored::Object>;
  struct Vectors {
    std::vector<std::uint16_t> keys = {};
    std::vector<std::string> names = {};
    std::vector<StoredType> types = {};
    std::vector<std::uint32_t> slots = {};
    std::vector<std::uint64_t> wide = {};
    std::string bytes = {};
    std::vector<Object> children = {};
  };

  static Object Make(Builder& builder, const Vectors& vectors) {
    std::vector<std::uint8_t> types;
    for (const StoredType type : vectors.types) types.push_back(static_cast<std::uint8_t>(type));
    const std::vector<std::uint8_t> bytes(vectors.bytes.begin(), vectors.bytes.end());
    return stored::CreateObject(builder, builder.CreateVector(vectors.keys),
                                builder.CreateVectorOfStrings(vectors.names), builder.CreateVector(types),
                                builder.CreateVector(vectors.slots), builder.CreateVector(vectors.wide),
                                builder.CreateVector(bytes), builder.CreateVector(vectors.children));
  }

  static std::string Finish(Builder& builder, Object root, Object id = 0) {
    builder.Finish(stored::CreateRecord(builder, 1, id, 0, root, 0));
    return {reinterpret_cast<const char*>(builder.GetBufferPointer()), builder.GetSize()};
  }

  Result<RecordParts> DecodeRoot(const Vectors& vectors) {
    Builder builder;
    return DecodeRaw(Finish(builder, Make(builder, vectors)));
  }
  Result<RecordParts> DecodeNull(StoredType type, std::uint32_t slot) {
    return DecodeRoot({.keys = {0}, .types = {type}, .slots = {slot}, .wide = {1}, .bytes = "x"});
  }
};

TEST_F(HandMadeRecord, IsReadWhenItIsRight) {
  const auto parts = DecodeRoot({.keys = {2, 0xFFFF, 0},
                                 .names = {"zebra"},
                                 .types = {StoredType::kString, StoredType::kDecimal2, StoredType::kLong},
                                 .slots = {2, 25, 0},
                                 .wide = {7},
                                 .bytes = "xy"});
  ASSERT_TRUE(parts.has_value()) << parts.error().message();
  EXPECT_EQ(ToJson(parts->root), R"({"c":"xy","zebra":0.25,"a":7})");
}

TEST_F(HandMadeRecord, NeedsVectorsThatFitTogether) {
  constexpr StoredType kNull = StoredType::kNull;
  ExpectRefused(DecodeRoot({.keys = {0, 1}, .types = {kNull}, .slots = {0}}), "2 keys for 1 values");
  ExpectRefused(DecodeRoot({.keys = {0}, .types = {kNull}, .slots = {0, 0}}), "2 slots for 1 types");
  ExpectRefused(DecodeRoot({.keys = {3}, .types = {kNull}, .slots = {0}}),
                "key number 3 is not in the dictionary of 3");
  ExpectRefused(DecodeRoot({.keys = {0xFFFF}, .types = {kNull}, .slots = {0}}), "no name");
  ExpectRefused(DecodeRoot({.keys = {0}, .names = {"x"}, .types = {kNull}, .slots = {0}}), "more names");
  ExpectRefused(DecodeRoot({.keys = {0}, .types = {kNull}, .slots = {0}, .bytes = "x"}), "bytes that no value uses");
}

TEST_F(HandMadeRecord, NeedsSlotsInRange) {
  using enum StoredType;
  for (const StoredType type : {kNull, kBool, kLong, kDouble, kDate, kString, kObjectId, kArray, kObject, kEmptyArray,
                                kEmptyObject, kUuidText, kTimeText}) {
    ExpectRefused(DecodeNull(type, 2), "slot 2 is wrong");
  }
  ExpectRefused(DecodeNull(StoredType{0}, 0), "type 0");
  ExpectRefused(DecodeNull(StoredType{22}, 0), "type 22");
  ExpectRefused(DecodeNull(kUuidText, 1), "uuid");
  ExpectRefused(DecodeNull(kObjectId, 1), "ObjectId");
  ExpectRefused(DecodeNull(kBinary, 0), "subtype");
  ExpectRefused(DecodeNull(kTimeText, 0), "time text");
  ExpectRefused(DecodeRoot({.keys = {0, 1}, .types = {kString, kString}, .slots = {2, 1}, .bytes = "xy"}),
                "slot 1 is wrong");
}

TEST_F(HandMadeRecord, UsesEachChildOnceAndInOrder) {
  using enum StoredType;
  const auto decode = [&](std::vector<std::uint32_t> slots) {
    Builder builder;
    const Object child = Make(builder, {.keys = {0}, .types = {kNull}, .slots = {0}});
    const std::vector<StoredType> types(slots.size(), kObject);
    std::vector<std::uint16_t> keys(slots.size());
    for (std::size_t i = 0; i < keys.size(); ++i) keys[i] = static_cast<std::uint16_t>(i);
    return DecodeRaw(
        Finish(builder, Make(builder, {.keys = keys, .types = types, .slots = slots, .children = {child, child}})));
  };
  EXPECT_TRUE(decode({0, 1}).has_value());
  ExpectRefused(decode({0, 0}), "slot 0 is wrong");
  ExpectRefused(decode({1, 0}), "slot 1 is wrong");
  ExpectRefused(decode({0}), "children that no value uses");
}

TEST_F(HandMadeRecord, MayNotNestDeeperThanDocuments) {
  const auto decode = [&](int depth) {
    Builder builder;
    Object object = Make(builder, {.keys = {0}, .types = {StoredType::kNull}, .slots = {0}});
    for (int i = 1; i < depth; ++i) {
      object = Make(builder, {.keys = {0}, .types = {StoredType::kObject}, .slots = {0}, .children = {object}});
    }
    return DecodeRaw(Finish(builder, object));
  };
  EXPECT_TRUE(decode(kNestingDepthMax).has_value());
  ExpectRefused(decode(kNestingDepthMax + 1), "nested more than 100 deep");
  ExpectRefused(decode(1000), "no FlatBuffer");
}

// Each level names the one below it twice: 2^60 values in a few kilobytes.
TEST_F(HandMadeRecord, MayNotShareWhatItHolds) {
  Builder builder;
  Object object = Make(builder, {.keys = {0}, .types = {StoredType::kNull}, .slots = {0}});
  for (int i = 0; i < 60; ++i) {
    object = Make(builder, {.keys = {0, 1},
                            .types = {StoredType::kObject, StoredType::kObject},
                            .slots = {0, 1},
                            .children = {object, object}});
  }
  ExpectRefused(DecodeRaw(Finish(builder, object)), "no FlatBuffer");

  // One vector of 1,000 values in 100 objects.
  const auto types =
      builder.CreateVector(std::vector<std::uint8_t>(1000, static_cast<std::uint8_t>(StoredType::kNull)));
  const auto slots = builder.CreateVector(std::vector<std::uint32_t>(1000, 0));
  Vectors root;
  for (std::uint32_t i = 0; i < 100; ++i) {
    root.children.push_back(stored::CreateObject(builder, 0, 0, types, slots));
    root.types.push_back(StoredType::kArray);
    root.slots.push_back(i);
    root.keys.push_back(0);
  }
  ExpectRefused(DecodeRaw(Finish(builder, Make(builder, root))), "more values than bytes");
}

TEST_F(HandMadeRecord, HasADocumentAndOneId) {
  Builder builder;
  ExpectRefused(DecodeRaw(Finish(builder, 0)), "no document");
  Builder second;
  const Object root = Make(second, {});
  const Object id = stored::CreateObject(second);
  ExpectRefused(DecodeRaw(Finish(second, root, id)), "its id has 0 values");
}

TEST_F(HandMadeRecord, HasNoKeysInArrays) {
  Builder builder;
  const Object array = Make(builder, {.keys = {0}, .types = {StoredType::kNull}, .slots = {0}});
  ExpectRefused(
      DecodeRaw(Finish(builder,
                       Make(builder, {.keys = {0}, .types = {StoredType::kArray}, .slots = {0}, .children = {array}}))),
      "an array has keys");
}

}  // namespace
}  // namespace kalends
