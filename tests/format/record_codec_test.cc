#include "format/record_codec.h"

#include <gtest/gtest.h>
#include <zstd.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <sstream>

#include "format/json_reader.h"
#include "kalends/limits.h"
#include "tests/format/record_test_support.h"

namespace kalends {
namespace {

constexpr RecordCompression kPlain = {.codec = Codec::kNone};

// An encoder and a decoder with the dictionaries of one partition.
class RecordCodec : public testing::Test {
 protected:
  std::string Encode(const RecordParts& parts, const RecordCompression& compression = kPlain) {
    std::string record;
    const Status status = encoder_.Encode(parts, compression, keys_, &record);
    EXPECT_TRUE(status.ok()) << status.error().message();
    return record;
  }
  Result<RecordParts> Decode(std::string_view record) { return decoder_.Decode(record, keys_, dictionaries_, arena_); }

  void ExpectSameBack(const Value& root, const RecordCompression& compression = kPlain) {
    const auto parts = Decode(Encode({.time = {1}, .root = root}, compression));
    ASSERT_TRUE(parts.has_value()) << parts.error().message();
    EXPECT_TRUE(SameInEveryBit(parts->root, root)) << ToJson(root) << "\n" << ToJson(parts->root);
  }

  // {"x": value}
  Value Holding(const Value& value) {
    const Field field = {"x", value};
    return Value::Object(arena_.Copy(std::span(&field, 1)));
  }
  std::size_t BytesOf(const Value& value) {
    Encode({.root = Holding(value)});
    return encoder_.last_raw().size();
  }
  Value Json(std::string_view json) { return reader_.Read(json, arena_).value(); }

  std::shared_ptr<const ZstdDictionary> TrainDictionary(std::uint8_t id) {
    std::vector<std::string> samples;
    for (int i = 0; i < 500; ++i) {
      Encode({.time = {i}, .root = Message(i)});
      samples.emplace_back(encoder_.last_raw());
    }
    const std::string bytes = ZstdDictionary::Train(samples, 16 << 10).value();
    auto dictionary = ZstdDictionary::Load(id, bytes, 3).value();
    dictionaries_.Add(dictionary);
    return dictionary;
  }

  // A chat message, different for each `i`.
  Value Message(int i) {
    std::mt19937_64 random(static_cast<std::uint64_t>(i));
    const auto uuid = [&] {
      std::string text = "00000000-0000-4000-8000-000000000000";
      for (char& digit : text) {
        if (digit == '0') digit = "0123456789abcdef"[random() % 16];
      }
      return text;
    };
    static constexpr const char* kWords[] = {"please", "look", "at",   "the",    "failing",
                                             "test",   "of",   "this", "branch", "again"};
    std::string content;
    for (int word = 0; word < 80; ++word) content += std::string(kWords[random() % std::size(kWords)]) + ' ';
    std::ostringstream json;
    json << R"({"uuid":")" << uuid() << R"(","parentUuid":")" << uuid() << R"(","sessionId":")" << uuid()
         << R"(","user_id":"user_)" << random() % 2000 << R"(","type":"assistant","timestamp":"2024-01-31T15:00:)"
         << 10 + i % 50 << R"(.123Z","model":"large","costUsd":0.0)" << random() % 10000
         << R"(,"gitBranch":"main","message":{"role":"assistant","content":")" << content
         << R"(","usage":{"input_tokens":)" << random() % 9000 << R"(,"output_tokens":)" << random() % 9000 << "}}}";
    return Json(json.str());
  }

  KeyDictionary keys_;
  ZstdDictionaries dictionaries_;
  RecordEncoder encoder_;
  RecordDecoder decoder_;
  JsonReader reader_;
  Arena arena_;
};

TEST_F(RecordCodec, EncodesTheExampleOfItsFormatComment) {
  EXPECT_EQ(Hex(Encode({.time = {1}, .json_bytes = 7, .root = Json(R"({"a":1})")})),
            "1060f7cbebf4"
            "140000000000"
            "0e0018000c000000000004000800"
            "0e0000002000000007000000010000000000000000000000"
            "0c0010000400000008000c00"
            "0c0000000c0000001000000014000000"
            "0100000000000000"
            "0100000003000000"
            "0100000001000000");
}

