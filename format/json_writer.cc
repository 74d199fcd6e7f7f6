#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>

#include "format/binary_text.h"
#include "kalends/time.h"
#include "kalends/value.h"

// A long that fits 32 bits is written as a plain number in the relaxed style, as MongoDB does, and so reads back as an
// int; JSON input never makes such a long. Everything else reads back Identical in both styles. kMissing, which is
// never inside a document, is written as null.
namespace kalends {
namespace {

constexpr std::int64_t kMsPerSecond = 1000;
constexpr std::int64_t kFirstMsOf10000 =
    253402300800 * kMsPerSecond;  // Dates below, from 1970 on, are written as text.

// What must be escaped: 'u' for \u00XX, else the letter after the backslash; 0 for all other bytes.
constexpr std::array<char, 256> kEscapes = [] {
  std::array<char, 256> table{};
  for (std::size_t c = 0; c < 0x20; ++c) table[c] = 'u';
  table['\b'] = 'b';
  table['\f'] = 'f';
  table['\n'] = 'n';
  table['\r'] = 'r';
  table['\t'] = 't';
  table['"'] = '"';
  table['\\'] = '\\';
  return table;
}();

// Marks the bytes of `word` that must be escaped with their highest bit. Bits above the lowest one may be wrong.
std::uint64_t MarkEscapes(std::uint64_t word) {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  constexpr std::uint64_t kHighs = 0x8080808080808080;
  const std::uint64_t quote = word ^ (kOnes * '"');
  const std::uint64_t backslash = word ^ (kOnes * '\\');
  const std::uint64_t below_space = (word - kOnes * 0x20) & ~word;
  const std::uint64_t is_quote = (quote - kOnes) & ~quote;
  const std::uint64_t is_backslash = (backslash - kOnes) & ~backslash;
  return (below_space | is_quote | is_backslash) & kHighs;
}

// How many of the eight bytes at `text` need no escape, up to the first that does.
std::size_t PlainBytes(const char* text) {
  std::uint64_t word = 0;
  std::memcpy(&word, text, sizeof(word));
  if constexpr (std::endian::native == std::endian::little) {
    return static_cast<std::size_t>(std::countr_zero(MarkEscapes(word))) / 8;
  } else {
    std::size_t count = 0;
    while (count < sizeof(word) && kEscapes[static_cast<unsigned char>(text[count])] == 0) ++count;
    return count;
  }
}

// Gathers text in a buffer of its own: many short appends to a std::string cost more than all the rest.
class Output {
 public:
  explicit Output(std::string* out) : out_(out) {}
  ~Output() { Flush(); }
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  void Put(char c) {
    Reserve(1);
    *next_++ = c;
  }

  void Put(std::string_view text) {
    if (text.size() > kBytes) {
      Flush();
      out_->append(text);
      return;
    }
    Reserve(text.size());
    next_ = std::copy(text.begin(), text.end(), next_);
  }

  template <class Number>
  void PutNumber(Number number) {
    constexpr std::size_t kNumberBytesMax = 32;
    Reserve(kNumberBytesMax);
    next_ = std::to_chars(next_, next_ + kNumberBytesMax, number).ptr;
  }

  void PutQuoted(std::string_view text) {
    Put('"');
    while (text.size() > kPieceBytes) {
      PutPiece(text.substr(0, kPieceBytes));
      text.remove_prefix(kPieceBytes);
    }
    PutPiece(text);
    Put('"');
  }

 private:
  static constexpr std::size_t kBytes = 4096;
  static constexpr std::size_t kEscapeBytesMax = 6;  // \u00XX.
  static constexpr std::size_t kPieceBytes = 512;    // Of text, for which room is made at once.
  static constexpr std::ptrdiff_t kWordBytes = 8;

  void PutPiece(std::string_view text) {
    Reserve(text.size() * kEscapeBytesMax + kWordBytes);
    char* out = next_;
    const char* p = text.data();
    const char* const end = p + text.size();
    while (end - p >= kWordBytes) {
      // The whole word is copied before it is known how much of it stays.
      std::memcpy(out, p, kWordBytes);
      const std::size_t plain = PlainBytes(p);
      out += plain;
      p += plain;
      if (plain < kWordBytes) out = Escape(*p++, out);
    }
    for (; p != end; ++p) {
      if (kEscapes[static_cast<unsigned char>(*p)] == 0) {
        *out++ = *p;
      } else {
        out = Escape(*p, out);
      }
    }
    next_ = out;
  }

