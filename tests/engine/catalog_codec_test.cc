#include "engine/catalog_codec.h"

#include <flatbuffers/flatbuffers.h>

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "format/catalog_generated.h"
#include "format/envelope.h"
#include "format/key_encoding.h"
#include "tests/engine/engine_test_support.h"
#include "tests/hex.h"

namespace kalends {
namespace {

std::string KeyOfId(const Value& id) {
  std::string key;
  EncodeKey(id, &key);
  return key;
}

CollectionSpec ExampleSpec() {
  CollectionSpec spec;
  spec.time_fields = {"when", "meta.at"};
  spec.time_unit = TimeUnit::kMilliseconds;
  spec.missing_time = MissingTime::kArrival;
  spec.id_field = "key";
  spec.series_field = "monitor";
  spec.indexes = {"a", "b.c"};
  spec.text_fields = {"*"};
  spec.codec = Codec::kZlib;
  spec.compression_level = 7;
  spec.compress_above = 1024;
  spec.months_ahead = 3;
  return spec;
}
PartitionEntry ExamplePartition() {
  return {"things", Month::FromYearMonth(2024, 1), PartitionLife::kDropping, true, {1'700'000'000'000'000}};
}
CommitEntry ExampleCommit() {
  CommitEntry entry;
  entry.time = {1'700'000'000'000'000};
  entry.flags = kCommitSynced;
  entry.parts.push_back({{3}, {100}, 2, {}});
  entry.parts.push_back({{4},
                         {0},
                         0,
                         {{{7}, DeletionKind::kDelete, KeyOfId(Value::Int(1))},
                          {{9}, DeletionKind::kUpdate, KeyOfId(Value::String("abc"))}}});
  return entry;
}
SegmentEntry ExampleSegment() {
  SegmentEntry entry{{65536}, 65537, 1'000'000, {}, {}, 7, 3000, 200};
  entry.blocks = {{65536, {-5}, {9}, {3}, 0, true}, {1, {10}, {20}, {}, 1, true}};
  entry.indexes = {{"user.id", false}, {"tags", true}};
  return entry;
}

// One value of each kind, and whether it can be read.
struct Kind {
  const char* name;
  std::string value;
  std::function<Status(std::string_view)> decode;
};
template <class Entry>
std::function<Status(std::string_view)> With(Result<Entry> (*decode)(std::string_view)) {
  return [decode](std::string_view value) -> Status {
    const auto entry = decode(value);
    return entry.has_value() ? Status() : Status(entry.error());
  };
}
std::vector<Kind> Kinds() {
  return {{"header", EncodeHeader({42, {17}}), With(DecodeHeader)},
          {"collection", EncodeCollection(ExampleSpec()), With(DecodeCollection)},
          {"partition", EncodePartition(ExamplePartition()), With(DecodePartition)},
          {"commit", EncodeCommit(ExampleCommit()), With(DecodeCommit)},
          {"segment", EncodeSegment(ExampleSegment()), With(DecodeSegment)},
          {"tail", EncodeTail({{65536}, 1}), With(DecodeTail)}};
}

TEST(CatalogCodec, GivesBackWhatWasEncoded) {
  const DatabaseHeader header = Must(DecodeHeader(EncodeHeader({42, {17}})));
  EXPECT_EQ(header.seed, 42U);
  EXPECT_EQ(header.created, TimeUs{17});

  EXPECT_EQ(Must(DecodeCollection(EncodeCollection(ExampleSpec()))), ExampleSpec());
  CollectionSpec plain;
  plain.plain = true;
  plain.time_fields.clear();
  EXPECT_EQ(Must(DecodeCollection(EncodeCollection(plain))), plain);

  const PartitionEntry partition = Must(DecodePartition(EncodePartition(ExamplePartition())));
  EXPECT_EQ(partition.collection, "things");
  EXPECT_EQ(partition.month, Month::FromYearMonth(2024, 1));
  EXPECT_EQ(partition.life, PartitionLife::kDropping);
  EXPECT_TRUE(partition.block_compression);
  EXPECT_EQ(partition.created, TimeUs{1'700'000'000'000'000});
  EXPECT_FALSE(Must(DecodePartition(EncodePartition({"things", std::nullopt, PartitionLife::kLive, false, {}})))
                   .month.has_value());

  const CommitEntry commit = Must(DecodeCommit(EncodeCommit(ExampleCommit())));
  EXPECT_EQ(commit.time, TimeUs{1'700'000'000'000'000});
  EXPECT_EQ(commit.flags, kCommitSynced);
  ASSERT_EQ(commit.parts.size(), 2U);
  EXPECT_EQ(commit.parts[0].generation, Generation{3});
  EXPECT_EQ(commit.parts[0].first_row, RowId{100});
  EXPECT_EQ(commit.parts[0].rows, 2U);
  EXPECT_TRUE(commit.parts[0].deletions.empty());
  ASSERT_EQ(commit.parts[1].deletions.size(), 2U);
  EXPECT_EQ(commit.parts[1].deletions[0].row, RowId{7});
  EXPECT_EQ(commit.parts[1].deletions[0].kind, DeletionKind::kDelete);
  EXPECT_EQ(commit.parts[1].deletions[0].id_key, KeyOfId(Value::Int(1)));
  EXPECT_EQ(commit.parts[1].deletions[1].kind, DeletionKind::kUpdate);
  EXPECT_EQ(commit.parts[1].deletions[1].id_key, KeyOfId(Value::String("abc")));
  EXPECT_TRUE(Must(DecodeCommit(EncodeCommit({}))).parts.empty());

  const SegmentEntry segment = Must(DecodeSegment(EncodeSegment(ExampleSegment())));
  EXPECT_EQ(segment.first_row, RowId{65536});
  EXPECT_EQ(segment.rows, 65537U);
  EXPECT_EQ(segment.json_bytes, 1'000'000U);
  EXPECT_EQ(segment.blocks, ExampleSegment().blocks);
  EXPECT_EQ(segment.indexes, ExampleSegment().indexes);
  EXPECT_EQ(segment.deleted, 7U);
  EXPECT_EQ(segment.column_bytes, 3000U);
  EXPECT_EQ(segment.list_bytes, 200U);

  const TailEntry tail = Must(DecodeTail(EncodeTail({{65536}, 1})));
  EXPECT_EQ(tail.first_row, RowId{65536});
  EXPECT_EQ(tail.loads, 1U);
}

// What is on disk may not change unnoticed: version, checksum, FlatBuffer.
TEST(CatalogCodec, HasGoldenBytes) {
  const std::vector<std::pair<std::string, std::string>> golden = {
      {"header", "0174e63cb50c0000000800140004000c00080000002a000000000000001100000000000000"},
      {"collection",
       "0179b9c8e8200000001c00280000000800050006000c0010001400180007001c00200024001c000000000201026000000054"
       "0000004400000024000000100000000700000000040000030000000100000004000000010000002a00000002000000100000"
       "000400000003000000622e63000100000061000000070000006d6f6e69746f7200030000006b657900020000001400000004"
       "000000070000006d6574612e617400040000007768656e00000000"},
      {"partition",
       "011c661120180000000000000010001c0008000c000000060007001000100000000000020114000000e05e000000401e1824"
       "0a060000000000060000007468696e67730000"},
      {"commit",
       "015377196a140000000000000000000a0014000c00070008000a000000000000010c00000000401e18240a06000200000068"
       "000000140000001000140004000000000008000c001000100000000400000028000000100000000400000002000000010200"
       "000e00000030bff000000000000040616263000000020000000700000000000000090000000000000000000a00140004000c"
       "0008000a00000003000000020000006400000000000000"},
      {"segment",
       "018cee938924000000000000001c004400240004002c0008000c001000140018001c00200034003c001c0000000100010080"
       "000000640000005400000044000000380000002800000007000000000001000000000040420f0000000000b80b0000000000"
       "00c8000000000000000200000078000000580000000200000000000100020000000300000000000000020000000000010001"
       "00000002000000090000000000000014000000000000000000000002000000fbffffffffffffff0a0000000000000008000c"
       "000800070008000000000000010400000004000000746167730000060008000400060000000400000007000000757365722e"
       "696400"},
      {"tail", "01849b4e4e1000000000000000080010000800040008000000010000000000010000000000"}};
  const std::vector<Kind> kinds = Kinds();
  ASSERT_EQ(kinds.size(), golden.size());
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    EXPECT_EQ(kinds[i].name, golden[i].first);
    EXPECT_EQ(Hex(kinds[i].value), golden[i].second) << kinds[i].name;
  }
}

TEST(CatalogCodec, HasGoldenKeys) {
  EXPECT_EQ(Hex(HeaderKey()), "68");
  EXPECT_EQ(Hex(LastGenerationKey()), "67");
  EXPECT_EQ(Hex(CollectionKey("ab")), "736162");
  EXPECT_EQ(Hex(PartitionKey({0x01020304})), "7001020304");
  EXPECT_EQ(Hex(CommitKey({0x0102030405060708})), "630102030405060708");
  EXPECT_EQ(Hex(KeyNameKey(0x0102)), "6b0102");
  EXPECT_EQ(Hex(ZstdDictionaryKey(1)), "7a01");
  EXPECT_EQ(Hex(SegmentKey({1})), "7300000001");
  EXPECT_EQ(Hex(DeletionKey({1})), "640000000000000001");
  EXPECT_EQ(Hex(FilterChunkKey(1)), "660001");
  EXPECT_EQ(Hex(FilterRowKey()), "46");
  EXPECT_EQ(Hex(TailKey()), "74");
  EXPECT_EQ(Hex(RebuildKey()), "72");
}

TEST(CatalogCodec, RefusesEveryFlippedBitAndEveryCut) {
  for (const Kind& kind : Kinds()) {
    SCOPED_TRACE(kind.name);
    ASSERT_TRUE(kind.decode(kind.value).ok());
    for (std::size_t bit = 0; bit < kind.value.size() * 8; ++bit) {
      std::string bad = kind.value;
      bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
      ASSERT_TRUE(Fails(kind.decode(bad), bit < 8 ? ErrorCode::kUnsupported : ErrorCode::kCorruption)) << "bit " << bit;
    }
    for (std::size_t size = 0; size < kind.value.size(); ++size) {
      ASSERT_TRUE(Fails(kind.decode(kind.value.substr(0, size)), ErrorCode::kCorruption)) << size << " bytes";
    }
    EXPECT_TRUE(Fails(kind.decode(kind.value + '\0'), ErrorCode::kCorruption));
    EXPECT_TRUE(Fails(kind.decode("\2" + kind.value.substr(1)), ErrorCode::kUnsupported, "use a newer one"));
  }
}

// A checksum may be right by malice: then nothing is read outside the bytes, whatever they say.
TEST(CatalogCodec, ReadsHostileBytesWithARightChecksumWithoutHarm) {
  for (const Kind& kind : Kinds()) {
    const std::string flatbuffer = kind.value.substr(kEnvelopeBytes);
    for (std::size_t bit = 0; bit < flatbuffer.size() * 8; ++bit) {
      std::string bad = flatbuffer;
      bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
      (void)kind.decode(Enclose(bad)).ok();
    }
    for (std::size_t size = 0; size < flatbuffer.size(); ++size)
      (void)kind.decode(Enclose(flatbuffer.substr(0, size))).ok();
    EXPECT_TRUE(Fails(kind.decode(Enclose("")), ErrorCode::kCorruption)) << kind.name;
  }
}

std::string Finished(flatbuffers::FlatBufferBuilder& builder) {
  return Enclose({reinterpret_cast<const char*>(builder.GetBufferPointer()), builder.GetSize()});
}

TEST(CatalogCodec, RefusesNumbersThatMeanNothing) {
  PartitionEntry partition = ExamplePartition();
  for (const int life : {0, 4, 255}) {
    partition.life = static_cast<PartitionLife>(life);
    EXPECT_TRUE(Fails(DecodePartition(EncodePartition(partition)), ErrorCode::kCorruption, "state"));
  }
  CollectionSpec spec = ExampleSpec();
  spec.codec = static_cast<Codec>(9);
  EXPECT_TRUE(Fails(DecodeCollection(EncodeCollection(spec)), ErrorCode::kCorruption, "codec"));
  SegmentEntry segment = ExampleSegment();
  segment.blocks.pop_back();
  EXPECT_TRUE(Fails(DecodeSegment(EncodeSegment(segment)), ErrorCode::kCorruption, "its blocks hold 65536"));
  segment = ExampleSegment();
  segment.blocks[1].rows = 0;
  EXPECT_TRUE(Fails(DecodeSegment(EncodeSegment(segment)), ErrorCode::kCorruption, "block 1 has 0 rows"));
  segment = ExampleSegment();
  segment.blocks[1].min.value = segment.blocks[1].max.value + 1;
  EXPECT_TRUE(Fails(DecodeSegment(EncodeSegment(segment)), ErrorCode::kCorruption, "block 1 end before"));
  segment = ExampleSegment();
  segment.blocks.clear();
  EXPECT_TRUE(Fails(DecodeSegment(EncodeSegment(segment)), ErrorCode::kCorruption, "blocks"));
  segment = ExampleSegment();
  segment.rows = 0;
  EXPECT_TRUE(Fails(DecodeSegment(EncodeSegment(segment)), ErrorCode::kCorruption));
  CommitEntry commit = ExampleCommit();
  commit.parts[1].deletions[0].kind = static_cast<DeletionKind>(3);
  EXPECT_TRUE(Fails(DecodeCommit(EncodeCommit(commit)), ErrorCode::kCorruption));
  commit = ExampleCommit();
  commit.parts[1].deletions[0].id_key += KeyOfId(Value::Int(2));
  EXPECT_TRUE(Fails(DecodeCommit(EncodeCommit(commit)), ErrorCode::kCorruption)) << "an id too many";
  commit.parts[1].deletions[0].id_key.clear();
  EXPECT_TRUE(Fails(DecodeCommit(EncodeCommit(commit)), ErrorCode::kCorruption)) << "an id too few";
}

TEST(CatalogCodec, RefusesDeletionsThatDifferInNumber) {
  flatbuffers::FlatBufferBuilder builder;
  const auto rows = builder.CreateVector(std::vector<std::uint64_t>{1, 2});
  const auto ids = builder.CreateVector(std::vector<std::uint8_t>{});
  const auto kinds = builder.CreateVector(std::vector<std::uint8_t>{1});
  const auto parts = builder.CreateVector(std::vector{fb::CreateCommitPart(builder, 1, 0, 0, rows, ids, kinds)});
  builder.Finish(fb::CreateCommitEntry(builder, 0, 0, parts));
  EXPECT_TRUE(Fails(DecodeCommit(Finished(builder)), ErrorCode::kCorruption, "differ in number"));
}

}  // namespace
}  // namespace kalends
