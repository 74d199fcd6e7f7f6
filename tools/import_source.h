#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tools/line_reader.h"

namespace kalends {

enum class InputFormat : std::uint8_t { kNdjson, kCsv };

// The files that `paths` name: a folder stands for all files within, sorted; `-` for standard input.
Result<std::vector<std::string>> ExpandPaths(const std::vector<std::string>& paths);

// All lines of several files, one after the other. Lines are numbered through all files, so that a number names a line;
// with one file it is the number in that file. What was looked at with Peek is read again by Next.
class ImportSource : public LineSource {
 public:
  ImportSource(std::vector<std::string> files, InputFormat format, const CancelFlag& cancel);

  Result<bool> Next(std::string_view* line, std::uint64_t* number) override;

  // The first lines, up to `lines_max` and about 16 MiB. Only before the first Next.
  Result<std::vector<std::string_view>> Peek(std::size_t lines_max);

  struct Place {
    std::string file;
    std::uint64_t line;
  };
  // Where a line stands. May be called from any thread.
  Place Locate(std::uint64_t number) const;
  // Why the reader itself refused this line, once. May be called from any thread.
  std::optional<FileLines::Refusal> TakeRefusal(std::uint64_t number);

  // Bytes read from the files so far, and their sizes together; nullopt where one is a pipe.
  std::uint64_t stored_bytes_read() const { return stored_bytes_.load(std::memory_order_relaxed); }
  std::optional<std::uint64_t> stored_bytes_total() const;

 private:
  struct Peeked {
    std::string line;
    std::uint64_t number;
  };
  Result<bool> ReadNext(std::string_view* line, std::uint64_t* number);

  const std::vector<std::string> files_;
  const InputFormat format_;
  const CancelFlag& cancel_;
  std::atomic<std::uint64_t> stored_bytes_{0};
  std::unique_ptr<FileLines> reader_;  // Of the file before next_file_.
  std::size_t next_file_ = 0;
  std::uint64_t lines_before_reader_ = 0;
  std::vector<Peeked> peeked_;
  std::size_t next_peeked_ = 0;

  mutable std::mutex mutex_;
  std::vector<std::uint64_t> lines_before_;               // For each file begun.
  std::map<std::uint64_t, FileLines::Refusal> refusals_;  // Not taken yet.
};

}  // namespace kalends