TEST_F(RecordCodec, KeepsEveryPartOfARecord) {
  const RecordParts parts = {.time = {-5},
                             .id = Value::String("made"),
                             .flags = kRecordTimeIsArrival,
                             .json_bytes = 4711,
                             .root = Json(R"({"b":1,"a":{"c":[1,"x",null]}})")};
  const auto back = Decode(Encode(parts));
  ASSERT_TRUE(back.has_value()) << back.error().message();
  EXPECT_EQ(back->time, parts.time);
  EXPECT_EQ(back->id.as_string(), "made");
  EXPECT_EQ(back->flags, kRecordTimeIsArrival);
  EXPECT_EQ(back->json_bytes, 4711U);
  EXPECT_EQ(ToJson(back->root), R"({"b":1,"a":{"c":[1,"x",null]}})");
}

TEST_F(RecordCodec, KeepsAnIdOfAnyType) {
  EXPECT_TRUE(Decode(Encode({.root = Json("{}")}))->id.is_missing());
  for (const char* json :
       {"7", R"({"$numberLong":"7"})", "7.5", R"("x")", R"("")", R"({"a":{"b":1},"":2})", "[1,[2]]", "null", "{}", "[]",
        "true", R"({"$oid":"0102030405060708090a0b0c"})", R"("0a8fc187-681a-4c42-9538-ba0f628ee289")"}) {
    const Value id = Json(json);
    const std::string record = Encode({.id = id, .root = Json(R"({"k":1})")});
    const auto back = Decode(record);
    ASSERT_TRUE(back.has_value()) << back.error().message();
    EXPECT_TRUE(SameInEveryBit(back->id, id)) << json;
    // Without the key dictionary, too.
    const auto head = decoder_.DecodeHead(record, dictionaries_, arena_);
    ASSERT_TRUE(head.has_value()) << head.error().message();
    EXPECT_TRUE(SameInEveryBit(head->id, id)) << json;
  }
  EXPECT_EQ(keys_.size(), 1U);
}

TEST_F(RecordCodec, DecodesTheHeadAlone) {
  const auto head = decoder_.DecodeHead(
      Encode({.time = {77}, .id = Value::Int(5), .flags = 1, .json_bytes = 9, .root = Json(R"({"a":1})")}),
      dictionaries_, arena_);
  ASSERT_TRUE(head.has_value());
  EXPECT_EQ(head->time.value, 77);
  EXPECT_EQ(head->id.as_integer(), 5);
  EXPECT_EQ(head->flags, 1);
  EXPECT_EQ(head->json_bytes, 9U);
  EXPECT_TRUE(head->root.is_missing());
}

TEST_F(RecordCodec, KeepsTypesApart) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const std::vector<Value> values = {Value::Null(),
                                     Value::Bool(true),
                                     Value::Bool(false),
                                     Value::Int(0),
                                     Value::Int(INT32_MIN),
                                     Value::Int(INT32_MAX),
                                     Value::Long(0),
                                     Value::Long(-1),
                                     Value::Long(INT64_MIN),
                                     Value::Long(INT64_MAX),
                                     Value::Double(0.0),
                                     Value::Double(-0.0),
                                     Value::Double(1.0),
                                     Value::Double(0.1),
                                     Value::Double(0.1 + 0.2),
                                     Value::Double(std::nan("")),
                                     Value::Double(kInfinity),
                                     Value::Double(-kInfinity),
                                     Value::Double(5e-324),
                                     Value::String(""),
                                     Value::String("x"),
                                     Value::String("0a8fc187-681a-4c42-9538-ba0f628ee289"),
                                     Value::String("0A8fc187-681a-4c42-9538-ba0f628ee289"),
                                     Value::String("2024-02-29T00:00:00.000Z"),
                                     Value::String("2024-02-30T00:00:00.000Z"),
                                     Value::Binary("", 0),
                                     Value::Binary(std::string_view("\0\xff", 2), 4),
                                     Value::DateMs(0),
                                     Value::DateMs(INT64_MIN),
                                     Value::ObjectId("abcdefghijkl"),
                                     Value::Array({}),
                                     Value::Object({})};
  for (const Value& value : values) ExpectSameBack(Holding(value));
  ExpectSameBack(Holding(Value::Array(values)));
}

TEST_F(RecordCodec, StoresShortFormsOfCommonTexts) {
  EXPECT_EQ(BytesOf(Value::Double(12.345678)), BytesOf(Value::Int(1)));
  EXPECT_EQ(BytesOf(Value::Double(1.0 / 3)), BytesOf(Value::Long(1)));
  EXPECT_EQ(BytesOf(Value::String("2024-01-31T15:00:00.000Z")), BytesOf(Value::Long(1)));
  EXPECT_EQ(BytesOf(Value::String("0a8fc187-681a-4c42-9538-ba0f628ee289")), BytesOf(Value::String("16 bytes of text")));
}

