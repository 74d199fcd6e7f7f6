#include "index/text_fields.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "kalends/document.h"

namespace kalends {
namespace {

using Texts = std::vector<std::string>;

Texts TextsOf(const TextOptions& options, std::string_view json) {
  const Document document = Document::FromJson(json).value();
  Texts texts;
  TextFields(options).ForEach(document.value(), [&](std::string_view text) { texts.emplace_back(text); });
  return texts;
}

constexpr std::string_view kMessage =
    R"({"_id": "one", "time": "2024-01-01T00:00:00Z", "user": "ann", "n": 5, "none": null, "title": "A title",
        "body": {"parts": [{"text": "first", "kind": "p"}, [{"text": "second"}], "third"], "note": "by hand"},
        "tags": ["x", "y", {"name": "z"}]})";

TEST(TextFields, AreAllStringsInTheOrderOfTheDocument) {
  EXPECT_EQ(TextsOf({.fields = {"*"}}, kMessage), (Texts{"one", "2024-01-01T00:00:00Z", "ann", "A title", "first", "p",
                                                         "second", "third", "by hand", "x", "y", "z"}));
  EXPECT_TRUE(TextsOf({}, kMessage).empty());
}

TEST(TextFields, AreThoseNamedWithAllBelow) {
  EXPECT_EQ(TextsOf({.fields = {"title", "body.parts"}}, kMessage),
            (Texts{"A title", "first", "p", "second", "third"}));
  EXPECT_EQ(TextsOf({.fields = {"body.parts.text", "tags.name"}}, kMessage), (Texts{"first", "second", "z"}));
  EXPECT_EQ(TextsOf({.fields = {"body", "body.note"}}, kMessage), (Texts{"first", "p", "second", "third", "by hand"}));
  EXPECT_TRUE(TextsOf({.fields = {"titl", "title.x", "body.x", "n", "none"}}, kMessage).empty());
}

TEST(TextFields, LackWhatIsExcludedWithAllBelow) {
  EXPECT_EQ(TextsOf({.fields = {"*"}, .exclude = {"body.parts", "tags.name", "time", "user"}}, kMessage),
            (Texts{"one", "A title", "by hand", "x", "y"}));
  EXPECT_EQ(TextsOf({.fields = {"body"}, .exclude = {"body.parts.text"}}, kMessage), (Texts{"p", "third", "by hand"}));
  EXPECT_TRUE(TextsOf({.fields = {"body.note"}, .exclude = {"body"}}, kMessage).empty());
}

// But not what is below, which no index finds.
TEST(TextFields, LackWhatIsFoundOtherwiseUnlessTheyNameIt) {
  const Texts otherwise = {"_id", "time", "user", "tags", "body.note", "body.parts"};
  EXPECT_EQ(TextsOf({.fields = {"*"}, .found_otherwise = otherwise}, kMessage),
            (Texts{"A title", "first", "p", "second", "z"}));
  EXPECT_EQ(TextsOf({.fields = {"body"}, .found_otherwise = otherwise}, kMessage), (Texts{"first", "p", "second"}));
  EXPECT_EQ(TextsOf({.fields = {"tags", "body.note"}, .found_otherwise = otherwise}, kMessage),
            (Texts{"by hand", "x", "y", "z"}));
}

TEST(TextFields, LackIdentifiers) {
  EXPECT_EQ(TextsOf({.fields = {"*"}}, R"({"a": "0190163d-8694-739b-aea5-966c26f8ad91", "b": ["deadbeef1"],
                                         "c": "see 0190163d-8694-739b-aea5-966c26f8ad91", "d": "deadbeef"})"),
            (Texts{"see 0190163d-8694-739b-aea5-966c26f8ad91", "deadbeef"}));
}

TEST(TextFields, TellIdentifiersFromWords) {
  for (const char* text : {"0190163d-8694-739b-aea5-966c26f8ad91", "0190163D-8694-739B-AEA5-966C26F8AD91",
                           "00000000-0000-0000-0000-000000000000", "a1b2c3d4", "DEADBEEF00", "0000000f"}) {
    EXPECT_TRUE(IsIdentifier(text)) << text;
  }
  std::string digits(127, '7');
  EXPECT_TRUE(IsIdentifier(digits.append("a")));
  for (const char* text :
       {"", "a1b2c3d", "deadbeef", "12345678", "a1b2c3dg", "a1b2 c3d4", "0190163d-8694-739b-aea5-966c26f8ad9",
        "0190163d-8694-739b-aea5-966c26f8ad911", "0190163d-8694-739b-aea5_966c26f8ad91",
        "0190163d86-94-739b-aea5-966c26f8ad91", "0190163g-8694-739b-aea5-966c26f8ad91"}) {
    EXPECT_FALSE(IsIdentifier(text)) << text;
  }
  EXPECT_FALSE(IsIdentifier(digits.append("a")));
}

TEST(TextOptions, CoverThoseThatLeaveMoreOut) {
  const TextOptions all = {.fields = {"*"}, .found_otherwise = {"_id"}};
  TextOptions other = all;
  other.language = "english";
  EXPECT_TRUE(all.Covers(other));
  other.found_otherwise = {"user", "_id"};
  EXPECT_TRUE(all.Covers(other));
  EXPECT_FALSE(other.Covers(all));
  other = all;
  other.fields = {"title"};
  EXPECT_FALSE(all.Covers(other));
  other = all;
  other.exclude = {"title"};
  EXPECT_FALSE(all.Covers(other));
  EXPECT_FALSE(other.Covers(all));
}

}  // namespace
}  // namespace kalends
