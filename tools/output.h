#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "kalends/document.h"
#include "kalends/value.h"

// Results, on standard output.
namespace kalends {

enum class OutputFormat : std::uint8_t { kNdjson, kJson, kCsv, kTable };

// Collects bytes and writes them to a descriptor in large pieces.
class OutputStream {
 public:
  explicit OutputStream(int descriptor) : descriptor_(descriptor) {}
  OutputStream(const OutputStream&) = delete;
  OutputStream& operator=(const OutputStream&) = delete;

  // To append to; then call Written.
  std::string& buffer() { return buffer_; }
  void Written() {
    if (buffer_.size() >= kPieceBytes) Flush();
  }
  void Write(std::string_view text) {
    buffer_ += text;
    Written();
  }
  void Flush();

  // The reader went away (`| head`): there is no one left to write for.
  bool is_closed() const { return closed_; }
  // The errno of a write that failed otherwise; 0.
  int error_number() const { return error_number_; }
  // Nothing more can be written.
  bool is_over() const { return closed_ || error_number_ != 0; }

 private:
  static constexpr std::size_t kPieceBytes = 128 << 10U;
  int descriptor_;
  std::string buffer_;
  bool closed_ = false;
  int error_number_ = 0;
};

// Prints a sequence of documents.
class Printer {
 public:
  Printer() = default;
  Printer(const Printer&) = delete;
  Printer& operator=(const Printer&) = delete;
  virtual ~Printer() = default;
  virtual void Print(const Value& document) = 0;
  virtual void Finish() = 0;
  // Documents that had fields for which csv and table have no column: these are taken from the first document.
  std::uint64_t documents_cut() const { return documents_cut_; }

 protected:
  std::uint64_t documents_cut_ = 0;
};

std::unique_ptr<Printer> MakePrinter(OutputFormat format, JsonStyle style, OutputStream* out);

// Prints one object that is the whole result: a line of JSON, or a line a field where a table is asked for.
void PrintObject(const Value& object, OutputFormat format, JsonStyle style, OutputStream* out);

// A value as csv and table show it: text without quotes, dates as ISO-8601, objects and arrays as JSON, nothing for
// null and missing.
std::string CellText(const Value& value, JsonStyle style);

// Columns of the terminal on standard output, or 120.
std::size_t TerminalColumns();

}  // namespace kalends