TEST_F(RecordCodec, GivesBackRandomDocumentsInEveryCodec) {
  const auto dictionary = TrainDictionary(1);
  for (std::uint64_t seed = 0; seed < 600; ++seed) {
    RandomDocuments random(seed, arena_);
    const Value root = random.Object(static_cast<int>(seed % 6));
    for (const Codec codec : {Codec::kNone, Codec::kZstd, Codec::kZlib, Codec::kZstdDictionary}) {
      ExpectSameBack(root, {.codec = codec, .dictionary = dictionary.get()});
    }
  }
}

TEST_F(RecordCodec, SpellsKeysOutWhenTheDictionaryIsFull) {
  for (std::uint32_t i = 0; i < KeyDictionary::kNumbersMax; ++i)
    ASSERT_TRUE(keys_.Append("taken " + std::to_string(i)));
  ExpectSameBack(Json(R"({"b":1,"taken 5":2,"":3,"a.b":{"$x":[{"b":4}]},"taken 16383":5})"));
  for (std::uint64_t seed = 0; seed < 50; ++seed) ExpectSameBack(RandomDocuments(seed, arena_).Object(4));
  EXPECT_EQ(keys_.size(), KeyDictionary::kNumbersMax);
}

TEST_F(RecordCodec, TakesDocumentsOfTheDepthAllowed) {
  std::string json = "1";
  for (int depth = 1; depth < kNestingDepthMax; ++depth)
    json = depth % 2 == 0 ? R"({"k":)" + json + "}" : "[" + json + "]";
  const Value inner = Json(json);
  ExpectSameBack(Holding(inner));
  std::string record = "before";
  const Status status = encoder_.Encode({.root = Holding(Holding(inner))}, kPlain, keys_, &record);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code(), ErrorCode::kLimitExceeded);
  EXPECT_EQ(record, "before");
}

TEST_F(RecordCodec, TakesDocumentsOfTheSizeAllowed) {
  const std::string text(kDocumentBytesMax, 'x');
  for (const Codec codec : {Codec::kNone, Codec::kZstd}) ExpectSameBack(Holding(Value::String(text)), {.codec = codec});

  const std::string large(kRecordBytesMax, 'x');
  std::vector<Value> many(4'000'000, Value::Int(1));
  const Field long_name = {large, Value::Null()};
  for (const Value& root :
       {Holding(Value::String(large)), Holding(Value::Array(many)), Value::Object({&long_name, 1})}) {
    std::string record;
    const Status status = encoder_.Encode({.root = root}, kPlain, keys_, &record);
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().code(), ErrorCode::kLimitExceeded);
    EXPECT_TRUE(record.empty());
  }
  ExpectSameBack(Json(R"({"the":"encoder","is":["as","good"],"as":"before"})"));
}

TEST_F(RecordCodec, RefusesWhatIsNoDocument) {
  std::string record;
  EXPECT_EQ(encoder_.Encode({.root = Value::Int(1)}, kPlain, keys_, &record).error().code(),
            ErrorCode::kInvalidArgument);
  EXPECT_EQ(encoder_.Encode({.root = Holding(Value())}, kPlain, keys_, &record).error().code(),
            ErrorCode::kInvalidArgument);
  EXPECT_TRUE(record.empty());
}

TEST_F(RecordCodec, AppendsToWhatIsThere) {
  std::string records;
  ASSERT_TRUE(encoder_.Encode({.root = Json(R"({"a":1})")}, kPlain, keys_, &records).ok());
  const std::size_t first = records.size();
  ASSERT_TRUE(encoder_.Encode({.root = Json(R"({"b":2})")}, kPlain, keys_, &records).ok());
  EXPECT_EQ(ToJson(Decode(std::string_view(records).substr(0, first))->root), R"({"a":1})");
  EXPECT_EQ(ToJson(Decode(std::string_view(records).substr(first))->root), R"({"b":2})");
}

Codec CodecOf(std::string_view record) { return static_cast<Codec>(record.front() & 0xF); }

