#include "kalends/value.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "format/arena.h"
#include "format/copy_value.h"
#include "kalends/status.h"

namespace kalends {
namespace {

TEST(Value, IsMissingUntilItIsGivenOne) {
  EXPECT_TRUE(Value().is_missing());
  EXPECT_EQ(Value().type(), Type::kMissing);
}

TEST(Value, GivesBackWhatItHolds) {
  EXPECT_TRUE(Value::Null().is_null());
  EXPECT_TRUE(Value::Bool(true).as_bool());
  EXPECT_EQ(Value::Int(-5).as_integer(), -5);
  EXPECT_EQ(Value::Long(std::numeric_limits<std::int64_t>::min()).as_integer(),
            std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(Value::Double(0.25).as_double(), 0.25);
  EXPECT_EQ(Value::String("text").as_string(), "text");
  EXPECT_EQ(Value::Binary("bytes", 4).as_binary(), "bytes");
  EXPECT_EQ(Value::Binary("bytes", 4).binary_subtype(), 4);
  EXPECT_EQ(Value::DateMs(-1).as_date_ms(), -1);
  EXPECT_EQ(Value::ObjectId("twelve bytes").as_object_id(), "twelve bytes");
}

TEST(Value, TypesHaveMongoDbsAliases) {
  EXPECT_STREQ(TypeName(Type::kMissing), "missing");
  EXPECT_STREQ(TypeName(Type::kBool), "bool");
  EXPECT_STREQ(TypeName(Type::kBinary), "binData");
  EXPECT_STREQ(TypeName(Type::kObjectId), "objectId");
}

TEST(Value, NumbersBecomeDoubles) {
  EXPECT_EQ(Value::Int(3).ToDouble(), 3.0);
  EXPECT_EQ(Value::Long(std::int64_t{1} << 60U).ToDouble(), 1152921504606846976.0);
  EXPECT_EQ(Value::Double(0.5).ToDouble(), 0.5);
}

TEST(Value, GetFindsAFieldByItsWholeName) {
  const Field fields[] = {{"a", Value::Int(1)}, {"a.b", Value::Int(2)}};
  const Value object = Value::Object(fields);
  EXPECT_EQ(object.Get("a").as_integer(), 1);
  EXPECT_EQ(object.Get("a.b").as_integer(), 2);
  EXPECT_TRUE(object.Get("b").is_missing());
  EXPECT_TRUE(Value::Int(1).Get("a").is_missing());
}

TEST(Identical, NeedsTheSameTypeAndContent) {
  EXPECT_TRUE(Identical(Value::Int(1), Value::Int(1)));
  EXPECT_FALSE(Identical(Value::Int(1), Value::Long(1)));
  EXPECT_FALSE(Identical(Value::Int(1), Value::Double(1.0)));
  EXPECT_FALSE(Identical(Value::Null(), Value()));
  EXPECT_FALSE(Identical(Value::DateMs(1), Value::Long(1)));
  EXPECT_FALSE(Identical(Value::Binary("a", 0), Value::Binary("a", 1)));
  EXPECT_FALSE(Identical(Value::String("a"), Value::String("b")));
  EXPECT_TRUE(Identical(Value::ObjectId("twelve bytes"), Value::ObjectId("twelve bytes")));
}

TEST(Identical, TellsZerosApartButNotNans) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(Identical(Value::Double(nan), Value::Double(-nan)));
  EXPECT_FALSE(Identical(Value::Double(nan), Value::Double(1.0)));
  EXPECT_FALSE(Identical(Value::Double(0.0), Value::Double(-0.0)));
}

TEST(Identical, ArraysAreOrderedAndObjectsAreNot) {
  const Value ab[] = {Value::Int(1), Value::Int(2)};
  const Value ba[] = {Value::Int(2), Value::Int(1)};
  EXPECT_TRUE(Identical(Value::Array(ab), Value::Array(ab)));
  EXPECT_FALSE(Identical(Value::Array(ab), Value::Array(ba)));
  EXPECT_FALSE(Identical(Value::Array(ab), Value::Array(std::span(ab).first(1))));

  const Field one[] = {{"x", Value::Int(1)}, {"y", Value::Int(2)}};
  const Field two[] = {{"y", Value::Int(2)}, {"x", Value::Int(1)}};
  const Field three[] = {{"y", Value::Int(2)}, {"z", Value::Int(1)}};
  EXPECT_TRUE(Identical(Value::Object(one), Value::Object(two)));
  EXPECT_FALSE(Identical(Value::Object(one), Value::Object(three)));
  EXPECT_FALSE(Identical(Value::Object(one), Value::Object(std::span(one).first(1))));
}

TEST(Identical, ObjectsOfManyFieldsInAnyOrder) {
  std::vector<std::string> names;
  for (int i = 0; i < 5000; ++i) names.push_back("name" + std::to_string(i));
  std::vector<Field> fields;
  for (std::size_t i = 0; i < names.size(); ++i) fields.push_back({names[i], Value::Int(static_cast<std::int32_t>(i))});
  std::vector<Field> reversed(fields.rbegin(), fields.rend());
  EXPECT_TRUE(Identical(Value::Object(fields), Value::Object(reversed)));
  reversed[0].value = Value::Int(-1);
  EXPECT_FALSE(Identical(Value::Object(fields), Value::Object(reversed)));
}

TEST(DeepCopy, OutlivesTheOriginal) {
  std::string name = "name", text = "some text", bytes = "bytes", id = "twelve bytes";
  Value elements[] = {Value::String(text), Value::Binary(bytes, 5), Value::ObjectId(id.data()), Value::Long(7),
                      Value::Array({})};
  Field fields[] = {{name, Value::Array(elements)}, {"empty", Value::Object({})}, {"", Value::String("")}};
  Arena arena;
  const Value copy = DeepCopy(Value::Object(fields), arena);
  EXPECT_TRUE(Identical(copy, Value::Object(fields)));
  for (std::string* original : {&name, &text, &bytes, &id}) std::fill(original->begin(), original->end(), '?');
  for (Value& element : elements) element = Value();
  const Value copied = copy.Get("name");
  ASSERT_TRUE(copied.is_array());
  EXPECT_EQ(copied.elements()[0].as_string(), "some text");
  EXPECT_EQ(copied.elements()[1].as_binary(), "bytes");
  EXPECT_EQ(copied.elements()[1].binary_subtype(), 5);
  EXPECT_EQ(copied.elements()[2].as_object_id(), "twelve bytes");
  EXPECT_EQ(copied.elements()[3].as_integer(), 7);
  EXPECT_TRUE(copied.elements()[4].is_array());
  EXPECT_EQ(copy.Get("").as_string(), "");
}

TEST(DeepCopy, OfScalarsNeedsNoMemory) {
  EXPECT_EQ(DeepCopyBytes(Value::Double(1.5)), 0U);
  EXPECT_EQ(DeepCopyBytes(Value::Null()), 0U);
  EXPECT_EQ(DeepCopyBytes(Value::String("123456789")), 16U);
}

TEST(Status, CodesHaveNames) {
  EXPECT_STREQ(ErrorCodeName(ErrorCode::kCorruption), "corruption");
  EXPECT_STREQ(ErrorCodeName(ErrorCode::kLimitExceeded), "limit exceeded");
}

}  // namespace
}  // namespace kalends
