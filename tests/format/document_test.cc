#include "kalends/document.h"

#include <gtest/gtest.h>

#include <string>

namespace kalends {
namespace {

TEST(Document, IsEmptyAtFirst) {
  EXPECT_EQ(Document().ToJson(), "{}");
  EXPECT_EQ(Document().json_bytes(), 0U);
}

TEST(Document, IsReadFromJsonAndRemembersItsLength) {
  const Result<Document> document = Document::FromJson(R"( {"b": 1, "a": "x"} )");
  ASSERT_TRUE(document.has_value());
  EXPECT_EQ(document->Get("a").as_string(), "x");
  EXPECT_EQ(document->ToJson(), R"({"b":1,"a":"x"})");
  EXPECT_EQ(document->json_bytes(), 20U);
}

TEST(Document, MustBeAnObject) {
  const Result<Document> document = Document::FromJson("[1]");
  ASSERT_FALSE(document.has_value());
  EXPECT_EQ(document.error().code(), ErrorCode::kInvalidArgument);
  EXPECT_EQ(document.error().message(), "byte 0: expected an object such as {\"key\": 1}, found a value of type array");
}

TEST(Document, CopiesShareTheirMemoryAndOutliveTheFirst) {
  Document copy;
  {
    const Document first = *Document::FromJson(R"({"text":"some text that is not short"})");
    copy = first;
    EXPECT_EQ(copy.Get("text").as_string().data(), first.Get("text").as_string().data());
  }
  EXPECT_EQ(copy.Get("text").as_string(), "some text that is not short");
}

TEST(OwnedValue, IsADeepCopy) {
  std::string text = "before";
  const OwnedValue owned{Value::String(text)};
  text = "after!";
  EXPECT_EQ(owned.value().as_string(), "before");
  EXPECT_TRUE(OwnedValue().value().is_missing());
  EXPECT_EQ(OwnedValue(Value::Int(3))->as_integer(), 3);
}

TEST(OwnedValue, ReadsAnyJsonValue) {
  EXPECT_EQ(OwnedValue::FromJson("12")->value().as_integer(), 12);
  EXPECT_EQ(OwnedValue::FromJson(R"(["a"])")->value().elements()[0].as_string(), "a");
  EXPECT_FALSE(OwnedValue::FromJson("").has_value());
}

TEST(DocumentBuilder, BuildsTheExampleOfItsComment) {
  DocumentBuilder builder;
  builder.Add("type", "user").Add("cost", 0.25).BeginArray("tags").Add("a").Add("b").End();
  EXPECT_EQ(builder.Build().ToJson(), R"({"type":"user","cost":0.25,"tags":["a","b"]})");
}

TEST(DocumentBuilder, TakesEveryKindOfValue) {
  DocumentBuilder builder;
  builder.Add("int", 1).Add("long", std::int64_t{2}).Add("bool", true).Add("null", Value::Null());
  const Document document = builder.Build();
  EXPECT_EQ(document.Get("int").type(), Type::kInt);
  EXPECT_EQ(document.Get("long").type(), Type::kLong);
  EXPECT_EQ(document.Get("bool").type(), Type::kBool);
  EXPECT_EQ(document.Get("null").type(), Type::kNull);
}

TEST(DocumentBuilder, NestsObjectsAndArrays) {
  DocumentBuilder builder;
  builder.BeginObject("o")
      .BeginArray("a")
      .BeginObject()
      .Add("x", 1)
      .End()
      .BeginArray()
      .Add("y")
      .End()
      .End()
      .Add("z", 2)
      .End();
  builder.Add("last", 3).BeginObject("empty").End();
  EXPECT_EQ(builder.Build().ToJson(), R"({"o":{"a":[{"x":1},["y"]],"z":2},"last":3,"empty":{}})");
}

TEST(DocumentBuilder, ANameGivenTwiceReplacesTheValueAtItsPlace) {
  DocumentBuilder builder;
  builder.Add("a", 1).Add("b", 2).BeginObject("a").Add("c", 3).Add("c", 4).End();
  EXPECT_EQ(builder.Build().ToJson(), R"({"a":{"c":4},"b":2})");
}

TEST(DocumentBuilder, CopiesWhatItIsGiven) {
  DocumentBuilder builder;
  std::string name = "name", text = "value";
  builder.Add(name, std::string_view(text));
  name = text = "?????";
  EXPECT_EQ(builder.Build().ToJson(), R"({"name":"value"})");
}

TEST(DocumentBuilder, IsEmptyAfterBuild) {
  DocumentBuilder builder;
  const Document first = builder.Add("a", 1).Build();
  const Document second = builder.Add("b", 2).Build();
  EXPECT_EQ(first.ToJson(), R"({"a":1})");
  EXPECT_EQ(second.ToJson(), R"({"b":2})");
  EXPECT_EQ(builder.Build().ToJson(), "{}");
}

#ifndef NDEBUG
TEST(DocumentBuilderDeathTest, MisuseIsABug) {
  EXPECT_DEATH(DocumentBuilder().End(), "End without Begin");
  EXPECT_DEATH(DocumentBuilder().BeginArray("a").Build(), "Begin without End");
  EXPECT_DEATH(DocumentBuilder().Add(Value::Int(1)), "have a name");
  EXPECT_DEATH(DocumentBuilder().BeginArray("a").Add("b", 1), "have no name");
}
#endif

}  // namespace
}  // namespace kalends
