// Values are collected by kind, and become a column in Encode(): which rows an array takes away, and whether strings
// are worth a dictionary, is known only then.
#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cmath>
#include <iterator>
#include <limits>
#include <span>
#include <utility>

#include "format/key_encoding.h"
#include "index/column.h"
#include "index/column_encoder.h"
#include "index/column_format.h"
#include "index/distinct_texts.h"
#include "index/time_column.h"

namespace kalends {
namespace {

constexpr std::size_t kStringBytesMax = 128;  // Longer ones are kText.
constexpr std::size_t kDictionaryBytesMax = std::size_t{4} << 20U;
// Where fewer strings are different, they are cheap to keep.
constexpr std::uint32_t kManyStrings = 64;
constexpr std::size_t kFreeTextBytes = 24;  // More than this in the mean: sentences, not names.
constexpr std::size_t kKeyBytesMax = 64;    // Of an extreme.

using Rows = std::vector<std::uint16_t>;

// The rows of a kind, and a code for each where it has values: of doubles their bits, of strings and ObjectIds their
// numbers among the different ones.
struct Collected {
  Rows rows;
  std::vector<std::uint64_t> codes;

  std::size_t bytes() const { return rows.capacity() * sizeof(rows[0]) + codes.capacity() * sizeof(codes[0]); }
};

bool Contains(const Rows& rows, std::uint32_t row) {
  if (rows.empty() || rows.back() < row) return false;
  return std::binary_search(rows.begin(), rows.end(), row);
}

void RemoveRows(const Rows& removed, Collected* collected) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < collected->rows.size(); ++i) {
    if (std::binary_search(removed.begin(), removed.end(), collected->rows[i])) continue;
    collected->rows[kept] = collected->rows[i];
    if (!collected->codes.empty()) collected->codes[kept] = collected->codes[i];
    ++kept;
  }
  collected->rows.resize(kept);
  if (!collected->codes.empty()) collected->codes.resize(kept);
}

// The different texts that codes name, sorted; the codes become places among them.
std::vector<std::string_view> SortTexts(const DistinctTexts& texts, std::vector<std::uint64_t>* codes) {
  struct Entry {
    std::uint64_t prefix;  // The first 8 bytes, which mostly decide.
    std::uint32_t number;
  };
  std::vector<bool> is_used(texts.size());
  for (const std::uint64_t code : *codes) is_used[code] = true;
  std::vector<Entry> entries;
  for (std::uint32_t number = 0; number < texts.size(); ++number) {
    if (!is_used[number]) continue;
    const std::string_view text = texts.at(number);
    std::uint64_t prefix = 0;
    for (std::size_t i = 0; i < 8; ++i)
      prefix = prefix << 8U | (i < text.size() ? static_cast<unsigned char>(text[i]) : 0U);
    entries.push_back({prefix, number});
  }
  std::sort(entries.begin(), entries.end(), [&](const Entry& a, const Entry& b) {
    return a.prefix != b.prefix ? a.prefix < b.prefix : texts.at(a.number) < texts.at(b.number);
  });
  std::vector<std::string_view> sorted;
  std::vector<std::uint32_t> places(texts.size());
  for (const Entry& entry : entries) {
    places[entry.number] = static_cast<std::uint32_t>(sorted.size());
    sorted.push_back(texts.at(entry.number));
  }
  for (std::uint64_t& code : *codes) code = places[code];
  return sorted;
}

// The least and the greatest of the values it is shown, as keys.
class Extremes {
 public:
  void Show(const Value& value) {
    std::string key;
    EncodeKey(value, &key);
    if (min_.empty() || key < min_) min_ = key;
    if (key > max_) max_ = std::move(key);
  }
  std::optional<std::string> min() const { return Known(min_); }
  std::optional<std::string> max() const { return Known(max_); }

 private:
  static std::optional<std::string> Known(const std::string& key) {
    return key.empty() || key.size() > kKeyBytesMax ? std::nullopt : std::optional(key);
  }
  std::string min_;  // Empty: none was shown; no key is.
  std::string max_;
};

