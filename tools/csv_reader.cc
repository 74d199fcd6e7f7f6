#include "tools/csv_reader.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

#include "kalends/limits.h"

namespace kalends {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

std::size_t CountDigits(std::string_view text) {
  std::size_t digits = 0;
  while (digits < text.size() && IsDigit(text[digits])) ++digits;
  return digits;
}

// The bytes pass as they are: the import refuses what is not UTF-8, with the line.
void AppendJsonString(std::string_view text, std::string* out) {
  constexpr std::string_view kHex = "0123456789abcdef";
  *out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      *out += '\\';
      *out += c;
    } else if (byte < 0x20) {
      *out += "\\u00";
      *out += kHex[byte >> 4U];
      *out += kHex[byte & 0xFU];
    } else {
      *out += c;
    }
  }
  *out += '"';
}

}  // namespace

bool IsCsvNumber(std::string_view text) {
  const std::string_view whole_text = text;
  const bool is_negative = text.starts_with('-');
  if (is_negative) text.remove_prefix(1);
  const std::size_t whole = CountDigits(text);
  if (whole == 0 || (whole > 1 && text[0] == '0')) return false;
  text.remove_prefix(whole);
  if (text.empty()) {
    std::int64_t integer = 0;
    const auto end = whole_text.data() + whole_text.size();
    // -0 is no integer of its own: as a number it would come out as 0.
    return std::from_chars(whole_text.data(), end, integer).ec == std::errc() && !(is_negative && integer == 0);
  }
  if (text[0] != '.') return false;
  text.remove_prefix(1);
  const std::size_t fraction = CountDigits(text);
  if (fraction == 0 || whole + fraction > 15) return false;  // A double keeps 15 decimal digits.
  text.remove_prefix(fraction);
  if (text.empty()) return true;
  if (text[0] != 'e' && text[0] != 'E') return false;
  text.remove_prefix(1);
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  const std::size_t exponent = CountDigits(text);
  return exponent > 0 && exponent <= 2 && exponent == text.size();
}

CsvReader::CsvReader(std::unique_ptr<ByteSource> source) : lines_(std::move(source), LineEnds::kCarriageReturnKept) {}

bool CsvReader::Split(std::string_view line) {
  const auto start_value = [&] {
    if (value_count_ == values_.size()) values_.emplace_back();
    values_[value_count_++].clear();
  };
  std::size_t i = 0;
  bool at_start = !in_quotes_;  // Of a value.
  if (at_start) start_value();
  while (true) {
    std::string& value = values_[value_count_ - 1];
    if (in_quotes_) {
      const std::size_t quote = line.find('"', i);
      if (quote == std::string_view::npos) {
        value += line.substr(i);
        value += '\n';
        return true;  // Goes on in the next line.
      }
      value += line.substr(i, quote - i);
      i = quote + 1;
      if (i < line.size() && line[i] == '"') {
        value += '"';
        ++i;
        continue;
      }
      in_quotes_ = false;
      if (i == line.size() || line.substr(i) == "\r") return true;
      if (line[i] != ',') return false;
      ++i;
      at_start = true;
      start_value();
    } else if (at_start && i < line.size() && line[i] == '"') {
      in_quotes_ = true;
      ++i;
    } else {
      const std::size_t comma = std::min(line.find(',', i), line.size());
      value += line.substr(i, comma - i);
      if (comma == line.size()) {
        if (value.ends_with('\r')) value.pop_back();
        return value.find('"') == std::string::npos;
      }
      if (value.find('"') != std::string::npos) return false;
      i = comma + 1;
      at_start = true;
      start_value();
    }
  }
}

Result<bool> CsvReader::ReadRow(std::uint64_t* number) {
  refusal_.reset();
  value_count_ = 0;
  in_quotes_ = false;
  row_.clear();
  std::string_view line;
  std::uint64_t line_number = 0;
  while (true) {
    auto more = lines_.Next(&line, &line_number);
    if (!more) return more.error();
    if (!*more) {
      if (row_.empty()) return false;
      refusal_ = Refusal{"a value in quotes is not closed before the end of the file", row_};
      return true;
    }
    if (row_.empty()) {
      if (line.empty() || line == "\r") continue;  // A blank line.
      *number = line_number;
      row_ = line;
    } else {
      row_ += '\n';
      row_ += line;
    }
    if (row_.size() > kDocumentBytesMax || lines_.was_cut()) {
      refusal_ = Refusal{
          "the row is longer than the limit of " + std::to_string(kDocumentBytesMax) + " bytes; is a quote not closed?",
          row_.substr(0, 1000)};
      return true;
    }
    if (!Split(line)) {
      refusal_ =
          Refusal{"value " + std::to_string(value_count_) +
                      " has a quote at a wrong place: quotes stand around the whole value and are doubled inside it",
                  row_};
      return true;
    }
    if (!in_quotes_) return true;
  }
}

Status CsvReader::ReadHeader() {
  std::uint64_t number = 0;
  auto row = ReadRow(&number);
  if (!row) return row.error();
  if (!*row) return {};
  if (refusal_) return Error(ErrorCode::kInvalidArgument, "line 1, the header of the csv file: " + refusal_->reason);
  std::set<std::string> seen;
  for (std::size_t i = 0; i < value_count_; ++i) {
    if (!seen.insert(values_[i]).second) {
      return Error(ErrorCode::kInvalidArgument, "line 1, the header of the csv file: '" + values_[i] +
                                                    "' stands there twice; every column needs a name of its own");
    }
    std::string name;
    AppendJsonString(values_[i], &name);
    names_.push_back(name + ":");
  }
  return {};
}

Result<bool> CsvReader::Next(std::string_view* line, std::uint64_t* number) {
  if (names_.empty()) {
    if (Status status = ReadHeader(); !status.ok()) return status.error();
    if (names_.empty()) return false;
  }
  auto row = ReadRow(number);
  if (!row) return row.error();
  if (!*row) return false;
  if (!refusal_ && value_count_ != names_.size()) {
    refusal_ = Refusal{
        "the row has " + std::to_string(value_count_) + " values, the header has " + std::to_string(names_.size()),
        row_};
  }
  if (refusal_) {
    *line = "csv";  // No JSON.
    return true;
  }
  json_ = "{";
  for (std::size_t i = 0; i < value_count_; ++i) {
    const std::string& value = values_[i];
    if (value.empty()) continue;
    if (json_.size() > 1) json_ += ',';
    json_ += names_[i];
    if (IsCsvNumber(value)) {
      json_ += value;
    } else {
      AppendJsonString(value, &json_);
    }
  }
  json_ += '}';
  *line = json_;
  return true;
}

}  // namespace kalends
