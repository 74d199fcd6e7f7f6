#include "index/index_hash.h"

#include <gtest/gtest.h>

#include "format/arena.h"
#include "format/json_reader.h"

namespace kalends {
namespace {

// The hash at `path` of a document.
std::uint32_t HashAt(const std::string& json, const std::string& path) {
  Arena arena;
  JsonReader reader;
  const auto root = reader.ReadObject(json, arena);
  EXPECT_TRUE(root.has_value()) << json;
  std::uint32_t hash = 77;
  IndexHashesOf(root.value(), {path}, {&hash, 1});
  return hash;
}

TEST(IndexHash, IsThatOfTheValueAtThePath) {
  EXPECT_EQ(HashAt(R"({"a": {"b": "x"}})", "a.b"), IndexHash(Value::String("x")));
  EXPECT_NE(HashAt(R"({"a": {"b": "y"}})", "a.b"), IndexHash(Value::String("x")));
  EXPECT_NE(IndexHash(Value::Null()), kAnyValueHash);
}

TEST(IndexHash, IsOneForEqualNumbers) {
  EXPECT_EQ(HashAt(R"({"a": 1.0})", "a"), IndexHash(Value::Int(1)));
  EXPECT_EQ(HashAt(R"({"a": 1})", "a"), IndexHash(Value::Long(1)));
}

TEST(IndexHash, TakesAMissingValueForNull) {
  const std::uint32_t null = IndexHash(Value::Null());
  EXPECT_EQ(HashAt(R"({"a": null})", "a"), null);
  EXPECT_EQ(HashAt(R"({})", "a"), null);
  EXPECT_EQ(HashAt(R"({"a": 5})", "a.b"), null);
  EXPECT_EQ(HashAt(R"({"a": {}})", "a.b"), null);
}

TEST(IndexHash, IsThatOfAnyValueWhereAnArrayStands) {
  EXPECT_EQ(HashAt(R"({"a": ["x"]})", "a"), kAnyValueHash);
  EXPECT_EQ(HashAt(R"({"a": [{"b": 1}]})", "a.b"), kAnyValueHash);
  EXPECT_EQ(HashAt(R"({"a": {"b": []}})", "a.b"), kAnyValueHash);
}

}  // namespace
}  // namespace kalends
