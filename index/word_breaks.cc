// Most text is ASCII, of which few rules are left: letters, digits and `_` hold together, and one mark of punctuation
// joins two letters or two digits. Such segments are read by a table of bytes; from the first other byte on, which may
// join what is before it, the segment is read again by the rules as they are written (WB3 and so on are their names).
#include "index/word_breaks.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <array>
#include <bit>

namespace kalends {
namespace {

enum AsciiBits : std::uint8_t {
  kLetter = 1,
  kDigit = 2,
  kUnderscore = 4,
  kUpperCase = 8,
  kJoinsLetters = 16,  // kLetter and kDigit, shifted.
  kJoinsDigits = 32,
  kNotAscii = 128,

  kWord = kLetter | kDigit | kUnderscore,
};
constexpr unsigned kJoinsShift = 4;

constexpr std::array<std::uint8_t, 256> kAscii = [] {
  std::array<std::uint8_t, 256> bits{};
  for (unsigned c = 'a'; c <= 'z'; ++c) bits[c] = kLetter;
  for (unsigned c = 'A'; c <= 'Z'; ++c) bits[c] = kLetter | kUpperCase;
  for (unsigned c = '0'; c <= '9'; ++c) bits[c] = kDigit;
  for (unsigned c = 0x80; c <= 0xFF; ++c) bits[c] = kNotAscii;
  bits['_'] = kUnderscore;
  bits['.'] = bits['\''] = kJoinsLetters | kJoinsDigits;
  bits[':'] = kJoinsLetters;
  bits[','] = bits[';'] = kJoinsDigits;
  return bits;
}();

std::uint8_t BitsOf(char byte) { return kAscii[static_cast<std::uint8_t>(byte)]; }

#ifdef __SSE2__
// Of 16 bytes, the bits of those from `first` to `last`, which are ASCII.
std::uint32_t BytesBetween(__m128i bytes, char first, char last) {
  const __m128i above = _mm_cmpgt_epi8(bytes, _mm_set1_epi8(static_cast<char>(first - 1)));
  const __m128i below = _mm_cmplt_epi8(bytes, _mm_set1_epi8(static_cast<char>(last + 1)));
  return static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_and_si128(above, below)));
}
#endif

// The end of the letters, digits and `_` from `at` on; adds what they are. By 16 bytes where so many are there, as the
// branch at the end of a word cannot be foreseen byte by byte.
const char* SkipWordBytes(const char* at, const char* end, std::uint8_t* seen) {
#ifdef __SSE2__
  while (end - at >= 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const std::uint32_t upper_case = BytesBetween(bytes, 'A', 'Z');
    const std::uint32_t alphanumeric = upper_case | BytesBetween(bytes, 'a', 'z') | BytesBetween(bytes, '0', '9');
    const std::uint32_t others = ~(alphanumeric | BytesBetween(bytes, '_', '_'));
    const int count = std::countr_zero(others);  // 16 at most, of which the next bits are set.
    const std::uint32_t word = (1U << static_cast<unsigned>(count)) - 1;
    if ((upper_case & word) != 0) *seen |= kUpperCase;
    if ((alphanumeric & word) != 0) *seen |= kLetter;
    at += count;
    if (count < 16) return at;
  }
#endif
  for (std::uint8_t bits = 0; at != end && ((bits = BitsOf(*at)) & kWord) != 0; ++at) *seen |= bits;
  return at;
}

bool IsMark(WordBreak value) {
  return value == WordBreak::kExtend || value == WordBreak::kFormat || value == WordBreak::kZWJ;
}
bool IsNewline(WordBreak value) {
  return value == WordBreak::kCR || value == WordBreak::kLF || value == WordBreak::kNewline;
}
bool IsLetter(WordBreak value) { return value == WordBreak::kALetter || value == WordBreak::kHebrewLetter; }
bool IsMidNumLetQ(WordBreak value) { return value == WordBreak::kMidNumLet || value == WordBreak::kSingleQuote; }

// Those that hold together without anything between: WB5, WB8 to WB10, WB13 to WB13b.
bool HoldTogether(WordBreak left, WordBreak right) {
  using enum WordBreak;
  const auto letter_or_digit = [](WordBreak value) { return IsLetter(value) || value == kNumeric; };
  if (letter_or_digit(left) && letter_or_digit(right)) return true;
  if (left == kKatakana && right == kKatakana) return true;
  if (left == kCjk && right == kCjk) return true;
  const auto extended = [&](WordBreak value) { return letter_or_digit(value) || value == kKatakana; };
  if (right == kExtendNumLet) return extended(left) || left == kExtendNumLet;
  return left == kExtendNumLet && extended(right);
}

// Whether `middle` holds together with what is before and after it: WB6, WB7, WB7b, WB7c, WB11, WB12.
template <class After>
bool Joins(WordBreak before, WordBreak middle, const After& after) {
  using enum WordBreak;
  if (IsLetter(before) && (middle == kMidLetter || IsMidNumLetQ(middle)) && IsLetter(after())) return true;
  if (before == kHebrewLetter && middle == kDoubleQuote && after() == kHebrewLetter) return true;
  return before == kNumeric && (middle == kMidNum || IsMidNumLetQ(middle)) && after() == kNumeric;
}

}  // namespace

bool WordBreaks::Next(std::string_view* segment) {
  if (at_ == text_.size()) return false;
  const std::size_t begin = at_;
  ReadSegment();
  *segment = text_.substr(begin, at_ - begin);
  return true;
}