void ShowDoubles(std::span<const std::uint64_t> bits, Extremes* extremes) {
  double min = std::numeric_limits<double>::infinity();
  double max = -min;
  bool has_numbers = false;
  bool has_nan = false;
  for (const std::uint64_t double_bits : bits) {
    const auto value = std::bit_cast<double>(double_bits);
    if (std::isnan(value)) {
      has_nan = true;
      continue;
    }
    has_numbers = true;
    min = std::min(min, value);
    max = std::max(max, value);
  }
  if (has_nan) extremes->Show(Value::Double(std::nan("")));
  if (!has_numbers) return;
  extremes->Show(Value::Double(min));
  extremes->Show(Value::Double(max));
}

}  // namespace

class ColumnBuilder::State {
 public:
  explicit State(bool keeps_unique_strings) : keeps_unique_strings_(keeps_unique_strings) {}

  void Add(std::uint32_t row, const Value& value);
  void AddArray(std::uint32_t row);
  std::string Encode(std::uint32_t rows);

  std::uint32_t count() const { return count_; }
  std::size_t bytes() const;
  std::uint32_t kinds() const;
  std::uint32_t distinct() const { return distinct_; }
  std::optional<std::string> min_key() const { return has_unknown() ? std::nullopt : extremes_.min(); }
  std::optional<std::string> max_key() const { return has_unknown() ? std::nullopt : extremes_.max(); }

 private:
  Collected& Of(ColumnKind kind) { return collected_[static_cast<std::size_t>(kind)]; }
  const Collected& Of(ColumnKind kind) const { return collected_[static_cast<std::size_t>(kind)]; }
  Rows& arrays() { return Of(ColumnKind::kArray).rows; }
  void AddRow(ColumnKind kind, std::uint32_t row) { Of(kind).rows.push_back(static_cast<std::uint16_t>(row)); }
  void AddCode(ColumnKind kind, std::uint32_t row, std::uint64_t code) {
    AddRow(kind, row);
    Of(kind).codes.push_back(code);
  }
  void AddString(std::uint32_t row, std::string_view text);
  bool WasAdded(std::uint32_t row) const;
  bool has_unknown() const;

  void RemoveArrays();
  bool IsWorthADictionary(std::span<const std::string_view> dictionary) const;
  void GiveUpStrings();
  void EncodeStream(ColumnKind kind, ColumnEncoder* encoder);
  void EncodeIntegers(ColumnKind kind, ColumnEncoder* encoder);
  void EncodeTexts(ColumnKind kind, std::span<const std::string_view> dictionary, ColumnEncoder* encoder);

  bool keeps_unique_strings_;
  bool gave_up_strings_ = false;
  std::uint32_t count_ = 0;
  std::int64_t last_row_ = -1;  // Of those that Add named.
  std::uint32_t distinct_ = 0;
  std::array<Collected, kColumnKinds> collected_;
  DistinctTexts strings_;
  DistinctTexts object_ids_;
  Extremes extremes_;
};

void ColumnBuilder::State::Add(std::uint32_t row, const Value& value) {
  assert(row < kColumnBlockRows && std::int64_t{row} > last_row_);
  if (value.is_array()) return AddArray(row);
  last_row_ = row;
  if (Contains(arrays(), row)) return;
  ++count_;
  switch (value.type()) {
    case Type::kNull:
      return AddRow(ColumnKind::kNull, row);
    case Type::kBool:
      return AddCode(ColumnKind::kBool, row, value.as_bool() ? 1 : 0);
    case Type::kInt:
      return AddCode(ColumnKind::kInt, row, IntegerCode(value.as_integer()));
    case Type::kLong:
      return AddCode(ColumnKind::kLong, row, IntegerCode(value.as_integer()));
    case Type::kDouble:
      return AddCode(ColumnKind::kDouble, row, std::bit_cast<std::uint64_t>(value.as_double()));
    case Type::kDate:
      return AddCode(ColumnKind::kDate, row, IntegerCode(value.as_date_ms()));
    case Type::kObjectId:
      return AddCode(ColumnKind::kObjectId, row, object_ids_.Add(value.as_object_id()));
    case Type::kString:
      return AddString(row, value.as_string());
    case Type::kBinary:
      return AddRow(ColumnKind::kBinary, row);
    case Type::kObject:
      return AddRow(ColumnKind::kObject, row);
    case Type::kArray:
    case Type::kMissing:
      break;
  }
  assert(false);  // A row that lacks the path is not added.
}

