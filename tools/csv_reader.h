#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tools/line_reader.h"

namespace kalends {

// Turns the rows of a csv file (RFC 4180) into lines of JSON. The first row names the fields. A value that is a JSON
// number which survives becomes a number: an integer of 64 bits, or at most 15 digits with a point (so `007`, `1e5` and
// 20 digits stay text). An empty value leaves its field out. Everything else is a string. A row with another number of
// values than the header is refused, and so is a quote at a wrong place.
class CsvReader : public FileLines {
 public:
  explicit CsvReader(std::unique_ptr<ByteSource> source);
  Result<bool> Next(std::string_view* line, std::uint64_t* number) override;
  const Refusal* refusal() const override { return refusal_ ? &*refusal_ : nullptr; }
  std::uint64_t lines_read() const override { return lines_.lines_read(); }

 private:
  // Reads the next row into values_; false at the end. A row that breaks the rules sets refusal_.
  Result<bool> ReadRow(std::uint64_t* number);
  // Splits one line, the beginning of a row or (in_quotes_) its continuation. False when a quote stands at a wrong
  // place.
  bool Split(std::string_view line);
  Status ReadHeader();

  LineReader lines_;
  std::vector<std::string> names_;   // As JSON strings with the colon.
  std::vector<std::string> values_;  // The first value_count_ are those of the row.
  std::size_t value_count_ = 0;
  std::string row_;  // The text of the row.
  bool in_quotes_ = false;
  std::string json_;
  std::optional<Refusal> refusal_;
};

// Whether `text` is a number that csv input stores as one.
bool IsCsvNumber(std::string_view text);

}  // namespace kalends
