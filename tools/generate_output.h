#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace kalends {

// The options of every kind of document.
struct GenerateOptions {
  std::uint64_t count = 1000;
  std::uint64_t seed = 1;
  std::int64_t begin_ms = 0;  // The first instant.
  std::int64_t end_ms = 0;    // After the last.
  std::uint32_t monitors = 10;
  std::uint32_t interval_s = 300;
};

// Lines to standard output, in large pieces.
class LineWriter {
 public:
  LineWriter() { buffer_.reserve(kPieceBytes + (64 << 10U)); }
  LineWriter(const LineWriter&) = delete;
  LineWriter& operator=(const LineWriter&) = delete;
  std::string& buffer() { return buffer_; }
  // Ends a line; false when nothing more can be written.
  bool EndLine() {
    buffer_ += '\n';
    return buffer_.size() < kPieceBytes || Flush();
  }
  bool Flush();

 private:
  static constexpr std::size_t kPieceBytes = 1U << 20U;
  std::string buffer_;
};

// Milliseconds since 1970 as `2025-01-31T15:00:00.123Z`, quickly where calls come day by day.
class TimeWriter {
 public:
  void Append(std::int64_t milliseconds, std::string* out);

 private:
  std::int64_t day_ = INT64_MIN;
  std::string date_;
};

void AppendInteger(std::uint64_t number, std::string* out);
// `number` / 10^`places` (at least 1), with no more digits than it takes: 1.5, 2.0.
void AppendDecimal(std::uint64_t number, unsigned places, std::string* out);

// Each writes options.count documents in the order of their time; false when standard output cannot be written.
bool GenerateMessages(const GenerateOptions& options, LineWriter* out);
bool GenerateSnapshots(const GenerateOptions& options, LineWriter* out);
bool GenerateSmall(const GenerateOptions& options, LineWriter* out);

}  // namespace kalends
