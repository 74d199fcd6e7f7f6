#include <gtest/gtest.h>
#include <xxhash.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <set>

#include "format/checksum.h"
#include "format/key_encoding.h"

namespace kalends {
namespace {

std::string Hex(const IdHash& hash) {
  char text[40];
  std::snprintf(text, sizeof text, "%016llx%016llx", static_cast<unsigned long long>(hash.high),
                static_cast<unsigned long long>(hash.low));
  return text;
}

std::string HexOfBytes(std::string_view bytes, std::uint64_t seed) {
  const XXH128_hash_t hash = XXH3_128bits_withSeed(bytes.data(), bytes.size(), seed);
  return Hex({hash.high64, hash.low64});
}

Value Text(const char* text) { return Value::String(text); }

TEST(Checksum32, IsTheLowHalfOfXxh3) {
  EXPECT_EQ(Checksum32(""), 0x38D394C2U);  // XXH3-64 of nothing is 2d06800538d394c2.
  EXPECT_NE(Checksum32("a"), Checksum32("b"));
}

TEST(HashId, HasGoldenValues) {
  EXPECT_EQ(Hex(HashId(Text("c0ffee00-1234-4abc-8def-000000000001"), 0)), "99cc4adfc500b1bf51df53a674ce1610");
  EXPECT_EQ(Hex(HashId(Text("a"), 7)), HexOfBytes(std::string_view("\x40"
                                                                   "a\0",
                                                                   3),
                                                  7));  // Of the key encoding.
  EXPECT_EQ(Hex(HashId(Value::Int(1), 7)), "62968b1fa5880a34d2b1fff8e05c7da7");
}

TEST(HashId, IsOneForIdsThatAreEqual) {
  EXPECT_EQ(HashId(Value::Int(1), 7), HashId(Value::Double(1.0), 7));
  EXPECT_EQ(HashId(Value::Int(1), 7), HashId(Value::Long(1), 7));
  EXPECT_NE(HashId(Value::Int(1), 7), HashId(Value::Int(1), 8));  // Another seed,
  EXPECT_NE(HashId(Value::Int(1), 7), HashId(Text("1"), 7));      // another type.
}

TEST(HashDocument, HasAGoldenValue) {
  const std::array<Field, 2> fields = {{{"b", Value::Int(1)}, {"a", Text("x")}}};
  EXPECT_EQ(Hex(HashDocument(Value::Object(fields), 7)), "ee8494354c045b4154126631e0c5f9a6");
}

TEST(HashDocument, HashesTheBytesOfTheExampleOfItsFormatComment) {
  const std::array<Field, 2> fields = {{{"b", Value::Int(1)}, {"a", Text("x")}}};
  const std::string_view bytes(
      "\x0b\x02"
      "\x01"
      "a"
      "\x06\x01"
      "x"
      "\x01"
      "b"
      "\x03\x01\0\0\0\0\0\0\0",
      18);
  EXPECT_EQ(Hex(HashDocument(Value::Object(fields), 7)), HexOfBytes(bytes, 7));
}

TEST(HashDocument, IsOneForFieldsInAnyOrderAtEveryDepth) {
  const std::array<Field, 2> inner = {{{"x", Value::Int(1)}, {"y", Value::Null()}}};
  const std::array<Field, 2> inner_turned = {{{"y", Value::Null()}, {"x", Value::Int(1)}}};
  const std::array<Field, 2> outer = {{{"a", Value::Object(inner)}, {"b", Value::Bool(true)}}};
  const std::array<Field, 2> outer_turned = {{{"b", Value::Bool(true)}, {"a", Value::Object(inner_turned)}}};
  EXPECT_EQ(HashDocument(Value::Object(outer), 7), HashDocument(Value::Object(outer_turned), 7));
}

TEST(HashDocument, IsOneForEveryNan) {
  const std::array<Field, 1> a = {{{"n", Value::Double(std::nan("1"))}}};
  const std::array<Field, 1> b = {{{"n", Value::Double(-std::nan("2"))}}};
  EXPECT_EQ(HashDocument(Value::Object(a), 7), HashDocument(Value::Object(b), 7));
}

TEST(HashDocument, TellsApartWhatDiffersInTypeOrStructure) {
  const std::array<Value, 2> a_b = {Text("a"), Text("b")};
  const std::array<Value, 2> ab_empty = {Text("ab"), Text("")};
  const std::array<Value, 1> ab = {Text("ab")};
  const std::array<Value, 2> b_a = {Text("b"), Text("a")};
  const std::array<Value, 1> nested = {Value::Array(a_b)};
  const std::array<Field, 1> inner = {{{"v", Value::Int(1)}}};
  const std::vector<Value> values = {Value::Null(),
                                     Value::Bool(false),
                                     Value::Bool(true),
                                     Value::Int(0),
                                     Value::Int(1),
                                     Value::Long(1),
                                     Value::Double(1.0),
                                     Value::Double(0.0),
                                     Value::Double(-0.0),
                                     Value::DateMs(1),
                                     Text("1"),
                                     Text(""),
                                     Value::Binary("1", 0),
                                     Value::Binary("1", 4),
                                     Value::Array(a_b),
                                     Value::Array(ab_empty),
                                     Value::Array(ab),
                                     Value::Array(b_a),
                                     Value::Array(nested),
                                     Value::Array({}),
                                     Value::Object({}),
                                     Value::Object(inner),
                                     Value::ObjectId("abcdefghijkl"),
                                     Text("abcdefghijkl")};
  std::set<IdHash> hashes;
  for (const Value& value : values) {
    const std::array<Field, 1> fields = {{{"v", value}}};
    EXPECT_TRUE(hashes.insert(HashDocument(Value::Object(fields), 7)).second);
    const std::array<Field, 2> more = {{{"v", value}, {"w", Value::Null()}}};
    EXPECT_TRUE(hashes.insert(HashDocument(Value::Object(more), 7)).second);
  }
}

}  // namespace
}  // namespace kalends