void ColumnBuilder::State::AddString(std::uint32_t row, std::string_view text) {
  if (gave_up_strings_ || text.size() > kStringBytesMax) return AddRow(ColumnKind::kText, row);
  AddCode(ColumnKind::kString, row, strings_.Add(text));
  distinct_ = strings_.size();
  if (strings_.text_bytes() > kDictionaryBytesMax) GiveUpStrings();
}

bool ColumnBuilder::State::WasAdded(std::uint32_t row) const {
  if (std::int64_t{row} >= last_row_) return std::int64_t{row} == last_row_;
  return std::any_of(collected_.begin(), collected_.end(),
                     [row](const Collected& collected) { return Contains(collected.rows, row); });
}

void ColumnBuilder::State::AddArray(std::uint32_t row) {
  assert(row < kColumnBlockRows);
  if (Contains(arrays(), row)) return;
  if (!WasAdded(row)) ++count_;
  // Mostly the last one.
  Rows& rows = arrays();
  rows.insert(std::lower_bound(rows.begin(), rows.end(), row), static_cast<std::uint16_t>(row));
}

std::size_t ColumnBuilder::State::bytes() const {
  std::size_t bytes = sizeof(State) + strings_.bytes() + object_ids_.bytes();
  for (const Collected& collected : collected_) bytes += collected.bytes();
  return bytes;
}

std::uint32_t ColumnBuilder::State::kinds() const {
  std::uint32_t kinds = 0;
  for (std::size_t kind = 0; kind < collected_.size(); ++kind) {
    if (!collected_[kind].rows.empty()) kinds |= 1U << kind;
  }
  return kinds;
}

bool ColumnBuilder::State::has_unknown() const {
  return std::any_of(collected_.begin() + static_cast<std::ptrdiff_t>(ColumnKind::kText), collected_.end(),
                     [](const Collected& collected) { return !collected.rows.empty(); });
}

void ColumnBuilder::State::RemoveArrays() {
  if (arrays().empty()) return;
  for (Collected& collected : collected_) {
    if (&collected != &Of(ColumnKind::kArray)) RemoveRows(arrays(), &collected);
  }
}

// All strings become kText.
void ColumnBuilder::State::GiveUpStrings() {
  const Rows strings = std::move(Of(ColumnKind::kString).rows);
  const Rows texts = std::move(Of(ColumnKind::kText).rows);
  Rows& all = Of(ColumnKind::kText).rows;
  all.clear();
  std::merge(strings.begin(), strings.end(), texts.begin(), texts.end(), std::back_inserter(all));
  Of(ColumnKind::kString) = {};
  // Moved out first: a string that is assigned an empty one keeps its memory.
  const DistinctTexts given_up = std::move(strings_);
  strings_ = {};
  distinct_ = 0;
  gave_up_strings_ = true;
}

// Not when most strings come once and they are prose, or are of no use to who asked for the column.
bool ColumnBuilder::State::IsWorthADictionary(std::span<const std::string_view> dictionary) const {
  const std::size_t rows = Of(ColumnKind::kString).rows.size();
  if (dictionary.size() < kManyStrings || dictionary.size() * 2 <= rows) return true;
  if (!keeps_unique_strings_) return false;
  const std::size_t long_ones = Of(ColumnKind::kText).rows.size();
  if (long_ones * 10 > rows + long_ones) return false;
  std::size_t bytes = 0;
  for (const std::string_view text : dictionary) {
    char uuid[kUuidBytes];
    bytes += PackUuid(text, uuid) ? kUuidBytes : text.size();
  }
  return bytes <= dictionary.size() * kFreeTextBytes;
}

