#include "index/token_reader.h"

#include <xxhash.h>

#include <cassert>
#include <cstring>
#include <limits>

#include "index/character_class.h"

namespace kalends {
namespace {

constexpr std::size_t kHashDigits = 32;
// A larger buffer was for one hostile word.
constexpr std::size_t kBufferBytesKept = std::size_t{1} << 20U;

void AppendHex(std::uint64_t value, std::string* out) {
  for (int shift = 60; shift >= 0; shift -= 4) out->push_back("0123456789abcdef"[value >> shift & 0xFU]);
}

}  // namespace

void TokenReader::Start(std::string_view text) {
  assert(text.size() <= std::numeric_limits<std::uint32_t>::max());
  if (buffer_.capacity() > kBufferBytesKept) buffer_ = std::string();
  text_ = text;
  breaks_ = WordBreaks(text, WordBreaks::Rules::kTokens);
}

bool TokenReader::Next(TextToken* token) {
  for (std::string_view segment; breaks_.NextToken(&segment);) {
    token->kind = breaks_.has_cjk() ? TextToken::Kind::kCjk : TextToken::Kind::kWord;
    token->begin = static_cast<std::uint32_t>(segment.data() - text_.data());
    token->end = static_cast<std::uint32_t>(token->begin + segment.size());
    token->text = Folded(segment);
    if (token->kind == TextToken::Kind::kCjk) token->text = WithoutMarks();
    if (token->kind == TextToken::Kind::kWord && token->text.size() > kWordBytesMax) {
      if (token->text.data() != buffer_.data()) buffer_ = token->text;
      Shorten();
      token->text = buffer_;
    }
    if (!token->text.empty()) return true;  // Characters that are not drawn fold to nothing.
  }
  return false;
}

// The segment itself, if it is folded, or in the buffer.
std::string_view TokenReader::Folded(std::string_view segment) {
  if (breaks_.is_ascii()) {
    if (!breaks_.has_upper_case() || mode().case_sensitive) return segment;
    buffer_.resize(segment.size());
    for (std::size_t i = 0; i < segment.size(); ++i) {
      const char c = segment[i];
      buffer_[i] = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
    }
  } else {
    buffer_.clear();
    folder_.Append(segment, &buffer_);
  }
  return buffer_;
}

// Of a run of CJK: marks that no character took into itself say nothing, and each character of a run is a term.
std::string_view TokenReader::WithoutMarks() {
  std::size_t kept = 0;
  for (std::size_t at = 0; at < buffer_.size();) {
    const Utf8Character character = DecodeUtf8(buffer_, at);
    const CharacterClass of_character = ClassOf(character.code);
    const bool is_mark = !of_character.is_cjk() && of_character.word_break() == WordBreak::kExtend;
    if (!is_mark) {
      std::memmove(buffer_.data() + kept, buffer_.data() + at, character.size);
      kept += character.size;
    }
    at += character.size;
  }
  buffer_.resize(kept);
  return buffer_;
}

void TokenReader::Shorten() {
  const XXH128_hash_t hash = XXH3_128bits(buffer_.data(), buffer_.size());
  std::size_t size = kWordBytesMax - kHashDigits;
  while ((static_cast<std::uint8_t>(buffer_[size]) & 0xC0U) == 0x80U) --size;  // Not inside a character.
  buffer_.resize(size);
  AppendHex(hash.high64, &buffer_);
  AppendHex(hash.low64, &buffer_);
}

}  // namespace kalends
