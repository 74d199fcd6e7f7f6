#include "index/text_fold.h"

#include <gtest/gtest.h>
#include <utf8proc.h>

#include <chrono>
#include <cstdlib>
#include <random>

#include "index/utf8.h"

namespace kalends {
namespace {

constexpr TextMode kModes[] = {{false, false}, {true, false}, {false, true}, {true, true}};
constexpr TextMode kCaseSensitive = {.case_sensitive = true};
constexpr TextMode kDiacriticSensitive = {.diacritic_sensitive = true};

std::string Normalized(const std::string& text, bool composed) {
  auto* const bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.c_str());
  auto* const result = reinterpret_cast<char*>(composed ? utf8proc_NFC(bytes) : utf8proc_NFD(bytes));
  std::string normalized = result;
  std::free(result);  // utf8proc allocates so.
  return normalized;
}

TEST(TextFold, FoldsCase) {
  EXPECT_EQ(FoldText("HeLLo_1"), "hello_1");
  EXPECT_EQ(FoldText("Straße STRASSE ẞ"), "strasse strasse ss");
  EXPECT_EQ(FoldText("ΣΊΣΥΦΟΣ"), FoldText("σίσυφος"));
  EXPECT_EQ(FoldText("МОСКВА"), "москва");
  EXPECT_EQ(FoldText("İstanbul"), "istanbul");
  EXPECT_EQ(FoldText("HeLLo Ünï", kCaseSensitive), "HeLLo Uni");
  EXPECT_EQ(FoldText("Straße", kCaseSensitive), "Straße");
}

TEST(TextFold, DropsTheMarksOfLatinAndGreek) {
  EXPECT_EQ(FoldText("Crème brûlée"), "creme brulee");
  EXPECT_EQ(FoldText("Tiếng Việt"), "tieng viet");
  EXPECT_EQ(FoldText("Ἀχιλλεύς τῷ"), "αχιλλευσ τω");
  EXPECT_EQ(FoldText("naïve", kDiacriticSensitive), "naïve");
  EXPECT_EQ(FoldText("nai\u0308ve", kDiacriticSensitive), "naïve");
}

TEST(TextFold, DropsTheOptionalPointsOfHebrewAndArabic) {
  EXPECT_EQ(FoldText("שָׁלוֹם"), "שלום");
  EXPECT_EQ(FoldText("مُحَمَّد"), "محمد");
  EXPECT_EQ(FoldText("أمل آن"), "أمل آن");  // Hamza and madda make other letters.
  EXPECT_EQ(FoldText("مُحَمَّد", kDiacriticSensitive), "مُحَمَّد");
}

TEST(TextFold, KeepsMarksThatMakeLetters) {
  EXPECT_EQ(FoldText("Йод ёлка"), "йод ёлка");
  EXPECT_EQ(FoldText("हिन्दी"), "हिन्दी");
  EXPECT_EQ(FoldText("がぎ パ"), "がぎ パ");
  EXPECT_EQ(FoldText("か\u3099"), "が");
}

TEST(TextFold, MakesCompatibilityFormsEqual) {
  EXPECT_EQ(FoldText("ﬁn"), "fin");
  EXPECT_EQ(FoldText("Ａｂ１"), "ab1");
  EXPECT_EQ(FoldText("ｶﾞｷﾞ"), "ガギ");
  EXPECT_EQ(FoldText("x²"), "x2");
  EXPECT_EQ(FoldText("don’t"), "don't");
}

TEST(TextFold, DropsWhatIsNotDrawn) {
  EXPECT_EQ(FoldText("co\u00ADop"), "coop");
  EXPECT_EQ(FoldText("می\u200Cخواهم"), "میخواهم");
  EXPECT_EQ(FoldText("a\u200Db"), "ab");
  EXPECT_EQ(FoldText("❤\uFE0F"), "❤");
  EXPECT_EQ(FoldText("葛\U000E0100"), "葛");
}

TEST(TextFold, KeepsEmojiWhole) {
  EXPECT_EQ(FoldText("👩\u200D❤\uFE0F\u200D👩"), "👩\u200D❤\u200D👩");
  EXPECT_EQ(FoldText("👩🏽\u200D🚀"), "👩🏽\u200D🚀");
  EXPECT_EQ(FoldText("👩\u200D"), "👩");
  EXPECT_EQ(FoldText("👩\u200Da"), "👩a");
  const std::string england = "🏴\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F";
  EXPECT_EQ(FoldText(england), england);
}

TEST(TextFold, KeepsBytesThatAreNoUtf8) {
  EXPECT_EQ(FoldText("É\xFFÉ\xC3"),
            "e\xFF"
            "e\xC3");
}

// All characters, alone and between letters with marks on either side: precomposed and decomposed forms are equal, and
// what is folded stays as it is.
TEST(TextFold, IsTheSameForComposedAndDecomposedText) {
  for (const TextMode mode : kModes) {
    for (char32_t code = 1; code < 0x30000; ++code) {
      if (code >= 0xD800 && code < 0xE000) continue;
      std::string text;
      AppendUtf8(code, &text);
      const std::string folded = FoldText(Normalized(text, true), mode);
      ASSERT_EQ(folded, FoldText(Normalized(text, false), mode)) << std::hex << static_cast<std::uint32_t>(code);
      ASSERT_EQ(FoldText(folded, mode), folded) << std::hex << static_cast<std::uint32_t>(code);
    }
  }
  constexpr std::u32string_view kParts =
      U"aAéçßÅịΣάϊЙё\u0301\u0308\u0323\u0327\u0345\u3099かが가각\u1100\u1161\u11A8\u05B8ש\u064Bا\u0653\u0654क\u093C漢";
  std::mt19937 random(7);
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (unsigned i = 0; i < 1 + random() % 12; ++i) AppendUtf8(kParts[random() % kParts.size()], &text);
    for (const TextMode mode : kModes) {
      const std::string folded = FoldText(text, mode);
      ASSERT_EQ(FoldText(Normalized(text, true), mode), folded) << text;
      ASSERT_EQ(FoldText(Normalized(text, false), mode), folded) << text;
    }
  }
}

// Pieces of a long text are finished by themselves; nothing may show where.
TEST(TextFold, IsTheSameInPieces) {
  const std::string part = "Áb\u0301ç\u0323\u0302ΐ가\u1100\u1161\u11A8Йと\u3099ﷺ";
  std::string text;
  std::string folded;
  for (const TextMode mode : kModes) {
    const std::string once = FoldText(part, mode);
    text.clear();
    folded.clear();
    for (int i = 0; i < 300; ++i) {
      text += part;
      folded += once;
    }
    EXPECT_EQ(FoldText(text, mode), folded);
  }
}

TEST(TextFold, FoldsHostileMarksInTime) {
  std::string text = "ש";
  for (int i = 0; i < 1'000'000; ++i) text += i % 2 == 0 ? "\u0301" : "\u0323";
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(FoldText(text, kDiacriticSensitive).size(), text.size());
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
}

}  // namespace
}  // namespace kalends