void ColumnBuilder::State::EncodeIntegers(ColumnKind kind, ColumnEncoder* encoder) {
  const Collected& collected = Of(kind);
  encoder->AddIntegers(kind, collected.rows, collected.codes);
  const auto [min, max] = std::minmax_element(collected.codes.begin(), collected.codes.end());
  for (const std::uint64_t code : {*min, *max}) {
    if (kind == ColumnKind::kBool) {
      extremes_.Show(Value::Bool(code != 0));
    } else if (kind == ColumnKind::kDate) {
      extremes_.Show(Value::DateMs(IntegerOfCode(code)));
    } else {
      extremes_.Show(Value::Long(IntegerOfCode(code)));
    }
  }
}

void ColumnBuilder::State::EncodeTexts(ColumnKind kind, std::span<const std::string_view> dictionary,
                                       ColumnEncoder* encoder) {
  encoder->AddTexts(kind, Of(kind).rows, Of(kind).codes, dictionary);
  for (const std::string_view text : {dictionary.front(), dictionary.back()}) {
    extremes_.Show(kind == ColumnKind::kString ? Value::String(text) : Value::ObjectId(text.data()));
  }
}

void ColumnBuilder::State::EncodeStream(ColumnKind kind, ColumnEncoder* encoder) {
  Collected& collected = Of(kind);
  if (collected.rows.empty()) return;
  switch (kind) {
    case ColumnKind::kBool:
    case ColumnKind::kInt:
    case ColumnKind::kLong:
    case ColumnKind::kDate:
      return EncodeIntegers(kind, encoder);
    case ColumnKind::kDouble:
      ShowDoubles(collected.codes, &extremes_);
      return encoder->AddDoubles(collected.rows, collected.codes);
    case ColumnKind::kObjectId:
      return EncodeTexts(kind, SortTexts(object_ids_, &collected.codes), encoder);
    case ColumnKind::kString: {
      const std::vector<std::string_view> dictionary = SortTexts(strings_, &collected.codes);
      if (!IsWorthADictionary(dictionary)) return GiveUpStrings();  // kText is written after this.
      distinct_ = static_cast<std::uint32_t>(dictionary.size());
      return EncodeTexts(kind, dictionary, encoder);
    }
    case ColumnKind::kNull:
      extremes_.Show(Value::Null());
      [[fallthrough]];
    case ColumnKind::kText:
    case ColumnKind::kObject:
    case ColumnKind::kBinary:
    case ColumnKind::kArray:
      return encoder->AddRows(kind, collected.rows);
  }
}

std::string ColumnBuilder::State::Encode(std::uint32_t rows) {
  assert(count_ > 0);
  RemoveArrays();
  distinct_ = 0;  // Of those that are left.
  ColumnEncoder encoder(rows);
  for (int kind = 1; kind < kColumnKinds; ++kind) EncodeStream(static_cast<ColumnKind>(kind), &encoder);
  return encoder.Finish();
}

ColumnBuilder::ColumnBuilder(bool keeps_unique_strings) : state_(std::make_unique<State>(keeps_unique_strings)) {}
ColumnBuilder::~ColumnBuilder() = default;
ColumnBuilder::ColumnBuilder(ColumnBuilder&&) noexcept = default;
ColumnBuilder& ColumnBuilder::operator=(ColumnBuilder&&) noexcept = default;

void ColumnBuilder::Add(std::uint32_t row, const Value& value) { state_->Add(row, value); }
void ColumnBuilder::AddArray(std::uint32_t row) { state_->AddArray(row); }
std::uint32_t ColumnBuilder::count() const { return state_->count(); }
std::size_t ColumnBuilder::bytes() const { return state_->bytes(); }
std::uint32_t ColumnBuilder::kinds() const { return state_->kinds(); }
std::uint32_t ColumnBuilder::distinct() const { return state_->distinct(); }
std::optional<std::string> ColumnBuilder::min_key() const { return state_->min_key(); }
std::optional<std::string> ColumnBuilder::max_key() const { return state_->max_key(); }
std::string ColumnBuilder::Encode(std::uint32_t rows) { return state_->Encode(rows); }

}  // namespace kalends
