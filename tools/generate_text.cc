#include "tools/generate_text.h"

#include <array>

#include "tools/generate_words.h"

namespace kalends {
namespace {

constexpr std::array<std::string_view, 6> kExtensions = {".cc", ".h", ".py", ".ts", ".go", ".md"};
constexpr std::array<std::string_view, 8> kFolders = {"src",    "lib",    "tests", "tools",
                                                      "server", "client", "docs",  "internal"};
constexpr std::array<std::string_view, 6> kDurationUnits = {" ms", " s", " minutes", " hours", " us", " days"};

void AppendNumber(std::uint32_t number, std::string* out) { *out += std::to_string(number); }

// Small numbers are more frequent.
std::uint32_t AnyNumber(Random& random) { return random.Below(std::uint32_t{1} << random.Between(1, 17)); }

void AppendHex(unsigned digits, Random& random, std::string* out) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::uint64_t bits = random.Next();
  for (unsigned i = 0; i < digits; ++i, bits >>= 4U) *out += kDigits[bits & 0xFU];
}

void AppendPlural(std::string_view noun, std::string* out) {
  *out += noun;
  if (noun.ends_with('y') && !noun.ends_with("ey") && !noun.ends_with("ay")) {
    out->back() = 'i';
    *out += "es";
  } else {
    *out += noun.ends_with('s') || noun.ends_with('x') || noun.ends_with('h') ? "es" : "s";
  }
}

template <std::size_t N>
std::string_view Any(const std::array<std::string_view, N>& words, Random& random) {
  return words[random.Below(N)];
}

}  // namespace

TextGenerator::TextGenerator()
    : pattern_choice_(kSentences.size(), 30),
      noun_choice_(kNouns.size(), 60),
      verb_choice_(kVerbs.size(), 40),
      adjective_choice_(kAdjectives.size(), 40),
      stem_choice_(kStems.size(), 80) {
  for (std::string_view sentence : kSentences) {
    std::vector<Piece>& pieces = patterns_.emplace_back();
    for (std::size_t slot = sentence.find('$'); slot != std::string_view::npos; slot = sentence.find('$')) {
      pieces.push_back({sentence.substr(0, slot), sentence[slot + 1]});
      sentence.remove_prefix(slot + 2);
    }
    pieces.push_back({sentence, 0});
  }
}

void TextGenerator::AppendIdentifier(Random& random, std::string* out) const {
  *out += kStems[stem_choice_.Draw(random)];
  for (std::uint32_t more = random.Between(1, 2); more > 0; --more) {
    *out += '_';
    *out += kStems[stem_choice_.Draw(random)];
  }
}

void TextGenerator::AppendPath(Random& random, std::string* out) const {
  *out += Any(kFolders, random);
  *out += '/';
  *out += kStems[stem_choice_.Draw(random)];
  *out += '/';
  *out += kStems[stem_choice_.Draw(random)];
  *out += '_';
  *out += kStems[stem_choice_.Draw(random)];
  *out += Any(kExtensions, random);
}

void TextGenerator::AppendSlot(char slot, Random& random, std::string* out) const {
  switch (slot) {
    case 'n':
      *out += kNouns[noun_choice_.Draw(random)];
      break;
    case 's':
      AppendPlural(kNouns[noun_choice_.Draw(random)], out);
      break;
    case 'v':
      *out += kVerbs[verb_choice_.Draw(random)];
      break;
    case 'a':
      *out += kAdjectives[adjective_choice_.Draw(random)];
      break;
    case 'd':
      *out += Any(kAdverbs, random);
      break;
    case 'e':
      *out += Any(kFailures, random);
      break;
    case 'i':
      AppendIdentifier(random, out);
      break;
    case 'p':
      AppendPath(random, out);
      break;
    case 'k':
      AppendNumber(AnyNumber(random), out);
      break;
    case 'm':
      AppendNumber(random.Between(2, 900), out);
      *out += Any(kDurationUnits, random);
      break;
    case 'h':
      AppendHex(10, random, out);
      break;
    default:
      break;
  }
}

void TextGenerator::AppendSentence(Random& random, std::string* out) const {
  for (const Piece& piece : patterns_[pattern_choice_.Draw(random)]) {
    *out += piece.text;
    AppendSlot(piece.slot, random, out);
  }
}

void TextGenerator::AppendCode(Random& random, std::string* out) const {
  *out += R"(\n```\n)";
  for (std::uint32_t lines = random.Between(2, 6); lines > 0; --lines) {
    *out += random.Chance(500) ? "  auto " : "  if (";
    AppendIdentifier(random, out);
    *out += random.Chance(500) ? " = " : " == ";
    AppendIdentifier(random, out);
    *out += random.Chance(300) ? R"((\")" : "(";
    AppendNumber(AnyNumber(random), out);
    *out += R"();\n)";
  }
  *out += R"(```\n)";
}

void TextGenerator::AppendText(std::size_t bytes, Random& random, std::string* out) const {
  const std::size_t end = out->size() + bytes;
  while (true) {
    AppendSentence(random, out);
    if (random.Chance(30)) AppendCode(random, out);
    if (random.Chance(6)) *out += Any(kChinese, random);
    if (out->size() >= end) return;
    *out += random.Chance(120) ? R"(\n\n)" : " ";
  }
}

}  // namespace kalends
