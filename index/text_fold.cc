// Characters are decomposed one by one (NFKD), and marks dropped meanwhile. Where a character begins that joins nothing
// before it, what is read so far can be finished: marks are brought into their order, case is folded, and all is
// composed (NFC). utf8proc_map does the same for a whole text, but its ordering is quadratic in the number of marks.
#include "index/text_fold.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <limits>

#include "index/character_class.h"
#include "index/utf8.h"

namespace kalends {
namespace {

constexpr char32_t kJoiner = 0x200D;
// So much is held back before it is finished, if not for a reason.
constexpr std::size_t kPending = 256;
// What is longer was for a hostile run of marks.
constexpr std::size_t kCapacityKept = 64 * kPending;
// Decompositions have up to 18 characters.
constexpr std::size_t kDecomposedMax = 32;
constexpr auto kNone = std::numeric_limits<std::uint16_t>::max();

const utf8proc_property_t& PropertyOf(char32_t code) {
  return *utf8proc_get_property(static_cast<utf8proc_int32_t>(code));
}

bool IsMark(const utf8proc_property_t& property) {
  return property.category == UTF8PROC_CATEGORY_MN || property.category == UTF8PROC_CATEGORY_MC ||
         property.category == UTF8PROC_CATEGORY_ME;
}

template <std::size_t kCount>
bool IsIn(char32_t code, const std::array<std::array<char32_t, 2>, kCount>& ranges) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [code](const auto& range) { return code >= range[0] && code <= range[1]; });
}

// Decomposed letters only.
bool IsLatinOrGreek(char32_t code) {
  if (code < 0x80) return (code | 0x20U) >= 'a' && (code | 0x20U) <= 'z';
  static constexpr std::array<std::array<char32_t, 2>, 8> kRanges = {{{0xC0, 0x2AF},
                                                                      {0x370, 0x3E1},
                                                                      {0x3F0, 0x3FF},
                                                                      {0x1D00, 0x1DBF},
                                                                      {0x1E00, 0x1FFF},
                                                                      {0x2C60, 0x2C7F},
                                                                      {0xA720, 0xA7FF},
                                                                      {0xAB30, 0xAB6F}}};
  return IsIn(code, kRanges);
}

// Not the hamzas and the madda of Arabic (U+0653 to U+0655), which make other letters.
bool IsOptionalPoint(char32_t code) {
  static constexpr std::array<std::array<char32_t, 2>, 14> kRanges = {{{0x591, 0x5BD},
                                                                       {0x5BF, 0x5BF},
                                                                       {0x5C1, 0x5C2},
                                                                       {0x5C4, 0x5C5},
                                                                       {0x5C7, 0x5C7},
                                                                       {0x610, 0x61A},
                                                                       {0x64B, 0x652},
                                                                       {0x656, 0x657},
                                                                       {0x670, 0x670},
                                                                       {0x6D6, 0x6DC},
                                                                       {0x6DF, 0x6E4},
                                                                       {0x6E7, 0x6E8},
                                                                       {0x6EA, 0x6ED},
                                                                       {0x8D3, 0x8FF}}};
  return IsIn(code, kRanges);
}

// Common characters that are their own folded form where no mark follows: ideographs, kana, hangul.
bool IsFolded(char32_t code) {
  static constexpr std::array<std::array<char32_t, 2>, 6> kRanges = {
      {{0x4E00, 0x9FFF}, {0x3041, 0x3096}, {0x30A1, 0x30FA}, {0x30FC, 0x30FC}, {0xAC00, 0xD7A3}, {0x3400, 0x4DBF}}};
  return IsIn(code, kRanges);
}

bool IsHangulSyllable(char32_t code) { return code >= 0xAC00 && code <= 0xD7A3; }
// Vowels and final consonants.
bool JoinsHangul(char32_t code) { return code >= 0x1160 && code <= 0x11FF; }
bool IsApostrophe(char32_t code) { return code == 0x2018 || code == 0x2019 || code == 0x201B; }
bool IsSkinTone(char32_t code) { return code >= 0x1F3FB && code <= 0x1F3FF; }
bool IsTag(char32_t code) { return code >= 0xE0020 && code <= 0xE007F; }

// Canonical order: marks of one base by their class, those of one class as they were.
void OrderMarks(std::vector<std::int32_t>* codes) {
  const auto class_of = [](std::int32_t code) {
    return code < 0x300 ? utf8proc_propval_t{0} : utf8proc_get_property(code)->combining_class;
  };
  for (auto begin = codes->begin(); begin != codes->end();) {
    if (class_of(*begin) == 0) {
      ++begin;
      continue;
    }
    const auto end = std::find_if(begin, codes->end(), [&](std::int32_t code) { return class_of(code) == 0; });
    if (end - begin > 1) {
      std::stable_sort(begin, end, [&](std::int32_t a, std::int32_t b) { return class_of(a) < class_of(b); });
    }
    begin = end;
  }
}

}  // namespace