bool WordBreaks::NextToken(std::string_view* segment) {
  do {
    // What joins a byte that is skipped is not ASCII.
    while (at_ < text_.size() && (BitsOf(text_[at_]) & (kWord | kNotAscii)) == 0 &&
           (at_ + 1 == text_.size() || (BitsOf(text_[at_ + 1]) & kNotAscii) == 0)) {
      ++at_;
    }
    if (!Next(segment)) return false;
  } while (!is_token());
  return true;
}

void WordBreaks::ReadSegment() {
  is_ascii_ = true;
  has_upper_case_ = false;
  classes_ = CharacterClass();
  const std::uint8_t bits = BitsOf(text_[at_]);
  if ((bits & kWord) != 0) {
    if (ReadAsciiWord()) return;
  } else if ((bits & kNotAscii) == 0) {
    if (ReadOtherAscii()) return;
  }
  ReadAnySegment();
}

// False, and nothing is read, where a byte that is not ASCII may belong to the word.
bool WordBreaks::ReadAsciiWord() {
  const char* at = text_.data() + at_;
  const char* const end = text_.data() + text_.size();
  std::uint8_t seen = 0;
  while (true) {
    at = SkipWordBytes(at, end, &seen);
    if (at == end) break;
    const std::uint8_t next = BitsOf(*at);
    if ((next & kNotAscii) != 0) {
      if (!IsSeparate(at)) return false;
      break;
    }
    const unsigned joined = static_cast<unsigned>(next) >> kJoinsShift & BitsOf(at[-1]);
    if (joined == 0 || at + 1 == end) break;
    const std::uint8_t after = BitsOf(at[1]);
    if ((after & kNotAscii) != 0) return false;
    if ((after & joined) == 0) break;
    ++at;
  }
  at_ = static_cast<std::size_t>(at - text_.data());
  has_upper_case_ = (seen & kUpperCase) != 0;
  if ((seen & (kLetter | kDigit)) != 0) classes_ = CharacterClass(unicode_table::kToken);
  return true;
}

// Whether what is not ASCII joins no ASCII word before it: typographic quotes, dashes and the like.
bool WordBreaks::IsSeparate(const char* at) const {
  const WordBreak value = CharacterAt(static_cast<std::size_t>(at - text_.data())).word_break;
  return value == WordBreak::kOther || value == WordBreak::kCjk || IsNewline(value);
}

// One byte, a run of spaces, or the two bytes of a line's end. False as above.
bool WordBreaks::ReadOtherAscii() {
  std::size_t at = at_ + 1;
  if (text_[at_] == ' ') {
    while (at < text_.size() && text_[at] == ' ') ++at;
  } else if (text_[at_] == '\r' && at < text_.size() && text_[at] == '\n') {
    ++at;
  }
  if (at < text_.size() && (BitsOf(text_[at]) & kNotAscii) != 0) return false;
  at_ = at;
  return true;
}

void WordBreaks::ReadAnySegment() {
  is_ascii_ = false;
  Character last = CharacterAt(at_);
  std::optional<WordBreak> left = last.word_break;
  classes_ = last.classes;
  at_ += last.size;
  while (at_ < text_.size()) {
    const Character next = CharacterAt(at_);
    left = LeftAfter(*left, last, next);
    if (!left.has_value()) return;
    last = next;
    classes_.Add(next.classes);
    at_ += next.size;
  }
}

// What stands on the left of a boundary behind `next`, which is at at_, or nothing where there is one before it. Marks
// do not count (WB4), nor does punctuation inside a word: `left` is what they follow, and `last` what is there.
std::optional<WordBreak> WordBreaks::LeftAfter(WordBreak left, const Character& last, const Character& next) const {
  using enum WordBreak;
  const WordBreak right = next.word_break;
  if (IsNewline(last.word_break) || IsNewline(right)) {  // WB3 to WB3b.
    return last.word_break == kCR && right == kLF ? std::optional(right) : std::nullopt;
  }
  if (last.word_break == kZWJ && next.classes.is_pictographic() && JoinsEmoji(left)) return right;  // WB3c.
  if (IsMark(right)) return left;
  if (last.word_break == kWSegSpace && right == kWSegSpace) return right;  // WB3d.
  if (HoldTogether(left, right)) return right;
  if (Joins(left, right, [&] { return AfterMarks(at_ + next.size); })) return left;
  if (left == kHebrewLetter && right == kSingleQuote) return right;              // WB7a.
  if (left == kRegionalIndicator && right == kRegionalIndicator) return kOther;  // WB15, WB16: not three.
  return std::nullopt;
}

WordBreaks::Character WordBreaks::CharacterAt(std::size_t at) const {
  const Utf8Character read = DecodeUtf8(text_, at);
  // There is a boundary on both sides of a line's end, whatever is there.
  if (read.code == kNoCharacter) return {CharacterClass(), WordBreak::kNewline, 1};
  const CharacterClass classes = ClassOf(read.code);
  const bool is_run = rules_ == Rules::kTokens && classes.is_cjk();
  return {classes, is_run ? WordBreak::kCjk : classes.word_break(), read.size};
}

bool WordBreaks::JoinsEmoji(WordBreak left) const {
  return rules_ == Rules::kUnicode || (left != WordBreak::kCjk && classes_.is_token());
}

// Read once more when it is their turn, but not again: what joins is followed by one that does not.
WordBreak WordBreaks::AfterMarks(std::size_t at) const {
  while (at < text_.size()) {
    const Character character = CharacterAt(at);
    if (!IsMark(character.word_break)) return character.word_break;
    at += character.size;
  }
  return WordBreak::kOther;
}

}  // namespace kalends
