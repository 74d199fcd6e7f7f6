#include "index/field_facts.h"

#include <gtest/gtest.h>

#include <cmath>

#include "index/block_builder.h"

namespace kalends {
namespace {

Document Doc(std::string_view json) { return std::move(Document::FromJson(json)).value(); }

// The columns of a block of documents, and what is collected from them.
class FieldFactsTest : public ::testing::Test {
 protected:
  void AddBlock(const std::vector<std::string>& documents, const RowBits* living = nullptr) {
    BlockBuilder builder({});
    for (const std::string& document : documents) builder.Add(Doc(document).value());
    const BuiltBlock block = builder.Finish();
    const BlockDirectory directory = BlockDirectory::Open(block.directory).value();
    std::map<std::string, Column, std::less<>> columns;
    for (std::size_t i = 0; i < directory.size(); ++i) {
      const ColumnSummary summary = directory.at(i);
      if (summary.number > 0) columns.emplace(summary.path, Column::Open(block.columns[summary.number - 1U]).value());
    }
    for (std::size_t i = 0; i < directory.size(); ++i) {
      const ColumnSummary summary = directory.at(i);
      if (summary.number == 0) {
        facts_.AddWithoutColumn(summary, living != nullptr);
        continue;
      }
      const std::size_t dot = summary.path.rfind('.');
      const auto parent = dot == std::string::npos ? columns.end() : columns.find(summary.path.substr(0, dot));
      facts_.AddColumn({summary.path, &columns.at(summary.path), parent == columns.end() ? nullptr : &parent->second,
                        living, directory.is_complete()});
    }
  }
  FieldSummary Field(std::string_view path, std::uint64_t documents) {
    for (const FieldSummary& field : facts_.Report(documents).fields) {
      if (field.path == path) return field;
    }
    ADD_FAILURE() << "no field " << path;
    return {};
  }

  FieldFacts facts_;
};

TEST_F(FieldFactsTest, ColumnsTellTypesExtremesAndDifferentValues) {
  AddBlock({R"({"a": 3})", R"({"a": 1.5})", R"({"a": 3.0})", R"({"a": null})", R"({"b": 1})"});
  const FieldSummary a = Field("a", 5);
  EXPECT_EQ(a.documents, 4U);
  EXPECT_DOUBLE_EQ(a.share, 0.8);
  ASSERT_EQ(a.types.size(), 3U);
  EXPECT_EQ(a.types[0].type, "null");
  EXPECT_EQ(a.types[2].type, "double");
  EXPECT_EQ(*a.types[2].documents, 2U);
  EXPECT_EQ(ToJson(a.min->value()), "1.5");
  EXPECT_EQ(ToJson(a.max->value()), "3");
  EXPECT_EQ(*a.distinct, 3U);
}

TEST_F(FieldFactsTest, DeletedRowsDoNotCount) {
  RowBits living(3, true);
  living.Clear(1);
  AddBlock({R"({"a": 1})", R"({"a": 7})", R"({"a": 2})"}, &living);
  const FieldSummary a = Field("a", 2);
  EXPECT_EQ(a.documents, 2U);
  EXPECT_EQ(ToJson(a.max->value()), "2");
  EXPECT_EQ(*a.distinct, 2U);
}

TEST_F(FieldFactsTest, WhatIsInAnArrayIsNotAtThePath) {
  AddBlock({R"({"a": {"b": 1}})", R"({"a": [{"b": 2}]})", R"({"a": {"b": [3]}})"});
  const FieldSummary a = Field("a", 3);
  EXPECT_EQ(a.documents, 3U);
  EXPECT_EQ(a.types[0].type, "array");
  EXPECT_EQ(*a.types[0].documents, 1U);
  const FieldSummary b = Field("a.b", 3);
  EXPECT_EQ(b.documents, 2U);
  EXPECT_TRUE(b.is_exact);
  EXPECT_EQ(*b.types[1].documents, 1U);
}

TEST_F(FieldFactsTest, NotANumberIsBelowAllNumbers) {
  AddBlock({R"({"a": 1.5})", R"({"a": {"$numberDouble": "NaN"}})", R"({"a": {"$numberDouble": "Infinity"}})"});
  const FieldSummary a = Field("a", 3);
  EXPECT_TRUE(std::isnan(a.min->value().as_double()));
  EXPECT_TRUE(std::isinf(a.max->value().as_double()));
}

TEST_F(FieldFactsTest, LongStringsAreNotLookedAt) {
  const std::string text(1000, 'x');
  facts_.AddDocument(Doc(R"({"a": ")" + text + R"("})").value());
  facts_.AddDocument(Doc(R"({"a": 5})").value());
  const FieldSummary a = Field("a", 2);
  EXPECT_EQ(ToJson(a.min->value()), "5") << "numbers are below all strings";
  EXPECT_FALSE(a.max.has_value());
  EXPECT_FALSE(a.distinct.has_value());
}

TEST_F(FieldFactsTest, AFieldThatIsRareInABlockIsCountedFromItsDirectory) {
  std::vector<std::string> documents(2000, R"({"a": 1})");
  for (int i = 0; i < 5; ++i) documents[static_cast<std::size_t>(i)] = R"({"a": 1, "seldom": 2})";
  AddBlock(documents);
  const FieldSummary seldom = Field("seldom", 2000);
  EXPECT_EQ(seldom.documents, 5U);
  EXPECT_TRUE(seldom.is_exact);
  EXPECT_EQ(*seldom.types[0].documents, 5U);
  EXPECT_FALSE(seldom.min.has_value());
  EXPECT_FALSE(seldom.distinct.has_value());
}

TEST_F(FieldFactsTest, DifferentValuesAreCountedUpToALimit) {
  for (int i = 0; i < 10'000; ++i) facts_.AddDocument(Doc("{\"a\": " + std::to_string(i) + "}").value());
  EXPECT_EQ(*Field("a", 10'000).distinct, 10'000U);
  facts_.AddDocument(Doc(R"({"a": -1})").value());
  EXPECT_FALSE(Field("a", 10'001).distinct.has_value());
  EXPECT_EQ(ToJson(Field("a", 10'001).min->value()), "-1");
}

TEST_F(FieldFactsTest, HostileNamesTakeBoundedMemory) {
  for (int i = 0; i < 70'000; ++i) facts_.AddDocument(Doc("{\"k" + std::to_string(i) + "\": 1}").value());
  const FieldsReport report = facts_.Report(70'000);
  EXPECT_EQ(report.fields.size(), 65'536U);
  EXPECT_FALSE(report.is_complete);
}

}  // namespace
}  // namespace kalends