void TextFolder::Append(std::string_view text, std::string* folded) {
  base_ = 0;
  is_emoji_ = has_joiner_ = false;
  decomposed_.clear();
  for (std::size_t at = 0; at < text.size();) {
    const Utf8Character character = DecodeUtf8(text, at);
    const std::size_t next = at + character.size;
    if (character.code == kNoCharacter) {
      Flush(folded);
      folded->push_back(text[at]);
      base_ = 0;
      is_emoji_ = has_joiner_ = false;
    } else if (IsFolded(character.code) && (next == text.size() || IsFolded(DecodeUtf8(text, next).code))) {
      Flush(folded);
      folded->append(text, at, character.size);
      base_ = character.code;
      is_emoji_ = has_joiner_ = false;
    } else {
      AddCharacter(character.code, folded);
    }
    at = next;
  }
  Flush(folded);
}

void TextFolder::AddCharacter(char32_t code, std::string* folded) {
  if (has_joiner_ && ClassOf(code).is_pictographic()) decomposed_.push_back(kJoiner);
  has_joiner_ = false;
  if (IsApostrophe(code)) code = '\'';
  if (code < 0x80 || (PropertyOf(code).decomp_seqindex == kNone && !IsHangulSyllable(code))) {
    AddDecomposed(code, folded);
    return;
  }
  std::array<utf8proc_int32_t, kDecomposedMax> codes{};
  int last_class = 0;
  const utf8proc_ssize_t count =
      utf8proc_decompose_char(static_cast<utf8proc_int32_t>(code), codes.data(), kDecomposedMax,
                              static_cast<utf8proc_option_t>(UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT), &last_class);
  for (utf8proc_ssize_t i = 0; i < count; ++i) AddDecomposed(static_cast<char32_t>(codes[i]), folded);
}

void TextFolder::AddDecomposed(char32_t code, std::string* folded) {
  if (code < 0x80) {
    if (decomposed_.size() >= kPending) Flush(folded);
    base_ = code;
    is_emoji_ = false;
    decomposed_.push_back(static_cast<std::int32_t>(code));
    return;
  }
  const utf8proc_property_t& property = PropertyOf(code);
  if (property.ignorable != 0U) {
    if (is_emoji_ && code == kJoiner) has_joiner_ = true;
    if (!is_emoji_ || !IsTag(code)) return;
  } else if (IsMark(property)) {
    if (!mode_.diacritic_sensitive && IsDropped(code)) return;
  } else {
    if (decomposed_.size() >= kPending && property.combining_class == 0 && !JoinsHangul(code)) Flush(folded);
    base_ = code;
    is_emoji_ = ClassOf(code).is_pictographic() || (is_emoji_ && IsSkinTone(code));
  }
  decomposed_.push_back(static_cast<std::int32_t>(code));
}

bool TextFolder::IsDropped(char32_t mark) const { return IsLatinOrGreek(base_) || IsOptionalPoint(mark); }

void TextFolder::Flush(std::string* folded) {
  if (decomposed_.empty()) return;
  OrderMarks(&decomposed_);
  case_folded_.clear();
  for (const std::int32_t code : decomposed_) {
    if (mode_.case_sensitive || utf8proc_get_property(code)->casefold_seqindex == kNone) {
      case_folded_.push_back(code);
      continue;
    }
    std::array<utf8proc_int32_t, kDecomposedMax> codes{};
    int last_class = 0;
    const auto options = static_cast<utf8proc_option_t>(UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD);
    const utf8proc_ssize_t count = utf8proc_decompose_char(code, codes.data(), kDecomposedMax, options, &last_class);
    case_folded_.insert(case_folded_.end(), codes.begin(), codes.begin() + std::max<utf8proc_ssize_t>(count, 0));
  }
  if (decomposed_.capacity() > kCapacityKept) decomposed_ = {};
  decomposed_.clear();
  const utf8proc_ssize_t size =
      utf8proc_normalize_utf32(case_folded_.data(), static_cast<utf8proc_ssize_t>(case_folded_.size()),
                               static_cast<utf8proc_option_t>(UTF8PROC_COMPOSE | UTF8PROC_STABLE));
  for (utf8proc_ssize_t i = 0; i < size; ++i) AppendUtf8(static_cast<char32_t>(case_folded_[i]), folded);
  if (case_folded_.capacity() > kCapacityKept) case_folded_ = {};
}

std::string FoldText(std::string_view text, TextMode mode) {
  std::string folded;
  TextFolder(mode).Append(text, &folded);
  return folded;
}

}  // namespace kalends
