#include "tools/import_source.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "tools/csv_reader.h"

namespace kalends {
namespace {

constexpr std::size_t kPeekBytes = 16U << 20U;

Error PathError(const std::string& path, const std::error_code& error) {
  const bool is_missing = error == std::errc::no_such_file_or_directory;
  return {is_missing ? ErrorCode::kNotFound : ErrorCode::kIoError, path + " cannot be read: " + error.message()};
}

}  // namespace

Result<std::vector<std::string>> ExpandPaths(const std::vector<std::string>& paths) {
  namespace fs = std::filesystem;
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    std::error_code error;
    const fs::file_status status = path == "-" ? fs::file_status() : fs::status(path, error);
    if (error) return PathError(path, error);
    if (status.type() != fs::file_type::directory) {
      files.push_back(path);
      continue;
    }
    std::vector<std::string> within;
    fs::recursive_directory_iterator entry(path, error);
    for (const fs::recursive_directory_iterator end; !error && entry != end; entry.increment(error)) {
      std::error_code ignored;  // A broken link is no file.
      if (entry->is_regular_file(ignored)) within.push_back(entry->path().string());
    }
    if (error) return PathError(path, error);
    std::ranges::sort(within);
    std::ranges::move(within, std::back_inserter(files));
  }
  return files;
}

ImportSource::ImportSource(std::vector<std::string> files, InputFormat format, const CancelFlag& cancel)
    : files_(std::move(files)), format_(format), cancel_(cancel) {}

Result<bool> ImportSource::ReadNext(std::string_view* line, std::uint64_t* number) {
  while (true) {
    if (reader_ == nullptr) {
      if (next_file_ == files_.size()) return false;
      auto bytes = OpenByteSource(files_[next_file_], cancel_, &stored_bytes_);
      if (!bytes) return bytes.error();
      if (format_ == InputFormat::kCsv) {
        reader_ = std::make_unique<CsvReader>(std::move(*bytes));
      } else {
        reader_ = std::make_unique<LineReader>(std::move(*bytes), LineEnds::kDropped);
      }
      ++next_file_;
      const std::scoped_lock lock(mutex_);
      lines_before_.push_back(lines_before_reader_);
    }
    auto more = reader_->Next(line, number);
    if (!more) {
      const Error& error = more.error();
      if (error.code() != ErrorCode::kInvalidArgument || error.message().starts_with(files_[next_file_ - 1]))
        return error;
      return Error(error.code(), files_[next_file_ - 1] + ": " + error.message());
    }
    if (!*more) {
      lines_before_reader_ += reader_->lines_read();
      reader_.reset();
      continue;
    }
    *number += lines_before_reader_;
    if (const FileLines::Refusal* refusal = reader_->refusal()) {
      const std::scoped_lock lock(mutex_);
      refusals_.emplace(*number, *refusal);
    }
    return true;
  }
}

Result<bool> ImportSource::Next(std::string_view* line, std::uint64_t* number) {
  if (next_peeked_ < peeked_.size()) {
    *line = peeked_[next_peeked_].line;
    *number = peeked_[next_peeked_].number;
    ++next_peeked_;
    return true;
  }
  return ReadNext(line, number);
}

Result<std::vector<std::string_view>> ImportSource::Peek(std::size_t lines_max) {
  std::string_view line;
  std::uint64_t number = 0;
  std::size_t bytes = 0;
  while (peeked_.size() < lines_max && bytes < kPeekBytes) {
    auto more = ReadNext(&line, &number);
    if (!more) return more.error();
    if (!*more) break;
    bytes += line.size();
    peeked_.push_back({std::string(line), number});
  }
  std::vector<std::string_view> lines;
  lines.reserve(peeked_.size());
  for (const Peeked& peeked : peeked_) lines.emplace_back(peeked.line);
  return lines;
}

ImportSource::Place ImportSource::Locate(std::uint64_t number) const {
  const std::scoped_lock lock(mutex_);
  // The last file with fewer than `number` lines before it: empty files have none of their own.
  const auto after = std::ranges::lower_bound(lines_before_, number);
  if (after == lines_before_.begin()) return {files_.empty() ? "" : files_.front(), number};
  const auto file = static_cast<std::size_t>(after - lines_before_.begin()) - 1;
  return {files_[std::min(file, files_.size() - 1)], number - lines_before_[file]};
}

std::optional<FileLines::Refusal> ImportSource::TakeRefusal(std::uint64_t number) {
  const std::scoped_lock lock(mutex_);
  const auto found = refusals_.find(number);
  if (found == refusals_.end()) return std::nullopt;
  FileLines::Refusal refusal = std::move(found->second);
  refusals_.erase(found);
  return refusal;
}

std::optional<std::uint64_t> ImportSource::stored_bytes_total() const {
  std::uint64_t total = 0;
  for (const std::string& file : files_) {
    struct stat status = {};
    if (file == "-" || ::stat(file.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
    total += static_cast<std::uint64_t>(status.st_size);
  }
  return total;
}

}  // namespace kalends