TEST_F(RecordCodec, ChoosesTheCodec) {
  const auto dictionary = TrainDictionary(7);
  const Value message = Message(1000);
  RecordCompression compression = {.codec = Codec::kZstdDictionary, .dictionary = dictionary.get()};
  const std::string record = Encode({.root = message}, compression);
  EXPECT_EQ(CodecOf(record), Codec::kZstdDictionary);
  EXPECT_EQ(record[1], 7);

  compression.compress_above = static_cast<std::uint32_t>(encoder_.last_raw().size());
  EXPECT_EQ(CodecOf(Encode({.root = message}, compression)), Codec::kZstdDictionary);
  ++compression.compress_above;
  EXPECT_EQ(CodecOf(Encode({.root = message}, compression)), Codec::kNone);

  compression = {.codec = Codec::kZstdDictionary};
  EXPECT_EQ(CodecOf(Encode({.root = message}, compression)), Codec::kZstd);
  // What does not shrink is stored as it is.
  EXPECT_EQ(CodecOf(Encode({.root = Json("{}")}, compression)), Codec::kNone);
  // No dictionary for large records.
  const std::string text(2 << 20, 'x');
  compression.dictionary = dictionary.get();
  EXPECT_EQ(CodecOf(Encode({.root = Holding(Value::String(text))}, compression)), Codec::kZstd);
}

TEST_F(RecordCodec, FramesTakeNineBytesAtMost) {
  const auto dictionary = TrainDictionary(200);
  const std::string almost_2_mib((2 << 20) - 200, 'x');
  const std::string almost_16_mib(kDocumentBytesMax, 'x');
  for (const std::string& text : {std::string("x"), std::string(900, 'x'), almost_2_mib, almost_16_mib}) {
    const Value root = Holding(Value::String(text));
    const RecordCompression compression = {.codec = Codec::kZstdDictionary, .dictionary = dictionary.get()};
    const std::string record = Encode({.root = root}, compression);
    const auto frame = OpenFrame(record);
    ASSERT_TRUE(frame.has_value()) << frame.error().message();
    EXPECT_EQ(frame->raw_bytes, encoder_.last_raw().size());
    EXPECT_LE(record.size() - frame->payload.size(), 9U);
  }
}

TEST_F(RecordCodec, GivesTheRawBytesOfTheLastRecord) {
  EXPECT_EQ(encoder_.last_raw(), "");
  const std::string record = Encode({.root = Message(1)}, {.codec = Codec::kZstd});
  const auto raw = decoder_.Raw(record, dictionaries_);
  ASSERT_TRUE(raw.has_value());
  EXPECT_EQ(*raw, encoder_.last_raw());
}

TEST_F(RecordCodec, StoresMessagesInHalfTheirSizeAndLess) {
  const auto dictionary = TrainDictionary(1);
  std::size_t json_bytes = 0;
  std::size_t zstd_bytes = 0;
  std::size_t dictionary_bytes = 0;
  for (int i = 2000; i < 2200; ++i) {
    const RecordParts parts = {.time = {1'706'713'200'000'000 + i}, .root = Message(i)};
    json_bytes += ToJson(parts.root).size();
    zstd_bytes += Encode(parts, {.codec = Codec::kZstd}).size();
    dictionary_bytes += Encode(parts, {.codec = Codec::kZstdDictionary, .dictionary = dictionary.get()}).size();
  }
  EXPECT_LT(zstd_bytes * 10, json_bytes * 7);
  EXPECT_LT(dictionary_bytes * 2, json_bytes);
  EXPECT_LT(dictionary_bytes * 10, zstd_bytes * 7);
}

// The messages handed over with the project, where they are there.
std::filesystem::path TestData() {
  const char* given = std::getenv("KALENDS_TEST_DATA");
  return given != nullptr ? std::filesystem::path(given) : std::filesystem::path(KALENDS_SOURCE_DIR) / ".." / "shared";
}

std::string ReadZstdFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string in((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  std::string out;
  std::string piece(ZSTD_DStreamOutSize(), '\0');
  const std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> context(ZSTD_createDCtx(), ZSTD_freeDCtx);
  ZSTD_inBuffer input = {in.data(), in.size(), 0};
  while (input.pos < input.size) {
    ZSTD_outBuffer output = {piece.data(), piece.size(), 0};
    if (ZSTD_isError(ZSTD_decompressStream(context.get(), &output, &input)) != 0) return {};
    out.append(piece, 0, output.pos);
  }
  return out;
}

TEST_F(RecordCodec, GivesBackRealMessages) {
  const std::filesystem::path path = TestData() / "data" / "messages" / "session-share.jsonl.zst";
  if (!std::filesystem::exists(path))
    GTEST_SKIP() << "no messages at " << path << "; set KALENDS_TEST_DATA to the folder";
  std::istringstream lines(ReadZstdFile(path));
  std::string line;
  int documents = 0;
  while (std::getline(lines, line)) {
    const auto root = reader_.ReadObject(line, arena_);
    if (!root.has_value()) continue;
    ++documents;
    ExpectSameBack(*root, {.codec = Codec::kZstdDictionary});
    arena_.Reset();
  }
  EXPECT_GT(documents, 500);
}

}  // namespace
}  // namespace kalends
