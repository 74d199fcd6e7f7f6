#include "query/sort_key.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "format/compare.h"
#include "tests/query/random_values.h"

namespace kalends {
namespace {

const FilterContext kTimed{.time_fields = {"at"}, .time_unit = TimeUnit::kAuto, .id_field = "key"};

Result<SortSpec> Parsed(const std::string& sort, const FilterContext& context = kTimed) {
  return SortSpec::Parse(OwnedValue::FromJson(sort).value().value(), context);
}

std::string AsText(const Error& error) { return std::string(ErrorCodeName(error.code())) + ": " + error.message(); }

std::string AsText(std::span<const Value> key) {
  std::string text;
  for (const Value& value : key) {
    if (!text.empty()) text += ' ';
    text += value.is_missing() ? "missing" : ToJson(value);
  }
  return text;
}

// The values of the key, or the code and the message of the error.
std::string KeyOf(const std::string& document, const std::string& sort, const Value& id = Value()) {
  const auto spec = Parsed(sort);
  if (!spec.has_value()) return AsText(spec.error());
  const auto root = OwnedValue::FromJson(document).value();
  std::vector<Value> key(spec->size());
  Arena arena;
  const Status found = spec->Key({.time = TimeUs{1'700'000'000'123'456}, .id = id, .root = root.value()}, arena, key);
  return found.ok() ? AsText(key) : AsText(found.error());
}

TEST(SortSpec, TakesValuesAtPathsAndNullForWhatIsMissing) {
  EXPECT_EQ(KeyOf(R"({"a":1,"b":{"c":"x"}})", R"({"b.c":1,"a":-1,"d":1,"a.x":1})"), R"("x" 1 null null)");
  EXPECT_EQ(KeyOf(R"({"a":null,"b":{"c":1}})", R"({"a":1,"b":1})"), R"(null {"c":1})");
  EXPECT_EQ(KeyOf(R"({"a.b":1,"a":{"b":2}})", R"({"a.b":1})"), "2");
}

TEST(SortSpec, TakesOfAnArrayTheElementThatComesFirst) {
  EXPECT_EQ(KeyOf(R"({"a":[3,1,2]})", R"({"a":1})"), "1");
  EXPECT_EQ(KeyOf(R"({"a":[3,1,2]})", R"({"a":-1})"), "3");
  EXPECT_EQ(KeyOf(R"({"a":[[1],"x",{"b":1}]})", R"({"a":1})"), R"("x")");
  EXPECT_EQ(KeyOf(R"({"a":[[1],"x",{"b":1}]})", R"({"a":-1})"), "[1]");
  EXPECT_EQ(KeyOf(R"({"a":[{"b":[5,2]},{"b":3}]})", R"({"a.b":1})"), "2");
  EXPECT_EQ(KeyOf(R"({"a":[{"b":[5,2]},{"b":3}]})", R"({"a.b":-1})"), "5");
  EXPECT_EQ(KeyOf(R"({"a":[{"b":4},{"c":3}]})", R"({"a.b":1})"), "null");
  EXPECT_EQ(KeyOf(R"({"a":[7,{"b":4}]})", R"({"a.b":1})"), "null");
}

TEST(SortSpec, SortsAnEmptyArrayBelowNull) {
  EXPECT_EQ(KeyOf(R"({"a":[]})", R"({"a":1})"), "missing");
  EXPECT_EQ(KeyOf(R"({"a":[]})", R"({"a":-1})"), "missing");
  EXPECT_EQ(KeyOf(R"({"a":[]})", R"({"a.b":1})"), "null");
  EXPECT_EQ(KeyOf(R"({"a":[{"b":[]},{"b":1}]})", R"({"a.b":1})"), "missing");
  EXPECT_EQ(KeyOf(R"({"a":[{"b":[]},{"b":1}]})", R"({"a.b":-1})"), "1");
  const auto spec = Parsed(R"({"a":1})").value();
  const Value missing = Value();
  const Value null = Value::Null();
  EXPECT_TRUE(spec.CompareKeys({&missing, 1}, {&null, 1}) < 0);
}

// Not the least of each field: the fields of one element belong together.
TEST(SortSpec, TakesTheFieldsOfOneElementTogether) {
  const char* const document = R"({"a":[{"b":2,"c":1},{"b":1,"c":9},{"b":1,"c":8}],"d":5})";
  EXPECT_EQ(KeyOf(document, R"({"a.b":1,"a.c":1})"), "1 8");
  EXPECT_EQ(KeyOf(document, R"({"a.b":1,"d":1,"a.c":-1})"), "1 5 9");
  EXPECT_EQ(KeyOf(document, R"({"a.c":1,"a.b":1})"), "1 2");
  EXPECT_EQ(KeyOf(document, R"({"a":1,"a.c":1})"), R"({"b":1,"c":8} 8)");
}

TEST(SortSpec, TakesTheElementThatANumberNames) {
  EXPECT_EQ(KeyOf(R"({"a":[3,1,2]})", R"({"a.0":1})"), "3");
  EXPECT_EQ(KeyOf(R"({"a":[[4,3],1]})", R"({"a.0":1})"), "3");
  EXPECT_EQ(KeyOf(R"({"a":[{"b":4},{"b":1}]})", R"({"a.0.b":1})"), "4");
  EXPECT_EQ(KeyOf(R"({"a":[3,1,2]})", R"({"a.5":1})"), "null");
  EXPECT_EQ(KeyOf(R"({"a":{"0":7}})", R"({"a.0":1})"), "7");
  EXPECT_EQ(KeyOf(R"({"a":[{"b":4},{"b":1}]})", R"({"a.b":1,"a.0.b":1})"), "1 4");
  EXPECT_EQ(KeyOf(R"({"a":[{"0":4},5]})", R"({"a.0":1})"),
            "invalid argument: sort.a.0: 0 is both an index of an array and a name in its elements");
}

TEST(SortSpec, RefusesFieldsInDifferentArrays) {
  EXPECT_EQ(KeyOf(R"({"a":[1],"b":[2]})", R"({"a":1,"b":1})"),
            "invalid argument: sort: cannot sort with keys that are parallel arrays: a and b");
  EXPECT_EQ(KeyOf(R"({"a":[{"b":[1],"c":[2]}]})", R"({"a.b":1,"a.c":1})"),
            "invalid argument: sort: cannot sort with keys that are parallel arrays: a.b and a.c");
  EXPECT_EQ(KeyOf(R"({"a":[1],"b":2})", R"({"a":1,"b":1})"), "1 2");
}

TEST(SortSpec, TakesTheTimeAndTheIdOfTheRow) {
  EXPECT_EQ(KeyOf(R"({"at":"soon"})", R"({"at":1})"), "1700000000123456");
  EXPECT_EQ(KeyOf(R"({"at":"soon","a":[2,1]})", R"({"a":1,"at":1})"), "1 1700000000123456");
  EXPECT_EQ(KeyOf("{}", R"({"key":1})", Value::String("made")), R"("made")");
  EXPECT_EQ(KeyOf(R"({"a":[2,1]})", R"({"key":1,"a":-1})", Value::Int(5)), "5 2");
  EXPECT_EQ(KeyOf(R"({"key":6})", R"({"key":1})"), "6");
  EXPECT_EQ(KeyOf(R"({"_id":6})", R"({"_id":1})", Value::Int(5)), "6");
  EXPECT_TRUE(Parsed(R"({"at":-1})").value().IsTimeOnly());
  EXPECT_TRUE(Parsed(R"({"at":-1})").value().IsDescending(0));
  EXPECT_FALSE(Parsed(R"({"at":1,"a":1})").value().IsTimeOnly());
  EXPECT_FALSE(Parsed(R"({"a":1})").value().IsTimeOnly());
  EXPECT_FALSE(Parsed("{}").value().IsTimeOnly());
}

TEST(SortSpec, TakesOneAndMinusOneAlone) {
  for (const char* one : {"1", "1.0", "{\"$numberLong\":\"1\"}"}) {
    EXPECT_FALSE(Parsed(std::string("{\"a\":") + one + "}").value().IsDescending(0)) << one;
  }
  EXPECT_TRUE(Parsed(R"({"a":-1.0})").value().IsDescending(0));
  EXPECT_EQ(KeyOf("{}", R"({"a":2})"), "invalid argument: sort.a: expected 1 or -1, found 2");
  EXPECT_EQ(KeyOf("{}", R"({"a":0.5})"), "invalid argument: sort.a: expected 1 or -1, found 0.5");
  EXPECT_EQ(KeyOf("{}", R"({"a":true})"), "invalid argument: sort.a: expected 1 or -1, found bool");
  EXPECT_EQ(KeyOf("{}", R"({"a":{"$meta":"indexKey"}})"),
            "unsupported: sort.a.$meta: indexKey is not supported; there is textScore");
  EXPECT_EQ(KeyOf("{}", R"({"$natural":1})"),
            "unsupported: sort.$natural: the order of storage is that of the time field");
  EXPECT_EQ(KeyOf("{}", R"({"a..b":1})"), "invalid argument: sort.a..b: a part of the path is empty");
  EXPECT_EQ(KeyOf("{}", R"({"$a":1})"), "invalid argument: sort.$a: $a begins with $, which no name of a field does");
  EXPECT_EQ(KeyOf("{}", "[1]"), "invalid argument: sort: expected an object, found array");
}

TEST(SortSpec, BoundsItsFieldsAndItsWork) {
  std::string sort = "{\"f0\":1";
  for (std::size_t i = 1; i < SortSpec::kFieldsMax; ++i) sort += ",\"f" + std::to_string(i) + "\":1";
  EXPECT_EQ(Parsed(sort + "}").value().size(), SortSpec::kFieldsMax);
  EXPECT_EQ(Parsed(sort + ",\"x\":1}").error().code(), ErrorCode::kLimitExceeded);

  // Each element of `a` would go through the array in the first one.
  std::string document = R"({"a":[{"c":[1)";
  for (int i = 0; i < 5000; ++i) document += ",1";
  document += "]}";
  for (int i = 0; i < 5000; ++i) document += ",{\"b\":1}";
  EXPECT_EQ(KeyOf(document + "]}", R"({"a.b":1,"a.0.c":1})"),
            "limit exceeded: sort: to find the key of one document, more than 8388608 elements of its arrays would be "
            "looked at");
}

TEST(SortSpec, ComparesByEachFieldInItsDirection) {
  const auto spec = Parsed(R"({"a":1,"b":-1})").value();
  const auto less = [&](std::vector<Value> a, std::vector<Value> b) { return spec.CompareKeys(a, b) < 0; };
  EXPECT_TRUE(less({Value::Int(1), Value::Int(1)}, {Value::Int(2), Value::Int(9)}));
  EXPECT_TRUE(less({Value::Int(1), Value::Int(9)}, {Value::Double(1), Value::Int(1)}));
  EXPECT_FALSE(less({Value::Int(1), Value::Int(1)}, {Value::Long(1), Value::Double(1)}));
  EXPECT_TRUE(less({Value::Null(), Value::Int(1)}, {Value::Double(std::nan("")), Value::Int(1)}));
}

// For one field without numbers the key is the least (or the greatest) of all values that the path leads to.
void Collect(const Value& value, std::span<const std::string> path, std::vector<Value>* out) {
  if (path.empty()) {
    if (!value.is_array()) out->push_back(value);
    if (value.is_array() && value.elements().empty()) out->push_back(Value());
    if (value.is_array()) out->insert(out->end(), value.elements().begin(), value.elements().end());
    return;
  }
  const auto step = [&](const Value& holder) {
    const Value next = holder.Get(path.front());
    next.is_missing() ? out->push_back(Value::Null()) : Collect(next, path.subspan(1), out);
  };
  if (!value.is_array() || value.elements().empty()) return step(value.is_array() ? Value() : value);
  for (const Value& element : value.elements()) step(element);
}

TEST(SortSpec, AgreesWithAListOfAllValues) {
  Arena arena;
  RandomValues random(17, &arena);
  const std::vector<std::string> path = {"a", "b", "a"};
  for (int i = 0; i < 20000; ++i) {
    const Value root = random.Object(random.Fields(4));
    const std::size_t parts = 1 + random.Below(3);
    std::string text = path[0];
    for (std::size_t part = 1; part < parts; ++part) text += "." + path[part];
    const bool is_descending = random.OneIn(2);
    const auto spec = Parsed("{\"" + text + "\":" + (is_descending ? "-1}" : "1}")).value();
    std::vector<Value> values;
    Collect(root, std::span(path).first(parts), &values);
    const auto less = [](const Value& a, const Value& b) { return Compare(a, b) < 0; };
    const Value expected = is_descending ? *std::max_element(values.begin(), values.end(), less)
                                         : *std::min_element(values.begin(), values.end(), less);
    Value key;
    ASSERT_TRUE(spec.Key({.time = {}, .id = {}, .root = root}, arena, {&key, 1}).ok());
    ASSERT_TRUE(Compare(key, expected) == 0) << text << " of " << ToJson(root);
  }
}

TEST(SortSpec, WritesKeysThatReadBackExactly) {
  std::string deep;
  for (int i = 0; i < 98; ++i) deep += '[';
  deep += std::string(98, ']');
  const auto nested = OwnedValue::FromJson(R"({"a":[1,{"b":null}],"":"","\u0000":2.0})").value();
  const auto deepest = OwnedValue::FromJson(deep).value();
  const std::vector<Value> values = {Value(),
                                     Value::Null(),
                                     Value::Bool(true),
                                     Value::Int(1),
                                     Value::Long(1),
                                     Value::Double(1),
                                     Value::Double(-0.0),
                                     Value::Double(std::nan("")),
                                     Value::Double(-std::numeric_limits<double>::infinity()),
                                     Value::Double(std::numeric_limits<double>::denorm_min()),
                                     Value::Long(std::numeric_limits<std::int64_t>::min()),
                                     Value::String("v]\"\\m \x01 é"),
                                     Value::String(""),
                                     Value::Binary(std::string_view("\0\xff", 2), 4),
                                     Value::DateMs(-1),
                                     Value::DateMs(std::numeric_limits<std::int64_t>::max()),
                                     Value::ObjectId("twelve bytes"),
                                     Value::Array({}),
                                     nested.value(),
                                     deepest.value()};
  std::string sort = "{\"f0\":1";
  for (std::size_t i = 1; i < values.size(); ++i) sort += ",\"f" + std::to_string(i) + "\":1";
  const auto spec = Parsed(sort + "}").value();
  const std::string text = SortSpec::EncodeKey(values);
  Arena memory;
  std::vector<Value> back(values.size());
  const Status read = SortSpec::DecodeKey(text, memory, back);
  ASSERT_TRUE(read.ok()) << read.error().message();
  for (std::size_t i = 0; i < values.size(); ++i)
    EXPECT_TRUE(values[i].is_missing() ? back[i].is_missing() : Compare(values[i], back[i]) == 0) << i;
  EXPECT_EQ(SortSpec::EncodeKey(back), text);
  EXPECT_EQ(spec.CompareKeys(values, back), std::weak_ordering::equivalent);
}

// Names that Extended JSON gives a meaning to are names like others.
TEST(SortSpec, KeysThatLookLikeExtendedJsonReadBackAsThemselves) {
  const Field number{.name = "$numberInt", .value = Value::String("11")};
  const Field date{.name = "$date", .value = Value::String("x")};
  const Value values[] = {Value::Object({&number, 1}), Value::Object({&date, 1})};
  Arena memory;
  Value back[2];
  ASSERT_TRUE(SortSpec::DecodeKey(SortSpec::EncodeKey(values), memory, back).ok());
  EXPECT_TRUE(Identical(values[0], back[0]));
  EXPECT_TRUE(Identical(values[1], back[1]));
}

TEST(SortSpec, RefusesBytesThatAreNoKeyOfIt) {
  Arena memory;
  std::vector<Value> key(2);
  const Value values[] = {Value::Int(1), Value()};
  const std::string bytes = SortSpec::EncodeKey(values);
  EXPECT_TRUE(SortSpec::DecodeKey(bytes, memory, key).ok());
  EXPECT_EQ(AsText(key), "1 missing");
  for (const std::string& wrong : {std::string(), std::string("v"), std::string("x") + bytes, bytes + "m",
                                   bytes.substr(0, bytes.size() - 1), std::string("vv"), std::string("mmm")}) {
    const Status read = SortSpec::DecodeKey(wrong, memory, key);
    ASSERT_FALSE(read.ok()) << wrong;
    EXPECT_EQ(read.error().code(), ErrorCode::kInvalidArgument) << wrong;
  }
}

}  // namespace
}  // namespace kalends