  static char* Escape(char c, char* out) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    const char escape = kEscapes[static_cast<unsigned char>(c)];
    *out++ = '\\';
    *out++ = escape;
    if (escape != 'u') return out;
    *out++ = '0';
    *out++ = '0';
    *out++ = kDigits[static_cast<unsigned char>(c) >> 4U];
    *out++ = kDigits[static_cast<unsigned char>(c) & 15U];
    return out;
  }

  void Reserve(std::size_t bytes) {
    if (static_cast<std::size_t>(buffer_ + kBytes - next_) < bytes) Flush();
  }

  void Flush() {
    out_->append(buffer_, static_cast<std::size_t>(next_ - buffer_));
    next_ = buffer_;
  }

  std::string* out_;
  char buffer_[kBytes];
  char* next_ = buffer_;
};

class Writer {
 public:
  Writer(JsonStyle style, std::string* out) : is_canonical_(style == JsonStyle::kCanonical), out_(out) {}

  void Write(const Value& value) {
    switch (value.type()) {
      case Type::kMissing:
      case Type::kNull:
        return out_.Put("null");
      case Type::kBool:
        return out_.Put(value.as_bool() ? "true" : "false");
      case Type::kInt:
        return WriteInteger("{\"$numberInt\":\"", value.as_integer());
      case Type::kLong:
        return WriteInteger("{\"$numberLong\":\"", value.as_integer());
      case Type::kDouble:
        return WriteDouble(value.as_double());
      case Type::kString:
        return out_.PutQuoted(value.as_string());
      case Type::kBinary:
        return WriteBinary(value);
      case Type::kDate:
        return WriteDate(value.as_date_ms());
      case Type::kObjectId:
        return WriteObjectId(value.as_object_id());
      case Type::kArray:
        return WriteArray(value.elements());
      case Type::kObject:
        return WriteObject(value.fields());
    }
  }

 private:
  void WriteInteger(std::string_view canonical_begin, std::int64_t value) {
    if (is_canonical_) out_.Put(canonical_begin);
    out_.PutNumber(value);
    if (is_canonical_) out_.Put("\"}");
  }

  void WriteDouble(double value) {
    if (!std::isfinite(value)) {
      const std::string_view word = std::isnan(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
      out_.Put("{\"$numberDouble\":\"");
      out_.Put(word);
      out_.Put("\"}");
      return;
    }
    if (is_canonical_) out_.Put("{\"$numberDouble\":\"");
    char digits[32];
    const char* const end = std::to_chars(digits, digits + sizeof(digits), value).ptr;
    const std::string_view text(digits, static_cast<std::size_t>(end - digits));
    out_.Put(text);
    // Without a point or an exponent it would read back as an integer.
    if (text.find_first_of(".e") == std::string_view::npos) out_.Put(".0");
    if (is_canonical_) out_.Put("\"}");
  }

  void WriteDate(std::int64_t milliseconds) {
    if (is_canonical_ || milliseconds < 0 || milliseconds >= kFirstMsOf10000) {
      out_.Put("{\"$date\":{\"$numberLong\":\"");
      out_.PutNumber(milliseconds);
      out_.Put("\"}}");
      return;
    }
    out_.Put("{\"$date\":\"");
    out_.Put(FormatTime(TimeUs{milliseconds * 1000}));
    out_.Put("\"}");
  }

  void WriteObjectId(std::string_view bytes) {
    std::string digits;
    AppendHex(bytes, &digits);
    out_.Put("{\"$oid\":\"");
    out_.Put(digits);
    out_.Put("\"}");
  }

  void WriteBinary(const Value& value) {
    const char subtype = static_cast<char>(value.binary_subtype());
    std::string text;
    AppendBase64(value.as_binary(), &text);
    text.append("\",\"subType\":\"");
    AppendHex({&subtype, 1}, &text);
    out_.Put("{\"$binary\":{\"base64\":\"");
    out_.Put(text);
    out_.Put("\"}}");
  }

  void WriteArray(std::span<const Value> elements) {
    out_.Put('[');
    for (std::size_t i = 0; i < elements.size(); ++i) {
      if (i != 0) out_.Put(',');
      Write(elements[i]);
    }
    out_.Put(']');
  }

  void WriteObject(std::span<const Field> fields) {
    out_.Put('{');
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if (i != 0) out_.Put(',');
      out_.PutQuoted(fields[i].name);
      out_.Put(':');
      Write(fields[i].value);
    }
    out_.Put('}');
  }

  const bool is_canonical_;
  Output out_;
};

}  // namespace

void AppendJson(const Value& value, JsonStyle style, std::string* out) { Writer(style, out).Write(value); }

std::string ToJson(const Value& value, JsonStyle style) {
  std::string json;
  AppendJson(value, style, &json);
  return json;
}

}  // namespace kalends
