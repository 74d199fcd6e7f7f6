#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "kalends/import.h"
#include "tools/byte_source.h"

namespace kalends {

// The lines of one input file, numbered from 1.
class FileLines : public LineSource {
 public:
  FileLines() = default;
  FileLines(const FileLines&) = delete;
  FileLines& operator=(const FileLines&) = delete;

  // A row that the reader itself refuses. It is passed on as a line that is no JSON, so that the import counts it among
  // the refused.
  struct Refusal {
    std::string reason;
    std::string text;
  };
  // Whether the line that Next returned last is such a row; null when not.
  virtual const Refusal* refusal() const { return nullptr; }
  // How many lines of the file were read.
  virtual std::uint64_t lines_read() const = 0;
};

enum class LineEnds : std::uint8_t {
  kDropped,             // `\n` and `\r\n`.
  kCarriageReturnKept,  // `\n` alone: inside a quoted csv value, `\r` belongs to it.
};

// Splits bytes at `\n`. Drops a byte-order mark at the beginning. A line longer than a document may be is cut behind
// that length, so that the import refuses it by its size, and memory stays bounded.
class LineReader : public FileLines {
 public:
  LineReader(std::unique_ptr<ByteSource> source, LineEnds ends);
  Result<bool> Next(std::string_view* line, std::uint64_t* number) override;
  std::uint64_t lines_read() const override { return lines_; }
  // Whether the line that Next returned last was cut.
  bool was_cut() const { return skipping_; }

 private:
  Status ReadMore();
  Status SkipRestOfCutLine();

  std::unique_ptr<ByteSource> source_;
  LineEnds ends_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;  // Of what is not returned yet.
  std::size_t end_ = 0;
  bool at_end_ = false;
  bool skipping_ = false;
  std::uint64_t lines_ = 0;
};

}  // namespace kalends
